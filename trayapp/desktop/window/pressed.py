"""The pictures of what is pressed: buttons, segments, switches, dots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.desktop.window.shapes import Frame, Plate, frame, switch

if TYPE_CHECKING:
    from collections.abc import Callable
    from tkinter import PhotoImage, ttk
    from typing import Any, TypeAlias

    from PIL import Image

    from trayapp.desktop.window.look import Look

    Keep: TypeAlias = Callable[[str, Image.Image], PhotoImage]
    Part: TypeAlias = Any  # an element's name, or that and what lies in it: what the library's types cannot tell

ROOM, RADIUS, EDGE = 3.0, 6.0, 1.0  # pixels at scale 1: for the focus ring, of the corners, of the border


def within(element: str, *inner: Part, **where: str) -> Part:
    """A piece of a style's layout: an element that fills its place, or lies where it is told, with others in it."""
    return element, {"sticky": "nsew", **where, **({"children": list(inner)} if inner else {})}


def buttons(look: Look, style: ttk.Style, keep: Keep) -> None:
    """Plain, Primary (what one came for), Quiet (no border until it is pointed at), Danger, Segment (one of many)."""
    p, k = look.palette, look.scale
    room, side = ROOM * k, look.px(40)

    def box(name: str, fill: str, edge: str, ring: str = "") -> PhotoImage:
        return keep(name, frame(Frame(side, RADIUS * k, EDGE * k, room), fill, edge, ring))

    kinds = {
        "TButton": (p.raised, p.hover, p.line if not p.dark else p.edge, p.text),
        "Primary.TButton": (p.accent, p.accent_hover, p.accent, p.on_accent),
        "Quiet.TButton": ("#00000000", p.hover, "#00000000", p.text),
        "Danger.TButton": (p.raised, p.hover, p.danger, p.danger),
    }
    for name, (fill, over, edge, text) in kinds.items():
        quiet = name.startswith("Quiet")
        ground = p.hover if quiet else fill
        plain = box(f"{name}-plain", fill, edge if name != "TButton" else p.edge)
        element = f"{name}.ground"
        style.element_create(
            element,
            "image",
            plain,
            ("disabled", box(f"{name}-off", p.ground, p.line)),
            ("pressed", box(f"{name}-down", over, edge if not quiet else over)),
            ("focus", box(f"{name}-focus", ground, p.panel if not quiet else ground, p.accent)),
            ("active", box(f"{name}-over", over, edge if not quiet else over)),
            border=look.px(ROOM + RADIUS + 4),
            padding=(look.px(14), look.px(7)),
            sticky="nsew",
        )
        style.layout(name, [within(element, within("Button.label", sticky=""))])
        style.configure(name, foreground=text, font=look.fonts["text"], anchor="center")
        style.map(name, foreground=[("disabled", p.dim)])
        for on, colour in (("Panel", p.panel), ("Bubble", p.bubble)):
            style.configure(f"{on}.{name}", background=colour)
    small = look.px(6)
    style.element_create(
        "Segment.ground",
        "image",
        box("segment", p.panel, p.edge),
        ("selected focus", box("segment-chosen-focus", p.accent, p.panel, p.accent)),
        ("selected", box("segment-chosen", p.accent, p.accent)),
        ("focus", box("segment-focus", p.panel, p.panel, p.accent)),
        ("active", box("segment-over", p.hover, p.edge)),
        border=look.px(ROOM + RADIUS + 4),
        padding=(look.px(11), small),
        sticky="nsew",
    )
    style.layout("Segment.TRadiobutton", [within("Segment.ground", within("Radiobutton.label", sticky=""))])
    style.configure("Segment.TRadiobutton", foreground=p.text, font=look.fonts["small"])
    style.map("Segment.TRadiobutton", foreground=[("selected", p.on_accent)])
    style.configure("Panel.Segment.TRadiobutton", background=p.panel)


def switches(look: Look, style: ttk.Style, keep: Keep) -> None:
    """On or off, and one of several below one another; each on the ground and (``Panel.``) on a panel."""
    p, size = look.palette, look.px(18)

    def one(name: str, ground: str, knob: str, edge: str, *, on: bool, ring: str = "") -> PhotoImage:
        return keep(f"switch-{name}", switch(size, ground, knob, edge, ring=ring, right=on != look.rtl))

    style.element_create(
        "Fanal.switch",
        "image",
        one("off", p.panel, p.edge, p.edge, on=False),
        ("disabled selected", one("on-dead", p.line, p.ground, p.line, on=True)),
        ("disabled", one("off-dead", p.ground, p.line, p.line, on=False)),
        ("selected focus", one("on-focus", p.accent, p.on_accent, p.accent, on=True, ring=p.accent)),
        ("selected", one("on", p.accent, p.on_accent, p.accent, on=True)),
        ("focus", one("off-focus", p.panel, p.edge, p.edge, on=False, ring=p.accent)),
        sticky="",
    )
    style.element_create("Fanal.radio", "image", *_radios(look, keep), sticky="")
    for widget, element in (("TCheckbutton", "Fanal.switch"), ("TRadiobutton", "Fanal.radio")):
        name = widget.removeprefix("T")
        label = within(f"{name}.label", side=look.lead)
        style.layout(widget, [within(f"{name}.padding", within(element, side=look.lead, sticky=""), label)])
        for ground, colour in (("", p.ground), ("Panel.", p.panel)):
            style.configure(f"{ground}{widget}", background=colour, foreground=p.text, padding=(0, look.px(2)))
            style.map(f"{ground}{widget}", foreground=[("disabled", p.dim)])


def _radios(look: Look, keep: Keep) -> Part:
    p, size, k = look.palette, look.px(22), look.scale
    middle = size / 2

    def one(name: str, edge: str, dot: str = "", ring: str = "") -> PhotoImage:
        plate = Plate(size, size)
        if ring:
            plate.ring(middle, middle, middle, 2 * k, ring)
        plate.disc(middle, middle, middle - 3 * k, edge)
        plate.disc(middle, middle, middle - 4.5 * k, p.panel)
        if dot:
            plate.disc(middle, middle, middle - 7 * k, dot)
        return keep(f"radio-{name}", plate.picture())

    return [
        one("off", p.edge),
        ("selected focus", one("on-focus", p.accent, p.accent, p.accent)),
        ("selected", one("on", p.accent, p.accent)),
        ("focus", one("off-focus", p.edge, ring=p.accent)),
    ]
