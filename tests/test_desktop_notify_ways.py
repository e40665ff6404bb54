"""The other systems' ways to give a notice, with stand-ins for their system calls; and all ways as one."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from desktop_rig import until
from hypothesis import example, given
from hypothesis import strategies as st

from trayapp.core.ports import Delivery, Toast
from trayapp.core.present import Icon
from trayapp.desktop import notify
from trayapp.desktop.notify import Chain, notifier
from trayapp.desktop.notify.fallback import FallbackNotifier
from trayapp.desktop.notify.macos import MacNotifier
from trayapp.desktop.notify.macos import run as run_command
from trayapp.desktop.notify.windows import WindowsNotifier
from trayapp.desktop.text import plain
from trayapp.desktop.tray import NoTray

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


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
    assert options[-4:] == ["fanal", '-e "quoted"', "line\\n; $(x)", ""]  # "fanal" ends the command's own options
    assert not any("quoted" in option for option in options[:-4])
    assert MacNotifier(accept).deliver(replace(toast(), sound=True)) is Delivery.SAID
    assert commands[1][-1] == "Submarine"


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
        self.heard: list[tuple[int, int]] = []
        self._message_handlers: dict[int, Callable[[int, int], object]] = {1035: self._on_notify}

    def _on_notify(self, wparam: int, lparam: int) -> int:
        self.heard.append((wparam, lparam))
        return 0

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


SIGNS = st.sampled_from(["🏮", "e\u0301", "a", "ش", "\n", "\0", " "])
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
    *(st.lists(SIGNS, min_size=low, max_size=high).map("".join) for low, high in ((28, 70), (110, 270))),
)
"""Of any kind, and of lengths around the two limits."""


@given(title=TEXTS, body=TEXTS)
@example(title="T" * 62 + "🏮", body="b" * 254 + "🏮")
@example(title="T" * 63, body="b" * 255)
def test_what_windows_gets_fits_and_is_cut_at_whole_characters(title: str, body: str) -> None:
    balloon = Balloon()
    assert WindowsNotifier(balloon, now).deliver(toast(title, body)) is Delivery.SAID
    for wanted, got, units in zip((title, body), balloon.notices[0], (63, 255), strict=True):
        whole = plain(wanted)
        assert got == whole if utf16(whole) <= units else got.endswith("…")
        assert utf16(got) <= units
        got.encode("utf-16-le")  # half a character could not be
        assert whole.startswith(got.removesuffix("…"))
        if got != whole:  # nothing that would still have fitted was thrown away, but white space at the cut
            kept = got.removesuffix("…")
            assert utf16(kept + whole[len(kept)]) > units - 1 or whole[len(kept)].isspace()


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_a_click_on_windows_balloon_opens_the_log_and_other_messages_go_their_way() -> None:
    clicked: list[str] = []
    balloon = Balloon()
    channel = WindowsNotifier(balloon, now, chosen=clicked.append)
    for _ in range(3):
        channel.deliver(toast())  # listens once, not three times
    for lparam in (0x0202, 0x0405):  # a click on the icon, a click on the balloon
        balloon._message_handlers[1035](7, lparam)
    until(lambda: clicked, "the click")
    assert clicked == ["log"]
    assert balloon.heard == [(7, 0x0202), (7, 0x0405)]


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
    chain = Chain(lambda: fixed)
    assert chain.deliver(toast()) is expected
    assert [way.said for way in fixed] == asked
    chain.close()
    assert all(way.closed for way in fixed)


@pytest.mark.parametrize(
    ("platform", "ways"),
    [("linux", ("dbus",)), ("win32", ()), ("darwin", ("osascript", "plyer")), ("freebsd14", ("plyer",))],
)
def test_every_system_has_its_ways(platform: str, ways: tuple[str, ...]) -> None:
    chain = notifier(NoTray(), {}, platform, chosen=lambda _command: None)
    assert names(chain) == ways
    if platform in {"linux", "win32"}:  # no bus to speak to; no icon to speak through
        assert chain.deliver(toast()) is Delivery.REFUSED
    chain.close()


def names(chain: Chain) -> tuple[str, ...]:
    return tuple(way.name for way in chain.ways)


def test_a_channel_is_a_file_and_found_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A file is put beside the others, as a newcomer would, and is one of the ways, in its rank."""
    lines = [
        "from test_desktop_notify_ways import Fixed",
        "from trayapp.core.ports import Delivery",
        "RANK = 2",
        "def channel(here):",
        "    return Fixed(Delivery.SAID) if here.platform == 'darwin' else None",
    ]
    (tmp_path / "carrier_pigeon.py").write_text("\n".join(lines), "utf-8")
    (tmp_path / "broken.py").write_text("import no_such_thing", "utf-8")
    (tmp_path / "no_channel.py").write_text("TAKES_PART = False", "utf-8")
    monkeypatch.setattr(notify, "__path__", [*notify.__path__, str(tmp_path)])
    assert names(notifier(NoTray(), {}, "darwin")) == ("osascript", "always said", "plyer")
    assert names(notifier(NoTray(), {}, "linux")) == ("dbus",)
    assert "channel broken cannot be used" in caplog.text
    for name in ("carrier_pigeon", "no_channel"):
        monkeypatch.delitem(sys.modules, f"trayapp.desktop.notify.{name}")


def test_the_files_of_other_systems_can_be_loaded_without_jeepney() -> None:
    """Windows and macOS have none; there all channels are looked at, too."""
    code = (
        "import sys; sys.modules['jeepney'] = None\n"
        "from trayapp.desktop.notify import notifier\n"
        "from trayapp.desktop.notify.quiet import do_not_disturb\n"
        "ways = [way.name for system in ('darwin', 'win32', 'linux') for way in notifier(None, {}, system).ways]\n"
        "print(*ways, do_not_disturb({}, 'darwin'))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYSTRAY_BACKEND": "dummy"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "osascript plyer dbus None"
