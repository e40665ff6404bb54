"""All that a system says of proxies: the environment first, then what the running desktop has in its settings.

The environment goes first because it is the narrower word: whoever starts Fanal with ``https_proxy`` means this
program. libproxy does the same (config-env has its highest priority); Chromium, which asks the desktop first, gives as
its reason terminals that set the variables by themselves. No desktop's settings are read but those of the running one.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from trayapp.watch import proxy_gnome, proxy_kde
from trayapp.watch.proxy_portal import Portal
from trayapp.watch.proxy_settings import Settings, Unread, system_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

AT_LEAST_S: Final = 600.0
"""Settings whose files have not changed are read again after so long, in case they come from somewhere else."""

_log = logging.getLogger(__name__)

Marks: TypeAlias = "tuple[tuple[int, int, int] | None, ...]"


class Desktop:
    """The settings of the desktop that runs. Reads them when first asked, and when its files have changed since.

    To see that costs some calls of ``stat``; one thread reads, the others go on with what was read before. What cannot
    be read is what it was the last time, at first: nobody's proxy, with the reason in ``unread``.
    """

    def __init__(self, env: Mapping[str, str] = os.environ, steady: Callable[[], float] = time.monotonic) -> None:
        self._env, self._steady = env, steady
        self._lock = threading.Lock()
        self._seen: tuple[float, Marks] | None = None
        self._settings = Settings({}, lambda _: False)
        self._portal = Portal(env, steady)

    def settings(self) -> Settings:
        """As they are now. At first it may take as long as the desktop's own program does: 2 s at most."""
        first = self._seen is None
        if not self._lock.acquire(blocking=first):
            return self._settings
        try:
            if first and self._seen is not None:
                return self._settings  # another thread has just read them
            self._renew()
            return self._settings
        finally:
            self._lock.release()

    def _renew(self) -> None:
        names = {name.casefold() for name in self._env.get("XDG_CURRENT_DESKTOP", "").split(":")}
        read: Callable[[Mapping[str, str]], Settings]
        if names & proxy_gnome.DESKTOPS:
            read, files = proxy_gnome.gnome, proxy_gnome.stamp(self._env)
        elif names & proxy_kde.DESKTOPS:
            read, files = proxy_kde.kde, proxy_kde.stamp(self._env)
        else:
            self._seen = self._steady(), ()
            return
        now, marks = self._steady(), _marks(files)
        if self._seen is not None and self._seen[1] == marks and now - self._seen[0] < AT_LEAST_S:
            return
        try:
            self._settings = replace(read(self._env), lookup=self._portal.way)
        except Unread as reason:
            _log.warning("The desktop's proxy settings cannot be read: %s", reason)
            self._settings = replace(self._settings, unread=str(reason))
        self._seen = now, marks


class System:
    """Call it for the settings as they are now."""

    def __init__(self, desktop: Desktop | None = None) -> None:
        self._desktop = desktop or Desktop()

    def __call__(self) -> Settings:
        """The environment's, or (Windows, macOS) the system's; where these name none, the running desktop's."""
        said = system_settings()
        if sys.platform != "linux" or said.named:
            return said
        return self._desktop.settings()


def _marks(files: Sequence[Path]) -> Marks:
    return tuple(map(_mark, files))


def _mark(file: Path) -> tuple[int, int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size
