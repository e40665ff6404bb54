"""``fanal`` without a command: show the icon and watch."""

from __future__ import annotations

import os
import sys
from datetime import datetime

from trayapp.cli.shell import Exit, Shell, tell, watched
from trayapp.words.encode import terminal as clean
from trayapp.words.forms import Forms


def run(shell: Shell) -> int:
    """Watch until the person quits."""
    from trayapp.desktop.signals import heed  # noqa: PLC0415 - first of all, see the next line

    heed(lambda: sys.exit(Exit.WELL))  # until there is something to end well; the rest takes a while to load
    from trayapp.app import App  # noqa: PLC0415 - as above
    from trayapp.build import Current, quiet_times  # noqa: PLC0415
    from trayapp.desktop.autostart import own_command  # noqa: PLC0415
    from trayapp.desktop.endpoint import open_endpoint  # noqa: PLC0415
    from trayapp.desktop.notify import notifier  # noqa: PLC0415
    from trayapp.desktop.notify.quiet import do_not_disturb  # noqa: PLC0415
    from trayapp.desktop.terminal import Terminal  # noqa: PLC0415
    from trayapp.desktop.tray import Trouble, choose  # noqa: PLC0415
    from trayapp.desktop.windows import Opener  # noqa: PLC0415
    from trayapp.watch.clock import SystemClock  # noqa: PLC0415

    try:
        door = open_endpoint(shell.where.door)
    except OSError as error:
        tell(shell.say.no_door(str(shell.where.door), error.strerror or str(error)))
        return Exit.CANNOT_TELL
    if door is None:
        tell(shell.say.already_running)
        if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
            Opener(own_command()).open("log")  # whoever starts it once more wants to see it
        return Exit.WELL
    platforms, controls = watched(shell)
    if not platforms:
        return Exit.USAGE
    current = Current(shell.where, shell.settings, (platforms, controls))
    first = not (shell.where.settings.exists() or shell.where.settings.is_symlink())
    app = App(
        places=shell.where,
        speech=shell.speech,
        door=door,
        platforms=platforms,
        controls=controls,
        quiet=quiet_times(current, SystemClock(), do_not_disturb=do_not_disturb),
        current=current,
        opened=Opener(own_command()).open,
    )
    chosen = choose(app.chosen)
    if chosen.trouble is not None:
        tell(shell.say.no_tray[chosen.trouble.value])
    if chosen.trouble in {None, Trouble.NO_WATCHER}:
        app.run(chosen.tray, notifier(chosen.tray, chosen=app.chosen), greet=first)
    else:
        if first and sys.stderr.isatty():
            tell(Forms(shell.voice).ask_first)
        # A file of its own: a terminal that takes nothing holds whoever writes to it, and at the end we flush stdout.
        own = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding=sys.stdout.encoding, errors="replace")
        terminal = Terminal(own, lambda: f"{datetime.now().astimezone():%H:%M:%S}", clean)
        app.run(terminal, terminal)
    return Exit.WELL
