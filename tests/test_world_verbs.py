"""What a story can do to the program and expect of it: the verbs that need more than a glance at the screen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from world.expect import asked_otherwise, notices_differ, tell_of_all
from world.namespaces import NoWorldError, unshare
from world.owners import own, small_owner
from world.process import Memory
from world.screen import require

from trayapp.config import BUILT_IN, load_platforms
from trayapp.watch.probes import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
pytestmark = pytest.mark.xdist_group("world")

ASKS = f"""#!{sys.executable}
import socket, ssl, sys
name, path = sys.argv[1:]
with socket.create_connection((name, 443), timeout=5) as sock:
    with ssl.create_default_context().wrap_socket(sock, server_hostname=name) as tls:
        tls.sendall(f"GET {{path}} HTTP/1.1\\r\\nHost: {{name}}\\r\\nUser-Agent: Fanal\\r\\n\\r\\n".encode())
        print(tls.recv(65536).decode())
"""
READS = f"""#!{sys.executable}
import os, pathlib
for file in sorted(pathlib.Path(os.environ["XDG_CONFIG_HOME"], "fanal").rglob("*.toml")):
    print(file.name, file.read_text())
"""
GROWS = f"""#!{sys.executable}
import os, pathlib, signal, sys, time
there, done = (pathlib.Path(os.environ["TMPDIR"], name) for name in ("there", "done"))
def grow(*_):
    len(b"x" * (40 << 20))
    done.touch()
def wait_for(file):
    while not file.exists():
        time.sleep(0.01)
if "stay" in sys.argv:
    signal.signal(signal.SIGTERM, grow)
    pathlib.Path(os.environ["TMPDIR"], "coming").write_text(str(os.getpid()))
    os.rename(os.path.join(os.environ["TMPDIR"], "coming"), there)
    time.sleep(600)
wait_for(there)
if "grow" in sys.argv:
    os.kill(int(there.read_text()), signal.SIGTERM)
    wait_for(done)
"""
"""With `stay` it stays; with `grow` it makes the one that stayed hold 40 MiB more for a moment."""


@pytest.fixture
def tell(tmp_path: Path) -> Callable[[str, str], tuple[int, str]]:
    try:
        unshare()
        require()
    except NoWorldError as reason:
        pytest.skip(str(reason))

    def go(program: str, story: str) -> tuple[int, str]:
        command = tmp_path / "bin/program"
        command.parent.mkdir(exist_ok=True)
        command.write_text(program, "utf-8")
        command.chmod(0o755)
        (tmp_path / "story.toml").write_text(story, "utf-8")
        words = [sys.executable, str(HERE / "world/story.py"), str(tmp_path / "story.toml")]
        words += ["--program", str(command), "--out", str(tmp_path / "out")]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, done.stdout + done.stderr

    return go


def test_what_was_asked_can_be_told(tell: Callable[[str, str], tuple[int, str]]) -> None:
    story = """
        [[step]]
        run = ["www.alpha.example", "/one"]
        text = "200 OK"
        [[step]]
        mark = "later"
        [[step]]
        internet = { host = "www.alpha.example", status = 503 }
        [[step]]
        run = ["www.alpha.example", "/two"]
        text = "503 "
        [[step]]
        asked = { host = "*.alpha.example", kind = "http", at_least = 2, at_most = 2, agent = "Fanal", a_minute = 2 }
        [[step]]
        asked = { host = "*.alpha.example", kind = "http", since = "later", at_least = 1, at_most = 1 }
        [[step]]
        asked = { host = "www.alpha.example", path = "/t*", answer = 503, at_least = 1, at_most = 1 }
        [[step]]
        asked = { host = "www.alpha.example", kind = "tls", at_least = 3 }
        within = 0
    """
    code, said = tell(ASKS, story)
    assert code == 1, said
    assert "FAILED step 8" in said
    assert "2 such questions, to www.alpha.example" in said
    assert "s of a processor" in said


def test_platforms_lie_where_the_program_looks(tell: Callable[[str, str], tuple[int, str]]) -> None:
    story = """
        [[step]]
        config = "language = 'en'"
        [[step]]
        owners = ["alpha", "beta"]
        [[step]]
        platform = "id = 'gamma'"
        [[step]]
        run = []
        text = '(?s)config.toml language.*alpha.toml id.*beta.toml id.*gamma.toml id'
    """
    code, said = tell(READS, story)
    assert code == 0, said


@pytest.mark.parametrize(("most", "code"), [(60, 0), (20, 1)])
def test_memory_that_was_held_for_a_moment_only_counts(
    tell: Callable[[str, str], tuple[int, str]], most: int, code: int
) -> None:
    story = f"""
        [[step]]
        start = ["stay"]
        [[step]]
        run = []
        [[step]]
        memory = "mark"
        [[step]]
        run = ["grow"]
        [[step]]
        memory = {{ within_mib = {most} }}
    """
    got, said = tell(GROWS, story)
    assert got == code, said
    assert "has become Memory(share=" in said
    assert ("FAILED step 5" in said) == (code == 1)


def test_only_growth_counts() -> None:
    quiet = Memory(share=40.0, resident=60.0, peak=90.0)
    assert Memory(share=45.0, resident=66.0, peak=66.0).over(quiet) == 6.0
    assert Memory(share=45.0, resident=62.0, peak=62.0).over(quiet) == 5.0
    assert Memory(share=40.0, resident=60.0, peak=85.0).over(quiet) == 25.0
    assert Memory(share=38.0, resident=58.0, peak=60.0).over(quiet) <= 0.0


def test_a_small_owner_is_a_platform_that_the_program_accepts(tmp_path: Path) -> None:
    file = small_owner("alpha")
    (tmp_path / file.name).write_text(file.text, "utf-8")
    platforms, problems = load_platforms([BUILT_IN, tmp_path], frozenset(KINDS))
    assert problems == ()
    [alpha] = [platform for platform in platforms if platform.id == "alpha"]
    assert (alpha.owner, alpha.name) == ("alpha", "Alpha")
    assert [(p.host, p.method) for p in alpha.probes] == [("www.alpha.example", "HEAD"), ("api.alpha.example", "GET")]
    assert not any(probe.healthy or probe.broken for probe in alpha.probes)


@pytest.mark.parametrize("text", ["", "id = 7", "id = '../x'", "id = 'a' = 'b'"])
def test_a_platform_without_a_name_for_its_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  tomllib's own words, or ours
        own(text)


@pytest.mark.parametrize(
    ("wanted", "differs"),
    [
        ({"total": 2}, False),
        ({"total": 1}, True),
        ({"last": ["Beta", "here"]}, False),
        ({"last": ["Alpha"]}, True),
        ({"one_each": ["Alpha", "Beta"]}, False),
        ({"one_each": ["here"]}, True),
        ({"one_each": ["Gamma"]}, True),
        ({"never": ["Gamma", "down"]}, False),
        ({"never": ["Alpha"]}, True),
    ],
)
def test_notices(wanted: dict[str, object], differs: bool) -> None:  # noqa: FBT001  a table
    assert bool(notices_differ(wanted, ["Alpha\nhere", "Beta\nhere"])) is differs


def test_incidents_are_told_in_any_order_but_all_of_them() -> None:
    seen: list[dict[str, Any]] = [{"owner": o, "members": [], "end": None, "duration_s": None} for o in "ab"]
    one, two = seen
    wanted: list[dict[str, Any]] = [{"owner": "b"}, {}]
    assert tell_of_all(wanted, [one, two])
    assert tell_of_all(wanted, [two, one])
    assert not tell_of_all(wanted, [one, one])
    assert not tell_of_all(wanted, [one, two, two])
    assert not tell_of_all([], [one])
    assert tell_of_all([], [])


@given(st.lists(st.sampled_from(["a.example", "b.example", "c.test"])), st.integers(0, 3), st.integers(0, 3))
def test_who_is_asked_how_often(hosts: list[str], least: int, more: int) -> None:
    log: list[dict[str, object]] = [
        {"t": float(at), "kind": "tls", "host": host, "answer": "ok"} for at, host in enumerate(hosts)
    ]
    log.append({"t": 0.0, "kind": "broken", "port": 443, "why": "a connection that broke is no question"})
    wanted = {"host": "*.example", "at_least": least, "at_most": least + more}
    fits = least <= sum(host != "c.test" for host in hosts) <= least + more
    assert (asked_otherwise(wanted, log) == "") is fits
    assert (asked_otherwise({"only": ["*.example"]}, log) == "") is ("c.test" not in hosts)
    most = max((hosts.count(host) for host in hosts), default=0)
    assert asked_otherwise({"a_minute": most}, log) == ""
    assert most == 0 or asked_otherwise({"a_minute": most - 1}, log) != ""
    assert asked_otherwise({"kind": "tls", "at_most": 0}, log, since=len(hosts)) == ""
