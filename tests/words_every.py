"""All that Fanal can say, at every exit: a walk over the codes, with names that no language here writes."""

from __future__ import annotations

import itertools
import json
import string
from dataclasses import replace
from typing import TYPE_CHECKING

import words_past
from words_rig import NOW, PARIS, T, event, member, row, view

from trayapp.core import present
from trayapp.core.conditions import Condition
from trayapp.core.judge import RULES, Official, Reason
from trayapp.core.model import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Depth,
    Evidence,
    Failure,
    Function,
    Line,
    Outcome,
    Phases,
    Scope,
    Source,
    State,
)
from trayapp.core.ports import Reply
from trayapp.core.present import Icon, Row, Say, View
from trayapp.core.story import Ending, EventKind, Member
from trayapp.core.wishes import FOR_EVER, Mute, Pause, Snooze, TellBack
from trayapp.words import advice, live
from trayapp.words.commands import Commands
from trayapp.words.console import Console
from trayapp.words.explain import explain
from trayapp.words.forms import OWN_NAME, Forms
from trayapp.words.language import Language
from trayapp.words.official import Quoted
from trayapp.words.panes import Panes
from trayapp.words.speech import Speech
from trayapp.words.still import button
from trayapp.words.times import Times
from trayapp.words.vocabulary import WORDS
from trayapp.words.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trayapp.core.ports import Choice, Toast
    from trayapp.core.story import Event
    from trayapp.words.language import Pair

IDS = ("p1", "p2", "p3", "p4", "p5")
NAMES = dict(zip(IDS, ("商城", "广场", "信使", "剧院", "书店"), strict=True))
LENGTHS = (0, SECOND, 2 * SECOND, 3 * SECOND, 11 * SECOND, MINUTE, 2 * MINUTE, HOUR + MINUTE, 2 * HOUR, DAY, 100 * DAY)
TIMES = (T, T - DAY, T - 5 * DAY, T - 64 * DAY, T - 400 * DAY)


class Heard(Language):
    """A language that remembers which sentences were asked of it."""

    def __init__(self, code: str) -> None:
        super().__init__([code])
        self.messages: set[str] = set()

    def text(self, message: str, **values: object) -> str:
        """As always."""
        self.messages.add(message)
        return super().text(message, **values)

    def plural(self, pair: Pair, n: int, **values: object) -> str:
        """As always."""
        self.messages.add(pair[0])
        return super().plural(pair, n, **values)


def everything(language: Language) -> dict[str, set[str]]:
    """Exit → all its texts in ``language``."""
    voice = Voice(language, Times(language, PARIS))
    said = Speech(voice)
    menus = (_menu(said, shown, running=running) for shown in views() for running in (True, False))
    return {
        "word": {said.word(member) for words in WORDS.values() for member in words},
        "reason": {said.reason(reason, n) for reason in Reason for n in (1, 2, 3, 11, 100)},
        "answer": {said.answer(shown, NOW) for shown in views()},
        "tooltip": {said.tooltip(shown, NOW) for shown in views()},
        "menu": {text for menu in menus for text in menu},
        "toast": {text for each in events() for text in _toast(said.toast(each, NAMES, NOW))},
        "quoted": {text for one in quotes() for each in told() for text in _toast(said.toast(each, NAMES, NOW, one))},
        "still": {text for shown in stills() for text in _toast(said.still(shown, ["p1"], NOW))},
        "still's button": {button(voice, ["p1"])[1]},
        "digest": {text for each in events() for text in _toast(said.digest([each, each], NAMES, NOW))},
        "reply": {text for each in replies() for text in _toast(said.reply(each, NAMES, "城", NOW))},
        "status": {line for each in statuses() for line in said.status(*each, NOW)},
        "log": {*said.log([]), *said.log(logs(), NAMES)},
        "duration": {voice.times.duration(length) for length in LENGTHS},
        "clock": {voice.times.clock(t, NOW) for t in (*TIMES, T - 95 * DAY, *(T + m * 30 * DAY for m in range(12)))},
        "list": {voice.times.names(["城"] * n, most) for n in range(1, 20) for most in (0, 1, 3)},
        "console": set(_texts(vars(Console(language)))),
        "command": set(_commands(Commands(voice))),
        "doctor": set(_findings(voice)),
        "explain": set(_explained(voice)),
        "past": set(words_past.pasts(voice)),
        "customers": set(words_past.lines(voice, NAMES)),
        "tale": set(words_past.tales(voice, NAMES)),
        "forms": set(_forms(voice)),
        "panes": set(_panes(Panes(voice))),
        "account": set(words_past.accounts(voice)),
        "live": set(_live(voice)),
        "test notice": set(_toast(said.test_notice())),
        "mistake": {text for n in (1, 2, 3, 4, 12) for text in _toast(said.mistake(["城"] * n))},
    }


def _live(voice: Voice) -> Iterator[str]:
    """One look at one platform: every kind of witness, every conclusion."""
    phases = Phases(1, 2, 3, 4, 5)
    for source, outcome, failure in itertools.product(Source, Outcome, (None, *Failure)):
        yield live.witness(voice, Evidence(T, "p1", source, outcome, host="城", failure=failure, phases=phases), {})
    page = Evidence(T, "p1", Source.OFFICIAL, Outcome.OK, "页", note="城")
    yield live.witness(voice, page, {"页": "城"})
    yield live.witness(voice, replace(page, source=Source.OUTSIDE, note="2 of 3 resolvers"), {})
    for line, state, depth, scope, amber in itertools.product(Line, State, (None, *Depth), Scope, (True, False)):
        functions = tuple((function, State.DOWN) for function in (Function.WEB, Function.SIGN_IN))
        shown = row("商城", state, depth=depth, scope=scope, amber=amber, functions=functions)
        yield live.conclusion(voice, view(Say.ALL_WELL, rows=(shown,), line=line), shown.id)


def _panes(panes: Panes) -> Iterator[str]:
    """All that the log window itself says."""
    yield from _texts({name: said for name, said in vars(panes).items() if not name.startswith("_")})
    for seen in (None, T):
        yield from (panes.gone(seen, NOW), panes.silent(seen, NOW))
    yield from (panes.looked(T, NOW), panes.complained("城"), panes.since("城", "16:02"), panes.lasts(HOUR))
    yield from (panes.found(shown, whole) for whole in (0, 1, 2, 3, 11, 100) for shown in (0, 1, whole))
    yield from (panes.unreadable("城"), panes.no_toolkit("python3-tk"), panes.no_screen())
    yield from (panes.paged("城"), panes.not_paged("城"))


def views() -> Iterator[View]:
    """Every answer, about one, two, five; at once, since some times; fresh or not; with and without every wish."""
    rows = tuple(_rows())
    for say, n, since in itertools.product(Say, (1, 2, 5), (None, *TIMES)):
        yield view(say, tuple(NAMES.values())[:n], since)
    for say in Say:
        yield view(say, ("商城",), looked_at=None)
        yield view(say, ("商城",), rows=rows[:1], mark=True, unsaved=True, quiet=True)
        yield view(say, ("商城",), rows=rows[:1], muted_until=NOW + DAY)
        yield view(say, ("商城",), rows=rows[:1], muted_until=FOR_EVER)
    yield view(Say.DOWN, ("商城",), rows=rows)
    yield view(Say.ALL_WELL, mark=True, rows=rows)


def _rows() -> Iterator[Row]:
    reasons = (*(reason.value for reason in Reason), *(condition.value for condition in Condition))
    for state, depth, since in itertools.product(State, (None, *Depth), (None, *TIMES)):
        functions = tuple((function, state) for function in Function)
        more = {"depth": depth, "since": since, "functions": functions, "reasons": reasons}
        yield row("商城", state, **more)
    for state, until, back in itertools.product(State, (None, NOW + HOUR, FOR_EVER), (True, False)):
        yield row("商城", state, snoozed_until=until, tell_back=back)


def _menu(said: Speech, shown: View, *, running: bool) -> Iterator[str]:
    def texts(choices: Iterable[Choice]) -> Iterator[str]:
        for choice in choices:
            yield from [choice.text] if choice.text else []
            yield from texts(choice.more)

    yield from texts(said.menu(shown, NOW, running=running))


def events() -> Iterator[Event]:
    """Every kind, state, scope and reason; one, two, three and five members; what was already so, again, unwatched."""
    for kind, state, scope, n in itertools.product(EventKind, State, Scope, (1, 2, 3, 5)):
        for flags in ({}, {"already": True}, {"relapse": True}, {"unwatched": True}):
            yield event(kind, *_members(n, state, scope), **flags)
        yield event(kind, *_members(n, state, scope, functions=tuple(Function), witnesses=frozenset()))
    for kind, rule in itertools.product(EventKind, RULES):
        verdict = rule.verdict
        yield event(kind, *_members(2, verdict.state, verdict.scope, reason=verdict.reason.value))
    for kind, (one, other) in itertools.product(EventKind, itertools.permutations(State, 2)):
        well = member("p3", State.DOWN, Scope.THEIRS, until=T + MINUTE)
        yield event(kind, *_members(1, one, Scope.THEIRS), member("p2", other, Scope.NOT_KNOWN), well)


def quotes() -> Iterator[dict[str, Quoted]]:
    """A page's own words, or none; since when, or not known."""
    for words, since in itertools.product(("页面", ""), (None, *TIMES)):
        yield {"p1": Quoted("商", words, since)}


def told() -> Iterator[Event]:
    """Of signing in, alone and with more; with and without a witness of ours; the first time and again."""
    for n, functions, witnesses in itertools.product((1, 2, 3), (1, 3), (frozenset(), frozenset({"home"}))):
        more = {"functions": tuple(Function)[:functions], "witnesses": witnesses, "reason": "official_major"}
        for flags in ({}, {"already": True}, {"relapse": True}):
            yield event(EventKind.START, *_members(n, State.PARTIAL, Scope.THEIRS, **more), **flags)


def stills() -> Iterator[View]:
    """With what still works, and without."""
    some = ((Function.WEB, State.UP), (Function.SIGN_IN, State.DOWN))
    own = replace(row("p1", State.PARTIAL, functions=some), id="p1", name="商城")
    like = replace(row("p2", State.UP, functions=((Function.SIGN_IN, State.UP),)), name="广场")
    for owner in ("meta", "other"):
        yield view(Say.PARTIAL, ("商城",), T, rows=(own, replace(like, owner=owner)))
    yield view(Say.PARTIAL, ("商城",), T, rows=(replace(own, functions=()),))


def _members(n: int, state: State, scope: Scope, **more: object) -> list[Member]:
    return [member(platform, state, scope, **more) for platform in IDS[:n]]


def _toast(toast: Toast) -> list[str]:
    return [toast.title, toast.body, *(label for _, label in toast.actions)]


def replies() -> Iterator[Reply]:
    """Every line, verdict and word of their page; with and without siblings that are well."""
    verdicts = list(dict.fromkeys(rule.verdict for rule in RULES))
    for line, verdict, official in itertools.product(Line, verdicts, Official):
        yield Reply("p1", T, verdict, None, line, official)
        yield Reply("p1", T, verdict, None, line, official, ("p2", "p3"))


def statuses() -> Iterator[tuple[dict[str, object], float | None]]:
    """Each as another process reads it; watching, not watching, never."""
    yield {}, None
    for line, icon in itertools.product(Line, Icon):
        shown = view(Say.ALL_WELL, rows=tuple(_rows())[:4], icon=icon, line=line)
        record: dict[str, object] = json.loads(json.dumps(present.status(shown)))
        yield record | {"watching": True}, 3.0
        yield record | {"watching": False}, 7200.0


def logs() -> Iterator[dict[str, object]]:
    """Every state, scope, ending and set of sources; over and not over."""
    for state, scope, ending in itertools.product(State, Scope, (None, *Ending)):
        members = [
            {"platform": platform, "state": state.value, "scope": scope.value, "functions": functions}
            for platform in IDS[:2]
            for functions in ([], [function.value for function in Function])
        ]
        over = {} if ending is None else {"end": "2024-03-05T17:02:00Z", "duration_s": 6300, "ending": ending.value}
        sources = [source.value for source in Source]
        for first in ({}, {"first_official": "2024-03-05T15:17:00Z"}, {"first_official": "2024-03-05T15:40:00Z"}):
            yield {"start": "2024-03-05T15:17:00Z", "members": members, "sources": sources} | over | first


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)


def _commands(commands: Commands) -> Iterator[str]:
    yield commands.not_done
    yield from map(commands.not_running, ("stop", "pause", "resume", "mute", "snooze", "back", "complain"))
    yield commands.no_such_platform("商", IDS[:0])
    yield commands.complained("商城")
    for until in (None, NOW + DAY, FOR_EVER):
        yield commands.granted(Mute(until), "商城", NOW)
        yield commands.granted(Snooze("p1", until), "商城", NOW)
    for wanted in (True, False):
        yield commands.granted(TellBack("p1", wanted), "商城", NOW)
        yield commands.granted(Pause(wanted), "商城", NOW)


def _findings(voice: Voice) -> Iterator[str]:
    for table, well in ((advice.WELL, True), (advice.AMISS, False)):
        for code, message in table.items():
            values = {name: "城" for _, name, _, _ in string.Formatter().parse(message) if name}
            yield advice.finding(voice, code, values, well=well)


def _forms(voice: Voice) -> Iterator[str]:
    forms = Forms(voice)
    yield from _texts({name: value for name, value in vars(forms).items() if name != "_voice"})
    yield voice.text(OWN_NAME)  # the others' own names are as they are
    yield from (
        forms.percent(1.5),
        forms.saved_as("城"),
        forms.known("城"),
        forms.renamed("城", "页"),
        forms.added("城"),
    )
    phases = {"dns": 1, "connect": 2, "tls": 3, "first_byte": 4, "body": 5}
    asked = {"method": "问", "url": "城"}
    for status, failure in itertools.product((None, 200, 404, 503), (None, *(f.value for f in Failure))):
        record = {"asked": asked, "phases": phases, "status": status, "failure": failure, "via": "城"}
        yield from (line for _, line in forms.tried(record))


def _explained(voice: Voice) -> Iterator[str]:
    more = {"status": 503, "via": "城", "note": "城", "phases": Phases(1, 2, 3, 4, 5)}
    said = [Evidence(T, "p1", source, outcome) for source in Source for outcome in Outcome]
    page = {"function": Function.SIGN_IN, "failure": Failure.OFFICIAL_MAJOR}
    said += [Evidence(NOW, "p1", Source.OFFICIAL, Outcome.FAILED, "页", "城", **page)]  # type: ignore[arg-type]  # same
    said += [Evidence(T, "p1", Source.OFFICIAL, Outcome.FAILED, "页", "城", failure=one, **more) for one in Failure]  # type: ignore[arg-type]  # a table of cases
    for status, age_s in statuses():
        yield from explain(voice, status, "商城", said=said, line=said[:1], now=NOW, age_s=age_s or 0)
        yield from explain(voice, status, "商城", said=(), line=(), now=NOW, age_s=age_s or 0)
