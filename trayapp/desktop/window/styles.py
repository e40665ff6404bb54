"""The styles of Tk's themed widgets: every picture drawn for the scale, so that nothing stays small or turns coarse.

A stock theme's sprites are bitmaps of one size, and its measures are pixels: at scale 2 both are half as large.
"""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING

from trayapp.desktop.window import pressed
from trayapp.desktop.window.pressed import EDGE, RADIUS, ROOM, within
from trayapp.desktop.window.shapes import Frame, Plate, frame, photo

if TYPE_CHECKING:
    from tkinter import PhotoImage

    from PIL import Image

    from trayapp.desktop.window.look import Look
    from trayapp.desktop.window.pressed import Keep

THEME = "fanal"


def install(look: Look) -> dict[str, PhotoImage]:
    """Make the theme, use it, and give the pictures, which live as long as somebody holds them."""
    style, p = ttk.Style(look.root), look.palette
    style.theme_create(THEME, parent="default")
    style.theme_use(THEME)
    pictures: dict[str, PhotoImage] = {}

    def keep(name: str, picture: Image.Image) -> PhotoImage:
        pictures[name] = photo(look.root, picture)
        return pictures[name]

    style.configure(".", background=p.ground, foreground=p.text, font=look.fonts["text"], borderwidth=0, relief="flat")
    style.configure(".", troughcolor=p.ground, selectbackground=p.accent, selectforeground=p.on_accent, focuscolor="")
    style.configure(".", insertcolor=p.text, insertwidth=look.px(1.5))
    _frames(look, style)
    pressed.buttons(look, style, keep)
    _fields(look, style, keep)
    pressed.switches(look, style, keep)
    _tabs(look, style, keep)
    _bars(look, style, keep)
    root = look.root
    root.option_add("*TCombobox*Listbox.background", p.panel)
    root.option_add("*TCombobox*Listbox.foreground", p.text)
    root.option_add("*TCombobox*Listbox.selectBackground", p.accent)
    root.option_add("*TCombobox*Listbox.selectForeground", p.on_accent)
    root.option_add("*TCombobox*Listbox.font", look.fonts["text"])
    root.option_add("*TCombobox*Listbox.borderWidth", 0)
    root.option_add("*TCombobox*Listbox.justify", "right" if look.rtl else "left")
    return pictures


def _frames(look: Look, style: ttk.Style) -> None:
    p = look.palette
    style.configure("Panel.TFrame", background=p.panel)
    style.configure("Line.TFrame", background=p.line)
    style.configure("Bubble.TFrame", background=p.bubble)
    for ground, colour in (("", p.ground), ("Panel.", p.panel)):
        style.configure(f"{ground}TLabel", background=colour, foreground=p.text)
        style.configure(f"{ground}Dim.TLabel", background=colour, foreground=p.dim, font=look.fonts["small"])
        style.configure(f"{ground}Bold.TLabel", background=colour, foreground=p.text, font=look.fonts["bold"])
        style.configure(f"{ground}Head.TLabel", background=colour, foreground=p.text, font=look.fonts["head"])
        style.configure(f"{ground}Title.TLabel", background=colour, foreground=p.text, font=look.fonts["title"])
        style.configure(f"{ground}Danger.TLabel", background=colour, foreground=p.danger)
    style.configure("Bubble.TLabel", background=p.bubble, foreground=p.on_bubble)


def _fields(look: Look, style: ttk.Style, keep: Keep) -> None:
    p, k = look.palette, look.scale
    room, side = ROOM * k, look.px(40)

    def box(name: str, fill: str, edge: str, ring: str = "") -> PhotoImage:
        return keep(name, frame(Frame(side, RADIUS * k, EDGE * k, room), fill, edge, ring))

    for widget in ("TEntry", "TCombobox", "TSpinbox"):
        element = f"{widget}.ground"
        style.element_create(
            element,
            "image",
            box(f"{widget}-plain", p.panel, p.edge),
            ("disabled", box(f"{widget}-off", p.ground, p.line)),
            ("invalid focus", box(f"{widget}-wrong-focus", p.panel, p.danger, p.accent)),
            ("invalid", box(f"{widget}-wrong", p.panel, p.danger)),
            ("focus", box(f"{widget}-focus", p.panel, p.panel, p.accent)),
            border=look.px(ROOM + RADIUS + 4),
            padding=(look.px(11), look.px(7)),
            sticky="nsew",
        )
        style.configure(widget, foreground=p.text, fieldbackground=p.panel, insertcolor=p.text)
        style.map(widget, foreground=[("disabled", p.dim)], selectbackground=[("!focus", p.chosen)])
        style.map(widget, selectforeground=[("!focus", p.text)])
    style.layout("TEntry", [within("TEntry.ground", within("Entry.padding", within("Entry.textarea")))])
    arrow = Plate(look.px(26), look.px(14))
    middle, size = arrow.width / 2, 4 * k
    top = arrow.height / 2 - size / 2
    arrow.stroke([(middle - size, top), (middle, top + size), (middle + size, top)], 1.6 * k, p.dim)
    style.element_create("Fanal.arrow", "image", keep("arrow", arrow.picture()), sticky="")
    area = within("Combobox.padding", within("Combobox.textarea"))
    style.layout("TCombobox", [within("TCombobox.ground", within("Fanal.arrow", side=look.trail, sticky=""), area)])


def _tabs(look: Look, style: ttk.Style, keep: Keep) -> None:
    p, k, side = look.palette, look.scale, look.px(40)

    def tab(name: str, line: str, ring: str = "") -> PhotoImage:
        plate = Plate(side, side)
        if ring:
            plate.box((0, 0, side, side - 4 * k), 5 * k, ring)
            plate.box((2 * k, 2 * k, side - 2 * k, side - 6 * k), 3 * k, p.ground)
        if line:
            plate.box((0, side - 3 * k, side, side), 1.5 * k, line)
        return keep(f"tab-{name}", plate.picture())

    style.element_create(
        "Fanal.tab",
        "image",
        tab("plain", ""),
        ("selected focus", tab("chosen-focus", p.accent, p.accent)),
        ("selected", tab("chosen", p.accent)),
        ("active", tab("over", p.line)),
        border=look.px(9),
        padding=(look.px(12), look.px(8)),
        sticky="nsew",
    )
    style.layout("TNotebook.Tab", [within("Fanal.tab", within("Notebook.label", side="top", sticky=""))])
    style.layout("TNotebook", [("Notebook.client", {"sticky": "nsew"})])
    style.configure("TNotebook", background=p.ground, borderwidth=0, tabmargins=0, tabposition="n" + look.start)
    style.configure("TNotebook.Tab", foreground=p.dim, font=look.fonts["text"], background=p.ground)
    style.map("TNotebook.Tab", foreground=[("selected", p.text)], background=[("selected", p.ground)])


def _bars(look: Look, style: ttk.Style, keep: Keep) -> None:
    p, k, wide = look.palette, look.scale, look.px(12)
    for way in ("Vertical", "Horizontal"):
        upright = way == "Vertical"

        def thumb(name: str, colour: str, inset: float, *, upright: bool = upright) -> PhotoImage:
            plate = Plate(wide, look.px(30)) if upright else Plate(look.px(30), wide)
            x, y = (inset * k, 0.0) if upright else (0.0, inset * k)
            plate.box((x, y, plate.width - x, plate.height - y), (wide - 2 * inset * k) / 2, colour)
            return keep(f"thumb-{upright}-{name}", plate.picture())

        element = f"Fanal.{way}.thumb"
        style.element_create(
            element,
            "image",
            thumb("plain", p.edge, 3.5),
            ("pressed", thumb("down", p.dim, 2.5)),
            ("active", thumb("over", p.dim, 2.5)),
            border=(0, look.px(6)) if upright else (look.px(6), 0),
            sticky="nsew",
        )
        inner = within(element, expand="1")
        style.layout(f"{way}.TScrollbar", [within(f"{way}.Scrollbar.trough", inner, sticky="ns" if upright else "ew")])
        style.configure(f"{way}.TScrollbar", troughcolor=p.panel, background=p.panel, borderwidth=0, arrowsize=wide)
