"""Those who see the test world from elsewhere: over TLS on loopback, as their own public descriptions have it."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from world.internet import Log, Street
from world.measuring import AN_HOUR, CLOUDFLARE, GOOGLE, LAB, ROUTERS, TAKES, Measuring
from world.papers import Papers
from world.rules import RuleError, Rules, rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHOP = "shop.example"
JSON = {"Content-Type": "application/json"}
WORLD = [{"continent": "EU", "limit": 2}, {"continent": "NA", "limit": 1}, {"country": "MA", "limit": 1}]


@dataclass
class Town:
    """A street on which all of them live, and a clock that moves when told."""

    server: Street
    rules: Rules
    papers: Papers
    log: Path
    now: float = 0.0

    def ask(
        self, host: str, target: str, method: str = "GET", headers: dict[str, str] | None = None, body: object = None
    ) -> tuple[int, dict[str, str], Any]:
        """One exchange: status, headers by small names, and the JSON that came; None where there was no body."""
        sent = b"" if body is None else json.dumps(body).encode()
        lines = {"Host": host, "Connection": "close", "Content-Length": str(len(sent))} | (headers or {})
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        context = ssl.create_default_context()
        self.papers.ca.configure_trust(context)
        with (
            socket.create_connection(("::1", self.server.server_port), timeout=10) as sock,
            context.wrap_socket(sock, server_hostname=host) as tls,
        ):
            tls.sendall(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + sent)
            got = b""
            while chunk := tls.recv(65536):
                got += chunk
        top, _, rest = got.partition(b"\r\n\r\n")
        first, *told = top.decode().split("\r\n")
        found = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in told)}
        return int(first.split()[1]), found, json.loads(rest) if rest.startswith((b"{", b"[")) else None

    def order(self, kind: str = "http", target: str = SHOP, locations: object = WORLD, **more: object) -> Any:
        document = {"type": kind, "target": target, "locations": locations, "measurementOptions": {}} | more
        return self.ask(LAB, "/v1/measurements", "POST", JSON, document)

    def outcome(self, id_: str) -> Any:
        self.now += TAKES
        return self.ask(LAB, f"/v1/measurements/{id_}")[2]

    def probes(self) -> list[tuple[str, str, str, str]]:
        lines = map(json.loads, self.log.read_text("utf-8").splitlines())
        return [(e["host"], e["path"], e["country"], e["answer"]) for e in lines if e["kind"] == "probe"]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    known, papers, file = Rules(), Papers(), tmp_path / "log"
    with closing(Log(file)) as log:
        measuring = Measuring(known, log, lambda: found.now)
        with Street(0, known, log, papers, at="::1", measuring=measuring) as server:
            found = Town(server, known, papers, file)
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
            yield found
            server.shutdown()


def test_a_measurement_begins_and_ends(town: Town) -> None:
    status, headers, begun = town.order()
    assert (status, begun["probesCount"]) == (202, 4)
    assert headers["location"] == f"https://{LAB}/v1/measurements/{begun['id']}"
    assert [probe[2] for probe in town.probes()] == ["FR", "DE", "US", "MA"]
    _, headers, under = town.ask(LAB, f"/v1/measurements/{begun['id']}")
    assert (under["id"], under["type"], under["target"], under["status"]) == (begun["id"], "http", SHOP, "in-progress")
    assert {one["result"]["status"] for one in under["results"]} == {"in-progress"}
    again = town.ask(LAB, f"/v1/measurements/{begun['id']}", headers={"If-None-Match": headers["etag"]})
    assert (again[0], again[2]) == (304, None)
    over = town.outcome(begun["id"])
    assert over["status"] == "finished"
    seen = [(one["probe"]["continent"], one["probe"]["country"], one["result"]) for one in over["results"]]
    assert [one[:2] for one in seen] == [("EU", "FR"), ("EU", "DE"), ("NA", "US"), ("AF", "MA")]
    assert all(one["statusCode"] == 200 and one["tls"]["authorized"] is True for *_, one in seen)


@pytest.mark.parametrize(
    ("does", "http", "code"), [("ok", "finished", 0), ("down", "failed", 0), ("servfail", "failed", 2)]
)
def test_a_host_is_elsewhere_as_its_rule_says_whatever_it_does_here(
    town: Town, does: str, http: str, code: int
) -> None:
    town.rules.add({"host": "*.example", "status": 503, "dns": "nxdomain", "tls": "ok"})
    if does != "ok":
        town.rules.add({"host": "*.example", "elsewhere": does})
    visits, look_ups = (town.order(kind)[2]["id"] for kind in ("http", "dns"))
    assert {one["result"]["status"] for one in town.outcome(visits)["results"]} == {http}
    found = [one["result"] for one in town.outcome(look_ups)["results"]]
    assert {(one["status"], one["statusCode"], bool(one["answers"])) for one in found} == {("finished", code, not code)}
    assert {probe[3] for probe in town.probes()} == {does}
    for host, path in ((GOOGLE, "/resolve"), (CLOUDFLARE, "/dns-query")):
        _, _, said = town.ask(host, f"{path}?name={SHOP}&type=A", headers={"Accept": "application/dns-json"})
        assert (said["Status"], [q["name"].rstrip(".") for q in said["Question"]]) == (code, [SHOP])
        assert bool(said.get("Answer")) is (code == 0)


@pytest.mark.parametrize(
    ("order", "status", "kind"),
    [
        ({"kind": "ping"}, 400, "validation_error"),
        ({"target": "https://shop.example/"}, 400, "validation_error"),
        ({"limit": 3}, 400, "validation_error"),
        ({"locations": [{"continent": "EU", "limit": 0}]}, 400, "validation_error"),
        ({"locations": [{"continent": "EU", "city": "Paris"}]}, 400, "validation_error"),
        ({"measurementOptions": {"request": {"method": "POST"}}}, 400, "validation_error"),
        ({"measurementOptions": []}, 400, "validation_error"),
        ({"measurementOptions": {"request": "/"}}, 400, "validation_error"),
        ({"locations": "EU"}, 400, "validation_error"),
        ({"locations": ["EU"]}, 400, "validation_error"),
        ({"measurementOptions": {"query": {"type": "A"}}}, 400, "validation_error"),
        ({"locations": [{"country": "VA", "limit": 1}]}, 422, "no_probes_found"),
    ],
)
def test_an_order_is_checked(town: Town, order: dict[str, Any], status: int, kind: str) -> None:
    code, _, said = town.order(**order)
    assert (code, said["error"]["type"]) == (status, kind)
    assert town.probes() == []


def test_who_orders_too_much_is_refused(town: Town) -> None:
    for _ in range(AN_HOUR // 4):
        assert town.order()[0] == 202
    assert town.order()[0] == 429
    assert len(town.probes()) <= AN_HOUR


def test_what_nobody_ordered_is_not_there(town: Town) -> None:
    assert town.ask(LAB, "/v1/measurements/q7Ld0mPzX4sKcV2e")[0] == 404
    assert town.ask(LAB, "/v1/measurements", "POST", {}, {"type": "http"})[0] == 400
    assert town.ask(CLOUDFLARE, f"/dns-query?name={SHOP}")[0] == 415
    assert town.ask(GOOGLE, "/resolve")[0] == 400
    assert town.ask(ROUTERS, "/data/routing-status/data.json?resource=me")[0] == 400


def test_names_that_do_not_exist_and_those_of_six(town: Town) -> None:
    assert town.ask(GOOGLE, "/resolve?name=nobody.invalid")[2]["Status"] == 3
    [answer] = town.ask(GOOGLE, f"/resolve?name={SHOP}&type=AAAA")[2]["Answer"]
    assert (answer["type"], ":" in answer["data"]) == (28, True)


@pytest.mark.parametrize(("rule", "least", "most"), [({}, 300, 342), ({"host": "AS64500", "elsewhere": "down"}, 0, 50)])
def test_what_routers_see(town: Town, rule: dict[str, Any], least: int, most: int) -> None:
    if rule:
        town.rules.add(rule)
    _, _, said = town.ask(ROUTERS, "/data/routing-status/data.json?resource=AS64500&sourceapp=test")
    seen = said["data"]["visibility"]["v4"]
    assert said["data"]["resource"] == "64500"
    assert seen["total_ris_peers"] == 342
    assert least <= seen["ris_peers_seeing"] <= most


def test_a_rule_may_speak_for_any_of_them(town: Town) -> None:
    town.rules.add({"host": LAB, "status": 429, "body": "{}"})
    assert town.order()[0] == 429
    assert town.probes() == []
    town.rules.clear()
    assert town.order()[0] == 202


def test_how_it_is_elsewhere_is_one_of_a_few_words_and_does_not_come_and_go() -> None:
    with pytest.raises(RuleError, match="elsewhere = 'gone' is not one of down, ok, servfail"):
        rules({"host": "x", "elsewhere": "gone"})
    with pytest.raises(RuleError, match="every"):
        rules({"host": "x", "elsewhere": "down", "every": 2})
