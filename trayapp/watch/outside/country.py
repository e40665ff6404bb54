"""In which country this computer is, as far as its own settings tell: nobody is asked.

By the time zone and the time zone database's own table of countries (zone.tab); on Windows, where zones have other
names, by the region that the person has set.
"""

from __future__ import annotations

import os
import sys
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from trayapp.config.countries import COUNTRIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

ZONES = Path("/usr/share/zoneinfo")
"""Where the system keeps the database; where it has none, the package tzdata is looked at, if it is there."""
LOCAL = Path("/etc/localtime")
NAMED = Path("/etc/timezone")  # Debian and others write the name here as well

_LINES = 20_000
_LENGTH = 1_000
_MARK = "zoneinfo/"


def country() -> str:
    """ISO 3166 alpha-2, or "" where it cannot be known."""
    if sys.platform == "win32":
        return _region()
    return country_of(zone(os.environ), *_databases())


def zone(environ: Mapping[str, str], local: Path = LOCAL, named: Path = NAMED) -> str:
    """The name of the time zone here, such as "Africa/Casablanca"; "" where it has none."""
    set_ = environ.get("TZ", "").removeprefix(":")
    if set_:
        return set_.rpartition(_MARK)[2]
    try:
        target = str(local.readlink())
    except OSError:
        return next((line.strip() for line in _lines(named) if line.strip()), "")
    return target.rpartition(_MARK)[2] if _MARK in target else ""


def country_of(zone: str, *databases: Traversable) -> str:
    """The country of ``zone`` by the first of ``databases`` that knows it; by its other names, if not by its own."""
    for database in databases:
        if not zone:
            break
        codes = {
            parts[2]: parts[0]
            for line in _lines(database / "zone.tab")
            if len(parts := line.rstrip("\n").split("\t")) > 2
        }
        found = codes.get(zone) or codes.get(_linked(zone, database), "")
        if found in COUNTRIES:
            return found
    return ""


def _linked(zone: str, database: Traversable) -> str:
    """The name for which ``zone`` is another one: the database's lines ``L target name``."""
    links = (line.split() for line in _lines(database / "tzdata.zi") if line.startswith("L "))
    return next((parts[1] for parts in links if len(parts) == 3 and parts[2] == zone), "")


def _databases() -> Iterator[Traversable]:
    yield ZONES
    try:
        yield resources.files("tzdata") / "zoneinfo"
    except ModuleNotFoundError:
        return


def _lines(file: Traversable) -> Iterator[str]:
    try:
        with file.open("r", encoding="utf-8", errors="replace") as text:
            yield from (line[:_LENGTH] for line in islice(text, _LINES))
    except OSError:
        return


if sys.platform == "win32":

    def _region() -> str:
        """The region that is set (GetUserDefaultGeoName: Windows 10, version 1709, and later)."""
        import ctypes  # noqa: PLC0415 - only here is it needed

        text = ctypes.create_unicode_buffer(16)
        try:
            ctypes.windll.kernel32.GetUserDefaultGeoName(text, len(text))
        except AttributeError:
            return ""
        return text.value if text.value in COUNTRIES else ""

else:

    def _region() -> str:
        return ""
