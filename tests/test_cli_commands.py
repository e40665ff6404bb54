"""What is wanted of a running Fanal from the command line, and what is said where none runs."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_rig import LACKING, Home, offline, people, until
from hypothesis import given
from hypothesis import strategies as st
from test_app import Rig, rig  # noqa: F401 - the fixture is found by its name
from words_rig import NOW

from trayapp.cli.parser import MUTES, SNOOZES, length
from trayapp.core.present import Icon
from trayapp.core.wishes import LONGEST, read
from trayapp.words.console import Console
from trayapp.words.language import Language

SAY = Console(Language(["en"]))
in_a_namespace = pytest.mark.skipif(bool(LACKING), reason=LACKING)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    yield from people(tmp_path)


# lengths of time


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("1h", "3600000"),
        ("90m", "5400000"),
        ("2d", "172800000"),
        ("tomorrow", "tomorrow"),
        ("ever", "ever"),
        ("off", "off"),
    ],
)
def test_a_length_of_time(typed: str, end: str) -> None:
    assert length(SAY, MUTES)(typed) == end


@pytest.mark.parametrize(
    "typed", ["", "0h", "1", "1 h", "-1h", "1w", "1.5h", "367d", "99999h", "\u0661h", "Off", "for ever"]
)
def test_what_is_none_is_refused_with_what_may_be_said(typed: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="tomorrow, ever, off"):
        length(SAY, MUTES)(typed)


def test_a_platform_is_not_left_out_until_tomorrow() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="1h, 4h, 8h, off"):
        length(SAY, SNOOZES)("tomorrow")


@given(st.text(max_size=8) | st.from_regex(r"[0-9]{1,6}[mhd]", fullmatch=True))
def test_what_is_taken_is_a_wish_that_the_core_knows(typed: str) -> None:
    try:
        end = length(SAY, MUTES)(typed)
    except argparse.ArgumentTypeError:
        return
    assert read(f"mute {end}", NOW, NOW + 1) is not None
    assert not end.isdigit() or 0 < int(end) <= LONGEST


# nobody runs


@in_a_namespace
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["pause"], "nobody is asked anyway"),
        (["resume"], "nothing to go on with"),
        (["mute", "4h"], "gives no notices anyway"),
        (["snooze", "facebook", "8h"], "only a running one can leave a platform out"),
        (["back", "facebook"], "would not see it come back"),
        (["complain", "Facebook"], "To look once, now: fanal check"),
        (["stop"], "Fanal is not running."),
        (["explain", "facebook"], "Fanal has not looked yet"),
    ],
)
def test_without_a_running_fanal_each_says_what_it_cannot_do(home: Home, command: list[str], said: str) -> None:
    ended = home.fanal(*command)
    assert ended.returncode == 3
    assert said in ended.stderr
    assert ended.stdout == ""
    assert not (home.path / ".local").exists()


@in_a_namespace
@pytest.mark.parametrize(
    "command", [["snooze", "nobody", "1h"], ["back", "nobody"], ["complain", "nobody"], ["explain", "nobody"]]
)
def test_an_unknown_platform_is_wrong_usage_and_the_known_are_named(home: Home, command: list[str]) -> None:
    ended = home.fanal(*command)
    assert ended.returncode == 2
    assert 'No platform "nobody" is watched' in ended.stderr
    assert "facebook, instagram, messenger" in ended.stderr


@in_a_namespace
@pytest.mark.parametrize(
    "command", [["mute", "soon"], ["snooze"], ["back", "facebook", "on"], ["config", "rm"], ["autostart"]]
)
def test_wrong_usage(home: Home, command: list[str]) -> None:
    ended = home.fanal(*command)
    assert ended.returncode == 2
    assert "usage: fanal" in ended.stderr


# one runs


@in_a_namespace
def test_a_running_one_does_it_and_says_so(home: Home) -> None:
    home.start()
    until(lambda: offline(home))
    for command, said in (
        (["mute", "90m"], "No notices until "),
        (["mute", "ever"], "No notices until you say: fanal mute off"),
        (["mute", "off"], "Notices are given again."),
        (["snooze", "FACEBOOK", "4h"], "Facebook is left out of icon and notices until "),
        (["snooze", "facebook", "off"], "Facebook counts again."),
        (["back", "facebook"], "Fanal will say when Facebook is back."),
        (["back", "facebook", "off"], "Fanal will not say especially when Facebook is back."),
        (["complain", "facebook"], "Fanal asks about Facebook now and answers with a notice."),
        (["pause"], "Watching is paused"),
    ):
        ended = home.fanal(*command)
        assert (ended.returncode, ended.stderr) == (0, ""), command
        assert ended.stdout.startswith(said), command
    until(lambda: home.fanal("status").stdout.startswith("Watching is paused"))
    assert home.fanal("status").returncode == 3
    complained = home.fanal("complain", "facebook")
    assert (complained.returncode, complained.stdout) == (3, "")
    assert "Watching is paused, so nobody is asked." in complained.stderr
    assert home.fanal("resume").stdout == "Watching goes on.\n"
    until(lambda: offline(home))
    explained = home.fanal("explain", "facebook")
    assert explained.returncode == 4
    assert explained.stdout.startswith("? Facebook: not known")
    assert home.fanal("stop").returncode == 0


def test_a_command_is_in_force_within_300_ms(rig: Rig) -> None:  # noqa: F811 - the fixture
    rig.shown.wait(Icon.UP)
    rig.builder.gate.set()

    def muted() -> bool:
        return "mute off" in [row.command for row in rig.shown.faces[-1].menu]

    took = []
    for wish, wanted in (("mute ever", True), ("mute off", False), ("mute 3600000", True)):
        began = time.monotonic()
        assert rig.ask(do="wish", wish=wish) == {"done": True}
        with rig.shown.changed:
            assert rig.shown.changed.wait_for(lambda wanted=wanted: muted() is wanted, 5)  # type: ignore[misc]  # bound
        took.append(time.monotonic() - began)
    print("in force after", [f"{each * 1000:.1f} ms" for each in took])
    assert max(took) < 0.3
