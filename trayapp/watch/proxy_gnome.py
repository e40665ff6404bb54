"""GNOME's proxy, as the schema org.gnome.system.proxy describes it, read with ``gsettings``.

That program belongs to GLib: it knows every back-end (dconf, key files) and every default, and answers in some
milliseconds. Nothing of what it says is taken on trust: the size, the time, each value are bounded.
"""

from __future__ import annotations

import ast
import os
import select
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote

from trayapp.watch.proxy_settings import Settings, Unread, below, config_home, proxy_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

DESKTOPS: Final = frozenset({"gnome", "unity", "x-cinnamon", "pantheon"})
"""In XDG_CURRENT_DESKTOP: those whose settings these are, as in Chromium's net/proxy_resolution."""

PATIENCE_S: Final = 2.0
LIMIT: Final = 64 * 1024
"""Bytes of an answer; one with the usual exceptions has a thousand."""

_SCHEMA: Final = "org.gnome.system.proxy"
_DCONF: Final = Path("/etc/dconf/db")

Values: TypeAlias = "Mapping[str, object]"
"""What stands behind the schema's name, such as "mode" or "http port" → a str, an int, a bool or a list of str."""


def gnome(env: Mapping[str, str], ask: Callable[[Mapping[str, str]], str] | None = None) -> Settings:
    """As they are now. ``ask``: env → what ``gsettings list-recursively`` prints. Raises Unread."""
    said = values((ask or _gsettings)(env))
    match said.get("mode"):
        case "none":
            return Settings({}, lambda _: False)
        case "auto":
            return Settings({}, lambda _: False, script=str(said.get("autoconfig-url") or "wpad"))
        case "manual":
            return _manual(said)
    raise Unread(f"{_SCHEMA} has no mode that is known")


def stamp(env: Mapping[str, str]) -> Sequence[Path]:
    """The files of which one changes when the settings do."""
    home = config_home(env)
    return (home / "dconf/user", home / "glib-2.0/settings/keyfile", _DCONF)


def values(text: str) -> Values:
    """Each line "SCHEMA KEY VALUE", the value in GVariant's text form; what is none is left out."""
    found: dict[str, object] = {}
    for line in text.splitlines():
        schema, _, rest = line.partition(" ")
        key, _, value = rest.partition(" ")
        child = schema.removeprefix(_SCHEMA)
        if child == schema or not (child == "" or child.startswith(".")):
            continue
        known = _value(value.strip())
        if known is not None:
            found[f"{child[1:]} {key}".strip()] = known
    return found


def _value(text: str) -> object:
    """A string, a number, a boolean or a list of strings; None for anything else.

    The strings of GVariant's text form are quoted and escaped as Python's are.
    """
    text = text.removeprefix("@as ")  # an empty list needs its type
    if text in {"true", "false"}:
        return text == "true"
    try:
        value: object = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    if isinstance(value, list):
        return [each for each in value if isinstance(each, str)]
    return value if isinstance(value, str | int) else None


def _manual(said: Values) -> Settings:
    """Each of them is on where its host is named and its port is not 0; https goes by http's where it has none."""
    user = ""
    if said.get("http use-authentication") is True:
        name, password = said.get("http authentication-user"), said.get("http authentication-password")
        user = f"{quote(str(name or ''), safe='')}:{quote(str(password or ''), safe='')}@"
    http, https = _url(said, "http", user), _url(said, "https")
    socks = _url(said, "socks")
    proxies = {"http": http, "https": https or http, "socks": socks}
    ignored = said.get("ignore-hosts")
    exceptions = [str(each) for each in ignored] if isinstance(ignored, list) else []
    return Settings({scheme: url for scheme, url in proxies.items() if url}, lambda host: below(host, exceptions))


def _url(said: Values, scheme: str, user: str = "") -> str:
    host, port = said.get(f"{scheme} host"), said.get(f"{scheme} port")
    if not isinstance(host, str) or not host or isinstance(port, bool) or not isinstance(port, int) or port == 0:
        return ""
    return proxy_url(host, port, user)


def _gsettings(env: Mapping[str, str]) -> str:
    """What it prints. Raises Unread."""
    command = ("gsettings", "list-recursively", _SCHEMA)
    try:
        process = subprocess.Popen(  # noqa: S603 - a command of ours, and no shell
            command,
            env={**env, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise Unread(f"gsettings cannot be run: {error.strerror}") from error
    with process:
        try:
            assert process.stdout is not None  # noqa: S101 - it is a pipe; this tells mypy
            return _heard(process.stdout.fileno()).decode("utf-8", "replace")
        finally:
            process.kill()  # it has said all, or too much, or nothing


def _heard(pipe: int) -> bytes:
    deadline, heard = time.monotonic() + PATIENCE_S, b""
    while len(heard) <= LIMIT:
        if not select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise Unread("gsettings does not answer")
        more = os.read(pipe, LIMIT)
        if not more:
            return heard
        heard += more
    raise Unread("gsettings says too much")
