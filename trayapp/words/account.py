"""What an owner's own status page said of one incident, and when: the silence, each word, the all-clear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trayapp.core.model import Failure
from trayapp.words.encode import clean
from trayapp.words.language import marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trayapp.core.model import Millis
    from trayapp.words.voice import Voice

QUOTE_LIMIT = 200
"""Characters of one word of theirs."""
LEFT_OUT = marks("It said {count} more thing in between.", "It said {count} more things in between.")


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that a page said anew."""

    t: Millis  # when Fanal read it
    failure: Failure | None  # of what severity; None: that all is well again
    words: str = ""  # theirs, as they came


@dataclass(frozen=True, slots=True)
class Account:
    """Of one incident; see ``trayapp/log/official.py`` for how it is made.

    ``first``: when it first spoke of trouble in what is broken; maintenance is no such word. ``silent`` and ``proven``
    hold only where the page was read meanwhile, could be understood, and speaks of what is broken.
    """

    began: Millis  # the first that Fanal saw of it, or the person's own word, if that was earlier
    by_you: bool  # it was the person's
    words: tuple[Word, ...] = ()  # in order of time
    left_out: int = 0  # so many more, between the first of them and the others
    first: Millis | None = None
    proven: bool = False  # shortly before ``first`` the page was read, and said nothing yet
    earlier: bool = False  # it spoke of it when it was read for the first time, before Fanal saw anything
    silent: bool = False  # it said nothing at all: so far, or until the incident was over
    over: bool = False  # the incident is
    agreed: bool = False  # others, or their servers' own errors, leave no doubt that it is theirs
    still: Millis | None = None  # when it last spoke of trouble, though all answered
    since: Millis | None = None  # since when all answered, where ``still`` is given
    now: bool = False  # ``still`` is so recent that it is the present

    @property
    def all_well(self) -> bool:
        """Whether their page says that all is well while there is no doubt that it is not."""
        return self.silent and self.agreed and not self.over


def told(voice: Voice, account: Account, owner: str, now: Millis) -> Iterator[str]:
    """All of it, a sentence at a time. ``owner``: its name for people."""
    (owner,) = voice.names([owner])
    yield from _first(voice, account, owner, now)
    if account.all_well:
        yield voice.text("Their own status page still says that all is well.")
    for number, word in enumerate(account.words):
        if number == 1 and account.left_out:
            yield voice.plural(LEFT_OUT, account.left_out, count=account.left_out)
        yield _word(voice, word, now)
    if account.still is not None and account.since is not None:
        since = voice.times.clock(account.since, now)
        if account.now:
            yield voice.text(
                "It still reports trouble, though all that Fanal asks has answered since {since}.", since=since
            )
        else:
            at = voice.times.clock(account.still, now)
            yield voice.text(
                "It still reported trouble ({clock}), though all that Fanal asks had answered since {since}.",
                clock=at,
                since=since,
            )


def briefly(voice: Voice, account: Account) -> str:
    """The same in a clause of one line of the log; "" where nothing can be said."""
    if account.first is None:
        if not account.silent:
            return ""
        if account.over:
            return voice.text("their status page said nothing of it")
        return voice.text("their status page has said nothing so far")
    if account.first <= account.began:
        return voice.text("their status page said so first")
    if not account.proven:
        return ""
    waited = voice.times.duration(account.first - account.began)
    return voice.text("their status page said so after {duration}", duration=waited)


def _first(voice: Voice, account: Account, owner: str, now: Millis) -> Iterator[str]:
    if account.first is None:
        if account.silent:
            yield _silence(voice, account, owner, now)
        return
    clock = voice.times.clock(account.first, now)
    if account.first <= account.began:
        if account.earlier:
            yield voice.text("{owner}'s status page had spoken of it before Fanal saw it.", owner=owner)
        else:
            yield voice.text("{owner}'s status page said so first ({clock}).", owner=owner, clock=clock)
    elif not account.proven:
        yield voice.text("Fanal first read of it on {owner}'s status page: {clock}.", owner=owner, clock=clock)
    else:
        waited = voice.times.duration(account.first - account.began)
        if account.by_you:
            yield voice.text(
                "{owner}'s status page said nothing until {clock}, {duration} after you first said so.",
                owner=owner,
                clock=clock,
                duration=waited,
            )
        else:
            yield voice.text(
                "{owner}'s status page said nothing until {clock}, {duration} after Fanal first saw it.",
                owner=owner,
                clock=clock,
                duration=waited,
            )


def _silence(voice: Voice, account: Account, owner: str, now: Millis) -> str:
    if account.over:
        return voice.text("{owner}'s status page said nothing of it.", owner=owner)
    waited = voice.times.duration(max(0, now - account.began))
    if account.by_you:
        return voice.text(
            "{owner}'s status page has said nothing so far, {duration} after you first said so.",
            owner=owner,
            duration=waited,
        )
    return voice.text(
        "{owner}'s status page has said nothing so far, {duration} after Fanal first saw it.",
        owner=owner,
        duration=waited,
    )


def _word(voice: Voice, word: Word, now: Millis) -> str:
    clock, words = voice.times.clock(word.t, now), clean(word.words, QUOTE_LIMIT)
    if word.failure is None:
        return voice.text("It said that all is well again ({clock}).", clock=clock)
    if words:
        return voice.text("It said ({clock}): “{quote}”.", clock=clock, quote=words)
    if word.failure is Failure.OFFICIAL_MAINTENANCE:
        return voice.text("It spoke of maintenance ({clock}).", clock=clock)
    return voice.text("It reported trouble ({clock}).", clock=clock)
