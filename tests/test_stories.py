"""The installed, unmodified program lives through every story in tests/stories, each in a world of its own.

A story is mostly waiting, so many are told at the same time. One alone, by hand:
python tests/world/story.py tests/stories/server_errors.toml
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from world.namespaces import NoWorldError, unshare
from world.program import OUT, installed
from world.screen import require
from world.steps import StoryError, read

HERE = Path(__file__).parent
STORIES = sorted((HERE / "stories").glob("*.toml"))
LONGEST = 1200  # seconds for a story
AT_ONCE = 6 * (os.cpu_count() or 1)
"""Worlds at the same time. One takes 0.8 s of a processor to build, then 1 to 2 % of one, and some 200 MB."""


@dataclass(frozen=True, slots=True)
class Told:
    """How a story ended."""

    story: Path
    code: int | None  # None: it did not end
    said: str
    seconds: float

    def __str__(self) -> str:
        lines = self.said.splitlines()
        cost = next((line for line in reversed(lines) if line.startswith("told in ")), "its cost is not known")
        return f"{self.story.stem:20} exit {self.code}, {self.seconds:4.0f} s: {cost}"


def test_every_story() -> None:
    """One test for all: they share the processors whichever worker gets it, and the longest are begun first."""
    try:
        unshare()
        require()
    except NoWorldError as reason:
        pytest.skip(str(reason))
    program = str(installed())
    began = time.monotonic()
    running: list[subprocess.Popen[str]] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        order = sorted(STORIES, key=lambda story: read(story).seconds, reverse=True)
        telling = [pool.submit(tell, story, program, running) for story in order]
        try:
            told = [one.result() for one in telling]
        finally:  # also when somebody has had enough of waiting
            for one in telling:
                one.cancel()
            for process in running:
                process.kill()  # all of its world ends with it
    report = [f"{len(told)} stories in {time.monotonic() - began:.0f} s, {AT_ONCE} at a time", *map(str, told)]
    (OUT / "stories.txt").write_text("\n".join([*report, ""]), "utf-8")
    failed = [one for one in told if one.code != 0]
    whole = [
        f"{one.story.stem}: {read(one.story).title}\n{one.said}\nMore is in {OUT / one.story.stem}\n" for one in failed
    ]
    if failed:
        pytest.fail("\n".join([*report, "", *whole]), pytrace=False)


def tell(story: Path, program: str, running: list[subprocess.Popen[str]]) -> Told:
    began = time.monotonic()
    command = [sys.executable, str(HERE / "world/story.py"), str(story), "--program", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        running.append(process)
        code: int | None
        try:
            said, _ = process.communicate(timeout=LONGEST)
            code = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            said, code = process.communicate()[0], None
    return Told(story, code, said, time.monotonic() - began)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_a_story_can_be_read_and_says_how_long_it_takes(story: Path) -> None:
    assert read(story).seconds == tomllib.loads(story.read_text("utf-8"))["seconds"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "1: it has no step"),
        ("[[step]", "1: "),
        ("titel = 'x'", "1: unknown key 'titel'"),
        ("[[step]]\nwait = 'up'", "1: step 1: needs exactly one verb"),
        ("[[step]]\nstay = 1\nstart = []", "1: step 1: needs exactly one verb"),
        ("\n[[step]]\nstart = []\n[[step]]\nstay = 1\nwithin = 3", "4: step 2: unknown key 'within'"),
        ("[[step]]\nstay = 'long'", "1: step 1: stay = 'long' has the wrong type"),
        ("[[step]]\nwait_icon = 'red'", "1: step 1: wait_icon: 'red' is not one of"),
        ("[[step]]\nstay = 1\nnever_icon = ['red']", "1: step 1: never_icon: 'red' is not one of"),
        ("[[step]]\ncable = 'half'", "1: step 1: cable: 'half' is not one of in, out"),
        ("[[step]]\ninternet = { host = 'x', sttus = 503 }", "1: step 1: unknown key 'sttus'"),
        ("[[step]]\nnotices = { totals = 1 }", "1: step 1: unknown key 'totals'"),
        ("[[step]]\nlog = [{ owners = 'x' }]", "1: step 1: unknown key 'owners'"),
        ("seconds = 'long'", "1: seconds = 'long' has the wrong type"),
        ("  [[ step ]]\nstay = 1", "1: each [[step]] must begin a line of its own"),
        ("[[step]]\nplatform = 'name = 1'", "1: step 1: a platform needs an id of letters; this one's is None"),
        ("[[step]]\nplatform = '='", "1: step 1: "),
        ("[[step]]\nowners = ['../x']", "1: step 1: a platform needs an id of letters"),
        ("[[step]]\nowners = [7]", "1: step 1: a platform needs an id of letters"),
        ("[[step]]\ninternet = { host = 'x', http = 'rude' }", "1: step 1: http = 'rude' is not one of"),
        ("[[step]]\ninternet = { host = 'x', dns = 'drop', every = 2 }", "1: step 1: every needs a number"),
        ("[[step]]\nmemory = 'now'", "1: step 1: memory: 'now' is neither"),
        ("[[step]]\nmemory = {}", "1: step 1: memory: {} is neither"),
        ("[[step]]\nmemory = { mib = 2 }", "1: step 1: unknown key 'mib'"),
        ("[[step]]\nmemory = { within_mib = 2 }", "1: step 1: memory: no step before marks it"),
        ("[[step]]\nnotices = { one_each = 'x' }", "1: step 1: one_each = 'x' has the wrong type"),
        ("[[step]]\nasked = { at_most = 2 }", "1: step 1: asked: at_least and at_most need a host or a kind"),
        ("[[step]]\nasked = { host = 'x', kind = 'udp' }", "1: step 1: asked: 'udp' is not one of"),
        ("[[step]]\nmark = 'a'\n[[step]]\nasked = { since = 'b' }", "3: step 2: asked: no step before marks 'b'"),
    ],
)
def test_a_wrong_story_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "story.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(StoryError) as error:
        read(file)
    assert str(error.value).startswith(f"{file}:{says}")
