"""The past in words: table and strips of the log, shares of time, what stands on the axes of a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.core.model import Scope, State
from trayapp.core.wishes import FOR_EVER
from trayapp.words.language import mark, marks
from trayapp.words.states import WORST_FIRST
from trayapp.words.vocabulary import ENDINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trayapp.core.model import Millis
    from trayapp.core.story import Incident
    from trayapp.words.voice import Voice

HEADINGS = {
    "names": mark("Who"),
    "functions": mark("What fails"),
    "state": mark("State"),
    "scope": mark("Whose fault"),
    "since": mark("Since"),
    "until": mark("Until"),
    "duration": mark("How long"),
    "ending": mark("How it ended"),
    "sources": mark("Who said so"),
}
"""Of the incidents' table, in the order of its columns."""

BRIEFLY = {
    Scope.THEIRS: mark("theirs"),
    Scope.WIDESPREAD: mark("on several networks"),
    Scope.YOUR_NETWORK: mark("your network"),
    Scope.YOUR_COUNTRY: mark("your country"),
    Scope.NOT_KNOWN: mark("cannot be told"),
}
"""Whose fault, in a column: the sentences are in vocabulary."""

SPANS = {
    "24h": mark("24 hours"),
    "7d": mark("7 days"),
    "30d": mark("30 days"),
    "90d": mark("90 days"),
}
UNWATCHED = mark("not watched")
YOURS = mark("your network or country")
PHASES = {
    "dns": (mark("look-up"), mark("look-up {ms} ms")),
    "connect": (mark("connection"), mark("connection {ms} ms")),
    "tls": (mark("encryption"), mark("encryption {ms} ms")),
    "first_byte": (mark("first byte"), mark("first byte {ms} ms")),
    "body": (mark("the rest of it"), mark("the rest {ms} ms")),
}
"""Of an answer, in their order, by the names of core.model.Phases."""
CURVES = {"median": mark("median"), "high": mark("95 % of all")}
ANSWERS = marks("{clock}: {count} answer", "{clock}: {count} answers")
AND_FAILED = marks("{answers}, {count} of them a failure", "{answers}, {count} of them failures")


def heading(voice: Voice, column: str) -> str:
    """What stands above a column of the incidents' table."""
    return voice.text(HEADINGS[column])


def whose(voice: Voice, scope: Scope) -> str:
    """Whose fault, in two words."""
    return voice.text(BRIEFLY[scope])


def span(voice: Voice, value: str) -> str:
    """A stretch of time to choose: "24 hours"."""
    return voice.text(SPANS[value])


def phase(voice: Voice, name: str) -> str:
    """A phase of an answer, as core.model.Phases calls it."""
    return voice.text(PHASES[name][0])


def took(voice: Voice, name: str, ms: Millis) -> str:
    """How long a phase took: "encryption 31 ms"."""
    return voice.text(PHASES[name][1], ms=ms)


def piece(voice: Voice, kind: str, since: Millis, until: Millis, now: Millis) -> str:
    """A stretch of a strip: what was so, from when to when, for how long. ``kind``: a state's, or another."""
    what = {"unwatched": UNWATCHED, "yours": YOURS}.get(kind)
    return voice.text(
        "{start} to {end}: {state}, {duration}",
        start=voice.times.clock(since, now),
        end=voice.times.clock(until, now),
        state=voice.word(State(kind)) if what is None else voice.text(what),
        duration=voice.times.duration(until - since),
    )


def percent(voice: Voice, share: float) -> str:
    """A share from 0 to 1 with at most one decimal, cut off; "100" only where nothing is missing, "0" only for none."""
    tenths = min(max(int(share * 1000 + 1e-6), 0 if share <= 0 else 1), 1000 if share >= 1 else 999)
    whole, tenth = divmod(tenths, 10)
    if not tenth:
        return voice.text("{whole} %", whole=whole)
    return voice.text("{whole}.{tenth} %", whole=whole, tenth=tenth)


def share(voice: Voice, watched: float, well: float | None) -> str:
    """How much of the time a platform answered, and how much of the time anybody looked; "" if nobody ever did."""
    if watched <= 0:
        return ""
    if well is None:
        return voice.text("Watched {share} of the time, and not known in it.", share=percent(voice, watched))
    if watched >= 1:
        return voice.text("Answered {share} of the time.", share=percent(voice, well))
    return voice.text(
        "Answered {share} of the time; watched {watched} of it.",
        share=percent(voice, well),
        watched=percent(voice, watched),
    )


def millis(voice: Voice, ms: Millis) -> str:
    """A response time on an axis: "200 ms"."""
    return voice.text("{ms} ms", ms=ms)


def legend(voice: Voice, name: str) -> str:
    """What a line or an area of the chart of response times stands for: a phase, "median" or "high"."""
    return phase(voice, name) if name in PHASES else voice.text(CURVES[name])


def answers(voice: Voice, since: Millis, count: int, failed: int, now: Millis) -> str:
    """How many answers a stretch of the chart stands for."""
    text = voice.plural(ANSWERS, count, clock=voice.times.clock(since, now), count=count)
    return voice.plural(AND_FAILED, failed, answers=text, count=failed) if failed else text


def pace(voice: Voice, median: Millis, high: Millis) -> str:
    """How long the answers of a stretch took."""
    return voice.text("Half of them took {median} ms at most, 95 % {high} ms at most.", median=median, high=high)


def made(voice: Voice, now: Millis) -> str:
    """Of a page that does not change any more: when it was true."""
    return voice.text("as it stood on {stamp}", stamp=voice.times.stamp(now))


def no_answers(voice: Voice) -> str:
    """What stands in a chart that has nothing to show."""
    return voice.text("There were no answers in this time.")


def left_out(voice: Voice, until: Millis | None, now: Millis) -> str:
    """That a platform is left out of the icon and of notices, until when; "" if it is not."""
    if until is None:
        return ""
    if until >= FOR_EVER:
        return voice.text("left out")
    return voice.text("left out until {until}", until=voice.times.clock(until, now))


def ending(voice: Voice, incident: Incident) -> str:
    """How it ended: "not over yet", "works again", or why it was let go; "" where that was not kept."""
    if incident.end is None:
        return voice.text("not over yet")
    if incident.ending is None:
        return ""
    return voice.text(ENDINGS[incident.ending]) if incident.ending in ENDINGS else voice.text("works again")


def worst(incident: Incident) -> State:
    """The worst state of its members."""
    states = {member.state for member in incident.members}
    return next((state for state in WORST_FIRST if state in states), State.UNKNOWN)


def named(incident: Incident, names: Mapping[str, str]) -> Iterable[str]:
    """Its members' names; an id without one is its own name."""
    return [names.get(member.platform, member.platform) for member in incident.members]
