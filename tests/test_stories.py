"""The installed, unmodified program lives through every story in tests/stories, each in a world of its own.

A story is mostly waiting, so all of them are told at the same time. One alone, by hand:
python tests/world/story.py tests/stories/server_errors.toml
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from world.namespaces import NoWorldError, unshare
from world.program import OUT, installed
from world.screen import require
from world.steps import StoryError, read

HERE = Path(__file__).parent
STORIES = sorted((HERE / "stories").glob("*.toml"))
LONGEST = 1200  # seconds for a story


def test_every_story() -> None:
    """One test for all: they run at the same time whichever worker gets it, and are started once."""
    try:
        unshare()
        require()
    except NoWorldError as reason:
        pytest.skip(str(reason))
    program = str(installed())
    told = {story: tell(story, "--program", program) for story in STORIES}
    failed = []
    try:
        for story, telling in told.items():
            said, _ = telling.communicate(timeout=LONGEST)
            if telling.returncode != 0:
                failed.append(f"{story.stem}: {read(story).title}\n{said}\nMore is in {OUT / story.stem}\n")
    finally:
        for telling in told.values():
            with telling:
                telling.kill()  # all of its world ends with it
    assert not failed, "\n".join(failed)


def tell(story: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(HERE / "world/story.py"), str(story), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


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
    ],
)
def test_a_wrong_story_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "story.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(StoryError) as error:
        read(file)
    assert str(error.value).startswith(f"{file}:{says}")
