"""What every exit of this room needs of a text: that it fits, and that the wire can carry it."""

from __future__ import annotations


def clip(text: str, units: int) -> str:
    """``text`` in at most ``units`` UTF-16 units, ending in "…" where something was cut; no character is cut in two.

    Windows counts in UTF-16 and refuses longer texts outright (tooltip 127, notice title 63, notice text 255).
    """
    if _units(text) <= units:
        return text
    kept, left = [], units - 1
    for character in text:
        left -= _units(character)
        if left < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def plain(text: str) -> str:
    """``text`` without what breaks a carrier: control characters (but line ends) and halves of a surrogate pair.

    One NUL in a D-Bus string and the bus throws the sender off, icon and all.
    """
    return "".join(" " if _unfit(character) else character for character in text)


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _unfit(c: str) -> bool:
    return (c < " " and c != "\n") or "\x7f" <= c <= "\x9f" or "\ud800" <= c <= "\udfff"
