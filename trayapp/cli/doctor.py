"""``fanal doctor``: whether this computer has all that Fanal needs. It asks nobody on the network."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sqlite3
import ssl
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trayapp import __version__
from trayapp.cli.shell import Exit, Shell, knock, out
from trayapp.words import advice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOM = 100 * 2**20
"""Bytes below which the history is in danger: some months of it take less."""
_POSIX_ZONE = re.compile(r":?(<[^>]+>|[A-Za-z]{3,})[+-]?\d.*")
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``code`` and ``values`` as ``words/advice.py`` has them."""

    code: str
    well: bool = True
    values: Mapping[str, object] = field(default_factory=dict)


def doctor(shell: Shell) -> int:
    """Print every finding. 3: something is amiss."""
    from trayapp.cli.session import notices, tray  # noqa: PLC0415 - loads the bus

    found = [
        _versions(),
        tray(os.environ, sys.platform),
        notices(os.environ, sys.platform),
        trust(os.environ, sys.platform),
        *proxies(),
        zone(os.environ, sys.platform),
        disk(shell.where.history.parent),
        _consent(shell),
        _running(shell),
        _autostart(),
    ]
    problems = list(_problems(shell))
    for one in found:
        out(advice.finding(shell.voice, one.code, one.values, well=one.well))
    for text in problems:
        out(advice.problem(text))
    if not problems:
        out(advice.finding(shell.voice, "settings", {}, well=True))
    return Exit.WELL if all(one.well for one in found) and not problems else Exit.CANNOT_TELL


def _versions() -> Finding:
    return Finding(
        "versions",
        values={
            "fanal": __version__,
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "openssl": ssl.OPENSSL_VERSION,
        },
    )


def trust(env: Mapping[str, str], system: str) -> Finding:
    """Whom the system believes; the very store that the probes use."""
    from trayapp.watch.trust import system_trust  # noqa: PLC0415 - not every command pays for it

    if system in {"win32", "darwin"}:
        return Finding("trust_own")
    count = system_trust()().cert_store_stats()["x509_ca"]
    folder = ssl.get_default_verify_paths().capath  # read by OpenSSL when it needs it, one file an authority
    if count == 0 and folder is not None:
        count = sum(1 for file in Path(folder).iterdir() if _HASHED.fullmatch(file.name))
    if count:
        return Finding("trust", values={"count": count})
    named = env.get("SSL_CERT_FILE") or env.get("SSL_CERT_DIR")
    if named:
        return Finding("trust_file", well=False, values={"place": named})
    return Finding("trust", well=False)


def proxies() -> Iterator[Finding]:
    """Through whom the platforms are asked. No password is shown."""
    from trayapp.watch.proxy import Proxy, parsed  # noqa: PLC0415 - not every command pays for it
    from trayapp.watch.proxy_desktop import System  # noqa: PLC0415 - the same

    said = System()()
    if said.unread:
        yield Finding("proxy_unread", well=False)
        return
    if said.script:
        place = "WPAD" if said.script == "wpad" else re.sub(r"//[^@/]*@", "//", said.script)
        runs = said.lookup is not None and bool(said.lookup("https://localhost/"))  # whether anybody runs it at all
        yield Finding("proxy_script", well=runs, values={"place": place})
        return
    set_ = said.proxies
    url = set_.get("https") or set_.get("all") or set_.get("socks")
    if not url:
        yield Finding("proxy_none")
        return
    way = parsed(url, tunnel=True) if url != set_.get("socks") else None
    if isinstance(way, Proxy):
        yield Finding("proxy", values={"proxy": f"{way.host}:{way.port}"})
    else:
        yield Finding("proxy", well=False, values={"proxy": re.sub(r"//[^@/]*@", "//", url)})


def zone(env: Mapping[str, str], system: str) -> Finding:
    """Whether times are shown as the person's clock shows them."""
    named = env.get("TZ", "").removeprefix(":")
    if named and not _POSIX_ZONE.fullmatch(named) and not _known(named):
        return Finding("zone", well=False, values={"zone": named})
    if not named and system == "linux" and not Path("/etc/localtime").exists():
        return Finding("zone_none", well=False)
    here = datetime.now().astimezone()
    return Finding("zone", values={"clock": f"{here:%H:%M}", "zone": named or here.tzname()})


def _known(named: str) -> bool:
    if named.startswith("/"):
        return Path(named).is_file()
    try:
        ZoneInfo(named)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def disk(folder: Path) -> Finding:
    """Whether the history can be written, in the nearest folder that is there."""
    there = next((p for p in (folder, *folder.parents) if p.exists()), folder)
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Finding("disk_rights", well=False, values={"place": there})
    free = shutil.disk_usage(there).free
    values = {"free": free // 2**20, "place": there}
    return Finding("disk", values=values) if free >= ROOM else Finding("disk_full", well=False, values=values)


def _consent(shell: Shell) -> Finding:
    said = shell.settings.outside
    if said is None:
        return Finding("consent_open", values={"place": shell.where.settings})
    return Finding(f"consent_{said.value}")


def _running(shell: Shell) -> Finding:
    looks = knock(shell, {"do": "ping"})
    if looks is None:
        return Finding("running_not")
    return Finding("running", well=looks)


def _autostart() -> Finding:
    from trayapp.desktop.autostart import Start, autostart  # noqa: PLC0415 - not every command needs it

    try:
        state = autostart().state()
    except OSError:
        state = Start.OFF  # `fanal autostart status` says why
    return Finding("autostart", well=False) if state is Start.BROKEN else Finding(f"autostart_{state.value}")


def _problems(shell: Shell) -> Iterator[str]:
    from trayapp.build import load  # noqa: PLC0415 - not every command needs it
    from trayapp.core.ports import StoreError  # noqa: PLC0415 - the running program has its own
    from trayapp.storage.history import History  # noqa: PLC0415 - the same

    yield from map(str, shell.problems)
    yield from load(shell.where, shell.settings)[2]
    try:
        with History(shell.where.history) as history:
            history.status()
    except StoreError as error:
        yield str(error)
