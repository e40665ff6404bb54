"""Where there is no tray: the terminal shows what the icon and the notices would."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TextIO

from trayapp.core.ports import Delivery
from trayapp.desktop.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.ports import Face, Toast


class Terminal:
    """Fulfils ``Tray`` and ``Notifier``. A line is written when the answer changes, never for a mere look."""

    name = "terminal"

    def __init__(self, out: TextIO, stamp: Callable[[], str], clean: Callable[[str], str]) -> None:
        self._out, self._stamp, self._clean = out, stamp, clean
        self._end = Gate()
        self._lock = threading.Lock()
        self._last = ""

    def run(self, first: Face, ready: Callable[[], None]) -> None:
        """Stay until ``stop``."""
        self.show(first)
        if not self._end.opened:
            ready()
        self._end.wait()

    def show(self, face: Face) -> None:
        """Write the answer if it is another one than before."""
        with self._lock:
            if face.answer != self._last:
                self._last = face.answer
                self._write(face.answer)

    def stop(self) -> None:
        """Let ``run`` return."""
        self._end.open()

    def deliver(self, toast: Toast) -> Delivery:
        """Write the notice, each of its lines. REFUSED where the terminal has gone."""
        with self._lock:
            written = [self._write(line) for line in (toast.title, *toast.body.splitlines())]
        return Delivery.SAID if all(written) else Delivery.REFUSED

    def _write(self, text: str) -> bool:
        try:
            self._out.write(f"{self._stamp()}  {self._clean(text)}\n")
            self._out.flush()
        except (OSError, ValueError):
            self._end.open()  # the terminal has gone: nobody is there to be told
            return False
        return True
