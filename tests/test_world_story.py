"""The storyteller: what it accepts, what it refuses and how it says so; and that nothing of a world is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from world.expect import lacks, tells_of
from world.namespaces import NoWorldError, unshare
from world.screen import require

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
pytestmark = pytest.mark.xdist_group("world")

NOTIFY = f"""#!{sys.executable}
import os, time
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
where = DBusAddress("/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.freedesktop.Notifications")
told = ("Fanal", 0, "", "Alpha is down", "$(false) <b>&'\\"\\nsecond line", [], {{}}, 0)
with open_dbus_connection("SESSION") as bus:
    bus.send_and_get_reply(new_method_call(where, "Notify", "susssasa{{sv}}i", told), timeout=5)
    time.sleep(600)
"""
LINE = f"""#!{sys.executable}
import socket
try:
    socket.create_connection(("9.9.9.9", 443), timeout=5).close()
except OSError as trouble:
    print('{{"line": "offline"}}')
    raise SystemExit(4)
print('{{"line": "ok"}}')
"""
SLEEP = "#!/bin/sh\nexec sleep 600\n"
START = "[[step]]\nstart = []\n"


@pytest.fixture
def tell(tmp_path: Path) -> Callable[[str, str], subprocess.Popen[str]]:
    try:
        unshare()
        require()
    except NoWorldError as reason:
        pytest.skip(str(reason))

    def go(program: str, story: str) -> subprocess.Popen[str]:
        command = tmp_path / "bin/program"
        command.parent.mkdir(exist_ok=True)
        command.write_text(program, "utf-8")
        command.chmod(0o755)
        (tmp_path / "story.toml").write_text(story, "utf-8")
        words = [str(HERE / "world/story.py"), str(tmp_path / "story.toml"), "--program", str(command)]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [sys.executable, *words, "--out", str(tmp_path / "out")], stdout=pipe, stderr=subprocess.STDOUT, text=True
        )

    return go


def end(telling: subprocess.Popen[str]) -> tuple[int, str]:
    said, _ = telling.communicate(timeout=60)
    return telling.returncode, said


@pytest.mark.parametrize(
    ("program", "story", "says"),
    [
        (
            SLEEP,
            START + '[[step]]\nwait_icon = "up"\nwithin = 1\n',
            ["FAILED step 2 (line 3): wait_icon = 'up', within = 1", "the icon shows 'none'"],
        ),
        ("#!/bin/sh\necho alas; exit 7\n", START + "[[step]]\nstay = 5\n", ["has ended by itself with 7", "alas"]),
        (
            NOTIFY,
            START + "[[step]]\nnotices = { total = 0 }\n[[step]]\nstay = 5\nno_notice = true\n",
            ["Alpha is down"],
        ),
        (NOTIFY, START + '[[step]]\nnotices = { total = 1, last = ["Beta"] }\nwithin = 2\n', ["1 notices: ['Alpha is"]),
        (LINE, '[[step]]\ncable = "out"\n[[step]]\nrun = []\nexit = 0\nwithin = 0\n', ["exit code 4", "offline"]),
        (LINE, '[[step]]\nrun = []\njson = { line = "offline" }\nwithin = 0\n', ["it.line is 'ok', not 'offline'"]),
    ],
    ids=["no icon", "ends by itself", "unwelcome notice", "wrong notice", "exit code", "wrong json"],
)
def test_it_tells_what_was_not_met(
    tell: Callable[[str, str], subprocess.Popen[str]], tmp_path: Path, program: str, story: str, says: list[str]
) -> None:
    code, said = end(tell(program, story))
    assert code == 1, said
    for words in says:
        assert words in said
    assert (tmp_path / "out/failed.png").stat().st_size > 0


def test_it_is_content_when_all_is_met(tell: Callable[[str, str], subprocess.Popen[str]], tmp_path: Path) -> None:
    story = (
        START + '[[step]]\nnotices = { total = 1, last = ["(?m)^Alpha is down$", "second line"], never = ["Beta"] }\n'
    )
    story += '[[step]]\nscreenshot = "shown"\n[[step]]\nkill = "KILL"\n[[step]]\nasked = { only = [] }\n'
    code, said = end(tell(NOTIFY, story))
    assert code == 0, said
    assert (tmp_path / "out/shown.png").stat().st_size > 0


def test_the_cable_and_the_rules_reach_the_program(tell: Callable[[str, str], subprocess.Popen[str]]) -> None:
    run = '[[step]]\nrun = []\nexit = %d\njson = { line = "%s" }\nwithin = 0\n'
    story = run % (0, "ok") + '[[step]]\ncable = "out"\n' + run % (4, "offline") + '[[step]]\ncable = "in"\n'
    code, said = end(tell(LINE, story + run % (0, "ok")))
    assert code == 0, said


def test_a_story_is_told_once_at_a_time_and_nothing_outlives_its_end(
    tell: Callable[[str, str], subprocess.Popen[str]],
) -> None:
    if sys.platform != "linux":
        pytest.skip("namespaces are Linux's")
    links = socket.if_nameindex()
    telling = tell(SLEEP.replace("600", "601.25"), START + "[[step]]\nstay = 60\n")
    with telling:
        assert telling.stdout
        wait_for(lambda: alive("601.25"))
        code, second = end(tell(SLEEP, START))
        assert (code, "told already" in second) == (3, True), second
        telling.send_signal(signal.SIGKILL)
        wait_for(lambda: not alive("601.25") and not alive(f":{telling.pid}"))
    assert socket.if_nameindex() == links


def alive(word: str) -> bool:
    """Whether any process here has ``word`` among its arguments."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it has just ended
        if word.encode() in arguments and int(process.name) != os.getpid():
            return True
    return False


def wait_for(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("wanted", "seen", "says"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, ""),
        ({"a": 1}, {"b": 2}, "it.a is None, not 1"),
        ({"a": []}, {"a": []}, ""),
        ({"a": []}, {"a": [1]}, "it.a is [1], not []"),
        ([{"id": "b"}], [{"id": "a"}, {"id": "b", "x": 1}], ""),
        ([{"id": "b", "x": 2}], [{"id": "b", "x": 1}], "it has nothing like {'id': 'b', 'x': 2}"),
        ({"a": {"b": "c"}}, {"a": None}, "it.a is None, not {'b': 'c'}"),
    ],
)
def test_a_part_of_json(wanted: object, seen: object, says: str) -> None:
    assert lacks(wanted, seen) == says


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_everything_holds_itself(value: object) -> None:
    assert lacks(value, value) == ""


@given(st.dictionaries(st.text(max_size=3), st.integers(), min_size=1), st.data())
def test_nothing_holds_more_than_itself(seen: dict[str, int], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(seen)))
    assert lacks(seen | {key: seen[key] + 1}, seen) != ""


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({}, True),
        ({"owner": "o", "members": ["b", "a"], "ended": True, "lasted": [30, 60]}, True),
        ({"owner": "p"}, False),
        ({"members": ["a"]}, False),
        ({"ended": False}, False),
        ({"lasted": [46, 60]}, False),
        ({"lasted": [0, 44]}, False),
    ],
)
def test_an_incident_is_the_one_that_is_meant(wanted: dict[str, object], fits: bool) -> None:  # noqa: FBT001  a table
    members = [{"platform": "a"}, {"platform": "b"}]
    assert tells_of(wanted, {"owner": "o", "members": members, "end": "2024-03-05T17:00:00Z", "duration_s": 45}) is fits
