"""KDE's proxy: the group "Proxy Settings" of kioslaverc, as KDE's KIO and Chromium's net/proxy_resolution read it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trayapp.watch.proxy_settings import BAD, Settings, Unread, below, config_home, proxy_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DESKTOPS: Final = frozenset({"kde"})
"""In XDG_CURRENT_DESKTOP."""

LIMIT: Final = 64 * 1024
"""Bytes of a file; a usual one has some hundred."""

_GROUP: Final = "[Proxy Settings]"
_NONE, _MANUAL, _SCRIPT, _FOUND, _ENVIRONMENT = range(5)
_SPLIT: Final = re.compile(r"[,\s]+")
_ESCAPES: Final = {"\\s": " ", "\\t": "\t", "\\\\": "\\"}
_ESCAPED: Final = re.compile(r"\\[st\\]")
_AUTHORITY: Final = re.compile(
    r"(?:(?P<scheme>[a-z0-9]+)://)?(?:(?P<user>[^@\s]*)@)?(?P<host>[^@\s]*?)(?:[ :](?P<port>[0-9]{1,5}))?/?"
)


def kde(env: Mapping[str, str]) -> Settings:
    """As they are now. Raises Unread."""
    said: dict[str, str] = {}
    for path in reversed(stamp(env)):  # the person's own file has the last word on each key
        said |= _group(path)
    match _number(said.get("ProxyType", "")):
        case n if n == _SCRIPT:
            return Settings({}, lambda _: False, script=said.get("Proxy Config Script") or "wpad")
        case n if n == _FOUND:
            return Settings({}, lambda _: False, script="wpad")
        case n if n in {_MANUAL, _ENVIRONMENT}:
            return _manual(said, env if n == _ENVIRONMENT else None)
    return Settings({}, lambda _: False)


def stamp(env: Mapping[str, str]) -> Sequence[Path]:
    """The files of which one changes when the settings do, the most important one first."""
    shared = (env.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
    folders = [config_home(env), *(Path(folder) for folder in shared[:8] if folder.startswith("/"))]
    return tuple(folder / "kioslaverc" for folder in folders)


def _group(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            raw = file.read(LIMIT + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Unread(f"{path.name} cannot be read: {error.strerror}") from error
    if len(raw) > LIMIT:
        raise Unread(f"{path.name} is too large")
    found: dict[str, str] = {}
    inside = False
    for line in raw.decode("utf-8", "replace").splitlines():
        text = line.strip()
        if text.startswith("["):
            inside = text == _GROUP
        elif inside and "=" in text and not text.startswith("#"):
            key, _, value = text.partition("=")
            name, _, flags = key.strip().partition("[")  # "[$e]" and the like
            plain = _ESCAPED.sub(lambda escape: _ESCAPES[escape[0]], value.strip())
            found[name.strip()] = f"{BAD}://" if "$e" in flags and "$" in plain else plain  # it would have to be run
    return found


def _manual(said: Mapping[str, str], env: Mapping[str, str] | None) -> Settings:
    """``env``: where the values are only the names of variables."""

    def value(key: str) -> str:
        text = said.get(key, "")
        return text if env is None else env.get(text, "")

    proxies = {scheme: _url(value(f"{scheme}Proxy")) for scheme in ("http", "https", "socks")}
    exceptions = [each for each in _SPLIT.split(value("NoProxyFor")) if each]
    reverse = said.get("ReversedException", "").lower() == "true" or _number(said.get("ReversedException", "")) != 0
    return Settings(
        {scheme: url for scheme, url in proxies.items() if url}, lambda host: below(host, exceptions) is not reverse
    )


def _url(value: str) -> str:
    """Of "http://host 3128", as it is written now, or of "http://host:3128"; "" where none is named."""
    value = value.strip()
    if not value or value.startswith("//:"):
        return ""
    parts = _AUTHORITY.fullmatch(value)
    if parts is None:
        return f"{BAD}://"
    scheme, user = parts["scheme"] or "http", parts["user"]
    return proxy_url(parts["host"], int(parts["port"] or 80), f"{user}@" if user else "", scheme)


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text, re.ASCII) else _NONE
