"""The other systems' ways to give a notice, with stand-ins for their system calls; and all ways as one."""

from __future__ import annotations

import subprocess
import threading
from typing import TYPE_CHECKING, Any

import pytest
from desktop_rig import until

from trayapp.core.ports import Delivery, Toast
from trayapp.core.present import Icon
from trayapp.desktop.notify import Chain, notifier
from trayapp.desktop.notify.fallback import FallbackNotifier
from trayapp.desktop.notify.macos import MacNotifier
from trayapp.desktop.notify.macos import run as run_command
from trayapp.desktop.notify.windows import WindowsNotifier
from trayapp.desktop.tray import NoTray

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def toast(title: str = "Example is down", body: str = "since 16:17", key: str = "story", **more: Any) -> Toast:
    return Toast(key, title, body, more.get("urgent", False), more.get("icon", Icon.DOWN))


# ---- macOS


def test_the_mac_gets_the_texts_as_arguments() -> None:
    commands: list[Sequence[str]] = []

    def accept(command: Sequence[str], _seconds: float) -> int:
        commands.append(command)
        return 0

    assert MacNotifier(accept).deliver(toast('-e "quoted"', "line\\n; $(x)")) is Delivery.SAID
    program, *options = commands[0]
    assert program == "/usr/bin/osascript"
    assert options[-3:] == ["fanal", '-e "quoted"', "line\\n; $(x)"]  # "fanal" ends the command's own options
    assert not any("quoted" in option for option in options[:-3])


def test_a_mac_that_fails_refuses() -> None:
    def missing(_command: Sequence[str], _seconds: float) -> int:
        raise FileNotFoundError("osascript")

    def hangs(command: Sequence[str], seconds: float) -> int:
        raise subprocess.TimeoutExpired(command, seconds)

    assert MacNotifier(lambda _command, _seconds: 1).deliver(toast()) is Delivery.REFUSED
    assert MacNotifier(missing).deliver(toast()) is Delivery.REFUSED
    assert MacNotifier(hangs).deliver(toast()) is Delivery.TIMED_OUT


def test_the_real_command_runner() -> None:
    assert run_command(["/bin/sh", "-c", "exit 3"], 5) == 3
    with pytest.raises(subprocess.TimeoutExpired):
        run_command(["/bin/sleep", "9"], 0.1)


# ---- Windows


class Balloon:
    """pystray's icon as far as notices go, with Windows' limits."""

    def __init__(self, *, visible: bool = True) -> None:
        self.visible = visible
        self.notices: list[tuple[str, str]] = []

    def notify(self, message: str, title: str) -> None:
        for text, room in ((message, 256), (title, 64)):
            if len(text.encode("utf-16-le")) // 2 >= room:
                raise ValueError("string too long")
        self.notices.append((title, message))


def now(fn: Callable[[], None]) -> None:
    fn()


def test_windows_takes_a_clipped_notice() -> None:
    balloon = Balloon()
    assert WindowsNotifier(balloon, now).deliver(toast("T" * 99, "🏮" * 300)) is Delivery.SAID
    assert balloon.notices == [("T" * 62 + "…", "🏮" * 127 + "…")]


def test_windows_without_its_icon_refuses() -> None:
    assert WindowsNotifier(Balloon(visible=False), now).deliver(toast()) is Delivery.REFUSED


def test_windows_that_raises_refuses() -> None:
    class Broken(Balloon):
        def notify(self, message: str, title: str) -> None:
            raise OSError(message, title)

    assert WindowsNotifier(Broken(), now).deliver(toast()) is Delivery.REFUSED


def test_windows_whose_icon_is_busy_times_out() -> None:
    assert WindowsNotifier(Balloon(), lambda _fn: None, seconds=0.05).deliver(toast()) is Delivery.TIMED_OUT


# ---- the last resort


def test_plyer_gets_clipped_texts_that_are_no_options() -> None:
    said: list[tuple[str, str]] = []
    channel = FallbackNotifier(lambda title, body: said.append((title, body)))
    assert channel.deliver(toast("-5% uptime", "b" * 300)) is Delivery.TIMED_OUT  # it does not tell, so neither do we
    assert said == [(" -5% uptime", "b" * 254 + "…")]


def test_plyer_that_raises_refuses() -> None:
    def broken(_title: str, _body: str) -> None:
        raise NotImplementedError("no usable implementation found")

    channel = FallbackNotifier(broken)
    assert [channel.deliver(toast()) for _ in range(2)] == [Delivery.REFUSED] * 2


def test_plyer_that_hangs_is_not_asked_again() -> None:
    go_on = threading.Event()
    said: list[str] = []

    def hang(title: str, _body: str) -> None:
        said.append(title)
        go_on.wait(10)

    channel = FallbackNotifier(hang, seconds=0.05)
    assert channel.deliver(toast("one")) is Delivery.TIMED_OUT
    assert channel.deliver(toast("two")) is Delivery.REFUSED
    go_on.set()
    until(lambda: channel.deliver(toast("three")) is Delivery.TIMED_OUT, "the hanging one to end")
    assert said == ["one", "three"]


# ---- all ways as one


class Fixed:
    """A way with a fixed outcome."""

    def __init__(self, outcome: Delivery) -> None:
        self.name, self.outcome = f"always {outcome}", outcome
        self.said = 0
        self.closed = False

    def deliver(self, _toast: Toast) -> Delivery:
        self.said += 1
        return self.outcome

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("ways", "expected", "asked"),
    [
        ([], Delivery.REFUSED, []),
        ([Delivery.SAID, Delivery.SAID], Delivery.SAID, [1, 0]),
        ([Delivery.REFUSED, Delivery.SAID], Delivery.SAID, [1, 1]),
        ([Delivery.TIMED_OUT, Delivery.SAID], Delivery.TIMED_OUT, [1, 0]),  # it may have been shown: never twice
        ([Delivery.REFUSED, Delivery.REFUSED], Delivery.REFUSED, [1, 1]),
    ],
)
def test_the_next_way_is_tried_only_after_a_refusal(ways: list[Delivery], expected: Delivery, asked: list[int]) -> None:
    fixed = [Fixed(outcome) for outcome in ways]
    chain = Chain(fixed)
    assert chain.deliver(toast()) is expected
    assert [way.said for way in fixed] == asked
    chain.close()
    assert all(way.closed for way in fixed)


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin", "freebsd14"])
def test_every_system_has_its_ways(platform: str) -> None:
    chain = notifier(NoTray(), {}, platform)
    if platform in {"linux", "win32"}:  # no bus to speak to; no icon to speak through
        assert chain.deliver(toast()) is Delivery.REFUSED
    chain.close()
