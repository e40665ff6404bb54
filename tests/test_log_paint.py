"""The renderer: golden pictures, colours that are exact where they must be, and text that can be read."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_golden import FOLDER, FONT, PICTURES, SINCE, apart, past, times
from log_rig import NOW, voice
from PIL import Image, ImageDraw, ImageFont

from trayapp.core.model import DAY, HOUR, MINUTE, Gap, Scope, State
from trayapp.core.ports import Interval
from trayapp.core.present import Icon
from trayapp.desktop.icon import COLOURS
from trayapp.log import paint
from trayapp.log.lettering import FONTS, Lettering, visual
from trayapp.log.palette import DARK, LIGHT, PALETTES, Colour, Palette, hexed
from trayapp.log.strip import TROUBLE, Kind, strip

ROOM = 0.01
"""Of a golden picture's pixels, so many may be loudly otherwise: edges of letters in another FreeType."""
WORDS = "شبكتك أو بلدك"


@pytest.fixture(scope="module", autouse=True)
def font() -> None:
    try:
        ImageFont.truetype(FONT, 11)
    except OSError:
        pytest.skip("DejaVu Sans is not installed: the golden pictures are written in it")


@pytest.mark.parametrize("name", PICTURES)
def test_golden(name: str) -> None:
    """To renew them: python tests/log_golden.py, and look at each."""
    with Image.open(FOLDER / f"{name}.png") as golden:
        assert apart(PICTURES[name](), golden) <= ROOM


def test_golden_pictures_are_all_used() -> None:
    assert sorted(path.stem for path in FOLDER.glob("log_*.png")) == sorted(PICTURES)


def test_the_measure_sees_what_it_must() -> None:
    """A picture that is moved by a pixel, another palette, one outage less: each is more than the room that is left."""
    light = PICTURES["log_strips_light_1"]()
    assert apart(light, light) == 0
    assert apart(light, PICTURES["log_strips_from_the_right"]()) > ROOM
    moved = Image.new("RGBA", light.size, (255, 255, 255, 255))
    moved.paste(light, (1, 0))
    assert apart(light, moved) > ROOM
    assert apart(light, light.resize((light.width + 1, light.height))) == 1


# strips, pixel by pixel


def row(picture: Image.Image, y: int) -> list[tuple[int, ...]]:
    data, size = picture.convert("RGB").tobytes(), picture.width
    return [tuple(data[(y * size + x) * 3 : (y * size + x) * 3 + 3]) for x in range(size)]


@settings(max_examples=40)
@given(
    st.integers(0, 90 * DAY - 1),
    st.integers(1, 9 * HOUR),
    st.sampled_from(sorted({*State} - {State.UP, State.UNKNOWN})),
    st.sampled_from([1.0, 1.25, 2.0, 3.0]),
    st.booleans(),
    st.sampled_from([LIGHT, DARK]),
)
def test_an_outage_of_any_length_is_seen_from_top_to_bottom(
    since: int,
    length: int,
    state: State,
    scale: float,
    rtl: bool,  # noqa: FBT001 - drawn
    palette: Palette,
) -> None:
    """Of a millisecond too, in ninety days: a column of its colour, at least a pixel for each unit of scale."""
    end, begin = NOW, NOW - 90 * DAY
    states = [
        Interval("p", State.UP, Scope.NOT_KNOWN, begin - 1),
        Interval("p", state, Scope.THEIRS, begin + since),
        Interval("p", State.UP, Scope.NOT_KNOWN, begin + since + length),
    ]
    picture = paint.strip(strip(states, [], begin, end), 240, 18, palette, scale, rtl=rtl)
    wanted = palette.kinds[Kind(state.value)]
    for y in (0, picture.height // 2, picture.height - 1):
        assert sum(pixel == wanted for pixel in row(picture, y)) >= int(scale)


@given(st.integers(0, DAY - 1), st.integers(1, DAY), st.sampled_from([1.0, 2.0]))
@settings(max_examples=40)
def test_unwatched_time_is_never_wholly_well(since: int, length: int, scale: float) -> None:
    begin = NOW - DAY
    states = [Interval("p", State.UP, Scope.NOT_KNOWN, begin - 1)]
    until = min(begin + since + length, NOW)
    of = strip(states, [Gap(begin + since, until)], begin, NOW)
    picture = paint.strip(of, 240, 18, LIGHT, scale)
    bottom = row(picture, picture.height - 1)
    first, last = since * 240 // DAY, (until - begin - 1) * 240 // DAY
    for unit in range(first, last + 1):
        for x in range(round(unit * scale), round((unit + 1) * scale)):
            assert bottom[x] != LIGHT.kinds[Kind.UP]


def test_mirrored_it_is_the_same_in_a_mirror() -> None:
    plain, mirrored = (paint.strip(past(), 240, 18, LIGHT, 1, rtl=rtl) for rtl in (False, True))
    hatched = LIGHT.kinds[Kind.UNWATCHED], LIGHT.hatch
    for one, other in zip(row(plain, 9), reversed(row(mirrored, 9)), strict=True):
        if one in LIGHT.kinds.values() and one not in hatched:
            assert one == other


def test_twice_as_large_it_is_twice_as_large_and_no_enlargement() -> None:
    one, two = (times("en", LIGHT, scale) for scale in (1, 2))
    assert (two.width, two.height) == (2 * one.width, 2 * one.height)
    enlarged = one.resize(two.size, Image.Resampling.BILINEAR)
    assert apart(two, enlarged) > 0.01


@pytest.mark.parametrize("scale", [0, 0.5, 4.5, float("nan")])
def test_a_scale_that_is_none_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="a scale of"):
        paint.strip(past(), 100, 18, LIGHT, scale)


def test_a_picture_is_bounded() -> None:
    with pytest.raises(ValueError, match="at most 8192"):
        paint.strip(past(), 9_000, 18, LIGHT)


def test_a_span_without_time_is_a_picture_too() -> None:
    picture = paint.strip(strip([], [], NOW, NOW), 50, 18, DARK)
    assert picture.size == (50, 18)


# text


@pytest.mark.parametrize("shapes", [True, False])
def test_arabic_is_joined_with_and_without_raqm(shapes: bool) -> None:  # noqa: FBT001 - a table of cases
    """Joined letters are narrower than the same letters apart; and both ways draw the same width."""
    letters = Lettering(FONT, 20, shapes=shapes)
    apart_ = sum(Lettering(FONT, 20, shapes=False).width(letter, 1) for letter in WORDS)
    assert letters.width(WORDS, 1) < apart_ * 0.95
    assert letters.width(WORDS, 1) == pytest.approx(Lettering(FONT, 20, shapes=not shapes).width(WORDS, 1), rel=0.05)


def test_marks_of_direction_draw_nothing() -> None:
    for shapes in (True, False):
        letters = Lettering(FONT, 12, shapes=shapes)
        assert letters.width("\u202b\u2068Plaza\u2069\u202c", 1) == pytest.approx(letters.width("Plaza", 1), abs=0.01)
        picture = Image.new("RGB", (80, 20), (255, 255, 255))
        letters.draw(ImageDraw.Draw(picture), (4, 15), "\u2068\u2069", "ls", (0, 0, 0), 1)
        assert picture.getextrema() == ((255, 255),) * 3


def test_what_is_drawn_from_the_left_stands_in_the_order_of_the_screen() -> None:
    drawn = visual("\u202b16:02 \u2068Plaza\u2069 منذ\u202c")
    assert not any("\u2066" <= c <= "\u2069" or "\u202a" <= c <= "\u202e" for c in drawn)
    assert drawn.endswith("16:02")
    assert "Plaza" in drawn
    assert any("\ufe70" <= c <= "\ufeff" for c in drawn)  # joined forms


def test_a_font_is_found_by_itself() -> None:
    assert FONTS[0] == FONT
    assert Lettering().width("Plaza", 1) > 10
    with pytest.raises(OSError, match="cannot open"):
        Lettering("no-such-font.ttf").width("Plaza", 1)


# colours


def luminance(colour: Colour) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Colour, other: Colour) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_text_can_be_read(palette: Palette) -> None:
    for ground in (palette.ground, palette.raised):
        assert contrast(palette.ink, ground) >= 7
        assert contrast(palette.faint, ground) >= 4.5
        assert contrast(palette.accent, ground) >= 3


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_kinds_and_phases_can_be_told_apart(palette: Palette) -> None:
    for one, other in combinations(palette.kinds, 2):
        distance = sum((a - b) ** 2 for a, b in zip(palette.kinds[one], palette.kinds[other], strict=True)) ** 0.5
        assert distance > 30, (one, other)
    for phase, another in combinations(palette.phases, 2):
        distance = sum((a - b) ** 2 for a, b in zip(palette.phases[phase], palette.phases[another], strict=True)) ** 0.5
        assert distance > 30, (phase, another)
    for kind in TROUBLE:
        assert contrast(palette.kinds[kind], palette.raised) >= 1.8, kind


def test_a_state_has_the_colour_of_its_icon() -> None:
    for state in State:
        assert LIGHT.kinds[Kind(state.value)] == COLOURS[Icon(state.value)]
    assert hexed(LIGHT.kinds[Kind.UP]) == "#2da44e"
    assert set(LIGHT.kinds) == set(DARK.kinds) == set(Kind)
    assert set(LIGHT.phases) == set(DARK.phases)


def test_the_golden_past_holds_every_kind() -> None:
    assert {piece.kind for piece in past().pieces} == set(Kind)
    assert past().since == SINCE
    assert min(piece.until - piece.since for piece in past().pieces) == 2 * MINUTE
    assert voice("ar").from_the_right
