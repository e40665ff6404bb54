"""The pages that the shipped platforms name: each in a form that can be read, each part of theirs within reach."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from feeds_rig import MAJOR, REPORTED

from trayapp.config.officials import known_systems
from trayapp.config.platforms import BUILT_IN, load_platforms
from trayapp.config.reader import Problem
from trayapp.core.model import Failure, Function
from trayapp.core.question import Official
from trayapp.watch.feeds import SYSTEMS
from trayapp.watch.probes import KINDS

PLATFORMS, PROBLEMS = load_platforms([BUILT_IN], frozenset(KINDS), frozenset(SYSTEMS))
NAMED = {f"{p.id}-{one.id}": one for p in PLATFORMS for one in p.officials}
OFFICIALS = [pytest.param(one, id=name) for name, one in NAMED.items()]
PARTS = [
    pytest.param(one, part, functions, id=f"{name}-{part}")
    for name, one in NAMED.items()
    for part, functions in one.parts.items()
]
RESTS = [pytest.param(one, id=name) for name, one in NAMED.items() if one.rest and one.system != "text"]
SENTENCES = [pytest.param(one, id=name) for name, one in NAMED.items() if one.system == "text"]

Write = Callable[[Official, str, bool], object]
"""A page of theirs on which ``part`` is broken, or well."""


def metastatus(_: Official, part: str, well: bool) -> object:  # noqa: FBT001 - one of the functions of a table
    status = "No known issues" if well else "High disruptions"
    by_id = part.islower() and " " not in part
    return [{"id": part if by_id else "x", "name": "" if by_id else part, "services": [{"name": "", "status": status}]}]


def statuspage(one: Official, part: str, well: bool) -> object:  # noqa: FBT001 - one of the functions of a table
    page = {"id": one.page or "x", "name": "Page"}
    component = {"id": "c", "name": part, "status": "operational" if well else "major_outage"}
    if "/incidents/" not in one.url:
        return {"page": page, "status": {"indicator": "none"}, "components": [component], "incidents": []}
    incident = {"id": "i", "name": "Broken", "status": "identified", "impact": "critical", "components": [component]}
    return {"page": page, "incidents": [] if well else [incident]}


def google(_: Official, part: str, well: bool) -> object:  # noqa: FBT001 - one of the functions of a table
    end = "2026-01-01T01:00:00Z" if well else None
    product = {"id": "p", "title": part}
    row = {
        "id": "i",
        "begin": "2026-01-01T00:00:00Z",
        "end": end,
        "external_desc": "Broken",
        "affected_products": [product],
    }
    return [row | {"status_impact": "SERVICE_OUTAGE"}]


def instatus(_: Official, part: str, well: bool) -> object:  # noqa: FBT001 - one of the functions of a table
    return {"components": [{"id": "c", "name": part, "status": "OPERATIONAL" if well else "MAJOROUTAGE"}]}


def m365(_: Official, part: str, well: bool) -> object:  # noqa: FBT001 - one of the functions of a table
    return [{"ServiceDisplayName": part, "Status": "Operational" if well else "Service interruption"}]


WRITERS: dict[str, Write] = {
    "google": google,
    "instatus": instatus,
    "m365": m365,
    "metastatus": metastatus,
    "statuspage": statuspage,
}


def failures(one: Official, part: str, *, well: bool) -> dict[Function | None, Failure | None]:
    body = json.dumps(WRITERS[one.system](one, part, well)).encode()
    found = SYSTEMS[one.system](body, one)
    assert found is not None
    return {function: said.failure for said in found for function in said.functions or (None,)}


def test_what_is_shipped_is_without_fault_and_names_pages() -> None:
    assert PROBLEMS == ()
    assert len(OFFICIALS) >= 15


def test_the_list_beside_the_platforms_is_that_of_the_readers() -> None:
    problems: list[Problem] = []
    assert known_systems(BUILT_IN, problems) == set(SYSTEMS)
    assert problems == []


@pytest.mark.parametrize("one", OFFICIALS)
def test_its_system_is_one_that_can_be_read_and_that_is_tried_here(one: Official) -> None:
    assert one.system in SYSTEMS
    assert one.system in WRITERS or one.system == "text"


@pytest.mark.parametrize(("one", "part", "functions"), PARTS)
def test_each_part_that_it_names_is_heard(one: Official, part: str, functions: tuple[Function, ...]) -> None:
    broken, well = failures(one, part, well=False), failures(one, part, well=True)
    assert {f for f, failure in broken.items() if failure is MAJOR} == set(functions)
    assert set(functions) <= well.keys()
    assert set(well.values()) == {None}


@pytest.mark.parametrize("one", RESTS)
def test_a_part_without_a_name_here_is_of_the_rest(one: Official) -> None:
    broken, well = failures(one, "Something else of theirs", well=False), failures(one, "Something else", well=True)
    assert {f for f, failure in broken.items() if failure is MAJOR} == set(one.rest)
    assert set(one.rest) <= well.keys()


@pytest.mark.parametrize("one", SENTENCES)
def test_a_page_with_one_sentence(one: Official) -> None:
    """As the one that is shipped: "… is up and running."."""
    name = one.name.removesuffix("'s status page")

    def say(sentence: str) -> dict[Failure | None, str]:
        found = SYSTEMS["text"](f"<html><body><h1>!</h1><p>{sentence}</p></body></html>".encode(), one) or ()
        return {said.failure: said.words for said in found if set(said.functions) == set(one.rest)}

    well, ill = f"{name} is up and running.", f"{name} is experiencing technical difficulties."
    assert say(well) == {None: well}
    assert say(ill) == {REPORTED: ill}
    assert say("Another page altogether is up here.") == {}
