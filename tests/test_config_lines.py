"""Where each key of a TOML text stands, in every form in which it may be written."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayapp.config.lines import KeyPath, lines_of
from trayapp.config.reader import SIZE_LIMIT, Problem, read

FORMS = '''# 1
a = 1
"b c" = 2
d.e.f = 3   # 4

[g]         # 6
h = """
[not.a.header]
x = 9
\\""" not = "over"
"""
i = \'\'\'
y = 13\'\'\'
j = [
  1,
  { k = 16, l = { m = 16 } },
  [17, "]", 17],
] # 18
[ n . "o.p" ]
q = 1979-05-27 07:32:00
[[r]]
s = 22
[r.t]
u = 24
[[r]]       # 25
s = 26
[[r.v]]
w = 28
[[r.v]]
w = "#"     # 30
'z"' = {}
"\\u00fc" = 32
'''
WHERE: dict[KeyPath, int] = {
    ("a",): 2,
    ("b c",): 3,
    ("d",): 4,
    ("d", "e", "f"): 4,
    ("g",): 6,
    ("g", "h"): 7,
    ("g", "i"): 12,
    ("g", "j"): 14,
    ("g", "j", 0): 15,
    ("g", "j", 1, "k"): 16,
    ("g", "j", 1, "l", "m"): 16,
    ("g", "j", 2, 1): 17,
    ("n",): 19,
    ("n", "o.p"): 19,
    ("n", "o.p", "q"): 20,
    ("r",): 21,
    ("r", 0): 21,
    ("r", 0, "s"): 22,
    ("r", 0, "t"): 23,
    ("r", 0, "t", "u"): 24,
    ("r", 1): 25,
    ("r", 1, "s"): 26,
    ("r", 1, "v"): 27,
    ("r", 1, "v", 0, "w"): 28,
    ("r", 1, "v", 1): 29,
    ("r", 1, "v", 1, "w"): 30,
    ("r", 1, "v", 1, 'z"'): 31,
    ("r", 1, "v", 1, "ü"): 32,
}


def test_every_form() -> None:
    assert tomllib.loads(FORMS)["r"][1]["v"][1]["ü"] == 32
    found = lines_of(FORMS)
    assert {path: found.get(path) for path in WHERE} == WHERE
    assert not any({"x", "y", "not"} & set(path) for path in found)


def paths(document: object, path: KeyPath = ()) -> list[KeyPath]:
    inner: list[tuple[str | int, object]] = []
    if isinstance(document, dict):
        inner = list(document.items())
    elif isinstance(document, list):
        inner = list(enumerate(document))
    return [found for key, value in inner for found in [(*path, key), *paths(value, (*path, key))]]


FILES = sorted((Path(__file__).parent / "config_cases").rglob("*.toml")) + sorted(
    (Path(__file__).parent.parent / "trayapp" / "platforms").glob("*.toml")
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_key_of_every_file_has_a_line_on_which_it_stands(file: Path) -> None:
    text = file.read_text("utf-8")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    found, lines = lines_of(text), text.split("\n")
    assert set(found) == set(paths(document))
    for path, line in found.items():
        key = path[-1]
        if isinstance(key, str) and key.isascii() and key.isprintable():
            assert key in lines[line - 1]


@given(st.text(alphabet="ab[]{}=.,\"'#\n \\1", max_size=60))
def test_any_text_comes_to_an_end_and_whatever_is_toml_is_found_whole(text: str) -> None:
    found = lines_of_or_none(text)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert found is not None
    assert set(found) == {path for path in paths(document) if len(path) <= 8}
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())


def lines_of_or_none(text: str) -> dict[KeyPath, int] | None:
    try:
        return dict(lines_of(text))
    except ValueError:  # a quoted key that is none: tomllib would have said so before
        return None


@pytest.mark.parametrize(
    "text",
    [
        "a = [" + "1,\n" * (SIZE_LIMIT // 3 - 10) + "]",
        "\n".join(f"{i}" + ".a" * 490 + " = 1" for i in range(60)),
        "\n".join(f"[{i}" + ".a" * 490 + "]" for i in range(60)),
        'a = """' + r"x\\" * 100 + ("\n" + r"x\\" * 100) * 150 + '"""',
        "".join(f"[[a]]\nb = {i}\n" for i in range(4_000)),
        "\n" * (SIZE_LIMIT - 10),
    ],
    ids=["array", "dotted keys", "dotted headers", "long text", "many tables", "empty lines"],
)
def test_the_largest_file_takes_no_long_time(text: str, tmp_path: Path) -> None:
    assert len(text) <= SIZE_LIMIT
    file = tmp_path / "x.toml"
    file.write_text(text, "utf-8")
    begun = time.perf_counter()
    problems: list[Problem] = []
    assert read(file, problems) is not None, problems
    assert time.perf_counter() - begun < 5
