"""Whole looks: every vantage at once, each a service of its own on loopback, and what the core makes of it."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable

import pytest
from outside_rig import SHOP, Asked, T, look, ok, results, sample, service, target
from watch_rig import response

from trayapp.config.vantages import Vantages
from trayapp.core import claims
from trayapp.core.judge import Outside
from trayapp.core.model import SECOND, Evidence, Outcome
from trayapp.watch.outside import asking
from trayapp.watch.outside.means import Means
from trayapp.watch.outside.merged import COUNTRY

OWN_AXES = {"resolver", f"globalping{COUNTRY}"}
"""Witnesses of something else than whether it fails elsewhere."""


def lab(how: str, own: str, names: str) -> Callable[[Asked], bytes]:
    """A measuring service: how the host does on three continents, in the own country, and how its name does."""
    kinds: dict[str, str] = {}

    def answer(asked: Asked) -> bytes:
        if asked.method == "POST":
            id_ = f"measured{len(kinds)}"
            kinds[id_] = json.loads(asked.body)["type"]
            return response(json.dumps({"id": id_, "probesCount": 1}).encode(), "202 Accepted")
        id_ = asked.path.rpartition("/")[2]
        word = {"http": how, "dns": names}[kinds[id_]]
        there = [("EU", "FR", word), ("NA", "US", word), ("AS", "JP", word)] * 2
        home = [("AF", "MA", own)] * 2 if kinds[id_] == "http" else []
        document = json.loads(results(*there, *home, kind=kinds[id_]))
        return ok(json.dumps({**document, "id": id_}).encode())

    return answer


def story(how: str, own: str, names: str, resolvers: str, routers: str) -> tuple[Evidence, ...]:
    with contextlib.ExitStack() as stack:
        one = stack.enter_context(service("globalping", lab(how, own, names)))
        two = stack.enter_context(service("doh", lambda _: ok(sample(resolvers)), twice=True))
        three = stack.enter_context(service("ripestat", lambda _: ok(sample(routers))))
        services = tuple(s for rig in (one, two, three) for s in rig.means.vantages.services)
        means = Means(one.net, one.clock, one.budget, Vantages(services, {"shops": (64500,)}))
        began = time.monotonic()
        found = asking.look(means, look(target(host=SHOP), country="MA"))
        assert time.monotonic() - began < 20
        return found


def made(found: tuple[Evidence, ...]) -> tuple[Outside, dict[str, Outcome]]:
    heard: claims.Claims = {}
    for e in found:
        if e.probe not in OWN_AXES:
            heard = claims.told(heard, e)
    return claims.outside(heard, T + SECOND), {e.probe: e.outcome for e in found if e.probe in OWN_AXES}


@pytest.mark.parametrize(("how", "own", "names", "resolvers", "routers", "outside", "axes"), [
    # 4 October 2021: no name server answers, and the network leaves the tables.
    ("fails", "fails", "servfail", "doh_servfail", "ripestat_gone", Outside.FAILED, ("failed", "unknown")),
    # Their servers fail; names and routes are well.
    ("5xx", "5xx", "well", "doh_found", "ripestat_seen", Outside.FAILED, ("failed", "failed")),
    # A block in one country, by its resolvers.
    ("well", "fails", "well", "doh_found", "ripestat_seen", Outside.OK, ("failed", "failed")),
    # A fault of this network, whose resolver does not find the name.
    ("well", "well", "well", "doh_found", "ripestat_seen", Outside.OK, ("ok", "failed")),
    # Nobody could tell.
    ("running", "running", "running", "doh_no_address", "ripestat_seen", Outside.UNKNOWN, (None, "unknown")),
])  # fmt: skip
def test_a_look(
    how: str,
    own: str,
    names: str,
    resolvers: str,
    routers: str,
    outside: Outside,
    axes: tuple[str | None, str],
) -> None:
    """That the name is not found here is how this rig's own look-up answers, always."""
    seen, own_axes = made(story(how, own, names, resolvers, routers))
    assert seen is outside
    assert (own_axes.get(f"globalping{COUNTRY}"), own_axes["resolver"]) == axes
