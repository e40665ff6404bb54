"""Make every picture from its source; to be run as it is, without arguments.

The icon of the application is drawn by resvg from ``fanal.svg``, every size for itself; the shapes of the tray, one a
state, are those that the program draws at run time, so that there is one source of each.
"""  # noqa: INP001 - a script, not a package

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import resvg_py
from PIL import Image

from trayapp.core.present import Icon
from trayapp.desktop.icon import draw

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE: Final = Path(__file__).resolve().parent
SOURCE: Final = HERE / "fanal.svg"
SIZES: Final = (16, 22, 24, 32, 48, 64, 128, 256, 512)
"""Pixels: the folders of the icon theme hicolor that desktops look into."""
WINDOWS: Final = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)
"""Frames of the .ico: the sizes that Windows takes at 100, 125, 150, 200 and 400 %."""
MACOS: Final = (32, 64, 128, 256, 512, 1024)
"""Frames of the .icns: 16 to 512 points, at once and at twice the pixels."""
TRAY: Final = 64
"""Pixels of the tray's shapes as files."""


def lantern(size: int) -> Image.Image:
    """The application's icon, ``size`` by ``size`` pixels, RGBA."""
    svg = SOURCE.read_text("utf-8")
    data = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True))
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGBA")


def pictures() -> dict[str, Image.Image]:
    """Every PNG, by its path in this folder."""
    made = {f"icons/fanal-{size}.png": lantern(size) for size in SIZES}
    return made | {f"tray/{icon.value}.png": draw(icon, TRAY) for icon in Icon}


def together(sizes: Sequence[int], kind: str, to: Path) -> None:
    """Write one file with a frame of each size; none of them is another one resized."""
    *others, largest = [lantern(size) for size in sizes]
    largest.save(to, kind, sizes=[(size, size) for size in sizes], append_images=others)


def main(folder: Path = HERE) -> None:
    """Write them all below ``folder``."""
    for name, picture in pictures().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        picture.save(folder / name, optimize=True)
    together(WINDOWS, "ICO", folder / "fanal.ico")
    together(MACOS, "ICNS", folder / "fanal.icns")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else HERE)
