"""A history whose every commit is heard of: the windows that follow draw again, and nobody has to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.model import Millis
    from trayapp.core.ports import Batch, Restored, Store


class Heard:
    """Fulfils ``Store``: passes all on to ``store``, and calls ``tell``, which must be quick, after each commit."""

    def __init__(self, store: Store, tell: Callable[[], None]) -> None:
        self._store, self._tell = store, tell

    def restore(self, lately: Millis) -> Restored:
        """As the store does."""
        return self._store.restore(lately)

    def commit(self, batch: Batch, *, durable: bool) -> None:
        """As the store does, and tell of it once it is written. Raises StoreError."""
        self._store.commit(batch, durable=durable)
        self._tell()

    def close(self) -> None:
        """As the store does."""
        self._store.close()
