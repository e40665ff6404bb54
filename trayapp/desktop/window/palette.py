"""The window's colours by day and by night. The states' own colours are those of the icon, lighter in the dark."""

from __future__ import annotations

from dataclasses import dataclass

from trayapp.core.present import Icon


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as ``#rrggbb``. Every text keeps a contrast of 4.5 : 1 on the ground it stands on (WCAG 2.2, 1.4.3)."""

    dark: bool
    ground: str  # behind everything
    panel: str  # lists, tables, cards
    raised: str  # buttons
    hover: str
    line: str  # hairlines and quiet borders
    edge: str  # borders of what can be typed or pressed in: 3 : 1 on the panel
    text: str
    dim: str  # second lines, times, heads of columns
    accent: str  # the focus ring, the primary button, links
    on_accent: str
    accent_hover: str
    chosen: str  # a selected row that has the focus somewhere else, too
    danger: str
    bubble: str  # the bar that tells something: Fanal is not running
    on_bubble: str


LIGHT = Palette(
    dark=False,
    ground="#f3f4f7",
    panel="#ffffff",
    raised="#ffffff",
    hover="#e9edf3",
    line="#dde1e8",
    edge="#7f8895",
    text="#1d2229",
    dim="#565f6b",
    accent="#1a5fb4",
    on_accent="#ffffff",
    accent_hover="#144c91",
    chosen="#dbe8f8",
    danger="#b3202c",
    bubble="#fdf0d3",
    on_bubble="#4d3800",
)
DARK = Palette(
    dark=True,
    ground="#14181e",
    panel="#1b2028",
    raised="#272e39",
    hover="#313a47",
    line="#2d3542",
    edge="#6f7c8d",
    text="#e8ebf0",
    dim="#a0abb9",
    accent="#7ab7ff",
    on_accent="#0b1a2b",
    accent_hover="#9ccaff",
    chosen="#22405f",
    danger="#ff8f8f",
    bubble="#3d3013",
    on_bubble="#f6dfa4",
)

_BY_NIGHT = {
    Icon.UP: "#46c46a",
    Icon.SLOW: "#e3bd4c",
    Icon.PARTIAL: "#ff934a",
    Icon.DOWN: "#ff8389",
    Icon.UNREACHABLE: "#c3a6ff",
    Icon.UNKNOWN: "#aab3bd",
    Icon.OFFLINE: "#aab3bd",
    Icon.PORTAL: "#7ab7ff",
    Icon.PAUSED: "#7fbcc7",
    Icon.STOPPED: "#c3cad2",
}
_BY_DAY = {
    Icon.UP: "#146c2e",
    Icon.SLOW: "#705200",
    Icon.PARTIAL: "#974400",
    Icon.DOWN: "#b3202c",
    Icon.UNREACHABLE: "#6639ba",
    Icon.UNKNOWN: "#565f6b",
    Icon.OFFLINE: "#565f6b",
    Icon.PORTAL: "#0a58b8",
    Icon.PAUSED: "#2c5f68",
    Icon.STOPPED: "#1d2229",
}


def words_of(palette: Palette, icon: Icon) -> str:
    """The colour in which the word of a state is written: darker than the icon by day, lighter by night."""
    return (_BY_NIGHT if palette.dark else _BY_DAY)[icon]
