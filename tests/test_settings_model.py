"""The form of the settings, and that of a new platform, without a screen: what is wrong, and what would be written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trayapp.config import Settings, load_settings
from trayapp.config.edit import Value, change
from trayapp.config.settings import Consent, QuietHours, Theme
from trayapp.core.model import Function
from trayapp.core.question import Platform, Probe
from trayapp.desktop.settings.model import Complaint, Draft, Form, changes, complaints, form_of, time_of
from trayapp.desktop.settings.trying import Lacks, Typed, good, meant, status_of


def platform(id_: str, owner: str = "", *, default: bool = False) -> Platform:
    probe = Probe("home", "http", f"{id_}.example")
    return Platform(id_, id_.title(), owner or id_, (owner or id_).title(), (Function.WEB,), (probe,), default=default)


ALPHA, BETA, GAMMA = (
    platform("alpha", "greek", default=True),
    platform("beta", "greek", default=True),
    platform("gamma"),
)
ALL = (ALPHA, BETA, GAMMA)
FORM = form_of(Settings(), ALL, start=False)


def test_the_form_of_no_settings_at_all() -> None:
    assert Form(frozenset({"alpha", "beta"}), since="22:00", until="07:00", start=False) == FORM


def test_the_form_of_settings() -> None:
    set_ = Settings(
        ("gamma", "gone"),
        "fr",
        Consent.NEVER,
        reports=True,
        quiet=QuietHours(60, 61),
        notices=False,
        heed=False,
        theme=Theme.DARK,
        scale=1.5,
    )
    assert form_of(set_, ALL, start=None) == Form(
        frozenset({"gamma"}),
        "fr",
        "never",
        reports=True,
        notices=False,
        heed=False,
        quiet=True,
        since="01:00",
        until="01:01",
        theme="dark",
        scale=1.5,
        start=None,
    )


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("22:00", "22:00"),
        ("7", "07:00"),
        (" 7.30 ", "07:30"),
        ("7h05", "07:05"),
        ("0730", "07:30"),
        ("24:00", ""),
        ("7:60", ""),
        ("7:5", ""),
        ("", ""),
        ("late", ""),
        ("-1", ""),
        ("\u0660\u0667:\u0663\u0660", "07:30"),
    ],
)
def test_a_time_of_the_day_as_people_type_it(typed: str, wanted: str) -> None:
    assert time_of(typed) == wanted


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({}, ()),
        ({"on": frozenset()}, (Complaint.NO_PLATFORM,)),
        ({"quiet": True, "since": "late"}, (Complaint.NO_TIMES,)),
        ({"quiet": True, "since": "7", "until": "07:00"}, (Complaint.NO_TIMES,)),
        ({"quiet": False, "since": "late"}, ()),
        ({"on": frozenset(), "quiet": True, "until": ""}, (Complaint.NO_PLATFORM, Complaint.NO_TIMES)),
    ],
)
def test_what_keeps_it_from_being_saved(values: dict[str, object], wanted: tuple[Complaint, ...]) -> None:
    assert complaints(replace(FORM, **values)) == wanted  # type: ignore[arg-type]  # a table of cases


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({}, {}),
        ({"start": True}, {}),
        ({"since": "23:00"}, {}),
        ({"on": frozenset({"gamma", "alpha"})}, {("platforms",): ("alpha", "gamma")}),
        ({"outside": "never"}, {("privacy", "outside"): "never"}),
        ({"reports": True}, {("privacy", "reports"): True}),
        ({"quiet": True, "since": "23"}, {("notices", "quiet"): "23:00-07:00"}),
        ({"notices": False, "heed": False}, {("notices", "give"): False, ("notices", "heed_desktop"): False}),
        ({"language": "fr", "theme": "dark"}, {("language",): "fr", ("look", "theme"): "dark"}),
        ({"scale": 2.0}, {("look", "scale"): 2.0}),
    ],
)
def test_only_what_is_another_is_written(values: dict[str, object], wanted: dict[tuple[str, ...], Value]) -> None:
    assert changes(FORM, replace(FORM, **values), Settings(), ALL) == wanted  # type: ignore[arg-type]  # a table


def test_what_is_taken_back_goes_from_the_file() -> None:
    set_ = Settings(language="fr", outside=Consent.NEVER, quiet=QuietHours(0, 60), scale=2.0)
    before = form_of(set_, ALL, start=None)
    after = replace(before, language="", outside="", quiet=False, scale=0.0)
    assert changes(before, after, set_, ALL) == {
        ("language",): None,
        ("privacy", "outside"): None,
        ("notices", "quiet"): None,
        ("look", "scale"): None,
    }


def test_the_person_s_own_order_stays_and_so_does_what_is_only_broken_now() -> None:
    set_ = Settings(("gamma", "broken", "alpha"))
    before = form_of(set_, ALL, start=None)
    after = replace(before, on=frozenset({"gamma", "beta"}))
    assert changes(before, after, set_, ALL) == {("platforms",): ("gamma", "broken", "beta")}


def test_the_draft_tells_of_each_change() -> None:
    told: list[Form] = []
    draft = Draft(FORM)
    draft.changed = lambda: told.append(draft.form)
    draft.switch("gamma", on=True)
    draft.switch("alpha", on=False)
    draft.put(language="ar")
    assert [form.on for form in told] == [{"alpha", "beta", "gamma"}, {"beta", "gamma"}, {"beta", "gamma"}]
    assert draft.form.language == "ar"


forms = st.builds(
    Form,
    on=st.frozensets(st.sampled_from(["alpha", "beta", "gamma"]), min_size=1),
    language=st.sampled_from(["", "fr", "ar"]),
    outside=st.sampled_from(["", *Consent]).map(str),
    reports=st.booleans(),
    notices=st.booleans(),
    heed=st.booleans(),
    quiet=st.booleans(),
    since=st.sampled_from(["22:00", "23:30"]),
    until=st.sampled_from(["07:00", "8"]),
    theme=st.sampled_from(Theme).map(str),
    scale=st.sampled_from([0.0, 1.0, 2.5]),
    start=st.none(),
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(forms, min_size=1, max_size=4))
def test_what_is_saved_is_what_is_shown_when_it_is_opened_again(tmp_path: Path, wanted: list[Form]) -> None:
    file = tmp_path / "config.toml"
    file.unlink(missing_ok=True)
    for after in wanted:
        set_, problems = load_settings(file)
        assert problems == ()
        before = form_of(set_, ALL, start=None)
        assert change(file, changes(before, after, set_, ALL)) == ()
        shown = form_of(load_settings(file)[0], ALL, start=None)
        times = (time_of(after.since), time_of(after.until)) if after.quiet else ("22:00", "07:00")  # else not kept
        assert shown == replace(after, since=times[0], until=times[1])


# a new platform


@pytest.mark.parametrize(
    ("typed", "url", "lacks"),
    [
        (Typed(), "", Lacks.ADDRESS),
        (Typed("nowhere", "Shop"), "", Lacks.ADDRESS),
        (Typed("shop.example"), "https://shop.example/", Lacks.NAME),
        (Typed("shop.example", "   "), "https://shop.example/", Lacks.NAME),
    ],
)
def test_what_a_new_platform_lacks(typed: Typed, url: str, lacks: Lacks) -> None:
    found = meant(typed, ALL)
    assert (found.url, found.lacks, found.own) == (url, lacks, None)


@pytest.mark.parametrize(
    ("name", "id_", "renamed"),
    [
        ("Shop", "shop", ""),
        ("  My \t shop ", "my-shop", ""),
        ("Alpha", "alpha-2", "Alpha"),  # a platform that there is
        ("Greek", "greek-2", "Greek"),  # its owner: else they would be siblings
    ],
)
def test_an_id_that_is_taken_is_said(name: str, id_: str, renamed: str) -> None:
    found = meant(Typed("shop.example", name), ALL)
    assert found.own is not None
    assert (found.own.id, found.own.name, found.renamed) == (id_, " ".join(name.split()), renamed)


def test_an_address_that_is_asked_already_is_said() -> None:
    assert meant(Typed("https://alpha.example/x", "Mine"), ALL).known == "Alpha"
    assert meant(Typed("www.alpha.example", "Mine"), ALL).known == ""


@pytest.mark.parametrize(
    ("strict", "status", "wanted"),
    [(True, 200, 200), (True, 204, 204), (False, 200, None), (True, 404, None), (True, None, None), (True, 301, None)],
)
def test_a_healthy_answer_is_only_one_that_was_seen(*, strict: bool, status: int | None, wanted: int | None) -> None:
    own = meant(Typed("shop.example", "Shop", strict, status), ALL).own
    assert own is not None
    assert own.status == wanted
    assert good(status) is (status in {200, 204})


def test_the_status_counts_only_if_the_whole_went_well() -> None:
    assert status_of({"status": 200, "failure": None}) == 200
    assert status_of({"status": 200, "failure": "body_cut"}) is None
    assert status_of({"status": None, "failure": "dns_nxdomain"}) is None
    assert status_of({"error": "busy"}) is None
