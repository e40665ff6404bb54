"""``fanal window``: the log in a window of its own, once for each person; without Tk as a page in the browser."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from trayapp.cli.shell import KNOCK_S, Exit, knock, now, out, tell
from trayapp.words.panes import Panes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from trayapp.cli.shell import Shell
    from trayapp.core.model import Millis
    from trayapp.desktop.window.log import LogWindow
    from trayapp.log.book import Reader

PAGE = "log.html"
"""Beside the history: the page that stands in for the window."""
PACKAGES = {
    "debian": "python3-tk",
    "ubuntu": "python3-tk",
    "fedora": "python3-tkinter",
    "rhel": "python3-tkinter",
    "suse": "python3-tk",
    "arch": "tk",
    "alpine": "python3-tkinter",
    "gentoo": "dev-lang/python[tk]",
    "void": "python3-tkinter",
}
"""Where tkinter is, by ID and ID_LIKE of /etc/os-release, as each distribution's own package search lists it."""


def window(shell: Shell, titled: Callable[[str], str] = str, moment: Callable[[], Millis] = now) -> int:
    """Open it, or bring the one that is open to the front. 3: there is no screen, or nothing could be opened.

    ``titled`` makes the title that is shown of the usual one, ``moment`` tells the time: the demo has its own of both.
    """
    from trayapp.desktop.endpoint import NotRunning, call, open_endpoint  # noqa: PLC0415 - only this command needs it

    place = _place(shell.where.door)
    try:
        door = open_endpoint(place)
    except OSError as error:
        tell(shell.say.no_door(str(place), error.strerror or str(error)))
        return Exit.CANNOT_TELL
    if door is None:
        try:
            return Exit.WELL if call(place, {"do": "front"}, KNOCK_S).get("done") is True else Exit.CANNOT_TELL
        except NotRunning:
            return Exit.CANNOT_TELL
    try:
        try:
            import tkinter as tk  # noqa: PLC0415 - whether it is there is the question
        except ImportError:
            return _page(shell)
        try:
            opened = _build(shell, titled, moment)
        except tk.TclError:
            tell(Panes(shell.voice).no_screen())
            return Exit.CANNOT_TELL

        def asked(request: Mapping[str, object]) -> Mapping[str, object]:
            if request.get("do") == "front":
                opened.front()
                return {"done": True}
            return {"error": "unknown"}

        door.serve(asked)
        _run(shell, opened)
    finally:
        door.close()
    return Exit.WELL


def _place(door: Path) -> Path:
    """Where windows are called from: beside the running Fanal's own door."""
    return door / "window"


def _build(shell: Shell, titled: Callable[[str], str], moment: Callable[[], Millis]) -> LogWindow:
    from trayapp.desktop.autostart import own_command  # noqa: PLC0415 - only a window needs it
    from trayapp.desktop.process import start  # noqa: PLC0415 - the same
    from trayapp.desktop.window.hands import Hands  # noqa: PLC0415 - the same
    from trayapp.desktop.window.log import LogWindow  # noqa: PLC0415 - the same: loads Tk
    from trayapp.desktop.window.opening import open_root  # noqa: PLC0415 - the same
    from trayapp.desktop.windows import Opener  # noqa: PLC0415 - the same

    words, settings = Panes(shell.voice), shell.settings
    look = open_root(titled(words.title), language=shell.voice.code, theme=settings.theme.value, scale=settings.scale)
    opener = Opener(own_command())
    hands = Hands(
        ask=lambda request: knock(shell, request), start=start, settings=lambda: opener.open("settings"), now=moment
    )
    return LogWindow(look, words, shell.voice, hands)


def _run(shell: Shell, opened: LogWindow) -> None:
    from trayapp.desktop.endpoint import Following  # noqa: PLC0415 - only this command needs it
    from trayapp.desktop.window.desk import Desk  # noqa: PLC0415 - the same
    from trayapp.desktop.window.ear import KNOCK_S as PATIENCE_S  # noqa: PLC0415 - the same
    from trayapp.desktop.window.ear import Ear  # noqa: PLC0415 - the same
    from trayapp.desktop.windows import called  # noqa: PLC0415 - the same

    desk = Desk(lambda: _reader(shell), opened.hand)
    opened.attach(desk)
    ear = Ear(lambda: Following(shell.where.door, PATIENCE_S), opened.heard)
    called(opened.front)
    try:
        opened.run()
    finally:
        ear.close()
        desk.close()


def _reader(shell: Shell) -> Reader:
    from trayapp.config import BUILT_IN, load_platforms  # noqa: PLC0415 - on the thread that reads, behind the window
    from trayapp.log.book import Reader  # noqa: PLC0415 - the same
    from trayapp.log.directory import Directory  # noqa: PLC0415 - the same
    from trayapp.watch.probes import KINDS  # noqa: PLC0415 - the same

    platforms, _ = load_platforms([BUILT_IN, shell.where.platforms], frozenset(KINDS))
    return Reader(shell.where.history, Directory.of(platforms), shell.voice)


def _page(shell: Shell) -> int:
    """The same as a page, shown by the browser that the person uses."""
    import webbrowser  # noqa: PLC0415 - only where there is no Tk

    from trayapp.core.ports import StoreError  # noqa: PLC0415 - the same
    from trayapp.export.page import page  # noqa: PLC0415 - the same
    from trayapp.log.span import Span  # noqa: PLC0415 - the same

    words, place = Panes(shell.voice), shell.where.history.parent / PAGE
    tell(words.no_toolkit(package()))
    try:
        with _reader(shell) as reader:
            alive = knock(shell, {"do": "ping"}) is not None
            text = page(reader, reader.book(now(), Span.WEEK, alive=alive), shell.voice.code)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    except (OSError, StoreError) as error:
        tell(str(error))
        return Exit.CANNOT_TELL
    if not webbrowser.open(place.absolute().as_uri()):
        tell(words.not_paged(str(place)))
        return Exit.CANNOT_TELL
    out(words.paged(str(place)))
    return Exit.WELL


def package(release: str = "/etc/os-release") -> str:
    """What to install to have Tk, as this distribution calls it."""
    if sys.platform != "linux":
        return "Tk"
    return package_of(_release(release))


def package_of(release: Mapping[str, str]) -> str:
    """By its ID, else by what it is like, else by the name that most have."""
    known = [release.get("ID", ""), *release.get("ID_LIKE", "").split()]
    return next((PACKAGES[name] for name in known if name in PACKAGES), "python3-tk")


def _release(place: str) -> dict[str, str]:
    try:
        with open(os.fspath(place), encoding="utf-8") as file:  # noqa: PTH123 - a path of the system
            lines = file.read(64 * 1024).splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line)
    return {name.strip(): value.strip().strip("'\"") for name, value in pairs}
