"""Work that takes a while, beside Tk's thread, and what is to be done on it with the result."""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable

    T = TypeVar("T")

_GLANCE_MS = 40

_log = logging.getLogger(__name__)


class Later:
    """For one Tk. Polls only while something is under way: a thread of ours must not touch Tk."""

    def __init__(self, root: tk.Misc) -> None:
        self._root = root
        self._done: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._under = 0

    def do(self, work: Callable[[], T], then: Callable[[T], object], failed: Callable[[], object]) -> None:
        """``work`` on a thread of its own, then ``then`` with its result on Tk's; ``failed`` if it raises."""
        self._under += 1
        threading.Thread(target=self._work, args=(work, then, failed), name="later", daemon=True).start()
        if self._under == 1:
            self._root.after(_GLANCE_MS, self._look)

    def _work(self, work: Callable[[], T], then: Callable[[T], object], failed: Callable[[], object]) -> None:
        try:
            result = work()
        except Exception:  # noqa: BLE001 - whatever it is, the window says that it did not work; the log says why
            _log.exception("what the window wanted could not be done")
            self._done.put(failed)
        else:
            self._done.put(lambda: then(result))

    def _look(self) -> None:
        while not self._done.empty():
            what = self._done.get()
            self._under -= 1
            if what is not None:
                what()
        if self._under:
            self._root.after(_GLANCE_MS, self._look)
