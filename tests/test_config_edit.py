"""A change of the person's own file: only that key is another, every comment is still there, and it reads as wanted."""

from __future__ import annotations

import os
import stat
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from trayapp.config import Settings, load_settings
from trayapp.config.edit import Changes, Value, change, comments, edited
from trayapp.config.lines import lines_of
from trayapp.config.settings import Consent, Theme

WRITTEN = """\
# mine
platforms = [
    "one",  # the shop's
    "two",
]  # enough
language = "fr"   # as at home

[privacy]  # of whom
# never before asking me
outside = "never" # sure
reports = false

[notices]
quiet = "22:00-07:00" # the children
"""


@pytest.mark.parametrize(
    ("keys", "value", "gone", "come"),
    [
        (("language",), "ar", 'language = "fr"   # as at home', 'language = "ar"   # as at home'),
        (("privacy", "outside"), "on_suspicion", 'outside = "never" # sure', 'outside = "on_suspicion" # sure'),
        (("privacy", "reports"), True, "reports = false", "reports = true"),
        (("notices", "quiet"), "23:00-06:30", '"22:00-07:00"', '"23:00-06:30"'),
    ],
)
def test_one_line_is_another_and_no_other(keys: tuple[str, ...], value: Value, gone: str, come: str) -> None:
    assert edited(WRITTEN, {keys: value}) == WRITTEN.replace(gone, come)


def test_a_list_keeps_what_is_said_beside_its_lines() -> None:
    after = edited(WRITTEN, {("platforms",): ("one", "three")})
    assert tomllib.loads(after)["platforms"] == ["one", "three"]
    assert '"one",  # the shop\'s' in after
    assert comments(after) == comments(WRITTEN)


def test_what_goes_leaves_its_comment() -> None:
    after = edited(WRITTEN, {("notices", "quiet"): None, ("language",): None})
    assert tomllib.loads(after) == {
        "platforms": ["one", "two"],
        "privacy": {"outside": "never", "reports": False},
        "notices": {},
    }
    assert Counter(comments(after)) == Counter(comments(WRITTEN))


def test_what_is_so_already_changes_nothing() -> None:
    same: Changes = {("platforms",): ("one", "two"), ("privacy", "reports"): False, ("look", "theme"): None}
    assert edited(WRITTEN, same) == WRITTEN


@pytest.mark.parametrize(
    ("text", "keys", "value"),
    [
        ("", ("privacy", "outside"), "never"),
        ("# only this", ("look", "scale"), 1.5),
        ("[privacy]\nreports = true\n", ("platforms",), ("one",)),
        ("privacy = { reports = true } # short\n", ("privacy", "outside"), "never"),
        ("privacy.reports = true # dotted\n", ("privacy", "outside"), "never"),
        ("[privacy]\n[notices]\n[look]\n", ("privacy", "outside"), "never"),
        ('\ufeff# with a mark\r\nlanguage = "fr" # x\r\n', ("language",), "ar"),
        ('platforms = [ # many\n "one", # a\n # b\n "two" # c\n # d\n]', ("platforms",), ("two",)),
        ("language = '''fr''' # x", ("language",), "ar"),
        ('"language" = "fr"', ("language",), "ar"),
    ],
)
def test_every_way_to_write_it(text: str, keys: tuple[str, ...], value: Value) -> None:
    after = edited(text, {keys: value})
    data = tomllib.loads(after.removeprefix("\ufeff"))
    for key in keys[:-1]:
        data = data[key]
    assert data[keys[-1]] == (list(value) if isinstance(value, tuple) else value)
    assert Counter(comments(text)) == Counter(comments(after))
    assert after.count("\r\n") == (after.count("\n") if "\r\n" in text else 0)
    assert after.startswith("\ufeff") == text.startswith("\ufeff")


# any file, any edit

remarks = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=8).map(lambda t: f"#{t}".rstrip())
beside = st.just("") | remarks.map(lambda r: f"  {r}")
alone = st.lists(st.just("") | remarks, max_size=2)
ids = st.sampled_from(["one", "two", "three", "a-b"])
quotes = st.sampled_from(['"', "'"])


@st.composite
def lists(draw: st.DrawFn) -> str:
    items, quote = draw(st.lists(ids, min_size=1, max_size=4, unique=True)), draw(quotes)
    said = [f"{quote}{item}{quote}" for item in items]
    if draw(st.booleans()):
        return "[" + ", ".join(said) + draw(st.sampled_from(["", ","])) + "]"
    rows = [f"    {item},{draw(beside)}" for item in said]
    between = draw(alone)
    return "\n".join([f"[{draw(beside)}", *rows[:1], *between, *rows[1:], "]"])


VALUES = {
    ("language",): st.sampled_from(['"fr"', "'ar'", '"pt_BR"']),
    ("platforms",): lists(),
    ("privacy", "outside"): st.sampled_from(['"never"', '"on_suspicion"']),
    ("privacy", "reports"): st.sampled_from(["true", "false"]),
    ("notices", "quiet"): st.sampled_from(['"22:00-07:00"', "'01:00-02:30'"]),
    ("notices", "give"): st.sampled_from(["true", "false"]),
    ("look", "theme"): st.sampled_from(['"dark"', '"light"', '"system"']),
    ("look", "scale"): st.sampled_from(["1", "1.5", "2.0"]),
}
NEW: dict[tuple[str, ...], st.SearchStrategy[Value]] = {
    ("language",): st.sampled_from(["en", "fr", None]),
    ("platforms",): st.lists(ids, min_size=1, max_size=4, unique=True).map(tuple) | st.none(),
    ("privacy", "outside"): st.sampled_from(["never", "on_suspicion", None]),
    ("privacy", "reports"): st.sampled_from([True, False, None]),
    ("notices", "quiet"): st.sampled_from(["00:00-01:00", None]),
    ("notices", "give"): st.sampled_from([True, False, None]),
    ("look", "theme"): st.sampled_from(["dark", "light", None]),
    ("look", "scale"): st.sampled_from([1.0, 2.5, None]),
}


@st.composite
def files(draw: st.DrawFn) -> str:
    """A good configuration, in any order, with comments anywhere, each table written in any of the three ways."""
    chosen = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True))
    equals = st.sampled_from([" = ", "=", "   =  "])
    top = [[*draw(alone), f"{k[0]}{draw(equals)}{draw(VALUES[k])}{draw(beside)}"] for k in chosen if len(k) == 1]
    bottom = []
    for name in dict.fromkeys(k[0] for k in chosen if len(k) == 2):
        pairs = [(k[1], draw(VALUES[k])) for k in chosen if k[0] == name]
        match draw(st.sampled_from(["header", "inline", "dotted"])):
            case "header":
                rows = [f"{draw(st.sampled_from(['', '  ']))}{k}{draw(equals)}{v}{draw(beside)}" for k, v in pairs]
                bottom.append([*draw(alone), f"[{name}]{draw(beside)}", *rows])
            case "inline":
                inner = ", ".join(f"{k}{draw(equals)}{v}" for k, v in pairs)
                top.append([*draw(alone), f"{name} = {{ {inner} }}{draw(beside)}"])
            case _:
                top.append([f"{name}.{k} = {v}{draw(beside)}" for k, v in pairs])
    blocks = [*draw(st.permutations(top)), *draw(st.permutations(bottom))]
    lines = [line for block in blocks for line in block] + draw(alone)
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines) + draw(st.sampled_from(["", "\n"]))


edits = st.dictionaries(st.sampled_from(sorted(NEW)), st.none(), min_size=1, max_size=3).flatmap(
    lambda keys: st.fixed_dictionaries({key: NEW[key] for key in keys})
)


def flat(data: dict[str, object], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], object]:
    found: dict[tuple[str, ...], object] = {}
    for key, value in data.items():
        found |= flat(value, (*path, key)) if isinstance(value, dict) else {(*path, key): value}
    return found


@settings(deadline=None, max_examples=400)
@given(files(), edits)
@example('platforms = ["one"]\nlook.theme = "dark" # x', {("look", "theme"): None, ("platforms",): None})
def test_any_file_and_any_edit(text: str, changes: dict[tuple[str, ...], Value]) -> None:
    after = edited(text, changes)
    was, now = flat(tomllib.loads(text)), flat(tomllib.loads(after))
    wanted = {k: list(v) if isinstance(v, tuple) else v for k, v in changes.items()}
    assert {k: v for k, v in now.items() if k not in wanted} == {k: v for k, v in was.items() if k not in wanted}
    assert {k: now.get(k) for k in wanted} == wanted
    assert Counter(comments(after)) == Counter(comments(text))
    lines_were, lines_are = lines_of(text.replace("\r\n", "\n")), lines_of(after.replace("\r\n", "\n"))
    stayed = [k for k in was if k in now and k not in wanted]
    assert sorted(stayed, key=lambda k: lines_were[k]) == sorted(stayed, key=lambda k: lines_are[k])


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files(), edits)
def test_what_is_written_loads_as_wanted(tmp_path: Path, text: str, changes: dict[tuple[str, ...], Value]) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(text.encode())
    assert change(file, changes) == ()
    loaded, problems = load_settings(file)
    assert problems == ()
    if ("privacy", "outside") in changes:
        said = changes["privacy", "outside"]
        assert loaded.outside == (Consent(str(said)) if said is not None else None)
    if ("look", "theme") in changes:
        assert loaded.theme == (Theme(str(changes["look", "theme"] or "system")))
    assert [p.name for p in tmp_path.iterdir()] == ["config.toml"]


# the file itself


def test_a_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "fanal" / "config.toml"
    assert change(file, {("privacy", "outside"): "never"}, begin="Fanal's settings") == ()
    assert file.read_text("utf-8").startswith("# Fanal's settings\n")
    assert load_settings(file) == (Settings(outside=Consent.NEVER), ())
    if os.name != "nt":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX rights and links that anybody may make")
def test_rights_are_kept_and_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles" / "real.toml", tmp_path / "config.toml"
    real.parent.mkdir()
    real.write_text('language = "fr"\n', "utf-8")
    real.chmod(0o640)
    link.symlink_to(real)
    assert change(link, {("language",): "ar"}) == ()
    assert link.is_symlink()
    assert real.read_text("utf-8") == 'language = "ar"\n'
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt", reason="needs links that anybody may make")
def test_a_link_to_itself_is_told(tmp_path: Path) -> None:
    loop = tmp_path / "config.toml"
    loop.symlink_to(loop)
    (problem,) = change(loop, {("language",): "ar"})
    assert problem.file == str(loop)
    assert loop.is_symlink()


@pytest.mark.parametrize(
    ("text", "line"), [("language = \n", 1), ('language = "fr"\ncolour = 1\n', 2), ('[privacy]\nreports = "yes"\n', 2)]
)
def test_what_is_broken_by_hand_is_told_and_left_alone(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    (problem,) = change(file, {("notices", "give"): False})
    assert (problem.file, problem.line) == (str(file), line)
    assert file.read_text("utf-8") == text


def test_a_change_may_mend_what_is_broken(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[privacy]\nreports = "yes" # ?\n', "utf-8")
    assert change(file, {("privacy", "reports"): True}) == ()
    assert file.read_text("utf-8") == "[privacy]\nreports = true # ?\n"


def test_what_the_loader_would_not_take_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('language = "fr"\n', "utf-8")
    (problem,) = change(file, {("notices", "quiet"): "late"})
    assert "quiet" in problem.message
    assert file.read_text("utf-8") == 'language = "fr"\n'


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "fanal").write_text("a file where the folder should be", "utf-8")
    (problem,) = change(tmp_path / "fanal" / "config.toml", {("language",): "ar"})
    assert "cannot be" in problem.message
