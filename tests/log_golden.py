"""The golden pictures of the log's renderer, and how they are renewed::

    python tests/log_golden.py            draw them anew into tests/golden/, then look at each with your own eyes

Drawn with DejaVu Sans, of values that stand here; nothing of the machine is in them but its FreeType and Raqm, for
which ``apart`` leaves a little room.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from log_rig import NOW, T, incident, line, member, voice
from PIL import Image, ImageChops

from trayapp.core.model import DAY, HOUR, MINUTE, Gap, Millis, Scope, State
from trayapp.core.ports import Interval
from trayapp.log import chart, paint, ticks
from trayapp.log.lettering import Lettering
from trayapp.log.palette import DARK, LIGHT
from trayapp.log.series import PHASES, Point, Series
from trayapp.log.strip import Strip, strip
from trayapp.log.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trayapp.log.palette import Palette

FOLDER = Path(__file__).parent / "golden"
FONT = "DejaVuSans.ttf"
LOUD = 48
"""A pixel differs whose brightness is so far off in any band: rounding and other versions of FreeType stay below."""
SINCE: Millis = NOW - DAY


def past(span: Millis = DAY) -> Strip:
    """Everything that can be; of its outages one lasted two minutes, of its gaps one three."""
    states = (
        (-9 * DAY, State.UP, Scope.NOT_KNOWN),
        (-20 * HOUR, State.DOWN, Scope.THEIRS),
        (-18 * HOUR, State.UP, Scope.NOT_KNOWN),
        (-15 * HOUR, State.SLOW, Scope.NOT_KNOWN),
        (-14 * HOUR, State.UP, Scope.NOT_KNOWN),
        (-12 * HOUR, State.PARTIAL, Scope.THEIRS),
        (-11 * HOUR, State.UP, Scope.NOT_KNOWN),
        (-9 * HOUR, State.UNREACHABLE, Scope.NOT_KNOWN),
        (-8 * HOUR, State.UNREACHABLE, Scope.YOUR_NETWORK),
        (-7 * HOUR, State.UP, Scope.NOT_KNOWN),
        (-4 * HOUR, State.UNKNOWN, Scope.NOT_KNOWN),
        (-3 * HOUR, State.UP, Scope.NOT_KNOWN),
        (-HOUR, State.DOWN, Scope.THEIRS),
        (-HOUR + 2 * MINUTE, State.UP, Scope.NOT_KNOWN),
    )
    gaps = [Gap(NOW - 23 * HOUR, NOW - 21 * HOUR), Gap(NOW - 6 * HOUR, NOW - 6 * HOUR + 3 * MINUTE)]
    return strip([Interval("p", state, scope, NOW + t) for t, state, scope in states], gaps, NOW - span, NOW)


def strips(palette: Palette, scale: float, *, rtl: bool = False) -> Image.Image:
    """A day and a fortnight."""
    found = [paint.strip(past(span), 300, 18, palette, scale, rtl=rtl) for span in (DAY, 14 * DAY)]
    return _under_each_other(found, palette, scale)


def bars(code: str, palette: Palette, scale: float) -> Image.Image:
    """Eight incidents, the third chosen."""
    spoken = voice(code)
    lines = []
    for number in range(8):
        state = (State.DOWN, State.PARTIAL, State.UNREACHABLE)[number % 3]
        scope = (Scope.THEIRS, Scope.NOT_KNOWN, Scope.YOUR_NETWORK)[number % 3]
        length = None if number == 7 else (1 + number * 40) * MINUTE
        start = SINCE + number * 3 * HOUR + 20 * MINUTE
        lines.append(line(incident(member("plaza", state, scope), name=f"n{number}", start=start, length=length), code))
    lines += [line(incident(name=f"m{n}", start=SINCE + 12 * HOUR + n * 10 * MINUTE, length=HOUR)) for n in range(2)]
    rtl = spoken.from_the_right
    marks = ticks.times(spoken.times, SINCE, NOW, 460, rtl=rtl)
    of = timeline(lines, SINCE, NOW, 460, marks, rtl=rtl)
    return paint.timeline(of, palette, Lettering(FONT), scale, chosen="n4")


def times(code: str, palette: Palette, scale: float) -> Image.Image:
    """A day in steps of half an hour: a gap, an hour of failures, one very late answer."""
    shares = dict(zip(PHASES, (0.05, 0.15, 0.25, 0.55), strict=True))
    points = []
    for number in range(48):
        since = SINCE + number * 30 * MINUTE
        if 6 <= number < 10:
            continue
        ms = 260.0 + 40 * (number * 7 % 5) + (4_000 if number == 40 else 0)
        failed = (12, 6)[number % 2] if 24 <= number < 26 else 0
        timed = number != 24
        phases = {name: share * ms if timed else 0.0 for name, share in shares.items()}
        points.append(
            Point(since, since + 30 * MINUTE, 12, failed, phases, ms if timed else None, ms * 1.6 if timed else None)
        )
    gaps = (Gap(SINCE + 3 * HOUR, SINCE + 5 * HOUR),)
    of = Series("p", "home", ("home",), SINCE, NOW, tuple(points), gaps)
    return paint.chart(chart.plot(voice(code), of, 460, 170, NOW), palette, Lettering(FONT), scale)


def nothing(code: str, palette: Palette, scale: float) -> Image.Image:
    """A chart that has nothing to show."""
    of = Series("p", "", (), T - DAY, T, (), ())
    return paint.chart(chart.plot(voice(code), of, 300, 100, T), palette, Lettering(FONT), scale)


PICTURES: Mapping[str, Callable[[], Image.Image]] = {
    "log_strips_light_1": partial(strips, LIGHT, 1),
    "log_strips_dark_2": partial(strips, DARK, 2),
    "log_strips_from_the_right": partial(strips, LIGHT, 1, rtl=True),
    "log_timeline_en_light_1": partial(bars, "en", LIGHT, 1),
    "log_timeline_ar_dark_2": partial(bars, "ar", DARK, 2),
    "log_chart_en_light_1": partial(times, "en", LIGHT, 1),
    "log_chart_fr_dark_1_5": partial(times, "fr", DARK, 1.5),
    "log_chart_ar_light_2": partial(times, "ar", LIGHT, 2),
    "log_chart_empty": partial(nothing, "en", DARK, 1),
}


def apart(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ loudly; 1 where even the size does."""
    if one.size != other.size:
        return 1.0
    bands = ImageChops.difference(one.convert("RGBA"), other.convert("RGBA")).split()
    worst = bands[0]
    for band in bands[1:]:
        worst = ImageChops.lighter(worst, band)
    return sum(worst.histogram()[LOUD:]) / (worst.width * worst.height)


def _under_each_other(found: list[Image.Image], palette: Palette, scale: float) -> Image.Image:
    space = round(6 * scale)
    size = found[0].width + 2 * space, sum(each.height + space for each in found) + space
    whole, y = Image.new("RGBA", size, (*palette.raised, 255)), space
    for each in found:
        whole.alpha_composite(each, (space, y))
        y += each.height + space
    return whole


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        draw().save(FOLDER / f"{name}.png", optimize=True)
        print(FOLDER / f"{name}.png")
