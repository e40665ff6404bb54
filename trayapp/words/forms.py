"""What the windows for the settings, the first start and a new platform say; the terminal's form says the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.model import Failure, Stage
from trayapp.core.ports import Toast
from trayapp.core.present import Icon
from trayapp.words.encode import clean
from trayapp.words.explain import PHASES
from trayapp.words.language import Language, found, mark, marks
from trayapp.words.outside import REPORTS, TELLS, tells

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trayapp.words.voice import Voice

_LONG = 200
# Translators: the name of your own language, as it calls itself
OWN_NAME = mark("English")

_PHASE_OF = {
    Stage.DNS: "dns",
    Stage.CONNECT: "connect",
    Stage.TLS: "tls",
    Stage.HTTP: "first_byte",
    Stage.BODY: "body",
}

_THEMES = {"system": mark("as the desktop"), "light": mark("light"), "dark": mark("dark")}
_CONSENTS = {
    "on_suspicion": mark("Yes, on suspicion"),
    "never": mark("No, never"),
    "": mark("Not decided yet"),
}


class Forms:
    """Each sentence by its name."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        text = voice.text
        self.settings = text("Settings")
        self.welcome = text("Welcome to Fanal")
        self.welcome_more = text(
            "Fanal watches the platforms you use and says whether it is you or them. Every question here can be left "
            "as it is; all of it can be changed later, under Settings."
        )
        self.platforms, self.notices = text("Platforms"), text("Notices")
        self.privacy, self.look = text("Privacy"), text("Look and language")
        self.which, self.which_more = text("Which of these do you use?"), text("Only those that are on are asked.")
        self.own = text("your own")
        self.outside = text("May Fanal ask other networks when a platform fails here?")
        self.outside_more = text(
            "Only then Fanal can tell whether it is down elsewhere too. Public measuring services then learn which "
            "host fails here, your country and your network address; nothing else, and only then."
        )
        self.consents = {code: text(message) for code, message in _CONSENTS.items()}
        self.reports = text("Read how many people report trouble in public")
        self.reports_more = text(
            "The public pages that are read learn your network address. They are always asked about all platforms, so "
            "not which ones you use."
        )
        self.no_makers = text("Fanal sends nothing about you to those who make it.")
        self.language, self.as_desktop = text("Language"), text("as the desktop")
        self.theme, self.size = text("Colours"), text("Size")
        self.themes = {code: text(message) for code, message in _THEMES.items()}
        self.start = text("Start Fanal when I log in")
        self.save, self.cancel, self.close = text("Save"), text("Cancel"), text("Close")
        self.done, self.later = text("Done"), text("Later")
        self.saved, self.saved_only = text("Saved: it holds from now on."), text("Saved: it holds when Fanal starts.")
        self.unchanged, self.not_saved = text("Nothing was changed."), text("Not saved:")
        self.broken = text("The settings have a mistake. Until it is mended, those from before hold:")
        self.at_least_one = text("Choose one platform at least.")
        self.no_times = text(
            "Give both times of the quiet hours as in {example}, and not the same twice.", example="22:00"
        )
        self.add = text("Add a platform")
        self.address, self.name = text("Address"), text("Name")
        self.test, self.testing = text("Test now"), text("Asking…")
        self.busy = text("Two tests are under way already: try again in a moment.")
        self.no_address = text("Give an address such as {example}", example="https://example.org")
        self.no_name = text("Give it a name.")
        self.no_reply = text("No answer came from the running Fanal: try again.")
        self.only_this = text("Only this answer counts as healthy")
        self.only_this_more = text("Otherwise any answer will do: then Fanal sees that it answers, not that it works.")
        self.no_window = text("There can be no window here. The same in the terminal: fanal setup")
        self.no_tk = text(
            "There can be no window: this Python lacks Tk (Debian: python3-tk). The same in the terminal: fanal setup"
        )
        self.as_it_is = text("Enter leaves an answer as it is.")
        self.numbers = text("Numbers to switch on or off, such as 2 5:")
        self.number = text("A number:")
        self.yes, self.no = text("yes"), text("no")
        self.ask_first = text("The first questions have not been answered yet: fanal setup")
        self._of_notices()

    def _of_notices(self) -> None:
        text = self._voice.text
        self.give = text("Give notices")
        self.heed = text("Give none while the desktop is set to “do not disturb”")
        self.sound = text("With a sound")
        self.remind = text("Tell me again every hour while an outage goes on")
        self.quiet = text("Quiet hours")
        self.since, self.until = text("from"), text("until")
        self.quiet_more = text("What is missed in the quiet hours is told after them.")
        self.show_notice = text("Show me a notice")
        self.notice_sent = text("A notice is on its way.")
        self.no_notice = text("Fanal is not running, so it can show no notice.")

    def languages(self) -> list[tuple[str, str]]:
        """Each language as (code, its own name for itself)."""
        return [(code, Language([code]).text(OWN_NAME)) for code in ("en", *found())]

    def learns(self, credits_: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
        """Who may be asked beside the platforms, and what they learn by it. ``credits_``: kind of service → names."""
        found: dict[str, tuple[str, ...]] = {}
        for kind, names in credits_.items():
            what = tells(self._voice, kind if kind in TELLS else REPORTS)
            found[what] = (*found.get(what, ()), *names)
        times = self._voice.times
        return [(times.all_names(self._voice.names(names)), what) for what, names in found.items()]

    def percent(self, scale: float) -> str:
        """A size as it is offered."""
        return self._voice.text("{percent} %", percent=round(scale * 100))

    def saved_as(self, file: str) -> str:
        """Where a new platform will be written."""
        return self._voice.text("It will be saved as {file}", file=file)

    def known(self, name: str) -> str:
        """That an address is of a platform there is already."""
        return self._voice.text(
            "{name} has this address already: it is in the list of platforms.", name=clean(name, _LONG)
        )

    def renamed(self, name: str, id_: str) -> str:
        """That a platform of that name is there, so that the new one is filed under another."""
        return self._voice.text(
            "There is another {name} already: this one will be called {id}.", name=clean(name, _LONG), id=id_
        )

    def added(self, name: str) -> str:
        """That it is done."""
        return self._voice.text("{name} is watched from now on.", name=clean(name, _LONG))

    def tried(self, record: Mapping[str, object]) -> list[tuple[str, str]]:
        """What was asked and what came back, as (mark, line): ✓ what went well, ✗ what failed, "" the rest."""
        return list(self._tried(record))

    def _tried(self, record: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        text = self._voice.text
        asked, phases = _table(record.get("asked")), _table(record.get("phases"))
        method, url = clean(str(asked.get("method", "")), _LONG), clean(str(asked.get("url", "")), _LONG)
        yield "", text("Asked: {question}", question=f"{method} {url}")
        reached = [(name, message, ms) for name, message in PHASES if isinstance(ms := phases.get(name), int)]
        failure, status = record.get("failure"), record.get("status")
        why = next((one for one in Failure if one.value == failure), None)
        broke = _broke(why, [name for name, _, _ in reached])
        for name, message, ms in reached:
            yield "✗" if name == broke else "✓", text(message, ms=ms)
        if why is not None:
            yield "" if broke else "✗", self._voice.word(why)
        if isinstance(status, int):
            yield ("✓" if status < 400 else "✗"), text("HTTP {status}.", status=status)
        via = record.get("via")
        if isinstance(via, str) and via:
            yield "", text("By way of: {box}.", box=clean(via, _LONG))
        yield "", self._meaning(failure, status)

    def _meaning(self, failure: object, status: object) -> str:
        text = self._voice.text
        if failure is not None or not isinstance(status, int):
            return text("It does not answer from here now. It can be added all the same.")
        if status >= 500:
            return text("It answers with an error of its own: while that is so, Fanal will call it down.")
        if status >= 400:
            return text("It refuses this question. Fanal can see that it answers, not whether it works.")
        return text("It answers: it can be watched.")


def _broke(why: Failure | None, reached: list[str]) -> str:
    """The phase in which it failed; "" where none was reached. A whole check that is too long ends in its last one."""
    if why is None or not reached:
        return ""
    name = _PHASE_OF.get(why.stage, reached[-1] if why.stage is Stage.TIME_OUT else "")
    return name if name in reached else ""


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def test_notice(voice: Voice) -> Toast:
    """What a notice looks like."""
    return Toast(
        key="test",
        title=voice.text("This is a notice of Fanal"),
        body=voice.text("So you will be told when a platform you use is in trouble, and when it is over."),
        urgent=False,
        icon=Icon.UP,
    )


def mistake(voice: Voice, problems: Sequence[str]) -> Toast:
    """That the settings, or a platform's file, were broken by hand. ``problems``: at least one, as file:line: text."""
    others = len(problems) - 1
    problem = clean(problems[0], _LONG)
    body = [voice.text("Until it is mended, what was before holds: {problem}", problem=problem)]
    if others:
        body.append(voice.plural(marks("And {count} more.", "And {count} more."), others, count=others))
    return Toast(
        key="settings",
        title=voice.text("Fanal's settings have a mistake"),
        body=" ".join(body),
        urgent=False,
        icon=Icon.UNKNOWN,
    )
