"""The icon: every state has a shape of its own, readable without colour, on light and dark panels."""

from __future__ import annotations

from itertools import combinations

import pytest
from PIL import Image, ImageChops

from trayapp.core.present import Icon
from trayapp.desktop.icon import COLOURS, draw

SMALL = (16, 22)
ASKED = (16, 22, 24, 32, 48)
PAIRS = list(combinations(Icon, 2))
GROUNDS = {"light": (255, 255, 255), "dark": (0x2B, 0x2B, 0x2B)}
MARGIN = 0.10
"""Of an icon's pixels, at least so many must differ between any two states: 26 pixels at 16 by 16."""

SEEN = 0.15
"""Of an icon's pixels, so many must be left of each state when all is only black or white: 38 pixels at 16 by 16."""


def pixels(picture: Image.Image) -> list[tuple[int, ...]]:
    data, n = picture.tobytes(), len(picture.getbands())
    return [tuple(data[at : at + n]) for at in range(0, len(data), n)]


def on(ground: tuple[int, int, int], picture: Image.Image) -> Image.Image:
    panel = Image.new("RGB", picture.size, ground)
    panel.paste(picture, mask=picture)
    return panel


def ink(icon: Icon, size: int) -> list[bool]:
    """Black and white: where the fill is, and nothing else."""
    fill = COLOURS[icon]
    return [
        a > 127 and max(abs(x - y) for x, y in zip(rgb, fill, strict=True)) < 64 for *rgb, a in pixels(draw(icon, size))
    ]


def two_tone(icon: Icon, size: int, ground: str) -> list[bool]:
    """As a screen of only black and white shows it on a panel: where it is unlike the panel."""
    panel = GROUNDS[ground]
    picture = on(panel, draw(icon, size)).convert("L").point(lambda level: 255 * (level > 127))
    bare = 255 * (luminance(panel) > 0.2)
    return [level != bare for (level,) in pixels(picture)]


def luminance(colour: tuple[int, ...]) -> float:
    parts = [c / 255 for c in colour]
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """As WCAG 2 defines it."""
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("size", SMALL)
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_any_two_states_differ_in_black_and_white(one: Icon, other: Icon, size: int) -> None:
    differ = sum(a != b for a, b in zip(ink(one, size), ink(other, size), strict=True))
    assert differ >= MARGIN * size * size


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("size", ASKED)
def test_each_state_is_its_own_in_two_tones(size: int, ground: str) -> None:
    shown = {icon: two_tone(icon, size, ground) for icon in Icon}
    faint = {icon: sum(shown[icon]) for icon in Icon if sum(shown[icon]) < SEEN * size * size}
    differ = {pair: sum(a != b for a, b in zip(shown[pair[0]], shown[pair[1]], strict=True)) for pair in PAIRS}
    alike = {pair: n for pair, n in differ.items() if n < MARGIN * size * size}
    assert (faint, alike) == ({}, {})


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("size", ASKED)
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_any_two_states_differ_in_grey(one: Icon, other: Icon, size: int, ground: str) -> None:
    greys = (on(GROUNDS[ground], draw(icon, size)).convert("L") for icon in (one, other))
    difference = ImageChops.difference(*greys)
    assert sum(level > 40 for (level,) in pixels(difference)) >= MARGIN * size * size


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("size", SMALL)
@pytest.mark.parametrize("icon", Icon)
def test_each_state_stands_out_from_its_panel(icon: Icon, size: int, ground: str) -> None:
    """A tenth of the picture has the contrast that WCAG asks of a sign: 3 to 1."""
    panel = GROUNDS[ground]
    assert sum(contrast(p, panel) >= 3 for p in pixels(on(panel, draw(icon, size)))) >= 0.1 * size * size


@pytest.mark.parametrize("icon", Icon)
def test_every_size_works_and_shows_the_fixed_colour(icon: Icon) -> None:
    for size in range(16, 65):
        picture = draw(icon, size)
        assert (picture.mode, picture.size) == ("RGBA", (size, size))
        assert sum(p == (*COLOURS[icon], 255) for p in pixels(picture)) >= size * size / 8, size


@pytest.mark.parametrize("icon", [Icon.DOWN, Icon.PARTIAL, Icon.UNREACHABLE])
def test_the_colour_is_still_there_under_a_count(icon: Icon) -> None:
    assert sum(p == (*COLOURS[icon], 255) for p in pixels(draw(icon, 22, 12, mark=True))) >= 40


def test_states_have_colours_of_their_own() -> None:
    assert set(COLOURS) == set(Icon)
    assert len(set(COLOURS.values())) == len(Icon)


def test_a_count_is_drawn_from_two_on() -> None:
    plain = draw(Icon.DOWN, 22)
    assert draw(Icon.DOWN, 22, 0) == draw(Icon.DOWN, 22, 1) == plain
    counted = [draw(Icon.DOWN, 22, n).tobytes() for n in range(2, 100)]
    assert len({plain.tobytes(), *counted}) == 99
    assert draw(Icon.DOWN, 22, 100) == draw(Icon.DOWN, 22, 99) == draw(Icon.DOWN, 22, 10**9)


def test_a_count_and_a_mark_keep_to_their_corners() -> None:
    plain = draw(Icon.UP, 32)
    left, top, _, _ = ImageChops.difference(plain, draw(Icon.UP, 32, 3)).getbbox(alpha_only=False) or (0, 0, 0, 0)
    assert left >= 16
    assert top >= 10
    left, _, _, bottom = ImageChops.difference(plain, draw(Icon.UP, 32, mark=True)).getbbox(alpha_only=False) or (
        0,
        0,
        0,
        99,
    )
    assert left >= 16
    assert bottom <= 16


def test_a_picture_belongs_to_its_caller() -> None:
    mine = draw(Icon.UP, 16)
    mine.paste((0, 0, 0, 0), (0, 0, 16, 16))
    assert draw(Icon.UP, 16) != mine


@pytest.mark.parametrize("size", [-1, 0, 7, 513, 10**9])
def test_a_size_out_of_reason_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="must be 8 to 512"):
        draw(Icon.UP, size)
