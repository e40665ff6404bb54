"""Whether a valid certificate was issued by a box in the middle: then the box may have said what the host seems to say.

Two signs. The issuer is an authority that the administrator of this computer added to its store (Linux only, where
distributions keep these apart), or it is one of the products in ``platforms/_issuers.toml``. Looked at is the issuer
that the host's own certificate names; one behind a further authority is not seen.
"""

from __future__ import annotations

import logging
import os
import ssl
import sys
import tomllib
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VIA = "interception"
"""The word in ``Answer.via``."""

ADDED = (
    (
        Path("/usr/local/share/ca-certificates"),  # Debian, Ubuntu, Alpine: update-ca-certificates(8)
        Path("/etc/pki/ca-trust/source/anchors"),  # Fedora, RHEL: update-ca-trust(8)
        Path("/etc/ca-certificates/trust-source/anchors"),  # Arch: update-ca-trust(8)
        Path("/etc/pki/trust/anchors"),  # openSUSE: update-ca-certificates(8)
    )
    if sys.platform == "linux"
    else ()
)
"""Where an administrator puts the certificates of authorities to be trusted besides the distribution's."""

PRODUCTS = Path(__file__).parent.parent / "platforms" / "_issuers.toml"

FILE_LIMIT = 256
"""Files looked at in one such folder; an ordinary one has none, or a few."""
SIZE_LIMIT = 256 * 1024
"""Bytes of one file."""

_DECLARED = ("SSL_CERT_FILE", "SSL_CERT_DIR")

Name: TypeAlias = "tuple[tuple[tuple[str, str], ...], ...]"
"""A distinguished name as ``ssl`` gives it."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Product:
    """An issuer's common name and organisation, in small letters; "" where it is not looked at, "*" at the end: any."""

    common_name: str = ""
    organization: str = ""

    def issued(self, name: Mapping[str, str]) -> bool:
        """Whether ``name`` is this issuer's."""
        return _same(self.common_name, name.get("commonName", "")) and _same(
            self.organization, name.get("organizationName", "")
        )


class Issuers:
    """Those that are known to stand in the middle. Read once, when first needed; safe to use from many threads."""

    def __init__(self, added: Iterable[Path] = ADDED, products: Path = PRODUCTS) -> None:
        self._folders = tuple(added)
        self._file = products

    def between(self, sock: ssl.SSLSocket) -> bool:
        """Whether the certificate of ``sock``, which was found valid, comes from one of them."""
        return self.known(_issuer(sock))

    def known(self, issuer: Name) -> bool:
        """Whether ``issuer`` is one of them."""
        if issuer in self._added:
            return True
        name = {key: value.casefold() for part in issuer for key, value in part}
        return any(product.issued(name) for product in self._products)

    @cached_property
    def _added(self) -> frozenset[Name]:
        """The names of the authorities that the administrator added.

        None where the environment says whom to trust: then the person has chosen, and what lies there has no say.
        """
        if any(os.environ.get(name) for name in _DECLARED):
            return frozenset()
        return frozenset(name for folder in self._folders for file in _files(folder) for name in _subjects(file))

    @cached_property
    def _products(self) -> tuple[Product, ...]:
        listed = tomllib.loads(self._file.read_text("utf-8"))["issuer"]
        return tuple(Product(**{key: text.casefold() for key, text in entry.items()}) for entry in listed)


def _issuer(sock: ssl.SSLSocket) -> Name:
    certificate = sock.getpeercert() or {}
    name = certificate.get("issuer", ())
    return name if isinstance(name, tuple) else ()  # type: ignore[return-value] # typeshed's values are a wide union


def _same(wanted: str, found: str) -> bool:
    if wanted.endswith("*"):
        return found.startswith(wanted[:-1])
    return not wanted or found == wanted


def _files(folder: Path) -> list[Path]:
    return [file for file in islice(folder.rglob("*"), FILE_LIMIT) if file.is_file()]


def _subjects(file: Path) -> list[Name]:
    """The names of the authorities in ``file``, which holds them as PEM or DER; none if it cannot be read."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        with file.open("rb") as opened:
            raw = opened.read(SIZE_LIMIT)
        context.load_verify_locations(cadata=raw.decode("ascii", "ignore") if b"-----BEGIN" in raw else raw)
    except (OSError, ValueError) as error:  # every error of ssl is an OSError
        _log.info("%s is no certificate that can be read: %s", file.name, error)
    return [certificate["subject"] for certificate in context.get_ca_certs()]  # type: ignore[misc] # as above
