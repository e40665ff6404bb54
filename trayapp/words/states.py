"""What is said of platforms that are in a state, have been so since a time, are so again, or are over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.model import State
from trayapp.words.language import mark, marks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.words.language import Pair

WORST_FIRST = (State.DOWN, State.PARTIAL, State.UNREACHABLE, State.SLOW, State.UNKNOWN, State.UP)

NOW: Mapping[State, Pair] = {
    State.UP: marks("{names} answers", "{names} answer"),
    State.SLOW: marks("{names} answers slowly", "{names} answer slowly"),
    State.PARTIAL: marks("{names} is partly broken", "{names} are partly broken"),
    State.DOWN: marks("{names} is down", "{names} are down"),
    State.UNREACHABLE: marks("{names} does not answer here", "{names} do not answer here"),
    State.UNKNOWN: marks("Nothing is known of {names}", "Nothing is known of {names}"),
}
SINCE: Mapping[State, Pair] = {
    State.SLOW: marks("{names} has answered slowly since {since}", "{names} have answered slowly since {since}"),
    State.PARTIAL: marks(
        "{names} has been partly broken since {since}", "{names} have been partly broken since {since}"
    ),
    State.DOWN: marks("{names} has been down since {since}", "{names} have been down since {since}"),
    State.UNREACHABLE: marks(
        "{names} has not answered here since {since}", "{names} have not answered here since {since}"
    ),
}
"""Only of trouble: that something works "since" sounds as if it had been broken before."""

AGAIN: Mapping[State, Pair] = {
    State.PARTIAL: marks("{names} is partly broken again", "{names} are partly broken again"),
    State.DOWN: marks("{names} is down again", "{names} are down again"),
    State.UNREACHABLE: marks("{names} again does not answer here", "{names} again do not answer here"),
}

REPORTED = mark("trouble reported")
"""Of one platform: others report trouble that this computer does not see."""
WARNED = marks("Trouble is reported at {names}", "Trouble is reported at {names}")
"""What others say and this computer does not see."""

BACK = marks("{names} works again", "{names} work again")
BACK_HERE = marks("{names} answers here again", "{names} answer here again")

LASTED: Mapping[State, Pair] = {
    State.PARTIAL: marks(
        "It was partly broken for {duration}, from {start} to {end}.",
        "They were partly broken for {duration}, from {start} to {end}.",
    ),
    State.DOWN: marks(
        "It was down for {duration}, from {start} to {end}.", "They were down for {duration}, from {start} to {end}."
    ),
    State.UNREACHABLE: marks(
        "It did not answer here for {duration}, from {start} to {end}.",
        "They did not answer here for {duration}, from {start} to {end}.",
    ),
}
TROUBLE_LASTED = mark("The trouble lasted {duration}, from {start} to {end}.")
"""Where they were not all in one state."""
