"""The house itself: who may import whom, what the core may touch, what stands in data only, how large a room may be."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "trayapp"
CORE = HOUSE / "core"

PURE = {
    "__future__",
    "bisect",
    "collections.abc",
    "dataclasses",
    "datetime",
    "enum",
    "itertools",
    "json",
    "math",
    "re",
    "typing",
}
"""What the core may use of the standard library: no clock, no chance, no file, no socket, no thread."""
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "compile", "__import__", "globals", "id", "hash"}
CLOCKS = {"now", "utcnow", "today", "localtime", "gmtime"}

LONGEST = 300

ORDINARY = {"threads", "meta", "messenger", "signal", "outlook", "zoom", "snap"}
"""Names that are words of every day as well: these are looked for only as a whole text in quotes."""
MAKERS = {"microsoft", "gmail"}
"""So are those of a maker of systems, whose registry keys and manuals are named where they are used, and of a domain
under which somebody's extension is known."""
SHORT = 3
"""So is every name of no more letters than this; one of a single letter is no name that could be looked for."""

VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base"}


def sources(folder: Path = HOUSE) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            found.add(node.module or "")
    return found


# the core is pure


@pytest.mark.parametrize("path", sources(CORE), ids=name_of)
def test_the_core_imports_only_itself_and_what_is_pure(path: Path) -> None:
    others = {m for m in imports(path) if m not in PURE and not (m == "trayapp.core" or m.startswith("trayapp.core."))}
    assert others == set()


@pytest.mark.parametrize("path", sources(CORE), ids=name_of)
def test_the_core_reads_no_clock_and_no_file_and_changes_nothing_shared(path: Path) -> None:
    for node in ast.walk(tree(path)):
        where = f"{name_of(path)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in IMPURE_CALLS, where
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in {"datetime", "date"}
        ):
            assert node.attr not in CLOCKS, where
        assert not isinstance(node, (ast.Global, ast.Nonlocal, ast.AsyncFunctionDef, ast.Await)), where


def test_the_core_says_no_sentences() -> None:
    """What a person reads is made elsewhere: a text in the core is a code, or the message of a mistake of ours."""
    for path in sources(CORE):
        docs = {id(n.value) for n in ast.walk(tree(path)) if isinstance(n, ast.Expr)}
        types = {id(n.value) for n in ast.walk(tree(path)) if isinstance(n, ast.AnnAssign)}
        raised = {id(part) for n in ast.walk(tree(path)) if isinstance(n, ast.Raise) for part in ast.walk(n)}
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and not {id(node)} & (docs | types | raised)
            ):
                assert " " not in node.value, f"{name_of(path)}:{node.lineno}: {node.value!r}"


# who may import whom


def test_imports_go_one_way() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(
        [*command, "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


# names of platforms and owners are data


@cache
def names_in_data() -> frozenset[str]:
    """Every platform's and owner's id, name and hosts, and the hosts that are asked about the line."""
    found: set[str] = set()
    for file in sorted((HOUSE / "platforms").glob("*.toml")):
        data = tomllib.loads(file.read_text("utf-8"))
        found |= {str(data[key]) for key in ("id", "name", "owner", "owner_name") if key in data}
        for probe in [*data.get("probe", []), *data.get("control", [])]:
            host = probe.get("host") or re.sub(r"^https?://([^/:]+).*", r"\1", probe["url"])
            found.add(host)
            found |= {host.removeprefix("www.")}
    return frozenset(name.casefold() for name in found)


def test_there_are_names_to_look_for() -> None:
    assert {"facebook", "meta", "graph.facebook.com", "facebook.com", "discord", "9.9.9.9"} <= names_in_data()


def _literal_only(name: str) -> bool:
    return name in ORDINARY | MAKERS or len(name) <= SHORT


def test_no_name_of_a_platform_or_owner_stands_in_a_source() -> None:
    loud = sorted(name for name in names_in_data() if not _literal_only(name))
    quiet = {name for name in names_in_data() if _literal_only(name) and len(name) > 1}
    pattern = re.compile(rf"(?<![a-z0-9])({'|'.join(map(re.escape, loud))})(?![a-z0-9])", re.IGNORECASE)
    found = []
    for path in sources():
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            found += [f"{name_of(path)}:{number}: {m[0]}" for m in pattern.finditer(line)]
        found += [
            f"{name_of(path)}:{node.lineno}: {node.value!r}"
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.casefold() in quiet
        ]
    assert found == []


# size and names of rooms


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_a_file_has_a_telling_name_and_can_be_read_at_one_sitting(path: Path) -> None:
    assert path.stem not in VAGUE
    length = len(path.read_text("utf-8").splitlines())
    assert length <= LONGEST


# nothing of the place where it was made

PLACES = re.compile(r"(?:^|[\s\"'(=:])/(?:root|home/\w+|tmp/\w+)(?:/|\b)")


def written() -> list[Path]:
    kinds = ("*.py", "*.toml", "*.md", "*.po", "*.yml", "*.yaml", "*.desktop", "*.sh", "*.spec", "*.iss")
    rooms = [HOUSE, ROOT / "tests", ROOT / "packaging", ROOT / "docs", ROOT / ".github"]
    files = [f for room in rooms if room.is_dir() for kind in kinds for f in room.rglob(kind)]
    files += [f for kind in kinds for f in ROOT.glob(kind)]
    return sorted(f for f in files if f != Path(__file__))


def test_no_path_of_the_place_where_it_was_made() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in written()
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if PLACES.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "hit"),
    [
        ('open("/root/x")', True),
        ("cd /tmp/build", True),
        ("see /home/someone/notes", True),
        ("https://example.org/root/plan", False),
        ("a network/root split", False),
        ('"/homepage"', False),
    ],
)
def test_the_search_for_paths_finds_them(line: str, *, hit: bool) -> None:
    assert bool(PLACES.search(line)) is hit
