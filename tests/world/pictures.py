"""Make README's pictures anew from the program itself: python tests/world/pictures.py [states|story|windows …]

- states: the icon's ten states, shown by the real tray on a real xfce4-panel, light and dark, and drawn large;
- story: notices of the installed program in the stories' small internet, in each language, and its menu;
- windows: the log window and the settings on a virtual screen; the past that they show is made up (window_rig.py).

What the notices said goes to told.json beside the pictures: README's texts for them are held against it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE.parent)]

from cli_rig import UNSHARE  # noqa: E402 - a script: its path comes first
from desktop_rig import desktop, face, running, started, until  # noqa: E402 - as above
from PIL import Image, ImageChops  # noqa: E402 - as above
from window_rig import Running, furnish, screen  # noqa: E402 - as above

from trayapp.core.present import Icon  # noqa: E402 - as above
from trayapp.desktop.icon import COLOURS, draw  # noqa: E402 - as above
from trayapp.desktop.tray import choose  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from window_rig import Shown

PICTURES = ROOT / "assets/screenshots"
TOLD = PICTURES / "told.json"
LANGUAGES, MENU = ("en", "fr", "ar"), "en"
"""Of the notices, and of the menu: this panel follows no language but that of its own session."""
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
LARGE, PLACE, ROW, ON_PANEL = 48, 64, 96, (40, 32)
"""Pixels: an icon drawn large, the room of each state, and of each panel; what is cut out of the panel."""
SETTLED_S = 1.0  # what is drawn after the first sign of it
WRONG = frozenset({"facebook", "instagram"})


def keep(picture: Image.Image, name: str) -> None:
    """As a PNG, every pixel as it was."""
    picture.convert("RGB").save(PICTURES / f"{name}.png", optimize=True)
    print(f"{name}.png", *picture.size, (PICTURES / f"{name}.png").stat().st_size)


def cut(picture: Image.Image, *, margin: int = 0) -> Image.Image:
    """What is not the ground of the screen, whose colour is that of the first pixel."""
    ground = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    box = ImageChops.difference(picture, ground).getbbox()
    assert box is not None, "nothing but ground"
    left, top, right, bottom = box
    wide, high = picture.size
    return picture.crop(
        (max(0, left - margin), max(0, top - margin), min(wide, right + margin), min(high, bottom + margin))
    )


# The icon's states, on real panels


def states() -> None:
    """Each state: drawn large, and as the panel shows it; light panel above, dark below."""
    sheet = Image.new("RGB", (PLACE * len(STATES), 2 * ROW))
    for top, dark in ((0, False), (ROW, True)):
        shown = on_panel(dark=dark)
        ground = shown[0].crop((0, ON_PANEL[1] // 2, 1, ON_PANEL[1] // 2 + 1))
        sheet.paste(ground.resize((sheet.width, ROW)), (0, top))
        for place, (icon, small) in enumerate(zip(STATES, shown, strict=True)):
            large = draw(icon, LARGE)
            sheet.paste(large, (PLACE * place + (PLACE - LARGE) // 2, top + 8), large)
            sheet.paste(small, (PLACE * place + (PLACE - ON_PANEL[0]) // 2, top + ROW - ON_PANEL[1] - 4))
    keep(sheet, "states")


def on_panel(*, dark: bool) -> list[Image.Image]:
    """A cut of the real panel for each state, in their order."""
    found = []
    with (
        tempfile.TemporaryDirectory() as folder,
        desktop(Path(folder), dark=dark) as here,
        started(["xfce4-panel", "--disable-wm-check"], here.env),
    ):
        until(lambda: here.owned("org.kde.StatusNotifierWatcher"), "the panel", 30)
        pressed: list[str] = []
        tray = choose(pressed.append, here.env, "linux").tray
        with running(tray, face(STATES[0])):
            for icon in STATES:
                tray.show(face(icon))
                x, y = until(partial(here.find, COLOURS[icon], 25), f"{icon} on the panel", 20)
                time.sleep(SETTLED_S)
                left = min(x - ON_PANEL[0] // 2, 640 - ON_PANEL[0])
                top = 480 - ON_PANEL[1]
                assert y >= top
                found.append(here.picture().crop((left, top, left + ON_PANEL[0], top + ON_PANEL[1])))
    return found


# Menu and notice, of the installed program


def story() -> None:
    """In all languages at the same time: most of it is waiting."""
    told: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        running = {language: tell(language, Path(folder)) for language in LANGUAGES}
        for language, process in running.items():
            said, _ = process.communicate(timeout=600)
            out = Path(folder, f"pictures-{language}")
            if process.returncode != 0:
                raise SystemExit(said.decode())
            keep(cut(Image.open(out / "notice.png").crop((0, 0, 1024, 300)), margin=10), f"notice-{language}")
            if language == MENU:
                keep(menu(Image.open(out / "menu.png")), f"menu-{language}")
            _, _, _, summary, body = (out / "notices").read_text("utf-8").split("\0")[:5]
            told[language] = {"summary": summary, "body": body}
    TOLD.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


def tell(language: str, folder: Path) -> subprocess.Popen[bytes]:
    """The story of the pictures, in that language."""
    file = folder / f"pictures-{language}.toml"
    text = (HERE / "pictures.toml").read_text("utf-8")
    file.write_text(text.replace('language = "en"', f'language = "{language}"'), "utf-8")
    command = [sys.executable, str(HERE / "story.py"), str(file), "--out", str(folder / file.stem)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def menu(picture: Image.Image) -> Image.Image:
    """The menu, which hangs at the icon in the lower right corner, with the icon."""
    below = picture.crop((0, 200, 1024, 734))
    ground = Image.new("RGB", below.size, picture.getpixel((0, 0)))
    box = ImageChops.difference(below, ground).getbbox()
    assert box is not None, "no menu"
    return picture.crop((box[0] - 10, 200 + box[1] - 10, 1024, 768))


# The windows, with a past that is made up


def windows() -> None:
    """The log, an incident's page in another language and light, and the settings."""
    with past("en") as shown, opened(shown, "window"):
        keep(cut(shown.picture()), "window-en")
    with past("fr", dark=True) as shown, opened(shown, "window"):
        shown.keys("ctrl+f", "Down", "Down", "Return")
        time.sleep(2 * SETTLED_S)
        keep(cut(shown.picture()), "incident-fr")
    with past("ar") as shown, opened(shown, "window"):
        keep(cut(shown.picture()), "window-ar")
    with past("en") as shown, opened(shown, "settings"):
        keep(cut(shown.picture()), "settings-en")


@contextmanager
def past(language: str, **wanted: Any) -> Iterator[Shown]:
    """A screen, a history, and somebody in the place of the running Fanal, so that nothing is asked of anybody."""
    with tempfile.TemporaryDirectory() as name, screen(Path(name), "1160x800", language=language, **wanted) as shown:
        furnish(Path(name, "data/fanal/history.db"), int(time.time() * 1000))
        fanal = Running(shown.home)
        try:
            fanal.say(WRONG)
            yield shown
        finally:
            fanal.close()


@contextmanager
def opened(shown: Shown, what: str) -> Iterator[None]:
    """That window of Fanal, drawn; in a network of its own where nobody answers."""
    with started([*UNSHARE, sys.executable, "-m", "trayapp", what], shown.env):
        until(shown.windows, f"the window {what}", 30)
        time.sleep(3 * SETTLED_S)
        yield


MADE = {"states": states, "story": story, "windows": windows}


def main() -> int:
    """Make those that are named, or all."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or MADE:
        MADE[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main())
