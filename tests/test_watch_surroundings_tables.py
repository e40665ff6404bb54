"""Linux's tables of routes and neighbours, and the kernel's own answer: read right, and never tripped over."""

from __future__ import annotations

import errno
import struct
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayapp.watch.surroundings import kernel, tables
from trayapp.watch.surroundings.kernel import Hop

little = pytest.mark.skipif(sys.byteorder == "big", reason="the texts below were printed on a little-endian machine")

HEAD4 = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
LAPTOP4 = HEAD4 + (
    "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0  \n"
    "enp0s25\t00000000\tFE01A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0  \n"
    "enp0s25\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0  \n"
    "wlan0\t0001A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0  \n"
)
HALVES4 = (
    "tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n"
    "tun0\t00000080\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n"
    "tun0\t0000080A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
)
LAPTOP6 = (
    "20010db8000100000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000"
    " 00000258 00000001 00000000 00000001    wlan0\n"
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe80000000000000020000fffe00000a"
    " 00000258 00000003 00000000 00000003    wlan0\n"
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000"
    " ffffffff 00000001 00000000 00200200       lo\n"
)
ARP = (
    "IP address       HW type     Flags       HW address            Mask     Device\n"
    "192.168.1.10     0x1         0x2         02:00:00:00:00:10     *        wlan0\n"
    "192.168.1.1      0x1         0x0         00:00:00:00:00:00     *        enp0s25\n"
    "192.168.1.1      0x1         0x2         02:00:00:00:00:0a     *        wlan0\n"
    "192.168.1.7      0x1         0x6         02:00:00:00:00:07     *        wlan0\n"
    "192.168.1.8      0x1         0x2         00:00:00:00:00:00     *        wlan0\n"
)


def way4(text: str) -> tuple[str, str] | None:
    route = tables.to_far4(tables.routes4(text))
    return (route.interface, route.gateway) if route else None


def way6(text: str) -> tuple[str, str] | None:
    route = tables.to_far6(tables.routes6(text))
    return (route.interface, route.gateway) if route else None


@little
def test_of_several_default_routes_the_one_of_the_lowest_metric() -> None:
    assert way4(LAPTOP4) == ("enp0s25", "192.168.1.254")


@little
def test_a_tunnel_that_takes_both_halves_takes_all() -> None:
    assert way4(LAPTOP4 + HALVES4) == ("tun0", "10.8.0.1")
    assert way4(LAPTOP4 + HALVES4.replace("\t0003\t0\t0\t0\t", "\t0003\t0\t0\t9000\t")) == ("tun0", "10.8.0.1")


@little
@pytest.mark.parametrize(
    "row",
    [
        "enp0s25\t00000000\tFE01A8C0\t0002\t0\t0\t1\t00000000\t0\t0\t0",  # not up
        "enp0s25\t00000000\tFE01A8C0\t0203\t0\t0\t1\t00000000\t0\t0\t0",  # rejects
        "*\t00000000\t00000000\t0201\t0\t0\t1\t00000000\t0\t0\t0",  # leads nowhere
        "lo\t00000000\t00000000\t0001\t0\t0\t1\t00000000\t0\t0\t0",
        "../x\t00000000\t00000000\t0001\t0\t0\t1\t00000000\t0\t0\t0",
        "eth0\t00000000\t00000000\t0001\t0\t0\t-1\t00000000\t0\t0\t0",
        "eth0\t00000000\t00000000\t0001\t0\t0\t0\tFF00FF00\t0\t0\t0",  # no mask
        "eth0\t0000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0",
        "eth0\t+0000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0",
        "eth0\t00000000\t00000000",
        "",
    ],
)
def test_a_row_that_leads_nowhere_or_cannot_be_read_is_passed_over(row: str) -> None:
    assert way4(HEAD4 + row) is None
    assert way4(f"{row}\n{LAPTOP4}") == ("enp0s25", "192.168.1.254")


def test_no_default_route_no_way() -> None:
    assert way4("") is None
    assert way4(HEAD4 + "eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n") is None
    assert way6("") is None


def test_the_default_route_of_ipv6_and_not_the_one_that_rejects() -> None:
    assert way6(LAPTOP6) == ("wlan0", "fe80::200:ff:fe00:a")
    assert way6(LAPTOP6.splitlines()[2]) is None


@little
def test_an_interface_has_its_own_prefix() -> None:
    routes = tables.routes4(LAPTOP4 + HALVES4)
    assert tables.own_prefix(routes, "tun0") == "10.8.0.0/24"
    assert tables.own_prefix(routes, "wg0") == ""


@little
def test_the_prefix_of_a_modem_is_an_address_of_ours_and_tells_nothing() -> None:
    assert (
        tables.own_prefix(tables.routes4("wwan0\t2801A8C0\t00000000\t0001\t0\t0\t0\tFCFFFFFF\t0\t0\t0"), "wwan0") == ""
    )


@pytest.mark.parametrize(
    ("address", "interface", "expected"),
    [
        ("192.168.1.1", "wlan0", "02:00:00:00:00:0a"),
        ("192.168.1.1", "enp0s25", ""),  # asked for, no answer yet
        ("192.168.1.7", "wlan0", "02:00:00:00:00:07"),  # entered by hand
        ("192.168.1.8", "wlan0", ""),
        ("192.168.1.10", "wlan0", "02:00:00:00:00:10"),
        ("192.168.1.10", "eth9", None),
        ("192.168.1.9", "wlan0", None),
        ("IP", "Device", None),
    ],
)
def test_neighbours(address: str, interface: str, expected: str | None) -> None:
    assert tables.hardware(ARP, address, interface) == expected


CELLS = st.one_of(
    st.sampled_from(
        ["wlan0", "lo", "*", "00000000", "0101A8C0", "0003", "0x2", "0", "600", "00FFFFFF", "80", "0" * 32]
    ),
    st.sampled_from(["f" * 32, "ffffffff", "٣", "1_0", "0x", "192.168.1.1", "02:00:00:00:00:0a", "\ud800"]),
    st.text(max_size=12),
)
TEXTS = st.one_of(
    st.text(),
    st.lists(st.lists(CELLS, max_size=12).map("\t".join), max_size=12).map("\n".join),
    st.tuples(st.sampled_from([LAPTOP4, LAPTOP6, ARP]), st.integers(0, 700), st.text(max_size=3)).map(
        lambda cut: cut[0][: cut[1]] + cut[2] + cut[0][cut[1] + 1 :]
    ),
)


@given(TEXTS)
def test_no_text_trips_the_readers(text: str) -> None:
    for route, bits in [(r, 32) for r in tables.routes4(text)] + [(r, 128) for r in tables.routes6(text)]:
        assert 0 <= route.length <= bits
        assert 0 <= route.network < 1 << bits
        assert tables.usable(route.interface)
    way4(text), way6(text)
    assert "\n" not in tables.own_prefix(tables.routes4(text), "wlan0")


@given(TEXTS, st.sampled_from(["192.168.1.1", "0", ""]))
def test_no_text_trips_the_reader_of_neighbours(text: str, address: str) -> None:
    found = tables.hardware(text, address, "wlan0")
    assert found is None or found == "" or set(found) <= set("0123456789abcdef:")


# the kernel's own answer


def answer(*attributes: tuple[int, bytes], kind: int = 24, route_type: int = 1) -> bytes:
    body = struct.pack("=8BI", 2, 32, 0, 0, 254, 0, 0, route_type, 0)
    for number, data in attributes:
        body += struct.pack("=HH", 4 + len(data), number) + data + bytes(-len(data) % 4)
    return struct.pack("=IHHII", 16 + len(body), kind, 0, 1, 0) + body


def error(code: int) -> bytes:
    return struct.pack("=IHHIIi", 36, 2, 0, 1, 0, -code) + bytes(16)


OUT = (4, struct.pack("=I", 3))


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (answer(OUT, (5, bytes([192, 168, 1, 1]))), Hop(3, "192.168.1.1")),
        (answer((1, b"\xdf\xff\xff\x01"), OUT), Hop(3, "")),
        (answer(OUT, (18, b"\x0a\x00" + bytes.fromhex("fe80" + "00" * 13 + "01"))), Hop(3, "fe80::1")),
        (answer(OUT, route_type=7), None),  # "unreachable" as a route
        (answer(), None),
        (error(errno.ENETUNREACH), None),
        (error(errno.EACCES), None),
    ],
)
def test_what_the_kernel_answers(reply: bytes, expected: Hop | None) -> None:
    assert kernel.read(reply) == expected


@pytest.mark.parametrize(
    "reply", [b"", b"\0" * 15, error(errno.EPERM), error(0), answer(OUT, kind=3), answer((4, b"\1"))]
)
def test_what_is_no_answer_is_an_oserror(reply: bytes) -> None:
    with pytest.raises(OSError, match="kernel"):
        kernel.read(reply)


@given(st.one_of(st.binary(max_size=200), st.binary(max_size=80).map(lambda tail: answer(OUT)[:28] + tail)))
def test_no_answer_of_the_kernel_raises_anything_else(reply: bytes) -> None:
    try:
        kernel.read(reply)
    except OSError:
        return


def test_the_question_is_as_long_as_it_says() -> None:
    for far, bits in (("223.255.255.1", 32), ("3ffe::1", 128)):
        asked = kernel.question(far)
        assert struct.unpack_from("=IH", asked) == (len(asked), 26)
        assert asked[17] == bits
