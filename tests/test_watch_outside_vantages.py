"""What each vantage makes of what it is told, over real TLS, with documents written by hand."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from fake_net import FakeNet
from outside_rig import AUTHORITY, SHOP, Asked, Rig, T, look, ok, results, sample, service, target
from watch_rig import HOST, network, proxies, response

from trayapp.core.model import MINUTE, SECOND, Evidence, Failure, Outcome, Source
from trayapp.core.question import Answer, Probe
from trayapp.watch.lookup import Address
from trayapp.watch.outside import Vantage, asking, doh, globalping, ripestat

WELL = [("EU", "FR", "well"), ("NA", "US", "well"), ("AS", "JP", "well")] * 3
FAILED, OK, UNKNOWN = Outcome.FAILED, Outcome.OK, Outcome.UNKNOWN


def said(evidence: Sequence[Evidence]) -> dict[str, Outcome]:
    assert all(e.source is Source.OUTSIDE and e.owner == "shops" for e in evidence)
    return {e.probe: e.outcome for e in evidence}


# resolvers


def resolve(*documents: str, found_here: bool = False) -> tuple[Evidence, ...]:
    answers = iter(documents)
    with service("doh", lambda _: ok(sample(next(answers))), twice=True) as rig:
        here = {HOST: [Address(socket.AF_INET, "127.0.0.1")]}
        if found_here:
            here[SHOP] = here[HOST]
        return doh.look(replace(rig.means, net=network(AUTHORITY.client(), names=here)), look())


@pytest.mark.parametrize("one", ["doh_servfail", "doh_nxdomain"])
def test_a_name_that_fails_at_both_fails_everywhere(one: str) -> None:
    found = resolve("doh_servfail", one)
    assert said(found) == {"doh": FAILED, "resolver": UNKNOWN}
    assert (found[0].failure, found[0].note, found[0].host) == (Failure.DNS_TEMPORARY, "2 of 2 resolvers", SHOP)


def test_a_name_that_is_found_everywhere_but_here_is_the_person_s_resolver() -> None:
    found = resolve("doh_found", "doh_found")
    assert said(found) == {"doh": UNKNOWN, "resolver": FAILED}
    assert found[1].failure is Failure.DNS_NXDOMAIN  # as the look-up of this rig says


def test_a_name_that_is_found_here_too_says_nothing() -> None:
    assert said(resolve("doh_found", "doh_found", found_here=True)) == {"doh": UNKNOWN, "resolver": UNKNOWN}


def test_who_cannot_look_up_by_itself_has_no_resolver_to_blame() -> None:
    """Behind a proxy it is the proxy that looks up."""
    with service("doh", lambda _: ok(sample("doh_found")), twice=True) as rig:
        proxied = network(by=proxies({"https": "http://192.0.2.1:3128"}))

        class Behind(FakeNet):
            def document(self, url: str, headers: Mapping[str, str]) -> Answer:
                return rig.net.document(url, headers)

            def dns(self, probe: Probe) -> Answer:
                return proxied.dns(probe)

        found = doh.look(replace(rig.means, net=Behind({})), look())
    assert said(found) == {"doh": UNKNOWN, "resolver": UNKNOWN}


@pytest.mark.parametrize("pair", [("doh_found", "doh_servfail"), ("doh_no_address", "doh_no_address")])
def test_resolvers_that_differ_or_know_no_address_accuse_nobody(pair: tuple[str, str]) -> None:
    assert said(resolve(*pair)) == {"doh": UNKNOWN, "resolver": UNKNOWN}


def test_one_resolver_alone_accuses_nobody() -> None:
    with service("doh", lambda _: ok(sample("doh_servfail"))) as rig:
        assert said(doh.look(rig.means, look())) == {"doh": UNKNOWN, "resolver": UNKNOWN}
        (asked,) = rig.asked
        assert asked.path == f"/?name={SHOP}&type=A"
        assert asked.headers["accept"] == "application/dns-json"


def test_an_address_is_no_name_to_ask_for() -> None:
    with service("doh", lambda _: ok(sample("doh_servfail"))) as rig:
        assert doh.look(rig.means, look(target(host="192.0.2.1"), target(host="2001:db8::1"))) == ()
        assert rig.asked == []


# routers


@pytest.mark.parametrize(("name", "outcome", "note"), [
    ("ripestat_seen", UNKNOWN, "1 of 342 routers"),
    ("ripestat_gone", FAILED, "330 of 342 routers"),
])  # fmt: skip
def test_a_network_that_left_the_tables(name: str, outcome: Outcome, note: str) -> None:
    with service("ripestat", lambda _: ok(sample(name))) as rig:
        found = ripestat.look(rig.means, look(target(), target("till", "till.example")))
        assert [(e.platform, e.outcome, e.note) for e in found] == [("shop", outcome, note), ("till", outcome, note)]
        assert [a.path for a in rig.asked] == ["/data/routing-status/data.json?resource=AS64500&sourceapp=fanal"]


def test_who_has_no_network_of_its_own_is_not_asked_about() -> None:
    with service("ripestat", lambda _: ok(sample("ripestat_gone"))) as rig:
        assert ripestat.look(rig.means, replace(look(), owner="others")) == ()
        assert rig.asked == []


# probes on three continents


class Lab:
    """The measuring service: what it was ordered, and what it says of each kind of order, one answer after another."""

    def __init__(self, http: Sequence[bytes], dns: Sequence[bytes] = ()) -> None:
        self.says = {"http": list(http), "dns": list(dns) or [results(kind="dns")]}
        self.orders: list[dict[str, object]] = []
        self.kinds: dict[str, str] = {}

    def __call__(self, asked: Asked) -> bytes:
        if asked.method == "POST":
            order = json.loads(asked.body)
            self.orders.append(order)
            id_ = f"measured{len(self.orders)}"
            self.kinds[id_] = order["type"]
            return response(json.dumps({"id": id_, "probesCount": 9}).encode(), "202 Accepted")
        id_ = asked.path.rpartition("/")[2]
        left = self.says[self.kinds[id_]]
        raw = left.pop(0) if len(left) > 1 else left[0]
        if raw == b"304":
            return response(status="304 Not Modified")
        order = self.orders[int(id_.removeprefix("measured")) - 1]
        return ok(json.dumps({**json.loads(raw), "id": id_, "target": order["target"]}).encode(), ETag='"e1"')


def measure(lab: Lab, *targets: object, country: str = "", rigs: list[Rig] | None = None) -> tuple[Evidence, ...]:
    with service("globalping", lab) as rig:
        if rigs is not None:
            rigs.append(rig)
        return globalping.look(rig.means, look(*targets, country=country))  # type: ignore[arg-type]  # targets


def test_one_host_is_asked_from_three_continents_and_looked_up_there() -> None:
    lab = Lab([results(*WELL)])
    found = measure(lab, target(path="/a?b=c", method="GET"))
    where = [{"continent": "EU", "limit": 3}, {"continent": "NA", "limit": 3}, {"continent": "AS", "limit": 3}]
    assert lab.orders[0] == {
        "type": "http",
        "target": SHOP,
        "locations": where,
        "measurementOptions": {
            "request": {"method": "GET", "path": "/a", "query": "b=c"}, "protocol": "HTTPS", "port": 443
        },
    }  # fmt: skip
    assert lab.orders[1]["type"] == "dns"
    assert [place["limit"] for place in lab.orders[1]["locations"]] == [1, 1, 1]  # type: ignore[attr-defined]
    assert said(found) == {"globalping": OK, "globalping-some": OK, "globalping-dns": UNKNOWN}
    assert {e.note for e in found if e.probe == "globalping"} == {"0 of 9 probes on 3 continents"}


def test_a_host_that_fails_on_three_continents() -> None:
    fails = [("EU", "FR", "fails"), ("NA", "US", "fails"), ("AS", "JP", "well")] * 2 + [("AS", "IN", "fails")]
    found = measure(Lab([results(*fails)]))
    assert said(found) == {"globalping": FAILED, "globalping-some": FAILED, "globalping-dns": UNKNOWN}
    assert (found[0].note, found[0].failure) == ("5 of 7 probes on 3 continents", None)


def test_errors_of_the_server_are_told_as_such() -> None:
    found = measure(Lab([results(("EU", "FR", "5xx"), ("NA", "US", "5xx"), ("AS", "JP", "5xx"))]))
    assert (found[0].outcome, found[0].failure) == (FAILED, Failure.HTTP_SERVER_ERROR)


def test_some_places() -> None:
    found = measure(Lab([results(*WELL[:4], ("AS", "IN", "fails"), ("AS", "CN", "fails"))]))
    assert said(found) == {"globalping": OK, "globalping-some": FAILED, "globalping-dns": UNKNOWN}


def test_the_own_country_speaks_for_itself() -> None:
    lab = Lab([results(*WELL[:6], ("AF", "MA", "fails"), ("AF", "MA", "fails"))])
    found = measure(lab, country="MA")
    assert [place.get("country") for place in lab.orders[0]["locations"]] == [None, None, None, "MA"]  # type: ignore[attr-defined]
    assert said(found) == {
        "globalping": OK,
        "globalping-some": OK,
        "globalping-country": FAILED,
        "globalping-dns": UNKNOWN,
    }
    assert [e.note for e in found] == ["0 of 6 probes on 3 continents"] * 2 + ["MA", ""]


def test_a_name_that_fails_in_many_places() -> None:
    dns = results(("EU", "FR", "servfail"), ("NA", "US", "servfail"), ("AS", "JP", "servfail"), kind="dns")
    found = measure(Lab([results(*[(c, n, "fails") for c, n, _ in WELL])], [dns]))
    assert said(found) == {"globalping": FAILED, "globalping-some": FAILED, "globalping-dns": FAILED}
    assert found[-1].failure is Failure.DNS_TEMPORARY


def test_each_platform_has_its_own_answer() -> None:
    lab = Lab([results(*WELL)])
    found = measure(lab, target(), target("till", "till.example"), target("bank", "bank.example"), country="MA")
    assert [(o["type"], o["target"]) for o in lab.orders] == [
        ("http", SHOP), ("http", "till.example"), ("http", "bank.example")
    ]  # fmt: skip
    assert {e.platform for e in found} == {"shop", "till", "bank"}


def test_it_waits_for_what_is_under_way_half_a_second_at_a_time_and_asks_conditionally() -> None:
    under = results(("EU", "FR", "running"), ("NA", "US", "running"), status="in-progress")
    lab = Lab([under, b"304", b"304", results(*WELL)])
    rigs: list[Rig] = []
    found = measure(lab, rigs=rigs)
    (rig,) = rigs
    assert said(found)["globalping"] is OK
    assert set(rig.clock.paused) == {500}
    http = [a for a in rig.asked if a.path.endswith("measured1")]
    assert [a.headers.get("if-none-match") for a in http] == [None, '"e1"', '"e1"', '"e1"']


def test_what_never_comes_to_an_end_is_taken_as_far_as_it_came() -> None:
    rigs: list[Rig] = []
    half = results(*WELL[:3], ("EU", "DE", "running"), status="in-progress")
    found = measure(Lab([half], [results(kind="dns", status="in-progress")]), rigs=rigs)
    assert said(found)["globalping"] is OK
    assert found[0].note == "0 of 3 probes on 3 continents"
    assert sum(rigs[0].clock.paused) <= 44 * SECOND
    assert len(rigs[0].asked) <= 2 + 88


def test_no_more_tests_than_there_are_and_none_after_that() -> None:
    lab = Lab([results(*WELL)])
    with service("globalping", lab) as rig:
        assert globalping.look(rig.means, look())
        assert globalping.look(rig.means, look()) == ()  # the same suspicion
        assert len(lab.orders) == 2
        assert globalping.look(rig.means, look(by_hand=True))
        rig.clock.mono += 11 * MINUTE
        assert globalping.look(rig.means, look())
        tests = sum(place["limit"] for order in lab.orders for place in order["locations"])  # type: ignore[attr-defined]
        assert tests == sum(n for _, _, n in rig.budget.spent.tests) == 36


def test_nobody_where_we_wanted_to_ask_from_is_no_trouble_of_theirs() -> None:
    with service(
        "globalping", lambda _: response(b'{"error": {"type": "no_probes_found"}}', "422 Unprocessable")
    ) as rig:
        assert globalping.look(rig.means, look()) == ()
        assert not rig.budget.resting(rig.service.name, rig.clock.mono)


# all together


def test_a_vantage_that_breaks_or_hangs_takes_nothing_from_the_others() -> None:
    with service("ripestat", lambda _: ok(sample("ripestat_gone"))) as rig:

        def broken(*_: object) -> tuple[Evidence, ...]:
            raise RuntimeError

        vantages: dict[str, Vantage] = {"broken": broken, "ripestat": ripestat.look}
        (one,) = asking.look(rig.means, look(), vantages)
        assert (one.probe, one.outcome, one.t) == ("ripestat", FAILED, T)


def test_a_look_is_at_three_hosts_at_the_most_and_at_each_once() -> None:
    seen: list[list[str]] = []

    def notes(_: object, look: object) -> tuple[Evidence, ...]:
        seen.append([t.probe.host for t in look.targets])  # type: ignore[attr-defined]
        return ()

    many = [target(host=host) for host in ("a.example", "a.example", "b.example", "c.example", "d.example")]
    with service("doh", lambda _: b"") as rig:
        asking.look(rig.means, look(*many), {"notes": notes})
    assert seen == [["a.example", "b.example", "c.example"]]
