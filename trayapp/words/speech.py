"""All that Fanal says, in the person's language. Pure: parameters in, text out; ``now`` is wall time in ms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.ports import Face
from trayapp.words import forms, lines, replies, shown, still, toasts
from trayapp.words.language import Language
from trayapp.words.times import Times
from trayapp.words.tooltip import tooltip
from trayapp.words.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from trayapp.core.judge import Reason
    from trayapp.core.model import Millis
    from trayapp.core.ports import Choice, Reply, Toast
    from trayapp.core.present import View
    from trayapp.core.story import Event
    from trayapp.words.account import Account
    from trayapp.words.official import Quoted
    from trayapp.words.vocabulary import Code


class Speech:
    """One method an exit. Made by ``speech``."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def answer(self, view: View, now: Millis) -> str:
        """The one line: "All well"."""
        return shown.answer(self._voice, view, now)

    def tooltip(self, view: View, now: Millis) -> str:
        """The answer and how old it is: "Fanal: All well · looked at 16:02"."""
        return tooltip(self._voice, view, now)

    def menu(self, view: View, now: Millis, *, running: bool = True) -> tuple[Choice, ...]:
        """The tray's menu. ``running``: whether anybody is there to carry out "check"."""
        return shown.menu(self._voice, view, now, running=running)

    def face(self, view: View, now: Millis, *, running: bool = True) -> Face:
        """All that the tray shows of ``view``."""
        menu = self.menu(view, now, running=running)
        return Face(view.icon, view.count, view.mark, self.tooltip(view, now), menu, self.answer(view, now))

    def toast(
        self, event: Event, names: Mapping[str, str], now: Millis, quotes: Mapping[str, Quoted] = toasts.NO_QUOTES
    ) -> Toast:
        """A notice; ``names``: platform id → name; ``quotes``: platform id → what its owner's page says of it."""
        return toasts.toast(self._voice, event, names, now, quotes)

    def still(self, view: View, platforms: Collection[str], now: Millis) -> Toast:
        """What works while ``platforms`` (ids) do not."""
        return still.still(self._voice, view, platforms, now)

    def digest(self, events: Sequence[Event], names: Mapping[str, str], now: Millis) -> Toast:
        """One notice of all that could not be said in time."""
        return toasts.digest(self._voice, events, names, now)

    def reply(self, said: Reply, names: Mapping[str, str], help_: str, now: Millis) -> Toast:
        """What the person is answered who said that a platform does not work for them."""
        return replies.reply(self._voice, said, names, help_, now)

    def test_notice(self) -> Toast:
        """What a person sees who asks what a notice looks like."""
        return forms.test_notice(self._voice)

    def mistake(self, problems: Sequence[str]) -> Toast:
        """That the settings, or a platform's file, were broken by hand: where, as file:line: text."""
        return forms.mistake(self._voice, problems)

    def tomorrow(self, now: Millis) -> Millis:
        """When the person's next morning begins."""
        return self._voice.times.tomorrow(now)

    def status(self, record: Mapping[str, object], age_s: float | None, now: Millis) -> list[str]:
        """Lines for the object of ``fanal status --json``; ``age_s``: seconds since the last look, None if none."""
        return lines.status(self._voice, record, age_s, now)

    def log(
        self,
        records: Iterable[Mapping[str, object]],
        names: Mapping[str, str] | None = None,
        account: Callable[[str], Account | None] = lambda _: None,
    ) -> Iterator[str]:
        """A line for each object of ``fanal log --json``, oldest first as they come; ids without a name stay ids.

        ``account``: by an incident's id what their own page said of it, where that is known.
        """
        return lines.log(self._voice, records, names or {}, account)

    def word(self, code: Code) -> str:
        """The word or sentence for one member of an enum of the model."""
        return self._voice.word(code)

    def reason(self, reason: Reason, n: int = 1) -> str:
        """Why ``n`` platforms are judged as they are."""
        return self._voice.reason(reason, n)


def speech(languages: Sequence[str], zone: tzinfo | None = None) -> Speech:
    """Speak the first of ``languages`` that Fanal knows, else English; times in ``zone``, None: the system's own."""
    language = Language(languages)
    return Speech(Voice(language, Times(language, zone)))
