"""How hosts of the test world misbehave: what the hostile ones say, and that it costs their client what it takes."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
import zlib
from collections import Counter
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from world.hostile import BOMB_BLOCK, BOMB_BLOCKS, FLOOD, HOSTILE, speech
from world.internet import Log, Street
from world.papers import Papers
from world.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEAD_END = b"\r\n\r\n"


def test_garbage_is_neither_http_nor_tls() -> None:
    [noise] = speech("garbage")
    assert len(noise) == 4096
    assert not noise.startswith((b"HTTP", b"\x14\x03", b"\x15\x03", b"\x16\x03", b"\x17\x03"))


@pytest.mark.parametrize(("kind", "says"), [("flood", b""), ("flood_chunked", b"transfer-encoding: chunked")])
def test_a_flood_is_a_gibibyte_of_no_known_length(kind: str, says: bytes) -> None:
    head, *rest = speech(kind)
    assert head.startswith(b"HTTP/1.1 200 ")
    assert head.endswith(HEAD_END)
    assert b"content-length" not in head.lower()
    assert says in head.lower()
    framing = sum(len(piece) for piece in rest) - FLOOD
    assert FLOOD == 1 << 30
    assert (framing == 0) if kind == "flood" else (0 < framing < FLOOD / 1000)


def test_a_bomb_is_small_and_inflates_to_ten_gibibytes() -> None:
    head, *rest = speech("bomb")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    assert b"content-encoding: gzip" in head.lower()
    assert 9e6 < length < 12e6
    assert length == sum(map(len, rest))
    assert BOMB_BLOCK * BOMB_BLOCKS == 10 << 30
    assert Counter(rest).most_common(1)[0][1] == BOMB_BLOCKS  # one block over and over, …
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    seen = [inflater.decompress(piece) for piece in rest[:3]]  # … which inflates alike each time
    assert [len(piece) for piece in seen] == [0, BOMB_BLOCK, BOMB_BLOCK]
    assert seen[1] == seen[2] == bytes(BOMB_BLOCK)
    assert not inflater.eof


def test_redirects_lead_one_step_further_each_time() -> None:
    target, seen = "/me", []
    for _ in range(4):
        [answer] = speech("redirects", target)
        assert answer.startswith(b"HTTP/1.1 302 ")
        target = answer.partition(b"Location: ")[2].split(b"\r\n")[0].decode()
        seen.append(target)
    assert seen == ["/me?again=1", "/me?again=2", "/me?again=3", "/me?again=4"]


def test_interim_answers_never_become_a_final_one() -> None:
    some = b"".join(islice(speech("interim"), 20))
    answers = some.split(HEAD_END)
    assert len(answers) > 1000
    assert {answer.split(b" ")[1] for answer in answers[:-1]} == {b"103"}


def test_headers_never_end() -> None:
    some = b"".join(islice(speech("headers"), 1000))
    assert some.startswith(b"HTTP/1.1 200 ")
    assert HEAD_END not in some
    lines = some.split(b"\r\n")[1:-1]
    assert len({line.partition(b":")[0] for line in lines}) == len(lines) == 999


@pytest.fixture
def street(tmp_path: Path) -> Iterator[tuple[Street, Rules, Path, Papers]]:
    known, papers, file = Rules(), Papers(), tmp_path / "log"
    with closing(Log(file)) as log, Street(0, known, log, papers, at="::1") as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield server, known, file, papers
        server.shutdown()


def speak(server: Street, papers: Papers, method: str = "GET", most: int = 1 << 17) -> bytes:
    """What comes back from mean.example, up to ``most`` bytes."""
    context = ssl.create_default_context()
    papers.ca.configure_trust(context)
    with (
        socket.create_connection(("::1", server.server_port), timeout=10) as sock,
        context.wrap_socket(sock, server_hostname="mean.example") as tls,
    ):
        tls.sendall(f"{method} / HTTP/1.1\r\nHost: mean.example\r\n\r\n".encode())
        got = b""
        while len(got) < most and (chunk := tls.recv(65536)):
            got += chunk
        return got


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_a_host_says_what_its_kind_says(street: tuple[Street, Rules, Path, Papers], kind: str, method: str) -> None:
    server, known, file, papers = street
    known.add({"host": "mean.example", "http": kind})
    got = speak(server, papers, method)
    expected = b"".join(islice(speech(kind), 300))
    assert got
    assert expected.startswith(got)
    assert [entry["answer"] for entry in entries(file) if entry["kind"] == "http"] == [kind]


def test_a_flood_costs_its_host_no_more_than_the_client_takes(street: tuple[Street, Rules, Path, Papers]) -> None:
    server, known, file, papers = street
    known.add({"host": "mean.example", "http": "flood"})
    before = time.process_time()
    assert len(speak(server, papers, most=65536)) >= 65536
    wait_for(lambda: bool(broken(file)))  # the client has gone, and the host has noticed
    assert time.process_time() - before < 1


def test_noise_in_place_of_tls(street: tuple[Street, Rules, Path, Papers]) -> None:
    server, known, file, papers = street
    known.add({"host": "mean.example", "tls": "garbage"})
    with pytest.raises(ssl.SSLError) as error:
        speak(server, papers)
    assert not isinstance(error.value, (ssl.SSLEOFError, ssl.SSLCertVerificationError))
    assert entries(file)[0]["answer"] == "garbage"


def test_every_second_handshake_or_request(street: tuple[Street, Rules, Path, Papers]) -> None:
    server, known, file, papers = street
    known.add({"host": "mean.example", "status": 503, "every": 2})
    seen = [speak(server, papers, "HEAD", most=1).split()[1] for _ in range(4)]
    assert seen == [b"503", b"200", b"503", b"200"]
    known.clear()
    known.add({"host": "mean.example", "tls": "wrong_name", "every": 3})
    outcomes = []
    for _ in range(4):
        try:
            outcomes.append(speak(server, papers, "HEAD", most=1)[:4])
        except ssl.SSLCertVerificationError:
            outcomes.append(b"")
    assert outcomes == [b"", b"HTTP", b"HTTP", b""]
    assert [entry["answer"] for entry in entries(file) if entry["kind"] == "tls"][-4:] == [
        "wrong_name",
        "ok",
        "ok",
        "wrong_name",
    ]


def test_who_hangs_up_without_a_word_is_noted(street: tuple[Street, Rules, Path, Papers]) -> None:
    server, _, file, _ = street
    socket.create_connection(("::1", server.server_port), timeout=10).close()
    wait_for(lambda: bool(entries(file)))
    assert {"kind": "tcp", "host": "::1"}.items() <= entries(file)[0].items()


def entries(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def broken(file: Path) -> list[dict[str, object]]:
    return [entry for entry in entries(file) if entry["kind"] == "broken"]


def wait_for(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.01)
