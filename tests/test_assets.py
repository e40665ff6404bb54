"""The pictures in assets are what its script makes of their sources, with every frame that a system looks for."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat
from PIL.IcnsImagePlugin import IcnsImageFile
from PIL.IcoImagePlugin import IcoImageFile

from trayapp.core.present import Icon
from trayapp.desktop.icon import COLOURS, draw

ASSETS = Path(__file__).parent.parent / "assets"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
HALF = [255 * (level > 127) for level in range(256)]
NEAR = 1.5
"""Of 255, in the mean of every channel: so far may another version of the renderer be off."""


def off(one: Image.Image, other: Image.Image) -> float:
    """How unlike two pictures of one size are, as they look on a middle grey: the mean of the worst channel, of 255."""
    assert (one.mode, one.size) == (other.mode, other.size) == ("RGBA", one.size)
    grounds = [Image.alpha_composite(Image.new("RGBA", one.size, (128, 128, 128, 255)), p) for p in (one, other)]
    return max(ImageStat.Stat(ImageChops.difference(*grounds)).mean)


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return runpy.run_path(str(ASSETS / "make.py"))


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of it made once more, by the command that its docstring names."""
    folder = tmp_path_factory.mktemp("assets")
    subprocess.run([sys.executable, str(ASSETS / "make.py"), str(folder)], check=True, timeout=120)
    return folder


def test_every_picture_is_there_and_no_other(again: Path) -> None:
    names = {path.relative_to(again).as_posix() for path in again.rglob("*") if path.is_file()}
    assert names == {
        *(f"icons/fanal-{size}.png" for size in SIZES),
        *(f"tray/{icon.value}.png" for icon in Icon),
        "fanal.ico",
        "fanal.icns",
    }
    for folder in ("icons", "tray"):
        kept = {path.relative_to(ASSETS).as_posix() for path in (ASSETS / folder).iterdir()}
        assert kept == {name for name in names if name.startswith(folder)}


@pytest.mark.parametrize("size", SIZES)
def test_the_icon_has_its_size_and_is_what_its_source_shows(size: int, again: Path) -> None:
    name = f"icons/fanal-{size}.png"
    with Image.open(ASSETS / name) as kept, Image.open(again / name) as fresh:
        assert (kept.format, kept.mode, kept.size) == ("PNG", "RGBA", (size, size))
        assert off(kept, fresh) < NEAR


@pytest.mark.parametrize("icon", list(Icon))
def test_the_tray_s_shapes_are_those_that_the_program_draws(icon: Icon) -> None:
    with Image.open(ASSETS / f"tray/{icon.value}.png") as kept:
        assert kept.size == (64, 64)
        assert off(kept.convert("RGBA"), draw(icon, 64)) < NEAR


def test_windows_finds_a_frame_for_every_scale(made: dict[str, Any]) -> None:
    with Image.open(ASSETS / "fanal.ico") as kept:
        assert isinstance(kept, IcoImageFile)
        sizes = {(n, n) for n in (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)}
        assert kept.ico.sizes() == sizes
        for size in sizes:
            assert off(kept.ico.getimage(size).convert("RGBA"), made["lantern"](size[0])) < NEAR


def test_macos_finds_a_frame_for_every_scale(made: dict[str, Any]) -> None:
    with Image.open(ASSETS / "fanal.icns") as kept:
        assert isinstance(kept, IcnsImageFile)
        wanted = {(16, 16, 2), (32, 32, 2), (128, 128, 1), (128, 128, 2), (256, 256, 1), (256, 256, 2), (512, 512, 1)}
        assert set(kept.info["sizes"]) == wanted | {(512, 512, 2)}
        for points, _, scale in kept.info["sizes"]:
            frame = kept.icns.getimage((points, points, scale))
            assert frame.size == (points * scale, points * scale)
            assert off(frame.convert("RGBA"), made["lantern"](points * scale)) < NEAR


@pytest.mark.parametrize("size", [48, 256])
def test_the_icon_is_the_lantern_of_the_tray(size: int) -> None:
    """The same silhouette: what both cover, of what one of them covers."""
    with Image.open(ASSETS / f"icons/fanal-{size}.png") as kept:
        masks = [p.getchannel("A").point(HALF) for p in (kept, draw(Icon.UP, size))]
    both, either = ImageChops.darker(*masks), ImageChops.lighter(*masks)
    assert both.histogram()[255] / either.histogram()[255] > 0.93


@pytest.mark.parametrize("size", SIZES)
def test_the_icon_can_be_told_from_a_light_and_from_a_dark_ground(size: int) -> None:
    """On dark by its rim, on light by its green: an eighth of the picture differs clearly from either."""
    with Image.open(ASSETS / f"icons/fanal-{size}.png") as kept:
        for ground in ((0xF6, 0xF8, 0xFA), (0x20, 0x24, 0x2B)):
            flat = Image.new("RGBA", kept.size, (*ground, 255))
            seen = ImageChops.difference(Image.alpha_composite(flat, kept), flat).convert("L")
            assert sum(seen.histogram()[60:]) >= size * size / 8, ground


def test_its_green_is_the_green_of_all_is_well() -> None:
    with Image.open(ASSETS / "icons/fanal-256.png") as kept:
        red, green, blue = ImageStat.Stat(kept, kept.getchannel("A")).mean[:3]
    wanted = COLOURS[Icon.UP]
    assert green > red + 20
    assert green > blue + 20
    assert abs(green - wanted[1]) < 40
