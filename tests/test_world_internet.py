"""The test world itself: its internet answers as told, its cable can be pulled, and an ordinary user can have one.

Run as a script, this file is the errand boy inside fresh namespaces: it prints what it saw as one JSON object.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from world.namespaces import NoWorldError, enter, inside, unshare
from world.world import ROOT, OrderError, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOBODY = 65534
pytestmark = pytest.mark.xdist_group("world")


def look_up(name: str, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[str]:
    return sorted({str(info[4][0]) for info in socket.getaddrinfo(name, 443, family, socket.SOCK_STREAM)})


def ask(
    ca: Path, host: str, path: str = "/", *, method: str = "GET", at: str = "", secure: bool = True
) -> dict[str, Any]:
    """One exchange on a fresh connection; at most 64 KiB."""
    with contextlib.ExitStack() as open_now:
        sock: socket.socket = open_now.enter_context(
            socket.create_connection((at or host, 443 if secure else 80), timeout=2),
        )
        if secure:
            context = ssl.create_default_context(cafile=str(ca))
            sock = open_now.enter_context(context.wrap_socket(sock, server_hostname=host))
        peer = sock.getpeername()[0]
        sock.sendall(
            f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: errand\r\nConnection: close\r\n\r\n".encode()
        )
        got = b""
        while len(got) < 65536 and (chunk := sock.recv(4096)):
            got += chunk
        head, _, body = got.partition(b"\r\n\r\n")
        return {"status": int(head.split()[1]), "body": body.decode(), "from": peer}


def said(errand: Callable[[], object]) -> str:
    """How an errand failed, in the system's own words; "" if it did not."""
    try:
        errand()
    except ssl.SSLCertVerificationError as trouble:
        return trouble.verify_message
    except OSError as trouble:
        return f"{type(trouble).__name__} {trouble.strerror or ''}".strip()
    return ""


def names(world: World) -> Iterator[tuple[str, object]]:
    yield "v4", look_up("www.facebook.com", socket.AF_INET)
    yield "v6", look_up("www.facebook.com", socket.AF_INET6)
    yield "another v4", look_up("graph.facebook.com", socket.AF_INET)
    yield "invalid", said(lambda: look_up("nobody.invalid"))
    world.set(host="www.facebook.com", dns="servfail")
    yield "servfail", said(lambda: look_up("www.facebook.com"))
    world.set(host="www.facebook.com", dns="empty")
    yield "empty", said(lambda: look_up("www.facebook.com"))
    world.clear()
    yield "again v4", look_up("www.facebook.com", socket.AF_INET)
    with socket.create_connection(("203.0.113.53", 53), timeout=4) as tcp:
        query = bytes.fromhex("123401000001000000000000 03777777 08 66616365626f6f6b 03636f6d 00 0001 0001")
        tcp.sendall(len(query).to_bytes(2) + query)
        yield "tcp", tcp.recv(512)[-4:].hex(".")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(4)
        udp.sendto(query, ("9.9.9.9", 53))
        reply, who = udp.recvfrom(512)
        yield "another resolver", [who[0], reply[-4:].hex(".")]


def answers(world: World) -> Iterator[tuple[str, object]]:
    ca = world.ca
    yield "page", ask(ca, "anything.example.org")
    yield "plain", ask(ca, "anything.example.org", secure=False)["status"]
    yield "healthy", ask(ca, "graph.facebook.com", "/me")
    yield "head", ask(ca, "graph.facebook.com", method="HEAD")
    yield "portal", ask(ca, "detectportal.firefox.com", "/success.txt?ipv4", secure=False)["body"]
    yield "no content", ask(ca, "cp.cloudflare.com", "/generate_204")
    yield "by number", ask(ca, "1.1.1.1")["status"]
    yield "by number v6", ask(ca, "2606:4700:4700::1111", at="2606:4700:4700::1111")["from"]
    yield "four", ask(ca, "www.facebook.com", at=look_up("www.facebook.com", socket.AF_INET)[0])["status"]
    world.set(host=["www.facebook.com", "*.instagram.com"], status=503)
    yield "503", [ask(ca, host)["status"] for host in ("www.facebook.com", "www.instagram.com", "x.com")]
    world.clear("www.facebook.com")
    yield "cleared one", [ask(ca, host)["status"] for host in ("www.facebook.com", "www.instagram.com")]
    world.clear()
    yield "cleared all", ask(ca, "www.instagram.com")["status"]
    world.set(host="slow.example", delay=0.4)
    began = time.monotonic()
    ask(ca, "slow.example")
    yield "delay", time.monotonic() - began


def faults(world: World) -> Iterator[tuple[str, object]]:
    for fault in (
        *({"tls": kind} for kind in ("wrong_name", "expired", "unknown_issuer", "reset", "hang")),
        *({"http": kind} for kind in ("reset", "hang")),
        *({"connect": kind} for kind in ("unreachable", "drop")),
    ):
        [(where, kind)] = fault.items()
        world.set(host="ill.example", **fault)
        # Python's ssl tells a reset while it reads as a plain end, so HTTP's own faults are looked at without TLS
        yield f"{where} {kind}", said(partial(ask, world.ca, "ill.example", secure=where != "http"))
        yield f"{where} {kind} spares", ask(world.ca, "well.example")["status"]
        world.clear()
        yield f"{where} {kind} over", ask(world.ca, "ill.example")["status"]
    for name, order in {"unknown key": {"hots": "x"}, "bad value": {"host": "x", "tls": "odd"}}.items():
        try:
            world.set(**order)
        except OrderError as error:
            yield name, str(error)


def cable(world: World) -> Iterator[tuple[str, object]]:
    address = look_up("www.facebook.com", socket.AF_INET)[0]
    world.wire.pull()
    yield "out", said(lambda: ask(world.ca, "www.facebook.com", at=address))
    yield "out, six", said(lambda: ask(world.ca, "1.1.1.1", at="2606:4700:4700::1111"))
    yield "out, name", said(lambda: look_up("www.facebook.com"))
    world.wire.plug()
    yield "in", ask(world.ca, "www.facebook.com")["status"]
    yield "in, four", ask(world.ca, "www.facebook.com", at=address)["status"]


def crowd(world: World) -> Iterator[tuple[str, object]]:
    began = time.monotonic()
    statuses = {ask(world.ca, "crowd.example", f"/{n}")["status"] for n in range(100)}
    yield "statuses", sorted(statuses)
    yield "a second", 100 / (time.monotonic() - began)
    log = [entry for entry in world.asked() if entry["kind"] == "http"]
    yield "log", {key: log[-1][key] for key in ("host", "method", "path", "agent", "family", "answer", "secure")}
    yield "logged", sum(entry["host"] == "crowd.example" for entry in log)


def errands() -> None:
    if not inside():
        enter(sys.argv)
    with tempfile.TemporaryDirectory() as logs, World(Path(logs)) as world:
        seen = {errand.__name__: dict(errand(world)) for errand in (names, answers, faults, cable, crowd)}
        print(json.dumps(seen))


def leftovers() -> set[str]:
    """What a world could leave behind: links and mounts that others can see."""
    mounts = Path("/proc/self/mounts").read_text("utf-8").splitlines()
    return {f"link {name}" for _, name in socket.if_nameindex()} | {line for line in mounts if "story" in line}


def as_somebody_else() -> list[str]:
    """The command prefix that runs Python as an ordinary user; skips where there is no way."""
    if not shutil.which("setpriv"):
        pytest.skip("setpriv is not installed")
    drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all", "--"]
    packages = os.pathsep.join(path for path in sys.path if path.endswith("-packages"))
    why = ""
    for python in (sys.executable, "/usr/bin/python3"):
        command = [*drop, "env", f"PYTHONPATH={packages}", "PYTHONDONTWRITEBYTECODE=1", python]
        code = "import dnslib, trustme, pytest; from world.namespaces import unshare; unshare()"
        done = subprocess.run([*command, "-c", code], cwd=ROOT / "tests", capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return command
        why = done.stderr.strip().splitlines()[-1]
    pytest.skip(f"an ordinary user cannot run the test world here: {why}")


@pytest.fixture(scope="module", params=["as we are", "as an ordinary user"])
def seen(request: pytest.FixtureRequest) -> dict[str, dict[str, Any]]:
    try:
        unshare()
    except NoWorldError as reason:
        pytest.skip(str(reason))
    if sys.platform != "linux":
        pytest.skip("namespaces are Linux's")
    command = [sys.executable]
    if request.param == "as an ordinary user":
        if os.geteuid() != 0:
            pytest.skip("we are an ordinary user already")
        command = as_somebody_else()
    before = leftovers()
    done = subprocess.run([*command, __file__], capture_output=True, text=True, check=False, timeout=120, cwd="/")
    assert done.returncode == 0, done.stderr
    assert leftovers() == before
    return dict(json.loads(done.stdout))


def test_every_name_has_addresses_of_its_own(seen: dict[str, dict[str, Any]]) -> None:
    got = seen["names"]
    [four], [six] = got["v4"], got["v6"]
    assert four.startswith("198.51.100.")
    assert six.startswith("2001:db8:53::")
    assert got["another v4"] != got["v4"] == got["again v4"]
    assert got["tcp"] == hexed(four)
    assert got["another resolver"] == ["9.9.9.9", hexed(four)]


def hexed(address: str) -> str:
    return socket.inet_aton(address).hex(".")


def test_names_fail_as_told(seen: dict[str, dict[str, Any]]) -> None:
    got = seen["names"]
    assert got["invalid"] == "gaierror Name or service not known"
    assert got["servfail"] == "gaierror Temporary failure in name resolution"
    assert got["empty"] == "gaierror No address associated with hostname"


def test_hosts_answer_with_valid_tls_at_any_address(seen: dict[str, dict[str, Any]]) -> None:
    got = seen["answers"]
    assert (got["page"]["status"], got["plain"], got["by number"], got["four"]) == (200, 200, 200, 200)
    assert "It works" in got["page"]["body"]
    assert got["page"]["from"].startswith("2001:db8:53::")
    assert got["by number v6"] == "2606:4700:4700::1111"


def test_well_known_hosts_say_what_they_say(seen: dict[str, dict[str, Any]]) -> None:
    got = seen["answers"]
    assert got["healthy"]["status"] == got["head"]["status"] == 400
    assert json.loads(got["healthy"]["body"])["error"]["code"] == 2500
    assert got["head"]["body"] == ""
    assert got["portal"] == "success\n"
    assert (got["no content"]["status"], got["no content"]["body"]) == (204, "")


def test_server_errors_come_and_go_host_by_host(seen: dict[str, dict[str, Any]]) -> None:
    got = seen["answers"]
    assert got["503"] == [503, 503, 200]
    assert got["cleared one"] == [200, 503]
    assert got["cleared all"] == 200
    assert 0.4 <= got["delay"] < 3


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("tls wrong_name", "Hostname mismatch, certificate is not valid for 'ill.example'."),
        ("tls expired", "certificate has expired"),
        ("tls unknown_issuer", "unable to get local issuer certificate"),
        ("tls reset", "ConnectionResetError Connection reset by peer"),
        ("tls hang", "TimeoutError"),
        ("http reset", "ConnectionResetError Connection reset by peer"),
        ("http hang", "TimeoutError"),
        ("connect unreachable", "OSError No route to host"),
        ("connect drop", "TimeoutError"),
    ],
)
def test_a_fault_hits_one_host_and_goes_away(seen: dict[str, dict[str, Any]], fault: str, expected: str) -> None:
    got = seen["faults"]
    assert got[fault] == expected
    assert got[f"{fault} spares"] == 200
    assert got[f"{fault} over"] == 200


def test_a_wrong_order_is_refused_with_its_reason(seen: dict[str, dict[str, Any]]) -> None:
    assert "unknown key 'hots'" in seen["faults"]["unknown key"]
    assert "tls = 'odd' is not one of" in seen["faults"]["bad value"]


def test_the_cable(seen: dict[str, dict[str, Any]]) -> None:
    got = seen["cable"]
    assert got["out"] == got["out, six"] == "OSError Network is unreachable"
    assert got["out, name"] == "gaierror Temporary failure in name resolution"
    assert got["in"] == got["in, four"] == 200


def test_it_keeps_up_and_keeps_a_log(seen: dict[str, dict[str, Any]]) -> None:
    got = seen["crowd"]
    assert got["statuses"] == [200]
    assert got["logged"] == 100
    assert got["a second"] >= 50
    expected = {"host": "crowd.example", "method": "GET", "path": "/99", "agent": "errand", "family": "v6"}
    assert got["log"] == expected | {"answer": 200, "secure": True}


if __name__ == "__main__":
    errands()
