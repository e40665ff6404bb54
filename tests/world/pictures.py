"""Make README's pictures anew from the program itself: python tests/world/pictures.py"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from trayapp.core.present import Icon
from trayapp.desktop.icon import draw

HERE = Path(__file__).parent
PICTURES = HERE.parents[1] / "assets/screenshots"
STATES = (
    Icon.UP,
    Icon.SLOW,
    Icon.PARTIAL,
    Icon.DOWN,
    Icon.UNREACHABLE,
    Icon.UNKNOWN,
    Icon.OFFLINE,
    Icon.PORTAL,
    Icon.PAUSED,
    Icon.STOPPED,
)
MENU, NOTICE = (500, 380, 1024, 768), (640, 0, 1024, 112)  # of the screen of 1024 by 768
LIGHT, DARK = (0xF6, 0xF8, 0xFA), (0x2B, 0x30, 0x38)


def states() -> Image.Image:
    """Every state at 22 and 48 pixels, on a light and on a dark ground."""
    sheet = Image.new("RGB", (64 * len(STATES), 168), LIGHT)
    sheet.paste(DARK, (0, 84, sheet.width, sheet.height))
    for place, icon in enumerate(STATES):
        for top in (0, 84):
            for size, down in ((48, 6), (22, 58)):
                picture = draw(icon, size)
                sheet.paste(picture, (64 * place + (64 - size) // 2, top + down), picture)
    return sheet


def main() -> int:
    """Tell the story of the pictures, and keep what it showed."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    states().save(PICTURES / "states.png")
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, str(HERE / "story.py"), str(HERE / "pictures.toml"), "--out", f"{folder}/pictures"]
        code = subprocess.run(words, check=False).returncode
        if code == 0:
            screen = Image.open(f"{folder}/pictures/menu.png")
            screen.crop(MENU).save(PICTURES / "menu.png")
            screen.crop(NOTICE).save(PICTURES / "notice.png")
    return code


if __name__ == "__main__":
    sys.exit(main())
