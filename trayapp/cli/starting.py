"""``fanal autostart on|off|status``."""

from __future__ import annotations

from trayapp.cli.shell import Exit, Shell, out, tell
from trayapp.desktop.autostart import Start, own_command
from trayapp.desktop.autostart import autostart as way_of


def autostart(shell: Shell, what: str) -> int:
    """Switch it on or off, or say which it is. 3: it cannot be changed or read, or would start nothing."""
    way = way_of()
    try:
        if what == "on":
            way.on(own_command())
        elif what == "off":
            way.off()
        state = way.state()
    except OSError as error:
        tell(shell.say.no_autostart(way.place, error.strerror or str(error)))
        return Exit.CANNOT_TELL
    out(shell.say.autostart(state.value, way.place))
    return Exit.CANNOT_TELL if state is Start.BROKEN else Exit.WELL
