"""What a command answers: that it was done, or why it could not be, and what can be done instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.wishes import FOR_EVER, Mute, Pause, Snooze
from trayapp.words.encode import clean
from trayapp.words.language import mark
from trayapp.words.voice import NAME_LIMIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trayapp.core.model import Millis
    from trayapp.core.wishes import Wish
    from trayapp.words.voice import Voice

_NOT_RUNNING = {
    "stop": mark("Fanal is not running."),
    "pause": mark("Fanal is not running, so nobody is asked anyway. Start it with: fanal"),
    "resume": mark("Fanal is not running, so there is nothing to go on with. Start it with: fanal"),
    "mute": mark("Fanal is not running, so it gives no notices anyway. Start it with: fanal"),
    "snooze": mark("Fanal is not running: only a running one can leave a platform out. Start it with: fanal"),
    "back": mark("Fanal is not running, so it would not see it come back. Start it with: fanal"),
    "complain": mark("Fanal is not running, so it cannot watch closely. To look once, now: fanal check"),
}


class Commands:
    """Each sentence by its name."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self.not_done = voice.text("Fanal is running, but it is not looking at the moment: try again in a minute.")
        self.paused = voice.text("Watching is paused, so nobody is asked. Go on with: fanal resume")

    def not_running(self, command: str) -> str:
        """Why ``command`` cannot be carried out without a running Fanal, and what can be done."""
        return self._voice.text(_NOT_RUNNING.get(command, _NOT_RUNNING["stop"]))

    def no_such_platform(self, wanted: str, known: Sequence[str]) -> str:
        """That nobody of that name is watched, and who is."""
        return self._voice.text(
            "No platform {wanted} is watched. There are: {known}",
            wanted=f'"{clean(wanted, NAME_LIMIT)}"',
            known=self._voice.times.commas(known),
        )

    def complained(self, name: str) -> str:
        """That it was heard."""
        return self._voice.text(
            "Fanal asks about {name} now and answers with a notice.", name=self._voice.names([name])[0]
        )

    def granted(self, wish: Wish, name: str, now: Millis) -> str:
        """What holds from now on. ``name``: of the platform that the wish is about."""
        if isinstance(wish, Pause):
            return self._paused(wish)
        if isinstance(wish, Mute):
            return self._muted(wish.until, now)
        named = self._voice.names([name])[0]
        if isinstance(wish, Snooze):
            return self._snoozed(wish.until, named, now)
        if wish.wanted:
            return self._voice.text("Fanal will say when {name} is back.", name=named)
        return self._voice.text("Fanal will not say especially when {name} is back.", name=named)

    def _paused(self, wish: Pause) -> str:
        if wish.paused:
            return self._voice.text("Watching is paused: nobody is asked until you say: fanal resume")
        return self._voice.text("Watching goes on.")

    def _snoozed(self, until: Millis | None, name: str, now: Millis) -> str:
        if until is None:
            return self._voice.text("{name} counts again.", name=name)
        end = self._voice.times.clock(until, now)
        return self._voice.text("{name} is left out of icon and notices until {until}.", name=name, until=end)

    def _muted(self, until: Millis | None, now: Millis) -> str:
        if until is None:
            return self._voice.text("Notices are given again.")
        if until >= FOR_EVER:
            return self._voice.text("No notices until you say: fanal mute off")
        return self._voice.text("No notices until {until}.", until=self._voice.times.clock(until, now))
