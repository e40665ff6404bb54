"""What an owner's own status page says, quoted as theirs; and what a person is to do while signing in fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trayapp.core.judge import Reason
from trayapp.core.model import Function
from trayapp.words.encode import clean
from trayapp.words.language import mark, marks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from trayapp.core.model import Millis
    from trayapp.core.story import Member
    from trayapp.words.voice import Voice

QUOTE_LIMIT = 90
"""Characters of theirs: a notice on Windows has room for 255 in all."""

ADMITTED = frozenset({Reason.OFFICIAL_MAJOR.value, Reason.NO_ANSWER_AND_ADMITTED.value})
"""The judge's reasons that rest on the word of their page."""

SIGN_IN_FAILS = marks("Signing in to {names} fails", "Signing in to {names} fails")
SIGN_IN_FAILS_AGAIN = marks("Signing in to {names} fails again", "Signing in to {names} fails again")


@dataclass(frozen=True, slots=True)
class Quoted:
    """What the page of ``owner`` (its name for people) says of a platform in ``words`` of its own, and since when."""

    owner: str
    words: str
    since: Millis | None = None


def quoted(voice: Voice, said: Quoted, now: Millis) -> str:
    """One sentence, with their words cleaned, bounded and between quotation marks; without any: that it is so."""
    (owner,) = voice.names([said.owner])
    words = clean(said.words, QUOTE_LIMIT)
    since = "" if said.since is None else voice.times.clock(said.since, now)
    if words and since:
        message = mark("{owner}'s status page has said since {since}: “{quote}”.")
        return voice.text(message, owner=owner, since=since, quote=words)
    if words:
        return voice.text("{owner}'s status page says: “{quote}”.", owner=owner, quote=words)
    if since:
        return voice.text("{owner}'s status page has reported an outage since {since}.", owner=owner, since=since)
    return voice.text("{owner}'s status page reports an outage.", owner=owner)


def locked_out(voice: Voice) -> Iterator[str]:
    """For who is signed out or refused now. Never more: that nobody broke in, nobody here can know."""
    yield voice.text("Being signed out or refused now is what such an outage looks like.")
    yield voice.text(
        "Wait until it is over before you reset anything, and trust no message that offers to unlock your account."
    )


def only_sign_in(members: Collection[Member]) -> bool:
    """Whether signing in is all that fails at each of them."""
    return bool(members) and all(m.functions == (Function.SIGN_IN,) for m in members)


def admitted(members: Collection[Member]) -> bool:
    """Whether their own page is among those who say so."""
    return any(m.reason in ADMITTED for m in members)
