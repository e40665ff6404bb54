"""Writing a person's file: whole or not at all, with the rights it had, through links to where it really is."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PRIVATE = 0o600


def written(path: Path, content: bytes, well: Callable[[Path], bool] = lambda _: True) -> bool:
    """Put ``content`` at ``path`` if ``well`` says so of the file that is about to take its place; whether it did.

    Raises OSError; then what was there is still there.
    """
    try:
        target = path.resolve()
    except RuntimeError as error:  # a link that leads to itself
        raise OSError(str(error)) from error
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = target.stat().st_mode & 0o777 if target.exists() else PRIVATE
    # Its ending keeps whoever reads all *.toml of this folder from taking it for one.
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".coming", dir=target.parent)
    coming = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if not well(coming):
            return False
        coming.chmod(mode)
        coming.replace(target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            coming.unlink()
    return True
