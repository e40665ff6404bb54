"""From the way out to a network's name: the same on the same network, another on another, and never a flicker."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayapp.core.model import MINUTE, SECOND
from trayapp.watch.surroundings.naming import PATIENCE, RETURN, Namer, Way

HOME = Way("wlan0", "192.168.1.1", mac="02:00:00:00:00:0a")
FRIEND = replace(HOME, mac="02:00:00:00:00:0b")
NOT_YET = replace(HOME, mac="")
ASKING = replace(NOT_YET, asking=True)
TUNNEL = Way("tun0", prefix="10.8.0.0/24", has_macs=False)


def name(way: Way | None, salt: str = "machine") -> str:
    return Namer(salt).name(way, 0)


def test_a_name_is_sixteen_hexadecimal_digits_and_none_without_a_way() -> None:
    assert re.fullmatch("[0-9a-f]{16}", name(HOME))
    assert name(None) == ""


def test_it_is_the_same_after_a_restart_and_another_on_another_machine() -> None:
    assert name(HOME) == name(HOME)
    assert name(HOME, "another machine") != name(HOME)


def test_two_homes_behind_the_same_address_are_two_networks() -> None:
    assert name(FRIEND) != name(HOME)


def test_by_cable_and_by_wireless_behind_one_router_is_one_network() -> None:
    assert name(replace(HOME, interface="enp0s31f6")) == name(HOME)


@pytest.mark.parametrize(
    "other",
    [
        replace(TUNNEL, interface="tun1"),
        replace(TUNNEL, prefix="10.9.0.0/24"),
        replace(TUNNEL, prefix=""),
        replace(TUNNEL, gateway="10.8.0.1"),
        HOME,
        None,
    ],
)
def test_what_tells_tunnels_apart(other: Way | None) -> None:
    assert name(other) != name(TUNNEL)


def test_a_tunnel_switched_on_and_off_is_another_network_and_back() -> None:
    namer = Namer("")
    names = [namer.name(way, 0) for way in (HOME, TUNNEL, HOME)]
    assert names[0] == names[2] != names[1]


def test_the_name_stays_when_the_system_forgets_the_hardware_address() -> None:
    namer = Namer("")
    first = namer.name(HOME, 0)
    assert {namer.name(way, at * MINUTE) for at, way in enumerate((NOT_YET, ASKING, NOT_YET, HOME, NOT_YET))} == {first}


def test_nothing_is_said_while_the_hardware_address_is_being_asked_for() -> None:
    namer = Namer("machine")
    assert {namer.name(ASKING, at * MINUTE) for at in range(10)} == {""}
    assert namer.name(HOME, 10 * MINUTE) == name(HOME)


def test_where_nobody_asks_for_it_the_name_goes_without_and_stays() -> None:
    namer = Namer("machine")
    assert namer.name(NOT_YET, 0) == ""
    assert namer.name(NOT_YET, PATIENCE - 1) == ""
    bare = namer.name(NOT_YET, PATIENCE)
    assert bare not in {"", name(HOME)}
    assert {namer.name(way, PATIENCE + SECOND) for way in (NOT_YET, HOME, ASKING, NOT_YET)} == {bare}
    assert namer.name(FRIEND, PATIENCE + MINUTE) == name(FRIEND)  # but another one is another network


def test_asking_starts_the_patience_anew() -> None:
    namer = Namer("machine")
    namer.name(NOT_YET, 0)
    namer.name(ASKING, PATIENCE - SECOND)
    assert namer.name(NOT_YET, PATIENCE + SECOND) == ""


def test_after_a_time_without_a_way_it_is_not_taken_for_the_network_before() -> None:
    namer = Namer("machine")
    assert [namer.name(way, 0) for way in (HOME, None, NOT_YET, FRIEND)] == [name(HOME), "", "", name(FRIEND)]


def test_carried_asleep_to_another_network_of_the_same_address() -> None:
    namer = Namer("machine")
    assert [namer.name(way, 0) for way in (HOME, NOT_YET, FRIEND)] == [name(HOME), name(HOME), name(FRIEND)]


def test_two_devices_that_share_an_address_do_not_make_it_flicker() -> None:
    namer = Namer("machine")
    looks = [namer.name(FRIEND if at % 2 else HOME, at * 6 * SECOND) for at in range(90)]  # nine minutes
    assert looks == [name(HOME)] + [name(FRIEND)] * 89


def test_one_that_was_left_is_believed_again_later() -> None:
    namer = Namer("machine")
    namer.name(HOME, 0)
    namer.name(FRIEND, SECOND)
    assert namer.name(HOME, RETURN - 1) == name(FRIEND)
    assert namer.name(HOME, RETURN) == name(HOME)


WAYS = st.one_of(
    st.none(),
    st.builds(
        Way,
        st.sampled_from(["wlan0", "eth0"]),
        st.sampled_from(["", "192.168.1.1", "fe80::1"]),
        prefix=st.sampled_from(["", "10.8.0.0/24"]),
        has_macs=st.booleans(),
        mac=st.sampled_from(["", "02:00:00:00:00:01", "02:00:00:00:00:02"]),
        asking=st.booleans(),
    ),
)


@given(st.lists(st.tuples(WAYS, st.integers(0, 20 * MINUTE)), max_size=40))
def test_within_one_way_a_named_network_changes_only_with_a_hardware_address(
    looks: list[tuple[Way | None, int]],
) -> None:
    namer, now, before, named = Namer(""), 0, None, ""
    for way, pause in looks:
        now += pause
        said = namer.name(way, now)
        assert re.fullmatch("(?:[0-9a-f]{16})?", said)
        assert way is not None or said == ""
        same = way and before and (way.interface, way.gateway, way.has_macs) == before
        if same and named and not (way and way.mac) and way and way.gateway:
            assert said == named
        before, named = (way.interface, way.gateway, way.has_macs) if way else None, said


@given(st.text(), st.text(), st.text(), st.text())
def test_any_text_has_a_name(salt: str, interface: str, gateway: str, prefix: str) -> None:
    assert len(Namer(salt).name(Way(interface, gateway, prefix, has_macs=False), 0)) == 16


@given(st.lists(st.integers(0, 200), min_size=1, max_size=60))
def test_what_is_remembered_of_hardware_addresses_is_bounded(macs: list[int]) -> None:
    namer = Namer("")
    for mac in macs:
        namer.name(replace(HOME, mac=f"02:00:00:00:00:{mac:02x}"), 0)
    assert len(namer._seen) <= 16
