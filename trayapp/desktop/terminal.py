"""Where there is no tray: the terminal shows what the icon and the notices would."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TextIO

from trayapp.core.ports import Delivery
from trayapp.desktop.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.ports import Face, Toast

PATIENCE_S: Final = 0.5
"""Who writes waits no longer: a terminal that takes nothing (Ctrl-S, a full pipe) holds up neither watch nor end."""


@dataclass(slots=True)
class _Piece:
    lines: tuple[str, ...]
    done: threading.Event = field(default_factory=threading.Event)
    well: bool = False


class Terminal:
    """Fulfils ``Tray`` and ``Notifier``. A line is written when the answer changes, never for a mere look.

    ``out`` is written to by a thread of its own, and by nobody else: whoever shares it may wait for it for ever.
    """

    name = "terminal"

    def __init__(self, out: TextIO, stamp: Callable[[], str], clean: Callable[[str], str]) -> None:
        self._out, self._stamp, self._clean = out, stamp, clean
        self._end = Gate()
        self._lock = threading.Lock()
        self._last = ""
        self._pieces: queue.SimpleQueue[_Piece] = queue.SimpleQueue()
        self._under_way: _Piece | None = None
        self._writer: threading.Thread | None = None

    def run(self, first: Face, ready: Callable[[], None]) -> None:
        """Stay until ``stop``."""
        self.show(first)
        if not self._end.opened:
            ready()
        self._end.wait()

    def show(self, face: Face) -> None:
        """Write the answer if it is another one than before; while the terminal takes nothing, a later one will be."""
        with self._lock:
            if face.answer != self._last and self._write((face.answer,)) is not Delivery.REFUSED:
                self._last = face.answer

    def stop(self) -> None:
        """Let ``run`` return."""
        self._end.open()

    def deliver(self, toast: Toast) -> Delivery:
        """Write the notice, each of its lines. REFUSED where the terminal has gone, or still takes nothing."""
        with self._lock:
            return self._write((toast.title, *toast.body.splitlines()))

    def _write(self, texts: tuple[str, ...]) -> Delivery:
        """Hand over to the writer. TIMED_OUT: it may be written yet. The lock is held."""
        if self._under_way is not None and not self._under_way.done.is_set():
            return Delivery.REFUSED
        if self._writer is None:
            self._writer = threading.Thread(target=self._work, name="terminal", daemon=True)
            self._writer.start()
        piece = _Piece(tuple(f"{self._stamp()}  {self._clean(text)}\n" for text in texts))
        self._under_way = piece
        self._pieces.put(piece)
        if not piece.done.wait(PATIENCE_S):
            return Delivery.TIMED_OUT
        return Delivery.SAID if piece.well else Delivery.REFUSED

    def _work(self) -> None:
        while True:
            piece = self._pieces.get()
            try:
                for line in piece.lines:
                    self._out.write(line)
                self._out.flush()
                piece.well = True
            except (OSError, ValueError):
                self._end.open()  # the terminal has gone: nobody is there to be told
            piece.done.set()
