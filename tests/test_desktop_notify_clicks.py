"""What a person clicks on a notice, by way of a notification service of our own on a real bus."""

from __future__ import annotations

import os
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from desktop_rig import _BARE_BUS as BARE_BUS
from desktop_rig import bare_bus, freeze, listens, needs, started, thaw, until
from test_desktop_notify import SERVICE, Service, toast

from trayapp.core.ports import Delivery, Toast
from trayapp.core.present import Icon
from trayapp.desktop import bus as dbus
from trayapp.desktop.bus import Bus
from trayapp.desktop.notify.dbus import DbusNotifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = needs("dbus-daemon")
BUTTONS = (("log", "Open log"), ("mute 1h", "Mute 1 h"), ("well", "What still works"))
WIRE = ["default", "Open log", "log", "Open log", "mute 1h", "Mute 1 h", "well", "What still works"]


def more_than(clicks: list[str], number: int) -> bool:
    return len(clicks) > number


def offer(buttons: tuple[tuple[str, str], ...] = BUTTONS, key: str = "story") -> Toast:
    return Toast(key, "Example is down", "", urgent=False, icon=Icon.DOWN, actions=buttons)


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    with bare_bus(tmp_path) as named:
        yield named


@pytest.fixture
def serve(env: dict[str, str]) -> Iterator[Callable[..., Service]]:
    started: list[Service] = []

    def start(*args: Any, **more: Any) -> Service:
        started.append(Service(env, *args, **more))
        return started[-1]

    yield start
    for service in started:
        service.close()


@pytest.fixture
def clicked() -> list[str]:
    return []


@pytest.fixture
def channel(env: dict[str, str], clicked: list[str]) -> Iterator[DbusNotifier]:
    made = DbusNotifier(env, clicked.append)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("capabilities", "name", "buttons", "expected"),
    [
        (["actions"], "Tester", BUTTONS, WIRE),
        (["body"], "Tester", BUTTONS, []),  # it would not show them
        (["actions"], "Xfce Notify Daemon", BUTTONS, WIRE[2:]),  # it would draw a second button for the click
        (["actions"], "Tester", (), ["default", "Fanal"]),
        (["actions"], "Tester", (("well", ""),), ["default", "Fanal"]),
        (["actions"], "Tester", (("well", "a\0b"),), ["default", "Fanal", "well", "a b"]),
        (["actions"], "Tester", (("default", "x"),), ["default", "Fanal"]),
    ],
)
def test_only_what_can_be_clicked_is_offered(
    serve: Callable[..., Service],
    channel: DbusNotifier,
    capabilities: list[str],
    name: str,
    buttons: tuple[tuple[str, str], ...],
    expected: list[str],
) -> None:
    service = serve(capabilities, name=name)
    assert channel.deliver(offer(buttons)) is Delivery.SAID
    assert service.given[0][5] == expected


def test_without_a_listener_nothing_is_offered(serve: Callable[..., Service], env: dict[str, str]) -> None:
    service = serve(["actions"])
    deaf = DbusNotifier(env)
    deaf.deliver(offer())
    deaf.close()
    assert service.given[0][5] == []


def test_a_click_arrives_as_its_command(
    serve: Callable[..., Service], channel: DbusNotifier, clicked: list[str]
) -> None:
    service = serve(["actions"])
    channel.deliver(offer())
    for key in ("default", "mute 1h", "log"):
        before = len(clicked)
        service.tell("ActionInvoked", "us", 101, key)
        until(partial(more_than, clicked, before), key)
    assert clicked == ["log", "mute 1h", "log"]


def test_only_what_was_offered_and_only_by_the_service_itself_is_a_click(
    serve: Callable[..., Service], channel: DbusNotifier, clicked: list[str], env: dict[str, str]
) -> None:
    service = serve(["actions"])
    channel.deliver(offer())
    other = Bus(env)  # another program that speaks as if it were the service
    at = dbus.Address("/org/freedesktop/Notifications", interface=SERVICE)
    assert channel._service is not None
    directly = {dbus.Field.destination: channel._service._bus.name}
    for signal in (dbus.new_signal(at, "ActionInvoked", "us", (101, "well")) for _ in range(2)):
        signal.header.fields.update(directly)
        other.send(signal)
    other.call(dbus.new_call(dbus.DAEMON, "GetId"), 2.0)  # the bus has seen them
    other.close()
    service.tell("ActionInvoked", "us", 999, "log")  # another program's notice
    service.tell("ActionInvoked", "us", 101, "quit")  # not offered
    service.tell("ActionInvoked", "s", "101")  # not as the specification says
    service.tell("ActionInvoked", "us", 101, "mute 1h")
    until(lambda: clicked, "the click")
    assert clicked == ["mute 1h"]


def test_a_click_after_the_end_of_the_service_is_none(
    serve: Callable[..., Service], channel: DbusNotifier, clicked: list[str]
) -> None:
    serve(["actions"]).answer = "number"
    channel.deliver(offer())
    second = serve(["actions"])  # takes the name; it has not shown anything of ours
    second.tell("ActionInvoked", "us", 101, "well")
    channel.deliver(offer(key="another"))
    second.tell("ActionInvoked", "us", 101, "log")
    until(lambda: clicked, "the click")
    assert clicked == ["log"]


def test_a_command_that_fails_or_hangs_is_not_the_end_of_the_next(
    serve: Callable[..., Service], env: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    go_on, obeyed = threading.Event(), []

    def obey(command: str) -> None:
        if command == "well":
            raise RuntimeError("broken promise")
        if command == "mute 1h":
            go_on.wait(10)
        obeyed.append(command)

    service, channel = serve(["actions"]), DbusNotifier(env, obey)
    channel.deliver(offer())
    for key in ("well", *["mute 1h"] * 20, "log"):  # of twenty that hang only so many are worked on
        service.tell("ActionInvoked", "us", 101, key)
    assert channel.deliver(offer(key="another")) is Delivery.SAID
    until(lambda: "was dropped" in caplog.text, "the flood to be noticed")
    go_on.set()
    until(lambda: obeyed.count("mute 1h") >= 7, "the hanging ones to end")
    service.tell("ActionInvoked", "us", 101, "log")
    until(lambda: "log" in obeyed, "the click after it all")
    assert obeyed.count("mute 1h") <= 8
    assert "broken promise" in caplog.text
    channel.close()


def test_a_bus_that_hangs_refuses_and_works_again_when_it_is_back(tmp_path: Path) -> None:
    config, env = tmp_path / "bus.conf", {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/bus"}
    config.write_text(BARE_BUS.format(path=tmp_path / "bus"), "utf-8")
    with started(["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"], os.environ) as bus:
        until(lambda: listens(env), "the bus")
        service, met, new = Service(env), DbusNotifier(env), DbusNotifier(env)
        assert met.deliver(toast()) is Delivery.SAID
        freeze(bus)
        for channel in (met, new):
            before = time.monotonic()
            assert channel.deliver(toast()) is Delivery.REFUSED  # nothing was given to anybody
            assert time.monotonic() - before < 1.5
        thaw(bus)
        assert [channel.deliver(toast()) for channel in (met, new)] == [Delivery.SAID] * 2
        assert len(service.given) == 3
        for end in (met, new, service):
            end.close()


def test_a_closed_notice_is_forgotten(serve: Callable[..., Service], channel: DbusNotifier) -> None:
    service = serve()
    channel.deliver(toast(key="a"))
    channel.deliver(toast(key="b"))
    service.tell("NotificationClosed", "uu", 101, 2)
    assert channel._service is not None
    until(lambda: set(channel._service._shown) == {"b"}, "the signal")  # type: ignore[union-attr] # as above
    channel.deliver(toast(key="a"))
    channel.deliver(toast(key="b"))
    assert [given[1] for given in service.given] == [0, 0, 0, 102]


def test_one_that_takes_over_is_asked_what_it_can_do(serve: Callable[..., Service], channel: DbusNotifier) -> None:
    first = serve(["body-markup"])
    channel.deliver(toast(body="<"))
    second = serve([])  # takes the name at once: nobody saw it free
    channel.deliver(toast(body="<"))
    assert second.asked == ["GetCapabilities", "Notify"]
    assert (first.given[0][4], second.given[0][1], second.given[0][4]) == ("&lt;", 0, "<")


def test_a_number_that_comes_late_is_still_learnt(serve: Callable[..., Service], channel: DbusNotifier) -> None:
    service = serve()
    channel.deliver(toast(key="first"))
    service.hold.clear()
    assert channel.deliver(toast()) is Delivery.TIMED_OUT
    assert channel.deliver(toast()) is Delivery.REFUSED  # known not to have been given
    service.hold.set()
    assert channel.deliver(toast()) is Delivery.SAID
    assert [given[1] for given in service.given] == [0, 0, 102]
