"""What the demo says of itself; and everything else, with the sign that it is one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.words.encode import clean
from trayapp.words.language import marks
from trayapp.words.speech import Speech

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from trayapp.core.model import Millis
    from trayapp.core.ports import Face, Reply, Toast
    from trayapp.core.present import View
    from trayapp.core.story import Event
    from trayapp.words.official import Quoted
    from trayapp.words.voice import Voice


class Demo:
    """Each sentence by its name."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def signed(self, title: str) -> str:
        """A title, of which everybody sees that it is of the demo."""
        return self._voice.text("Demo: {title}", title=title)

    def begins(self, title: str, minutes: int) -> str:
        """On the terminal."""
        return self._voice.plural(
            marks(
                "{title}. It takes about {count} minute. Nobody is asked, and your own history is left alone.",
                "{title}. It takes about {count} minutes. Nobody is asked, and your own history is left alone.",
            ),
            minutes,
            count=minutes,
            title=clean(title, 200),
        )

    def unknown(self, wanted: str, known: Sequence[str]) -> str:
        """There is no such scenario."""
        return self._voice.text(
            "There is no scenario {wanted}. There are: {known}; or name a file.",
            wanted=f'"{clean(wanted, 80)}"',
            known=", ".join(known),
        )

    @property
    def not_here(self) -> str:
        """What cannot be played to a person who looks on."""
        return self._voice.text("This scenario sleeps, moves or sets the clock: that can be tested, and not be shown.")


class DemoSpeech(Speech):
    """Says that it is a demo in the tooltip and in each notice."""

    def __init__(self, voice: Voice) -> None:
        super().__init__(voice)
        self._demo = Demo(voice)

    def face(self, view: View, now: Millis, *, running: bool = True) -> Face:
        """As ``Speech``, signed."""
        face = super().face(view, now, running=running)
        return replace(face, tooltip=self._demo.signed(face.tooltip), answer=self._demo.signed(face.answer))

    def toast(
        self, event: Event, names: Mapping[str, str], now: Millis, quotes: Mapping[str, Quoted] | None = None
    ) -> Toast:
        """As ``Speech``, signed."""
        return self._signed(super().toast(event, names, now, quotes or {}))

    def still(self, view: View, platforms: Collection[str], now: Millis) -> Toast:
        """As ``toast``."""
        return self._signed(super().still(view, platforms, now))

    def digest(self, events: Sequence[Event], names: Mapping[str, str], now: Millis) -> Toast:
        """As ``toast``."""
        return self._signed(super().digest(events, names, now))

    def reply(self, said: Reply, names: Mapping[str, str], help_: str, now: Millis) -> Toast:
        """As ``toast``."""
        return self._signed(super().reply(said, names, help_, now))

    def _signed(self, toast: Toast) -> Toast:
        return replace(toast, title=self._demo.signed(toast.title))
