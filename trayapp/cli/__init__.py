"""The command ``fanal``. Exit codes: 0 well, 1 trouble at their side, 2 usage, 3 cannot tell, 4 your own line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: the process's own)."""
    said = sys.argv[1:] if argv is None else argv
    if (
        not said
    ):  # it is to watch, and may be told to end before there is anything to end: all else takes a while to load
        from trayapp.desktop.signals import heed  # noqa: PLC0415 - no other command wants it

        heed(lambda: sys.exit(0))
    from trayapp.cli.command import carry_out  # noqa: PLC0415 - as above: after it, not before

    return carry_out(said)
