"""Platforms found by themselves: built in, a person's own, broken ones that harm no other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trayapp.config import BUILT_IN, Problem, load_controls, load_platforms
from trayapp.config.officials import known_systems
from trayapp.config.reader import SIZE_LIMIT
from trayapp.core.model import Function
from trayapp.core.question import Official, Probe, Shape
from trayapp.watch.probes import KINDS as PROBE_KINDS

KINDS = frozenset(PROBE_KINDS)


def text(id_: str, owner: str = "acme", owner_name: str = "Acme", name: str = "Example") -> str:
    return f"""id = "{id_}"
name = "{name}"
owner = "{owner}"
owner_name = "{owner_name}"
functions = ["web", "api"]

[[probe]]
id = "home"
kind = "http"
url = "https://www.{id_}.example/"
sees = ["web"]
"""


def folder(path: Path, **files: str) -> Path:
    path.mkdir(exist_ok=True)
    for stem, content in files.items():
        (path / f"{stem}.toml").write_text(content, "utf-8")
    return path


# built in


def test_what_comes_with_it_is_without_fault() -> None:
    platforms, problems = load_platforms([BUILT_IN], KINDS)
    assert problems == ()
    assert len(platforms) == len([f for f in BUILT_IN.glob("*.toml") if not f.name.startswith("_")]) > 0
    assert len({p.id for p in platforms}) == len(platforms)
    for p in platforms:
        assert p.probes
        assert all(probe.secure for probe in p.probes)
        assert {f for probe in p.probes for f in probe.sees} <= set(p.functions)


def test_the_line_is_asked_about_at_operators_that_have_nothing_to_do_with_each_other() -> None:
    controls, problems = load_controls(KINDS)
    assert problems == ()
    named = [c for c in controls if not c.by_address]
    assert len({c.owner for c in named}) == len(named) >= 2
    assert any(c.by_address for c in controls)
    for c in named:
        assert not c.probe.secure  # a portal cannot fake TLS, so only plain HTTP lets it show itself
        assert c.probe.healthy is not None
        assert c.probe.healthy.body is not None


def test_who_is_watched_until_the_person_has_chosen() -> None:
    platforms, _ = load_platforms([BUILT_IN], KINDS)
    assert sorted(p.id for p in platforms if p.default) == [
        "facebook",
        "instagram",
        "messenger",
        "meta-business",
        "telegram",
        "threads",
        "whatsapp",
        "x",
        "youtube",
    ]
    assert len(platforms) == 31


def test_a_status_page_is_held_by_its_id_where_one_is_known_and_no_log_in_page_is_asked_for_in_routine() -> None:
    platforms, _ = load_platforms([BUILT_IN], KINDS)
    pages = [o for p in platforms for o in p.officials]
    assert len({o.page for o in pages if o.page}) == 8  # those that facts give: none is left out, none made up
    for p in platforms:
        for probe in p.probes:
            assert probe.on_suspicion or "login" not in probe.path
        alone = [o for o in p.officials if o.sole]
        seen = {f for probe in p.probes if not probe.on_suspicion for f in probe.sees}
        # Only who says what nobody else can see is asked every minute.
        assert all({f for words in o.parts.values() for f in words} - seen for o in alone)


# a person's own


def test_what_the_person_wrote_is_watched_unless_it_says_otherwise(tmp_path: Path) -> None:
    built_in = folder(tmp_path / "one", alpha=text("alpha"), beta="default = true\n" + text("beta"))
    quiet = "default = false\n" + text("delta")
    mine = folder(tmp_path / "two", gamma=text("gamma"), delta=quiet)
    platforms, problems = load_platforms([built_in, mine], KINDS)
    assert problems == ()
    assert {p.id: p.default for p in platforms} == {"alpha": False, "beta": True, "gamma": True, "delta": False}


def test_the_status_systems_are_those_of_the_readers(tmp_path: Path) -> None:
    official = """
[[official]]
id = "page"
system = "smoke-signals"
url = "https://status.example.org/"
name = "the status page of Acme"
rest = ["web"]
"""
    mine = folder(tmp_path / "one", alpha=text("alpha") + official)
    platforms, problems = load_platforms([mine], KINDS, frozenset({"smoke-signals"}))
    assert problems == ()
    assert [o.system for p in platforms for o in p.officials] == ["smoke-signals"]
    platforms, problems = load_platforms([mine], KINDS)
    assert platforms == ()
    assert [p.line for p in problems] == [15]


def test_the_list_of_systems_is_as_strict_as_the_rest(tmp_path: Path) -> None:
    problems: list[Problem] = []
    assert known_systems(tmp_path, problems) == frozenset()
    file = tmp_path / "_systems.toml"
    file.write_text('systems = ["text"]\ncolour = "red"\n', "utf-8")
    assert known_systems(tmp_path, problems) == {"text"}
    assert [str(p) for p in problems] == [
        f"{file}: is not there; put it there",
        f"{file}:2: `colour` is not known here; known are: systems",
    ]


def test_an_own_platform_is_found_by_itself(tmp_path: Path) -> None:
    mine = folder(tmp_path / "platforms", example=text("example"))
    platforms, problems = load_platforms([BUILT_IN, mine], KINDS)
    assert problems == ()
    assert platforms[-1].id == "example"
    assert platforms[-1].probes == (Probe("home", "http", "www.example.example", sees=(Function.WEB,)),)


def test_an_own_platform_takes_the_place_of_one_of_the_same_name(tmp_path: Path) -> None:
    built_in = folder(tmp_path / "one", alpha=text("alpha"), beta=text("beta"))
    mine = folder(tmp_path / "two", alpha=text("alpha", owner="else", owner_name="Else", name="Mine"))
    platforms, problems = load_platforms([built_in, mine], KINDS)
    assert problems == ()
    assert [(p.id, p.name) for p in platforms] == [("alpha", "Mine"), ("beta", "Example")]


def test_a_broken_one_disables_that_platform_and_harms_no_other(tmp_path: Path) -> None:
    built_in = folder(tmp_path / "one", alpha=text("alpha"), beta=text("beta"))
    mine = folder(tmp_path / "two", alpha="id = 7", gamma=text("gamma"), delta="not toml", epsilon="")
    platforms, problems = load_platforms([built_in, mine], KINDS)
    assert [p.id for p in platforms] == ["beta", "gamma"]
    assert {p.file for p in problems} == {str(mine / f"{stem}.toml") for stem in ("alpha", "delta", "epsilon")}


def test_an_own_word_on_how_an_owner_is_called_harms_none_of_its_siblings(tmp_path: Path) -> None:
    built_in = folder(tmp_path / "one", alpha=text("alpha"), beta=text("beta"))
    mine = folder(tmp_path / "two", alpha=text("alpha", owner_name="Acme Inc."), aaa=text("aaa", owner_name="ACME"))
    platforms, problems = load_platforms([built_in, mine], KINDS)
    assert [p.id for p in platforms] == ["beta"]
    assert sorted(map(str, problems)) == [
        f'{mine / stem}.toml:4: owner "acme" is called "Acme" in other files; use the same name'
        for stem in ("aaa", "alpha")
    ]


def test_of_a_platform_that_is_left_out_nothing_is_taken(tmp_path: Path) -> None:
    broken = text("alpha", owner_name="ACME") + 'colour = "red"\n'
    mine = folder(tmp_path / "one", alpha=broken, beta=text("beta"))
    platforms, problems = load_platforms([mine], KINDS)
    assert [p.id for p in platforms] == ["beta"]
    assert len(problems) == 1


def test_what_begins_with_an_underscore_or_ends_otherwise_is_no_platform(tmp_path: Path) -> None:
    mine = folder(tmp_path / "one", _draft="nonsense")
    (mine / "notes.txt").write_text("nonsense", "utf-8")
    (mine / "example.toml.bak").write_text("nonsense", "utf-8")
    assert load_platforms([mine], KINDS) == ((), ())


def test_no_folder_is_no_platform(tmp_path: Path) -> None:
    assert load_platforms([tmp_path / "nowhere"], KINDS) == ((), ())


def test_no_file_of_the_line_is_told(tmp_path: Path) -> None:
    controls, problems = load_controls(KINDS, tmp_path)
    assert controls == ()
    assert [str(p) for p in problems] == [f"{tmp_path / '_line.toml'}: is not there; put it there"]


def test_every_part_of_a_file_arrives(tmp_path: Path) -> None:
    whole = """id = "whole"
name = "Ein Beispiel, مثال"
owner = "acme"
owner_name = "Acme"
functions = ["web", "api", "message"]
help = "https://help.example.org/"
default = true

[[probe]]
id = "api"
kind = "http"
url = "https://API.example.org:8443/v1/ping?format=json"
method = "GET"
sees = ["api"]
redirects = ["api.example.com", "edge.example.org"]
healthy = { status = [200, 400], json = { "error.code" = [2500, "2500", 1.5, false] }, body = "pong\\n" }
broken = [{ status = [500] }, { json = { a = ["x"] } }]

[[probe]]
id = "edge"
kind = "tcp"
host = "edge.example.org"
port = 5222
sees = ["message", "web"]
when = "suspicion"

[[probe]]
id = "centre"
kind = "tcp"
host = "2001:db8::1"
by_address = true
sees = ["message"]
when = "always"

[[official]]
id = "page"
system = "statuspage"
url = "https://status.example.org/api/v2/summary.json?all=1"
page = "srhpyqt94yxb"
name = "the status page of Acme, صفحة"
parts = { "API (v2)" = ["api"], "Log-in" = ["web", "message"] }
rest = ["message"]
sole = true

[[official]]
id = "words"
system = "text"
url = "https://words.example.org/"
name = "its words"
rest = ["web"]
"""
    platforms, problems = load_platforms([folder(tmp_path / "p", whole=whole)], KINDS)
    assert problems == ()
    (p,) = platforms
    assert (p.id, p.name, p.owner, p.owner_name) == ("whole", "Ein Beispiel, مثال", "acme", "Acme")
    assert p.functions == (Function.WEB, Function.API, Function.MESSAGE)
    assert p.help == "https://help.example.org/"
    assert p.probes == (
        Probe(
            "api",
            "http",
            "api.example.org",
            8443,
            "/v1/ping?format=json",
            "GET",
            secure=True,
            sees=(Function.API,),
            healthy=Shape(frozenset({200, 400}), {"error.code": (2500, "2500", 1.5, False)}, "pong\n"),
            broken=(Shape(frozenset({500})), Shape(json={"a": ("x",)})),
            redirects=frozenset({"api.example.org", "edge.example.org", "2001:db8::1", "api.example.com"}),
        ),
        Probe("edge", "tcp", "edge.example.org", 5222, sees=(Function.MESSAGE, Function.WEB), on_suspicion=True),
        Probe("centre", "tcp", "2001:db8::1", sees=(Function.MESSAGE,)),
    )
    assert p.default
    assert p.officials == (
        Official(
            "page",
            "statuspage",
            "https://status.example.org/api/v2/summary.json?all=1",
            "srhpyqt94yxb",
            "the status page of Acme, صفحة",
            {"API (v2)": (Function.API,), "Log-in": (Function.WEB, Function.MESSAGE)},
            (Function.MESSAGE,),
            sole=True,
        ),
        Official("words", "text", "https://words.example.org/", name="its words", rest=(Function.WEB,)),
    )


# files that are none


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfeid", ":1: is not UTF-8 text; save it as UTF-8"),
        (b'id = "x"\nname = "\xe9"\n', ":2: is not UTF-8 text; save it as UTF-8"),
        (b"#" * (SIZE_LIMIT + 1), f": is larger than {SIZE_LIMIT} bytes; this cannot be the right file"),
        (b"x = " + b"[\n" * 30_000, ": is nested too deep; this cannot be the right file"),
        (b"x = [\n" + b"{a=[\n" * 9_000, ": is nested too deep; this cannot be the right file"),
        (b"\nx = " + b"9" * 1_000, ":2: is longer than 1000 characters; this cannot be the right file"),
        (b"\n" + b"a." * 30_000 + b"a = 1", ":2: is longer than 1000 characters; this cannot be the right file"),
        (b'id = "x"\n\x00', ":2: is not TOML: Invalid statement"),
    ],
)
def test_bytes_that_are_no_such_file(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "odd.toml"
    file.write_bytes(content)
    platforms, problems = load_platforms([tmp_path], KINDS)
    assert platforms == ()
    assert [str(p) for p in problems] == [f"{file}{message}"]


def test_other_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    content = text("example") + "colour = 1\n"
    (tmp_path / "example.toml").write_bytes(b"\xef\xbb\xbf" + content.replace("\n", "\r\n").encode())
    (problem,) = load_platforms([tmp_path], KINDS)[1]
    assert problem.line == 12


@pytest.mark.skipif(os.name == "nt", reason="needs links that anybody may make")
def test_what_is_no_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "gone.toml").symlink_to(tmp_path / "nowhere")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.toml")
    _, problems = load_platforms([tmp_path], KINDS)
    told = {Path(p.file).stem: p.message for p in problems}
    assert told.pop("gone") == "is not there; put it there"
    assert set(told.values()) == {"is not a file; put a file there, or nothing"}
    assert "folder" in told


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text("mine"), "utf-8")
    file.chmod(0)
    (problem,) = load_platforms([tmp_path], KINDS)[1]
    assert str(problem) == f"{file}: cannot be read (Permission denied); check that it is yours"


# anything at all

GOOD = (text("example") + 'method = "GET"\nhealthy = { status = [200], json = { "a.b" = [1, true] } }\n').encode()


PIECES = [b"[", b"]", b'"', b"'''", b"\n", b"= 7", b"{", b"\xff", b"."]


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A good file with some pieces cut out, doubled or put in."""
    content = GOOD
    for _ in range(draw(st.integers(0, 4))):
        a = draw(st.integers(0, len(content)))
        b = min(len(content), a + draw(st.integers(0, 12)))
        piece = draw(
            st.sampled_from([b"", content[a:b] * 2, b"[", b"]", b'"', b"'''", b"\n", b"= 7", b"{", b"\xff", b"."])
        )
        content = content[:a] + piece + content[b:]
    return content


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | spoilt())
def test_any_bytes_are_a_platform_or_a_problem(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "example.toml"
    file.write_bytes(content)
    platforms, problems = load_platforms([tmp_path], KINDS)
    assert bool(platforms) != bool(problems)
    assert all(0 <= p.line <= content.count(b"\n") + 1 for p in problems)
    assert all(p.message.isprintable() for p in problems)
    assert problems == tuple(sorted(problems))


KEYS = st.sampled_from(
    [
        "id",
        "name",
        "owner",
        "system",
        "parts",
        "rest",
        "when",
        "functions",
        "probe",
        "official",
        "kind",
        "url",
        "sees",
        "healthy",
        "json",
        "x",
    ]
)
VALUES = st.recursive(
    st.sampled_from(["http", "https://www.example.org/", "web", "example", "acme", "", "\x1b["])
    | st.integers()
    | st.booleans()
    | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)


def as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\u{ord(c):04x}" if not c.isalnum() else c for c in value) + '"'
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {as_toml(v)}" for k, v in value.items()) + "}"
    return repr(value)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(KEYS, VALUES, max_size=8))
def test_any_toml_is_a_platform_or_a_problem(tmp_path: Path, document: dict[str, object]) -> None:
    content = "".join(f"{key} = {as_toml(value)}\n" for key, value in document.items())
    (tmp_path / "example.toml").write_text(content, "utf-8")
    (tmp_path / "_line.toml").write_text(content, "utf-8")
    platforms, problems = load_platforms([tmp_path], KINDS)
    assert bool(platforms) != bool(problems)
    assert not any("is not TOML" in p.message for p in problems)
    load_controls(KINDS, tmp_path)
