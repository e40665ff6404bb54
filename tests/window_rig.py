"""A small, lively history for the log window: real platforms, an outage that goes on, others that are over, a gap."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from desktop_rig import started
from PIL import Image

from trayapp.config import BUILT_IN, load_platforms
from trayapp.core.model import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Depth,
    Evidence,
    Failure,
    Function,
    Gap,
    Instant,
    Line,
    Millis,
    Outcome,
    Phases,
    Scope,
    Source,
    State,
)
from trayapp.core.ports import Batch, Interval
from trayapp.core.present import Icon, Row, Say, View, status
from trayapp.core.story import Ending, Event, EventKind, Incident, Member, Phase
from trayapp.desktop.endpoint import open_endpoint
from trayapp.storage.database import Database
from trayapp.watch.probes import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from trayapp.core.question import Platform

BOOT = "boot"


@dataclass(frozen=True)
class Past:
    """One incident: which platforms, what, how long ago it began, how long it lasted (None: it goes on)."""

    owner: str
    platforms: tuple[str, ...]
    state: State
    scope: Scope
    ago: Millis
    length: Millis | None
    functions: tuple[Function, ...] = (Function.WEB,)


PASTS = (
    Past(
        "meta",
        ("facebook", "instagram"),
        State.DOWN,
        Scope.THEIRS,
        47 * MINUTE,
        None,
        (Function.SIGN_IN, Function.FEED),
    ),
    Past("x", ("x",), State.PARTIAL, Scope.THEIRS, 9 * HOUR, 95 * MINUTE, (Function.POST,)),
    Past("telegram", ("telegram",), State.UNREACHABLE, Scope.YOUR_NETWORK, 20 * HOUR, 3 * HOUR, (Function.MESSAGE,)),
    Past("google", ("youtube",), State.DOWN, Scope.WIDESPREAD, 3 * DAY, 41 * MINUTE, (Function.WATCH,)),
    Past("meta", ("whatsapp",), State.PARTIAL, Scope.THEIRS, 12 * DAY, 4 * HOUR, (Function.CALL,)),
    Past(
        "meta",
        ("facebook", "instagram", "messenger"),
        State.DOWN,
        Scope.THEIRS,
        40 * DAY,
        151 * MINUTE,
        (Function.SIGN_IN,),
    ),
)


def platforms() -> tuple[Platform, ...]:
    """Those that are watched until the person has chosen."""
    found, _ = load_platforms([BUILT_IN], frozenset(KINDS))
    return tuple(p for p in found if p.default)


def at(t: Millis) -> Instant:
    return Instant(t, t, BOOT)


def story(number: int, past: Past, now: Millis) -> Incident:
    """The incident of it."""
    start = now - past.ago
    end = None if past.length is None else start + past.length
    members = tuple(
        Member(
            name,
            past.functions,
            past.state,
            past.scope,
            start + n * 20 * SECOND,
            end,
            frozenset({"home"}),
            "server_errors",
        )
        for n, name in enumerate(past.platforms)
    )
    phase, ending = (Phase.OPEN, None) if end is None else (Phase.CLOSED, Ending.WELL)
    return Incident(f"i{number}", past.owner, phase, members, at(start), at(end) if end else None, 2, ending=ending)


def told(of: Incident) -> tuple[Event, ...]:
    """A start, and an end or an update."""
    start = Event(of.id, 1, EventKind.START, of.start.t + 40 * SECOND, replace(of, end=None, phase=Phase.OPEN))
    if of.end is None:
        return start, Event(of.id, 2, EventKind.UPDATE, of.start.t + 8 * MINUTE, of)
    return start, Event(of.id, 2, EventKind.END, of.end.t + 30 * SECOND, of)


def bad(name: str, t: Millis, now: Millis) -> Past | None:
    """What was wrong with that platform then."""
    for past in PASTS:
        start = now - past.ago
        if name in past.platforms and start <= t < (now if past.length is None else start + past.length):
            return past
    return None


def evidence(watched: tuple[Platform, ...], since: Millis, until: Millis, now: Millis) -> list[Evidence]:
    """Each platform once in four minutes, as it was then."""
    chance = random.Random(5)
    found = []
    for t in range(since, until, 4 * MINUTE):
        for n, platform in enumerate(watched):
            past = bad(platform.id, t, now)
            probe = platform.probes[0]
            phases = Phases(
                chance.randint(1, 9), chance.randint(10, 30), chance.randint(20, 50), chance.randint(60, 260)
            )
            ms = sum(ms or 0 for ms in (phases.dns, phases.connect, phases.tls, phases.first_byte))
            one = Evidence(
                t + n * 700,
                platform.id,
                Source.DIRECT,
                Outcome.OK,
                probe.id,
                probe.host,
                platform.owner,
                Function.WEB,
                None,
                200,
                ms,
                phases,
                f"{t}-{platform.id}",
            )
            if past is not None and past.state is State.UNREACHABLE:
                one = replace(
                    one, outcome=Outcome.FAILED, failure=Failure.CONNECT_TIMEOUT, status=None, phases=Phases(3)
                )
            elif past is not None:
                one = replace(one, outcome=Outcome.FAILED, failure=Failure.HTTP_SERVER_ERROR, status=503)
            found.append(one)
    return found


def official(now: Millis) -> Evidence:
    """Their own page's word about what goes on."""
    note = "We are aware that some people are having trouble logging in. <b>We are working on it.</b>"
    t = now - 30 * MINUTE
    return Evidence(
        t,
        "facebook",
        Source.OFFICIAL,
        Outcome.FAILED,
        "status",
        "metastatus.com",
        "meta",
        Function.SIGN_IN,
        Failure.OFFICIAL_MAJOR,
        None,
        412,
        Phases(),
        f"{t}-official",
        "",
        note,
    )


def view(
    watched: tuple[Platform, ...], now: Millis, *, wrong: frozenset[str] = frozenset({"facebook", "instagram"})
) -> View:
    """The present moment; ``wrong`` are down."""
    since = now - PASTS[0].ago
    rows = tuple(
        Row(
            p.id,
            p.name,
            p.owner,
            State.DOWN if p.id in wrong else State.UP,
            None if p.id in wrong else Depth.WORKS,
            Scope.THEIRS if p.id in wrong else Scope.NOT_KNOWN,
            since if p.id in wrong else None,
            tuple(
                (f, State.DOWN if p.id in wrong else State.UP if f is Function.WEB else State.UNKNOWN)
                for f in p.functions
            ),
            ("server_errors",) if p.id in wrong else ("works",),
        )
        for p in watched
    )
    if not wrong:
        return View(
            Icon.UP, Say.ALL_WELL, (), None, 0, mark=False, line=Line.OK, looked_at=now, rows=rows, incidents=()
        )
    names = tuple(p.name for p in watched if p.id in wrong)
    down = View(
        Icon.DOWN, Say.DOWN, names, since, len(names), mark=False, line=Line.OK, looked_at=now, rows=rows, incidents=()
    )
    return replace(down, incidents=("i0",))


def furnish(path: Path, now: Millis) -> None:
    """Write all of it, as if it had been watched until ``now``."""
    watched = platforms()
    stories = [story(number, past, now) for number, past in enumerate(PASTS)]
    intervals = [Interval(p.id, State.UP, Scope.NOT_KNOWN, now - 60 * DAY) for p in watched]
    for past in PASTS:
        start = now - past.ago
        for name in past.platforms:
            intervals.append(Interval(name, past.state, past.scope, start))
            if past.length is not None:
                intervals.append(Interval(name, State.UP, Scope.NOT_KNOWN, start + past.length))
    gaps = [Gap(now - day * DAY - 6 * HOUR, now - day * DAY - 2 * HOUR) for day in range(60)]
    with closing(Database(path)) as database:
        for day in (40, 12, 3, 1):
            first = now - day * DAY - HOUR
            last = first + 5 * HOUR if day > 1 else now
            for hour in range(first, last, HOUR):
                told_then = tuple(evidence(watched, hour, min(hour + HOUR, last), now))
                database.commit(Batch(at(hour + HOUR), "{}", evidence=told_then), durable=False)
        database.commit(
            Batch(
                at(now),
                json.dumps(status(view(watched, now))),
                incidents=tuple(stories),
                events=tuple(event for of in stories for event in told(of)),
                intervals=tuple(sorted(intervals, key=lambda each: each.since)),
                gaps=tuple(gaps),
                evidence=(official(now),),
            ),
            durable=True,
        )


class Running:
    """In the place of a running Fanal: its door, its history, and whatever it commits; all of them the real ones."""

    def __init__(self, home: Path) -> None:
        """``home``: the folder of ``environment``."""
        self.asked: list[dict[str, object]] = []
        door = open_endpoint(home / "run" / "fanal")
        assert door is not None
        self.door = door
        self.door.serve(self._take)
        self._database = Database(home / "data" / "fanal" / "history.db")

    def _take(self, request: Mapping[str, object]) -> Mapping[str, object]:
        self.asked.append(dict(request))
        return {"done": True}

    def say(self, wrong: frozenset[str]) -> None:
        """From now on these are down, and no other."""
        now = int(time.time() * 1000)
        self._database.commit(Batch(at(now), json.dumps(status(view(platforms(), now, wrong=wrong)))), durable=False)
        self.door.tell()

    def close(self) -> None:
        """It ends."""
        self.door.close()
        self._database.close()


def environment(
    home: Path, display: str, *, language: str = "en", dark: bool = False, scale: int = 1
) -> dict[str, str]:
    """What a window is started with; below ``home`` is all that it reads."""
    (home / "data" / "fanal").mkdir(parents=True, exist_ok=True)
    (home / "run").mkdir(mode=0o700, exist_ok=True)
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "LANGUAGE": language,
        "DISPLAY": display,
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "TZ": "UTC",
        "GDK_SCALE": str(scale),
        "GTK_THEME": "Adwaita:dark" if dark else "Adwaita",
    }
    return env | ({"LC_ALL": "", "LC_MESSAGES": "C.UTF-8"} if language == "en" else {})


class Shown:
    """A screen with a window manager; windows of Fanal are opened on it, driven with keys, and read from its pixels."""

    def __init__(self, home: Path, env: dict[str, str]) -> None:
        self.home, self.env = home, env

    def open(self) -> subprocess.Popen[bytes]:
        """``fanal window``."""
        return subprocess.Popen([sys.executable, "-m", "trayapp", "window"], env=self.env, stdin=subprocess.DEVNULL)

    def run(self, *command: str) -> bytes:
        return subprocess.run(command, env=self.env, capture_output=True, check=True, timeout=20).stdout

    def keys(self, *names: str) -> None:
        """Press them one after another."""
        self.run("xdotool", "key", "--delay", "40", *names)

    def type(self, text: str) -> None:
        self.run("xdotool", "type", "--delay", "20", text)

    def picture(self) -> Image.Image:
        return Image.open(io.BytesIO(self.run("import", "-silent", "-window", "root", "png:-"))).convert("RGB")

    def count(self, colour: str, box: tuple[float, float, float, float] = (0, 0, 1, 1)) -> int:
        """How many pixels are exactly ``colour`` ("#rrggbb") in that part of the screen, told in shares of it."""
        picture = self.picture()
        wide, high = picture.size
        part = picture.crop((int(box[0] * wide), int(box[1] * high), int(box[2] * wide), int(box[3] * high)))
        wanted = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return sum(count for count, seen in part.getcolors(wide * high) or () if seen == wanted)

    def windows(self) -> list[str]:
        """The numbers of the visible windows of Fanal."""
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--class", "Fanal"], env=self.env, capture_output=True, check=False
        )
        return found.stdout.decode().split()


@contextmanager
def screen(home: Path, size: str = "1200x800", **wanted: Any) -> Iterator[Shown]:
    """A virtual screen of that size; ``wanted`` as ``environment`` has it."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-noreset", "-nolisten", "tcp"]
    with open(reader, "rb") as number, started(command, os.environ, pass_fds=[writer]):  # noqa: PTH123  a pipe
        os.close(writer)
        env = environment(home, ":" + number.readline().decode().strip(), **wanted)
        with started(["openbox", "--sm-disable"], env):
            yield Shown(home, env)
