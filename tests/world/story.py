"""Run one story: the installed, unmodified program in a world of its own.

    python tests/world/story.py tests/stories/server_errors.toml [--program PATH] [--out FOLDER]

Ends with 0 if all was as the story says, 1 if not, 2 if the story's file is wrong, 3 if it cannot be told here and
now. Logs, and a picture of where it failed, are in tests/out/<story>/.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import time
from pathlib import Path

if __package__ in {None, ""}:
    sys.path[0] = str(Path(__file__).parents[1])
from world.expect import UnmetError
from world.namespaces import NoWorldError, enter, inside
from world.program import OUT, hold, installed
from world.screen import Screen, require
from world.steps import Story, StoryError, read
from world.telling import Telling
from world.world import World


def live(story: Story, program: Path, out: Path) -> int:
    """Tell a story inside fresh namespaces."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # without a handler, the first process of a world is deaf
    with World(out, [program]) as world, Screen(world.scratch, out) as screen:
        try:
            Telling(story, world, screen, program, out).tell()
        except UnmetError as unmet:
            screen.picture().save(out / "failed.png")
            print(f"FAILED {unmet}", flush=True)
            return 1
        finally:
            for kept in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
                if (folder := Path(screen.env[kept], "fanal")).is_dir():
                    shutil.copytree(folder, out / kept)
    return 0


def cost(began: float) -> str:
    """What it took, everything in this world included: all of it are children of its first process, which we are."""
    if sys.platform != "linux":
        raise OSError("Linux only")
    import resource

    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    busy = sum(one.ru_utime + one.ru_stime for one in used)
    return f"told in {time.monotonic() - began:.0f} s, with {busy:.1f} s of a processor"


def main() -> int:
    """Read, check, enter, tell."""
    words = argparse.ArgumentParser(description="Run one story of the program in a world of its own.")
    words.add_argument("story", type=Path)
    words.add_argument("--program", type=Path, help="a command to run instead of the installed program")
    words.add_argument("--out", type=Path, help="where logs go (tests/out/<story>)")
    given = words.parse_args()
    out = (given.out or OUT / given.story.stem).resolve()
    try:
        story = read(given.story)
        if inside():
            began = time.monotonic()
            code = live(story, given.program, out)
            print(cost(began), flush=True)
            return code
        require()
        program = (given.program or installed()).resolve()
        out.parent.mkdir(parents=True, exist_ok=True)
        hold(out.with_name(f".{out.name}.lock"), wait=False)
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        enter([__file__, str(given.story.resolve()), "--program", str(program), "--out", str(out)])
    except StoryError as error:
        print(error)
        return 2
    except BlockingIOError:
        print(f"this story is being told already, into {out}")
        return 3
    except NoWorldError as reason:
        print(f"no world here: {reason}")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
