"""What of the log window needs no screen: columns, Arabic, the desktop's taste, the threads that read and hear."""

from __future__ import annotations

import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from desktop_rig import until
from hypothesis import given
from hypothesis import strategies as st
from log_rig import DIRECTORY, voice

from trayapp.cli.window import PACKAGES, package_of
from trayapp.core.ports import StoreError
from trayapp.core.present import Icon
from trayapp.desktop.endpoint_line import NotRunning
from trayapp.desktop.window import taste
from trayapp.desktop.window.columns import ICON, places
from trayapp.desktop.window.desk import Desk
from trayapp.desktop.window.ear import Ear
from trayapp.desktop.window.palette import DARK, LIGHT, Palette, words_of
from trayapp.desktop.window.visual import Plain, Shaped, fitting, visual_of, wrapped
from trayapp.log.book import Reader

SEEN = Shaped()
ARABIC = "منذ الصباح لا يعمل هذا الموقع (هكذا تقول صفحتهم) والسبب عندهم"


def width(text: str) -> int:
    return 7 * len(text)


# the table


@given(st.integers(0, 4000))
def test_columns_lie_side_by_side_and_none_reaches_out(wide: int) -> None:
    found = places(wide)
    assert found[0].name == "names"
    assert found[0].at == ICON
    for before, after in pairwise(found):
        assert before.at + before.width <= after.at
    if wide >= 400:
        assert found[-1].at + found[-1].width <= wide


@given(st.integers(0, 4000), st.integers(0, 400))
def test_a_wider_table_never_loses_a_column(wide: int, more: int) -> None:
    assert {p.name for p in places(wide)} <= {p.name for p in places(wide + more)}


def test_the_widest_table_has_them_all() -> None:
    assert {p.name for p in places(4000)} == {
        "names", "state", "functions", "scope", "since", "until", "duration", "sources",
    }  # fmt: skip


# Arabic where the toolkit neither joins nor orders


def test_letters_are_joined_and_the_first_one_stands_at_the_right() -> None:
    drawn = SEEN("منذ")
    assert drawn == "\ufeac\ufee8\ufee3"


def test_latin_and_figures_keep_their_order_and_brackets_turn() -> None:
    drawn = SEEN("(هكذا) \u2068Facebook (x)\u2069 16:17")
    assert "Facebook (x)" in drawn
    assert "16:17" in drawn
    assert drawn.endswith(")")
    assert drawn.count("(") == drawn.count(")") == 2
    assert drawn.index("(\ufe8d") < drawn.rindex(")")


def test_latin_alone_stays_as_it_is() -> None:
    assert SEEN("Facebook (x) 16:17") == "Facebook (x) 16:17"


@pytest.mark.parametrize("marks", ["\u2068a\u2069", "\u202ba\u202c", "\u200fa"])
def test_no_mark_of_direction_is_drawn_as_a_box(marks: str) -> None:
    assert SEEN(marks) == "a"
    assert Plain()(marks) == ("a" if sys.platform == "linux" else marks)


@given(st.text(alphabet=st.sampled_from("ab (ومن)12:«»[]\u2068\u2069"), max_size=40))
def test_ordering_loses_no_letter(text: str) -> None:
    figures = [c for c in text if c in "ab12"]
    assert sorted(c for c in SEEN(text) if c in "ab12") == sorted(figures)


def test_a_text_is_broken_before_it_is_ordered() -> None:
    lines = wrapped(ARABIC, 200, width, SEEN)
    assert len(lines) > 1
    assert lines[0].endswith(SEEN("منذ"))
    assert lines[-1].startswith(SEEN("عندهم"))
    assert all(width(line) <= 200 for line in lines)


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=9), min_size=1, max_size=30), st.integers(70, 400))
def test_breaking_loses_no_word_and_keeps_to_the_width(words: list[str], wide: int) -> None:
    lines = wrapped(" ".join(words), wide, width, Plain())
    assert " ".join(lines).split() == words
    assert all(width(line) <= wide for line in lines)


@given(st.text(alphabet="abcde fومن", max_size=60), st.integers(20, 300))
def test_what_is_cut_says_so_and_fits(text: str, wide: int) -> None:
    drawn = fitting(text, wide, width, SEEN)
    assert width(drawn) <= wide
    assert drawn == SEEN(text) or "…" in drawn


def test_only_a_toolkit_on_x11_gets_it_done_for_it() -> None:
    assert isinstance(visual_of("ar", "linux"), Shaped)
    assert isinstance(visual_of("ar", "win32"), Plain)
    assert visual_of("ar", "win32").from_the_right
    assert not visual_of("fr", "linux").from_the_right


# the desktop's taste


def silent() -> int | None:
    return None


@pytest.mark.parametrize(
    ("wanted", "env", "portal", "is_dark"),
    [
        ("dark", {}, 2, True),
        ("light", {"GTK_THEME": "Adwaita:dark"}, 1, False),
        ("system", {"GTK_THEME": "Adwaita:dark"}, 2, True),
        ("system", {"GTK_THEME": "Adwaita"}, 1, False),
        ("system", {}, 1, True),
        ("system", {}, 2, False),
        ("system", {}, 0, False),
        ("system", {}, None, False),
        ("system", {}, 77, False),
    ],
)
def test_dark_or_light(
    *,
    wanted: str,
    env: dict[str, str],
    portal: int | None,
    is_dark: bool,
    tmp_path: Path,
) -> None:
    place = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert taste.dark(wanted, env | place, lambda: portal, "linux") is is_dark


@pytest.mark.parametrize(
    ("text", "is_dark"),
    [
        ("[Settings]\ngtk-application-prefer-dark-theme=1\n", True),
        ("[Settings]\ngtk-application-prefer-dark-theme=0\n", False),
        ("[Settings]\ngtk-theme-name=Arc-Dark\n", True),
        ("[Settings]\ngtk-theme-name=Arc\n", False),
        ("not a file of settings", False),
        ("[Settings\n\0", False),
    ],
)
def test_a_plain_window_manager_is_asked_by_its_settings(
    *,
    text: str,
    is_dark: bool,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "gtk-3.0"
    folder.mkdir()
    (folder / "settings.ini").write_text(text, "utf-8")
    assert taste.dark("system", {"XDG_CONFIG_HOME": str(tmp_path)}, silent, "linux") is is_dark


def test_a_portal_that_is_not_there_costs_nothing() -> None:
    assert taste.Portal({}).answer() is None


@pytest.mark.parametrize(
    ("env", "dpi", "inch", "system", "scale"),
    [
        ({}, "", 96.0, "linux", 1.0),
        ({}, "192", 96.0, "linux", 2.0),
        ({}, "120", 96.0, "linux", 1.25),
        ({}, "97", 96.0, "linux", 1.0),
        ({"GDK_SCALE": "2"}, "96", 96.0, "linux", 2.0),
        ({"GDK_SCALE": "nonsense"}, "nonsense", 300.0, "linux", 1.0),
        ({"GDK_SCALE": "1e999"}, "-5", 96.0, "linux", 1.0),
        ({}, "nan", 96.0, "linux", 1.0),
        ({}, "9000", 96.0, "linux", 4.0),
        ({}, "", 144.0, "win32", 1.5),
        ({}, "192", 192.0, "darwin", 1.0),
    ],
)
def test_the_scale(env: dict[str, str], dpi: str, inch: float, system: str, scale: float) -> None:
    assert taste.scale(env, dpi, inch, system) == scale


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it: 1 to 21."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read(look: Palette) -> None:
    for ground in (look.ground, look.panel, look.chosen, look.hover):
        assert contrast(look.text, ground) >= 7
        assert contrast(look.dim, ground) >= 4.5
        for icon in Icon:
            assert contrast(words_of(look, icon), ground) >= 4.5, (icon, ground)
    assert contrast(look.on_accent, look.accent) >= 4.5
    assert contrast(look.on_bubble, look.bubble) >= 4.5
    for ground in (look.ground, look.panel):
        assert contrast(look.danger, ground) >= 4.5
        assert contrast(look.accent, ground) >= 3
        assert contrast(look.edge, ground) >= 3


# the thread that reads


class Slow:
    """In the place of a Reader: jobs of these tests never touch it."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def close(self) -> None:
        self.closed.set()


def desk(reader: Slow) -> tuple[Desk, list[tuple[str, object]]]:
    told: list[tuple[str, object]] = []
    return Desk(lambda: cast("Reader", reader), lambda kind, answer: told.append((kind, answer))), told


def test_of_each_kind_only_the_last_question_is_answered() -> None:
    reader, gate, begun = Slow(), threading.Event(), threading.Event()
    made, told = desk(reader)

    def held(_: Reader) -> object:
        begun.set()
        assert gate.wait(10)
        return "first"

    made.want("book", held)
    assert begun.wait(10)
    for number in range(5):
        made.want("page", lambda _, number=number: number)  # type: ignore[misc]
    made.want("book", lambda _: "last")
    gate.set()
    until(lambda: len(told) == 3, "the answers")
    assert told == [("book", "first"), ("page", 4), ("book", "last")]
    made.close()
    assert reader.closed.wait(10)


def test_a_history_that_cannot_be_read_is_an_answer_and_not_the_end() -> None:
    reader = Slow()
    made, told = desk(reader)

    def broken(_: Reader) -> object:
        raise StoreError("torn")

    made.want("book", broken)
    until(lambda: told, "the trouble")
    made.want("book", lambda _: "well")
    until(lambda: len(told) == 2, "the next answer")
    assert isinstance(told[0][1], StoreError)
    assert told[1] == ("book", "well")
    made.close()


def test_the_real_reader_on_its_thread(tmp_path: Path) -> None:
    told: list[tuple[str, object]] = []
    made = Desk(
        lambda: Reader(tmp_path / "none.db", DIRECTORY, voice()), lambda kind, answer: told.append((kind, answer))
    )
    made.want("version", lambda reader: reader.version())
    until(lambda: told, "an answer")
    made.close()
    assert told[0][0] == "version"


# the thread that hears


class Line:
    """Somebody who can be followed: changes as often as the test says, then ends."""

    def __init__(self) -> None:
        self.changed, self.ended, self.hung_up = threading.Semaphore(0), False, False

    def wait(self, timeout_s: float | None = None) -> bool:
        assert self.changed.acquire(timeout=10 if timeout_s is None else timeout_s)
        if self.ended:
            raise NotRunning("ended")
        return True

    def close(self) -> None:
        self.hung_up = True


def test_it_hears_that_fanal_runs_that_it_has_written_and_that_it_has_ended() -> None:
    line, there = Line(), [True]
    heard: list[bool] = []

    def follow() -> Line:
        if not there.pop():
            raise NotRunning("nobody")
        return line

    there.insert(0, False)
    there.insert(0, False)
    ear = Ear(follow, heard.append)
    until(lambda: heard == [True], "the beginning")
    line.changed.release()
    until(lambda: heard == [True, True], "a change")
    line.ended = True
    line.changed.release()
    until(lambda: heard == [True, True, False], "the end")
    assert line.hung_up
    ear.close()


# where Tk is


@pytest.mark.parametrize(
    ("release", "package"),
    [
        ({"ID": "debian"}, "python3-tk"),
        ({"ID": "fedora"}, "python3-tkinter"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "python3-tk"),
        ({"ID": "manjaro", "ID_LIKE": "arch"}, "tk"),
        ({"ID": "opensuse-leap", "ID_LIKE": "suse opensuse"}, "python3-tk"),
        ({"ID": "nothing-known"}, "python3-tk"),
        ({}, "python3-tk"),
    ],
)
def test_the_package_is_named_as_the_distribution_calls_it(release: dict[str, str], package: str) -> None:
    assert package_of(release) == package
    assert package in PACKAGES.values()


def test_the_tray_program_never_loads_tk() -> None:
    """Memory is what the window costs only while it is open."""
    rooms = "trayapp.app trayapp.build trayapp.cli.running trayapp.cli.command trayapp.desktop.windows"
    rooms += " trayapp.desktop.tray trayapp.desktop.notify trayapp.desktop.endpoint trayapp.watch.engine"
    code = f"import sys, {', '.join(rooms.split())}; print([m for m in sys.modules if 'tk' in m.lower().split('.')[0]])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
