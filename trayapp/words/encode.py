"""Text from outside: what of it may be shown, and how it may be written to a terminal."""

from __future__ import annotations

import re
import unicodedata

# As a terminal reads them (ECMA-48): control sequences; strings (OSC, DCS, SOS, PM, APC) up to their end, or to the
# next ESC where they have none; two-character escapes. Each in its 7-bit and its 8-bit form. No part is scanned twice.
_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]"
)
_JOINERS = "\u200c\u200d"  # Persian words and emoji families need them
_NO_EDGE = _JOINERS + " "  # nor have they anything to join at an edge
_BREAKS = frozenset({"Cc", "Zl", "Zp", "Zs"})
_UNSEEN = frozenset({"Cf", "Cs"})


def clean(text: str, limit: int) -> str:
    """THE sanitiser: one line of at most ``limit`` ≥ 1 characters, ending in "…" where it was cut.

    Gone are escape sequences, control characters, bidi controls, other invisible marks and halves of characters;
    white space of any kind becomes single spaces. "" where nothing to see is left. Markup stays: it is the exit's
    matter. A second pass changes nothing.
    """
    line = " ".join(terminal(text).split()).strip(_NO_EDGE)
    return line if len(line) <= limit else line[: limit - 1].rstrip(_NO_EDGE) + "…"


def terminal(text: str) -> str:
    """``text`` such that a terminal only ever prints it, in the order in which it stands.

    For one line: a line end in it becomes a space. A non-breaking space stays.
    """
    return "".join(_shown(character) for character in _SEQUENCE.sub("", text))


def _shown(character: str) -> str:
    if character in _JOINERS or character == "\u00a0":
        return character
    category = unicodedata.category(character)
    if category in _UNSEEN:
        return ""
    return " " if category in _BREAKS else character
