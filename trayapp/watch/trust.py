"""Whom to believe: the system's trust store, and what a broken handshake means.

On Linux one context is made once and shared: the store is read once (20 ms), and ``SSL_CERT_FILE`` and ``SSL_CERT_DIR``
are honoured. On Windows and macOS the system itself verifies, by truststore; there each handshake gets a context of its
own (under 1 ms), because truststore holds its context's lock during the whole handshake: with a shared one, a single
silent server would make every other check wait.
"""

from __future__ import annotations

import ssl
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core.model import Failure

if sys.platform != "linux":
    import truststore

if TYPE_CHECKING:
    from collections.abc import Callable

Trust: TypeAlias = "Callable[[], ssl.SSLContext]"
"""Gives the context for one handshake. Called from many threads."""

_STORES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Gentoo, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
)
"""Where distributions keep their store; for a Python whose own OpenSSL looks at places that are not there."""


def system_trust() -> Trust:
    """The system's trust, loaded now."""
    if sys.platform == "linux":
        shared = _careful(ssl.create_default_context())
        places = ssl.get_default_verify_paths()
        if places.cafile is None and places.capath is None:
            for store in _STORES:
                if Path(store).is_file():
                    shared.load_verify_locations(cafile=store)
                    break
        return lambda: shared
    else:  # noqa: RET505 - mypy reads sys.platform only in this form
        return lambda: _careful(truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


def _careful(context: ssl.SSLContext) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


# OpenSSL: x509_vfy.h (X509_V_ERR_…). Windows: winerror.h (CERT_E_…). macOS: SecBase.h (errSec…).
_CERTIFICATE = {
    62: Failure.TLS_WRONG_NAME,
    64: Failure.TLS_WRONG_NAME,  # of an address
    0x800B010F: Failure.TLS_WRONG_NAME,
    -67602: Failure.TLS_WRONG_NAME,
    9: Failure.TLS_EXPIRED,  # not yet valid: the date is wrong, here or there
    10: Failure.TLS_EXPIRED,
    0x800B0101: Failure.TLS_EXPIRED,
    -67818: Failure.TLS_EXPIRED,
    2: Failure.TLS_UNKNOWN_ISSUER,
    18: Failure.TLS_UNKNOWN_ISSUER,
    19: Failure.TLS_UNKNOWN_ISSUER,
    20: Failure.TLS_UNKNOWN_ISSUER,
    21: Failure.TLS_UNKNOWN_ISSUER,
    0x800B0109: Failure.TLS_UNKNOWN_ISSUER,
    0x800B010A: Failure.TLS_UNKNOWN_ISSUER,
    -67843: Failure.TLS_UNKNOWN_ISSUER,
}


def failure_of(error: OSError) -> Failure:
    """What an error of a handshake means. Every error of ``ssl`` is an ``OSError``."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATE.get(getattr(error, "verify_code", 0), Failure.TLS_CERTIFICATE)
    if isinstance(error, TimeoutError):
        return Failure.TLS_TIMEOUT
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return Failure.TLS_EOF
    if isinstance(error, ConnectionError):
        return Failure.TLS_RESET
    return Failure.TLS_ERROR
