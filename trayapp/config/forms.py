"""How ids, names, hosts and addresses look, in every file of data; and what to tell whoever wrote another."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from trayapp.config.reader import shown

if TYPE_CHECKING:
    from trayapp.config.reader import Table

ID = r"[a-z][a-z0-9-]{0,39}"
ID_HINT = "a short name of small letters, digits and hyphens, beginning with a letter"
_NO_TRICKS = r"[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"
"""What turns, hides or breaks a line of text has no place in a name."""
NAME = rf"(?=.*\S){_NO_TRICKS}{{1,40}}"
PART = rf"(?=.*\S){_NO_TRICKS}{{1,100}}"
"""As others call a part of theirs: longer than a name of ours."""
HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
HOST_HINT = "a host name in small letters, such as www.example.org"
ADDRESS_HINT = "an address, such as 192.0.2.1"


def is_address(host: str) -> bool:
    """Whether ``host`` needs no look-up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def url_of(table: Table, *, plain: bool = False) -> tuple[bool, str, int, str]:
    """``url`` as whether it is secure, host, port and path; the host is "" where that has been complained of.

    ``plain``: without TLS it is good as well.
    """
    schemes = "http:// or https://" if plain else "https://"
    pattern = r"https?://[!-~]{1,500}" if plain else r"https://[!-~]{1,500}"
    url = table.text_of("url", pattern=pattern, hint=f"an address that begins with {schemes}")
    nowhere = True, "", 443, "/"
    if not url:
        return nowhere
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        table.problem("url", f"`url` cannot be read as an address: {shown(str(error))}")
        return nowhere
    if parts.username is not None or parts.password is not None or parts.fragment:
        table.problem("url", "`url` must have no user name, no password and no #fragment")
        return nowhere
    if not host or port == 0:
        table.problem("url", "`url` must have a host name, and a port from 1 to 65535 if any")
        return nowhere
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return secure, host, port or (443 if secure else 80), path


def host_good(table: Table, key: str, host: str, *, address: bool = False) -> bool:
    """Whether ``host`` is a name (or, where no look-up is wanted, an ``address``); complains if it is not."""
    if is_address(host) if address else HOST.fullmatch(host):
        return True
    table.problem(key, f'"{shown(host)}" must be {ADDRESS_HINT if address else HOST_HINT}')
    return False
