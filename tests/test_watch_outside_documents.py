"""What documents of others say: those written by hand, and any bytes, which say something or nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside_rig import ID, SHOP, results, sample, target

from trayapp.core.model import Outcome
from trayapp.watch.outside import doh, ripestat
from trayapp.watch.outside.doh import Named
from trayapp.watch.outside.measurements import DNS, HTTP, Order, created, result

OK, FAILED, UNKNOWN = Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN
HOME = Order(HTTP, target(), 3)


def test_a_measurement_that_went_well() -> None:
    found = result(sample("globalping_http_well"), ID, HOME)
    assert found is not None
    assert found.finished
    assert [(p.continent, p.country, p.outcome) for p in found.places] == [("EU", "FR", OK), ("NA", "US", OK)]


def test_every_way_in_which_a_host_fails() -> None:
    found = result(sample("globalping_http_down"), ID, HOME)
    assert found is not None
    assert [(p.outcome, p.server) for p in found.places] == [
        (FAILED, False), (FAILED, True), (FAILED, False), (UNKNOWN, False), (UNKNOWN, False)
    ]  # fmt: skip


@pytest.mark.parametrize("tls", [None, {}, {"authorized": "yes"}])
def test_without_a_word_on_the_certificate_nothing_is_known(tls: object) -> None:
    document = json.loads(results(("EU", "FR", "well")))
    document["results"][0]["result"]["tls"] = tls
    found = result(json.dumps(document).encode(), ID, HOME)
    assert found is not None
    assert found.places[0].outcome is UNKNOWN
    plain = result(json.dumps(document).encode(), ID, Order(HTTP, target(secure=False, port=80), 3))
    assert plain is not None
    assert plain.places[0].outcome is OK


def test_where_only_a_connection_is_wanted_any_answer_is_one_and_no_answer_proves_nothing() -> None:
    found = result(sample("globalping_http_down"), ID, Order(HTTP, target(kind="tcp"), 3))
    assert found is not None
    assert [p.outcome for p in found.places] == [UNKNOWN, OK, OK, UNKNOWN, UNKNOWN]


def test_names_that_fail_and_resolvers_that_do() -> None:
    found = result(sample("globalping_dns_servfail"), ID, Order(DNS, target(), 1))
    assert found is not None
    assert [p.outcome for p in found.places] == [FAILED, FAILED, OK, UNKNOWN]


@pytest.mark.parametrize("order", [Order(DNS, target(), 1), Order(HTTP, target(host="till.example"), 1)])
def test_a_document_of_another_measurement_is_not_believed(order: Order) -> None:
    assert result(sample("globalping_http_well"), ID, order) is None
    assert result(sample("globalping_http_well"), "another0", HOME) is None


def test_ids_that_are_fit_for_a_path() -> None:
    assert created(sample("globalping_created")) == ID
    for bad in ("../../x/y/z", "a b c d e f", "", "x" * 65, 7, None, "abc?def=1"):
        assert created(json.dumps({"id": bad}).encode()) is None


@pytest.mark.parametrize(("name", "named"), [
    ("doh_found", Named.FOUND),
    ("doh_servfail", Named.BROKEN),
    ("doh_nxdomain", Named.ABSENT),
    ("doh_no_address", Named.UNCLEAR),
])  # fmt: skip
def test_what_a_resolver_says(name: str, named: Named) -> None:
    assert doh.parse(sample(name), SHOP) is named
    assert doh.parse(sample(name), "till.example") is None


def test_what_routers_see() -> None:
    assert ripestat.parse(sample("ripestat_seen"), 64500) == (341, 342)
    assert ripestat.parse(sample("ripestat_gone"), 64500) == (12, 342)
    assert ripestat.parse(sample("ripestat_seen"), 64501) is None
    for few, many in (("13", "12"), ("0", "9"), ("-1", "342"), ("0.5", "342"), ("true", "342")):
        visible = sample("ripestat_seen").replace(b"342", many.encode()).replace(b"341", few.encode())
        assert ripestat.parse(visible, 64500) is None, (few, many)


KEYS = ["id", "type", "target", "status", "results", "probe", "result", "continent", "country", "statusCode", "tls",
        "authorized", "Status", "Question", "Answer", "name", "data", "visibility", "v4", "resource",
        "ris_peers_seeing", "total_ris_peers"]  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5),
    st.sampled_from([ID, "http", "dns", SHOP, f"{SHOP}.", "finished", "failed", "EU", "FR", "64500"]),
    st.sampled_from([64500, 200, 503, 0, 2]),
)  # fmt: skip
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner), max_leaves=30
)


@given(body=st.one_of(st.binary(max_size=300), JSON.map(lambda v: json.dumps(v).encode())))
def test_any_bytes_say_something_or_nothing_and_never_raise(body: bytes) -> None:
    for order in (HOME, Order(DNS, target(), 1)):
        found = result(body, ID, order)
        assert found is None or all(p.continent and len(p.country) == 2 for p in found.places)
    assert created(body) is None or len(str(created(body))) >= 8
    assert doh.parse(body, SHOP) in {None, *Named}
    seen = ripestat.parse(body, 64500)
    assert seen is None or 0 <= seen[0] <= seen[1]


@given(patch=st.dictionaries(st.sampled_from(["status", "statusCode", "tls"]), LEAVES), where=LEAVES)
def test_any_result_inside_a_good_document(patch: dict[str, object], where: object) -> None:
    document = json.loads(results(("EU", "FR", "well"), ("NA", "US", "well")))
    document["results"][0]["result"] |= patch
    document["results"][1]["probe"]["country"] = where
    found = result(json.dumps(document).encode(), ID, HOME)
    assert found is None or found.places[0].outcome in {OK, FAILED, UNKNOWN}
