"""The theme measured in a real Tk: at scale 2 all is twice as large, and every widget answers to the keyboard."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from desktop_rig import needs, started

pytestmark = [
    needs("Xvfb"),
    pytest.mark.skipif(importlib.util.find_spec("_tkinter") is None, reason="this Python has no Tk"),
    pytest.mark.xdist_group("screen"),
]

if TYPE_CHECKING:
    from trayapp.desktop.window.look import Look

SLACK = 2  # pixels: halves are rounded


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "2400x1600x24", "-noreset", "-nolisten", "tcp"]
    with open(reader, "rb") as number, started(command, os.environ, pass_fds=[writer]):  # noqa: PTH123  a pipe
        os.close(writer)
        yield ":" + number.readline().decode().strip()


@contextmanager
def looked(display: str, language: str = "en", scale: float = 1.0, *, dark: bool = False) -> Iterator[Look]:
    import tkinter as tk

    from trayapp.desktop.window.look import Look
    from trayapp.desktop.window.visual import visual_of

    root = tk.Tk(screenName=display)
    try:
        yield Look(root, dark=dark, scale=scale, visual=visual_of(language))
    finally:
        root.destroy()


def sizes(display: str, scale: float, *, dark: bool) -> dict[str, tuple[int, int]]:
    """What each widget wants to be, each font's line, each picture."""
    from tkinter import ttk

    from trayapp.core.present import Icon
    from trayapp.desktop.window import widgets
    from trayapp.desktop.window.rows import Rows

    with looked(display, scale=scale, dark=dark) as look:
        root = look.root
        rows: Rows[int] = Rows(root, look, height=40, paint=lambda _, __: None, key=lambda n: n)
        made = {
            "button": widgets.Button(root, look, "Check now", bool, "Primary"),
            "quiet": widgets.Button(root, look, "Check now", bool, "Quiet"),
            "switch": widgets.Switch(root, look, "", bool),
            "field": widgets.Field(root, look, width=20),
            "choice": widgets.Choice(root, look, [("a", "A")], bool),
            "segments": widgets.Segments(root, look, [("a", "24 hours"), ("b", "7 days")], bool),
            "radio": ttk.Radiobutton(root),
            "bar": ttk.Scrollbar(root),
            "rows": rows,
        }
        root.update_idletasks()
        found = {name: (widget.winfo_reqwidth(), widget.winfo_reqheight()) for name, widget in made.items()}
        found |= {f"font {name}": (0, look.line(name)) for name in look.fonts}
        found |= {f"picture {n}": (picture.width(), picture.height()) for n, picture in look.pictures.items()}
        icon = look.icon(Icon.DOWN, 20)
        return found | {"icon": (icon.width(), icon.height())}


@pytest.mark.parametrize("dark", [False, True])
def test_at_scale_2_everything_is_twice_as_large(display: str, *, dark: bool) -> None:
    once, twice = sizes(display, 1.0, dark=dark), sizes(display, 2.0, dark=dark)
    assert once.keys() == twice.keys()
    assert len(once) > 40
    for name, (wide, high) in once.items():
        for one, two in ((wide, twice[name][0]), (high, twice[name][1])):
            assert abs(two - 2 * one) <= max(SLACK, 0.06 * two), (name, one, two)  # fonts are hinted: a pixel a letter


def test_every_scale_in_quarters_can_be_drawn(display: str) -> None:
    before = 0
    for quarter in range(3, 17):
        high = sizes(display, quarter / 4, dark=False)["button"][1]
        assert high > before
        before = high


def press(widget: object, key: str) -> None:
    """As the person does: the key arrives where the focus is."""
    import tkinter as tk

    assert isinstance(widget, tk.Misc)
    widget.focus_force()
    widget.update()
    widget.event_generate(key)
    widget.update()


def test_every_widget_answers_to_the_keyboard(display: str) -> None:
    from trayapp.desktop.window import widgets
    from trayapp.desktop.window.rows import Rows

    with looked(display) as look:
        heard: list[object] = []
        root = look.root
        button = widgets.Button(root, look, "Check now", lambda: heard.append("button"))
        switch = widgets.Switch(root, look, "On", heard.append)
        segments = widgets.Segments(root, look, [("a", "A"), ("b", "B")], heard.append)
        choice = widgets.Choice(root, look, [("x", "X"), ("y", "Y")], heard.append)
        rows: Rows[int] = Rows(
            root, look, height=20, paint=lambda _, __: None, key=lambda n: n,
            chosen=heard.append, opened=lambda n: heard.append(("open", n)),
        )  # fmt: skip
        rows.show(range(1000))
        for widget in (button, switch, segments, choice, rows):
            widget.pack()
        root.update()
        press(button, "<Return>")
        press(button, "<space>")
        press(switch, "<Return>")
        press(segments._buttons[0], "<Right>")
        press(choice, "<Down>")
        for key in ("<Down>", "<Down>", "<End>", "<Return>", "<Home>"):
            press(rows.canvas, key)
        assert heard[:4] == ["button", "button", True, "b"]
        assert heard[-5:] == [0, 1, 999, ("open", 999), 0]
        assert switch.on
        assert segments.code == "b"
        reached = {str(widget) for widget in walk(root)}
        assert {str(button), str(switch), str(segments._buttons[1]), str(choice), str(rows.canvas)} <= reached


def walk(root: object) -> Iterator[object]:
    """Whom Tab visits, once round."""
    import tkinter as tk

    assert isinstance(root, tk.Misc)
    first = here = root.tk_focusNext()
    while here is not None:
        yield here
        here = here.tk_focusNext()
        if here is first:
            return


def test_a_list_draws_only_what_can_be_seen_and_keeps_what_was_selected(display: str) -> None:
    from trayapp.desktop.window.rows import Rows

    with looked(display) as look:
        drawn: list[int] = []
        rows: Rows[int] = Rows(
            look.root, look, height=20, paint=lambda _, n: drawn.append(n), key=lambda n: n
        )  # fmt: skip
        rows.pack(fill="both", expand=True)
        look.root.geometry("300x200")
        rows.show(range(10_000))
        look.root.update()
        drawn.clear()
        assert rows.select(5_000)
        look.root.update()
        assert 5_000 in drawn
        assert len(set(drawn)) <= 12
        rows.show(range(4_000, 6_000))
        assert rows.item == 5_000
        rows.show(range(10))
        assert rows.item is None


def test_in_arabic_all_is_mirrored(display: str) -> None:
    from tkinter import ttk

    from trayapp.desktop.window import widgets

    with looked(display, "ar") as look:
        assert (look.lead, look.start, look.column(0, 4), look.after(5)) == ("right", "e", 3, (5, 0))
        tabs = widgets.Tabs(look.root, look)
        for number in range(3):
            tabs.page(ttk.Frame(tabs), str(number))
        assert [look.root.tk.call(str(tabs), "tab", at, "-text") for at in range(3)] == ["2", "1", "0"]
        assert tabs.at == 0
        tabs.go(2)
        assert tabs.at == 2


def test_a_text_is_wrapped_to_its_width(display: str) -> None:
    from trayapp.desktop.window import widgets

    with looked(display) as look:
        words = widgets.Words(look.root, look, "word " * 60)
        words.pack(fill="x")
        look.root.geometry("300x300")
        look.root.update()
        lines = str(words["text"]).split("\n")
        assert len(lines) > 3
        assert all(look.measure("text", line) <= 300 for line in lines)


def test_a_page_scrolls_to_what_has_the_focus_and_nothing_of_it_outlives_it(display: str) -> None:
    from trayapp.desktop.window import widgets
    from trayapp.desktop.window.page import Page

    with looked(display) as look:
        page = Page(look.root, look)
        page.pack(fill="both", expand=True)
        buttons = [widgets.Button(page.inside, look, str(n), bool) for n in range(40)]
        for button in buttons:
            button.pack()
        look.root.geometry("300x200")
        look.root.update()
        buttons[-1].focus_force()
        look.root.update()
        low = buttons[-1].winfo_rooty() + buttons[-1].winfo_height()
        assert page.winfo_rooty() < low <= page.winfo_rooty() + page.winfo_height()
        buttons[0].focus_force()
        look.root.update()
        assert buttons[0].winfo_rooty() >= page.winfo_rooty()
        failed: list[object] = []
        look.root.report_callback_exception = lambda *error: failed.append(error)
        page.destroy()
        other = widgets.Button(look.root, look, "other", bool)
        other.pack()
        look.root.update()
        other.focus_force()
        look.root.event_generate("<Button-4>")
        look.root.update()
        assert failed == []
