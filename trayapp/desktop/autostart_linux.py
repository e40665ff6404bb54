"""Autostart by a desktop entry: Autostart Specification 0.5, Desktop Entry Specification 1.0 and later."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from trayapp.desktop.autostart import NAME, Start, there

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LIMIT = 64 * 1024
_ENTRY = """[Desktop Entry]
Type=Application
Version=1.0
Name=Fanal
Exec={command}
Icon=fanal
Terminal=false
StartupNotify=false
X-GNOME-Autostart-enabled=true
"""
_HIDDEN = "[Desktop Entry]\nType=Application\nName=Fanal\nHidden=true\n"


class XdgAutostart:
    """The person's own file goes before the system's: to switch that off, it is hidden."""

    def __init__(self, env: Mapping[str, str]) -> None:
        home = Path(env.get("HOME", "~")).expanduser()
        self._own = _folder(env.get("XDG_CONFIG_HOME", ""), home / ".config") / "autostart" / f"{NAME}.desktop"
        named = [Path(d) for d in env.get("XDG_CONFIG_DIRS", "").split(":") if d.startswith("/")]
        self._system = [d / "autostart" / f"{NAME}.desktop" for d in named or [Path("/etc/xdg")]]
        self.place = str(self._own)

    def state(self) -> Start:
        """The first file that there is decides."""
        for file in (self._own, *self._system):
            try:
                with file.open("rb") as opened:
                    entry = dict(_entry(opened.read(_LIMIT).decode("utf-8", "replace")))
            except (FileNotFoundError, NotADirectoryError):
                continue
            if entry.get("Hidden") == "true" or entry.get("X-GNOME-Autostart-enabled") == "false":
                return Start.OFF
            program = _program(entry.get("Exec", ""))
            return Start.ON if program and there(program) else Start.BROKEN
        return Start.OFF

    def on(self, command: Sequence[str]) -> None:
        """Write the person's file."""
        self._write(_ENTRY.format(command=" ".join(map(_quoted, command))))

    def off(self) -> None:
        """Remove the person's file, or let it hide the system's."""
        if any(file.exists() for file in self._system):
            self._write(_HIDDEN)
        else:
            self._own.unlink(missing_ok=True)

    def _write(self, text: str) -> None:
        self._own.parent.mkdir(parents=True, exist_ok=True)
        coming = self._own.with_suffix(".coming")
        coming.write_text(text, "utf-8")
        coming.replace(self._own)  # a crash in between leaves the old one whole


def _folder(named: str, usual: Path) -> Path:
    return Path(named) if named.startswith("/") else usual  # the specification: a relative path is ignored


def _entry(text: str) -> Iterator[tuple[str, str]]:
    group = ""
    for line in text.splitlines():
        if line.startswith("["):
            group = line.strip()
        elif group == "[Desktop Entry]" and not line.startswith("#"):
            key, _, value = line.partition("=")
            yield key.strip(), value.strip()


def _quoted(argument: str) -> str:
    """An argument of Exec: in quotes and escaped, and the escapes themselves once more, as in any string."""
    if re.fullmatch(r"[\w@+=:,./-]+", argument, re.ASCII):
        return argument
    escaped = re.sub(r'([\\"`$])', r"\\\1", argument).replace("%", "%%")
    return '"' + escaped.replace("\\", "\\\\") + '"'


def _program(command: str) -> str:
    """The first argument of Exec, read back."""
    value = command.replace("\\\\", "\\").strip()
    if not value.startswith('"'):
        return value.partition(" ")[0].replace("%%", "%")
    found = re.match(r'"((?:[^"\\]|\\.)*)"', value)
    return re.sub(r"\\(.)", r"\1", found[1]).replace("%%", "%") if found else ""
