"""Notices through a notification service of our own on a real bus."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from desktop_rig import bare_bus, needs

from trayapp.core.ports import Delivery, Toast
from trayapp.core.present import Icon
from trayapp.desktop import bus as dbus
from trayapp.desktop.bus import Bus, Field, Kind, Message
from trayapp.desktop.icon import draw
from trayapp.desktop.notify.dbus import DbusNotifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

SERVICE = "org.freedesktop.Notifications"
on_a_bus = needs("dbus-daemon")


def toast(title: str = "Example is down", body: str = "since 16:17", key: str = "story", **more: Any) -> Toast:
    return Toast(key, title, body, more.get("urgent", False), more.get("icon", Icon.DOWN))


class Service:
    """A notification service: keeps what it is given, answers as told. Runs on a thread until closed."""

    def __init__(
        self,
        env: Mapping[str, str],
        capabilities: Sequence[str] = ("body",),
        answer: str = "number",
        name: str = "Tester",
    ) -> None:
        self.answer = answer  # "number", "error", "silence", "death", "deaf" (silent also about capabilities)
        self.capabilities = list(capabilities)
        self.calls_itself = name
        self.asked: list[str] = []
        self.given: list[tuple[Any, ...]] = []
        self.hold = threading.Event()
        self.hold.set()
        self._to_tell: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._bus = Bus(env)
        self._bus.call(dbus.new_call(dbus.DAEMON, "RequestName", "su", (SERVICE, 7)), 2.0)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def tell(self, member: str, signature: str, *body: Any) -> None:
        """Emit a signal, as soon as the service's thread gets round to it."""
        at = dbus.Address("/org/freedesktop/Notifications", interface=SERVICE)
        self._to_tell.put(dbus.new_signal(at, member, signature, body))
        self._bus.wake()

    def close(self) -> None:
        self._end.set()
        self._bus.wake()
        self._thread.join(5)

    def _serve(self) -> None:
        while not self._end.is_set():
            message = self._bus.receive(None)
            while not self._to_tell.empty():
                self._bus.send(self._to_tell.get())
            if message is not None and message.header.message_type is Kind.method_call:
                self._take(message)
        self._bus.close()

    def _take(self, message: Message) -> None:
        self.hold.wait(10)  # while it is clear the service hangs
        member = message.header.fields[Field.member]
        self.asked.append(member)
        if member == "GetCapabilities" and self.answer != "deaf":
            self._bus.send(dbus.new_return(message, "as", (self.capabilities,)))
        if member == "GetServerInformation" and self.answer != "deaf":
            self._bus.send(dbus.new_return(message, "ssss", (self.calls_itself, "Tests", "1", "1.2")))
        if member != "Notify":
            return
        self.given.append(message.body)
        if self.answer == "number":
            self._bus.send(dbus.new_return(message, "u", (message.body[1] or 100 + len(self.given),)))
        elif self.answer == "error":
            self._bus.send(dbus.new_error(message, "org.freedesktop.Notifications.Error.ExcessNotificationGeneration"))
        elif self.answer == "death":
            self._end.set()


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
def direct(env: dict[str, str]) -> Iterator[DbusNotifier]:
    channel = DbusNotifier(env)
    yield channel
    channel.close()


@on_a_bus
def test_a_sound_where_the_person_wants_one(serve: Callable[..., Service], direct: DbusNotifier) -> None:
    service = serve()
    assert direct.deliver(replace(toast(urgent=True), sound=True)) is Delivery.SAID
    hints = service.given[0][6]
    assert hints["suppress-sound"] == ("b", False)
    assert hints["sound-name"] == ("s", "dialog-warning")


@on_a_bus
def test_a_notice_says_all_there_is_to_say(serve: Callable[..., Service], direct: DbusNotifier) -> None:
    service = serve()
    assert direct.deliver(toast(urgent=True)) is Delivery.SAID
    name, replaces, icon, title, body, actions, hints, timeout = service.given[0]
    assert (name, replaces, icon, actions, timeout) == ("Fanal", 0, "", [], -1)
    assert (title, body) == ("Example is down", "since 16:17")
    assert hints["urgency"] == ("y", 2)
    assert hints["desktop-entry"] == ("s", "fanal")
    assert hints["category"] == ("s", "network.error")
    assert hints["suppress-sound"] == ("b", True)
    assert "sound-name" not in hints
    assert hints["image-data"] == ("(iiibiiay)", (64, 64, 256, True, 8, 4, draw(Icon.DOWN, 64).tobytes()))


@on_a_bus
def test_an_ordinary_notice_is_of_normal_urgency(serve: Callable[..., Service], direct: DbusNotifier) -> None:
    service = serve()
    direct.deliver(toast(urgent=False))
    assert service.given[0][6]["urgency"] == ("y", 1)


@on_a_bus
@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [(["body", "body-markup"], "&lt;b&gt; R&amp;D"), (["body"], "<b> R&D"), ([], "<b> R&D")],
)
def test_markup_is_escaped_if_and_only_if_it_is_read(
    serve: Callable[..., Service], direct: DbusNotifier, capabilities: list[str], expected: str
) -> None:
    service = serve(capabilities)
    direct.deliver(toast(title="<b> R&D", body="<b> R&D"))
    assert service.given[0][3:5] == ("<b> R&D", expected)  # a title is never markup


@on_a_bus
def test_capabilities_are_asked_once_of_each_service(serve: Callable[..., Service], direct: DbusNotifier) -> None:
    first = serve(["body-markup"])
    for _ in range(3):
        direct.deliver(toast(body="<"))
    assert first.asked.count("GetCapabilities") == 1
    first.close()
    second = serve([])
    for _ in range(3):
        direct.deliver(toast(body="<"))
    assert second.asked.count("GetCapabilities") == 1
    assert [given[4] for given in first.given + second.given] == ["&lt;"] * 3 + ["<"] * 3


@on_a_bus
def test_a_story_keeps_its_place(serve: Callable[..., Service], direct: DbusNotifier) -> None:
    service = serve()
    for key in ("a", "b", "a", "b"):
        direct.deliver(toast(key=key))
    assert [given[1] for given in service.given] == [0, 0, 101, 102]


@on_a_bus
def test_another_services_numbers_are_not_used(serve: Callable[..., Service], direct: DbusNotifier) -> None:
    first = serve()
    direct.deliver(toast())
    first.close()
    second = serve()
    direct.deliver(toast())
    assert [given[1] for given in second.given] == [0]


@on_a_bus
def test_without_a_service_a_notice_is_refused(direct: DbusNotifier) -> None:
    before = time.monotonic()
    assert direct.deliver(toast()) is Delivery.REFUSED
    assert time.monotonic() - before < 1


@on_a_bus
def test_a_service_that_comes_later_gets_the_next_notice(serve: Callable[..., Service], direct: DbusNotifier) -> None:
    assert direct.deliver(toast()) is Delivery.REFUSED
    service = serve()
    assert direct.deliver(toast()) is Delivery.SAID
    assert len(service.given) == 1


@on_a_bus
def test_a_service_that_says_no_refuses(serve: Callable[..., Service], direct: DbusNotifier) -> None:
    serve(answer="error")
    assert direct.deliver(toast()) is Delivery.REFUSED


@on_a_bus
@pytest.mark.parametrize("answer", ["silence", "deaf"])
def test_a_service_that_does_not_answer_times_out_and_has_the_notice(
    serve: Callable[..., Service], direct: DbusNotifier, answer: str
) -> None:
    service = serve(answer=answer)
    before = time.monotonic()
    assert direct.deliver(toast()) is Delivery.TIMED_OUT
    assert 1.5 < time.monotonic() - before < 2.5
    assert len(service.given) == 1


@on_a_bus
def test_a_service_that_dies_of_a_notice_is_not_given_it_again(
    serve: Callable[..., Service], direct: DbusNotifier
) -> None:
    serve(answer="death")
    assert direct.deliver(toast()) is Delivery.TIMED_OUT


@on_a_bus
def test_a_late_answer_is_not_taken_for_the_next_ones(serve: Callable[..., Service], direct: DbusNotifier) -> None:
    service = serve(answer="silence")
    assert direct.deliver(toast(key="a")) is Delivery.TIMED_OUT
    service.answer = "number"
    assert direct.deliver(toast(key="b")) is Delivery.SAID
    assert direct.deliver(toast(key="a")) is Delivery.SAID
    assert [given[1] for given in service.given] == [0, 0, 0]


def test_without_a_bus_a_notice_is_refused() -> None:
    assert DbusNotifier({}).deliver(toast()) is Delivery.REFUSED


@on_a_bus
def test_a_bus_that_was_lost_is_found_again(tmp_path: Path) -> None:
    channel: DbusNotifier | None = None
    for _ in range(2):
        with bare_bus(tmp_path) as env:
            channel = channel or DbusNotifier(env)
            service = Service(env)
            assert channel.deliver(toast()) is Delivery.SAID
            assert service.given[0][1] == 0  # the numbers of the lost bus mean nothing here
            service.close()
        (tmp_path / "bus").unlink(missing_ok=True)
    assert channel is not None
    assert channel.deliver(toast()) is Delivery.REFUSED
    channel.close()


@on_a_bus
@pytest.mark.parametrize("text", ["\0", "\ud800", "a\x07b", "🏮" * 5000, "-5% uptime"])
def test_no_text_breaks_the_carrier(serve: Callable[..., Service], direct: DbusNotifier, text: str) -> None:
    service = serve()
    assert direct.deliver(toast(title=text, body=text)) is Delivery.SAID
    assert direct.deliver(toast()) is Delivery.SAID
    title, body = service.given[0][3:5]
    assert len(title.encode("utf-16-le")) <= 400
    assert len(body.encode("utf-16-le")) <= 2000


@on_a_bus
def test_many_stories_do_not_pile_up(serve: Callable[..., Service], direct: DbusNotifier) -> None:
    service = serve()
    for n in range(70):
        direct.deliver(toast(key=str(n)))
    direct.deliver(toast(key="69"))
    direct.deliver(toast(key="0"))
    assert [given[1] for given in service.given[-2:]] == [170, 0]
