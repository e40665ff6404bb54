"""What the log window itself says: its buttons, its filters, what it tells where there is nothing to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.words import past
from trayapp.words.language import mark, marks

if TYPE_CHECKING:
    from trayapp.core.model import Millis
    from trayapp.words.voice import Voice

_FOUND = marks("{count} incident", "{count} incidents")
_OF = mark("{count} of {all}")
_MORE_BELOW = mark("There was more; the rest is in the exported history.")


class Panes:
    """Each sentence by its name."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        text = voice.text
        self.title = text("Fanal: the log")
        self.check, self.complain = text("Check now"), text("It does not work for me")
        self.copy, self.copied = text("Copy as text"), text("Copied. Paste it wherever you answer people.")
        self.settings, self.start, self.close = text("Settings"), text("Start Fanal"), text("Close")
        self.search = text("Search incidents")
        self.every_platform, self.every_function = text("All platforms"), text("All functions")
        self.every_scope, self.every_time = text("Any fault"), text("All times")
        self.incidents, self.platform = text("Incidents"), text("Platform")
        self.back, self.story = text("Back"), text("The story")
        self.told, self.evidence = text("What Fanal told"), text("What was seen and said")
        self.times = text("Response times")
        self.times_more = text("From the question to the first byte of the answer, by phase.")
        self.no_platform = text("No platform is watched. Choose some under Settings.")
        self.no_incident = text("Nothing has happened yet.")
        self.no_match = text("No incident matches. Escape shows all again.")
        self.no_evidence = text("No evidence of it is kept.")
        self.more = text(_MORE_BELOW)
        self.waiting = text("One moment…")
        self.asked = text("All platforms are asked now.")
        self.not_done = text("Fanal is running, but it is not looking at the moment: try again in a minute.")
        self.never = text("Fanal has not looked yet.")
        self.starting = text("Fanal is starting.")
        self.not_started = text("Fanal could not be started.")
        self.functions = text("What people do there")
        self.still, self.official = text("What still works"), text("What their own status page says")
        self.keys = text("Ctrl-F search · S sort · F5 check now · Escape back · Ctrl-C copy as text · Ctrl-Q close")
        self.spans = {code: past.span(voice, code) for code in past.SPANS}

    def gone(self, seen: Millis | None, now: Millis) -> str:
        """That nobody watches, and until when what is shown was seen."""
        if seen is None:
            return self._voice.text("Fanal is not running.")
        clock = self._voice.times.clock(seen, now)
        return self._voice.text("Fanal is not running; this is what was seen until {clock}.", clock=clock)

    def silent(self, seen: Millis | None, now: Millis) -> str:
        """That Fanal runs and does not look."""
        if seen is None:
            return self.never
        clock = self._voice.times.clock(seen, now)
        return self._voice.text("Fanal has stopped looking; this is what was seen until {clock}.", clock=clock)

    def looked(self, at: Millis | None, now: Millis) -> str:
        """When it last looked; "" if it never has."""
        return "" if at is None else self._voice.text("Looked at {clock}.", clock=self._voice.times.clock(at, now))

    def complained(self, name: str) -> str:
        """That it was heard."""
        return self._voice.text(
            "Fanal asks about {name} now and answers with a notice.", name=self._voice.names([name])[0]
        )

    def found(self, shown: int, whole: int) -> str:
        """How many incidents are shown, and of how many."""
        if shown == whole:
            return self._voice.plural(_FOUND, whole, count=whole)
        return self._voice.text(_OF, count=shown, all=self._voice.plural(_FOUND, whole, count=whole))

    def since(self, word: str, since: str) -> str:
        """A state, and since when."""
        return self._voice.text("{state} since {since}", state=word, since=since) if since else word

    def lasts(self, ms: Millis) -> str:
        """How long it has lasted so far."""
        return self._voice.text("{duration} so far", duration=self._voice.times.duration(ms))

    def unreadable(self, trouble: str) -> str:
        """That the history could not be read, and why."""
        return self._voice.text("The history cannot be read: {trouble}", trouble=trouble)

    def no_toolkit(self, package: str) -> str:
        """That the window needs what is not there, and what is done instead."""
        return self._voice.text(
            "The window needs Tk, which is not installed here: install {package}. Meanwhile the browser shows the log.",
            package=package,
        )

    def no_screen(self) -> str:
        """That there is nowhere to show a window."""
        return self._voice.text("There is no screen to open a window on. For the same in a terminal: fanal log")

    def paged(self, place: str) -> str:
        """Where the page lies that stands in for the window."""
        return self._voice.text("The log as a page: {place}", place=place)

    def not_paged(self, place: str) -> str:
        """That no browser would open it."""
        return self._voice.text("No browser could be opened. The page lies at {place}", place=place)
