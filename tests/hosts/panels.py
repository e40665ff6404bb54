"""The panels that the matrix tries: what each needs, how it is started, and what it is known not to do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from desktop_rig import _PANEL as XFCE

if TYPE_CHECKING:
    from hosts.stage import Stage

TINT2 = """\
panel_items = TS
panel_size = 100% 32
panel_position = bottom center horizontal
rounded = 0
border_width = 0
background_color = #222222 100
panel_background_id = 1
systray_padding = 4 2 4
systray_icon_size = 24
systray_monitor = 1
"""
LXQT = """\
[General]
__userfile__=true
panels=panel1
[panel1]
desktop=0
hidable=false
iconSize=22
panelSize=32
plugins=statusnotifier
position=Bottom
width=100
width-percent=true
[statusnotifier]
alignment=Left
type=statusnotifier
"""
SWAY = """\
output X11-1 resolution 800x600 position 0,0
output * bg #36597a solid_color
xwayland disable
"""
WAYBAR = """\
{"layer":"top","position":"bottom","height":32,"modules-right":["tray"],"tray":{"icon-size":22,"spacing":8}}
"""
WAYBAR_STYLE = "* {font-family: DejaVu Sans; font-size: 13px;} window#waybar {background: #222; color: #eee;}"


@dataclass(frozen=True)
class Panel:
    """One host. ``prepare`` writes its settings and starts what must be there before; ``start`` starts the panel."""

    name: str
    packages: tuple[str, ...]
    programs: tuple[str, ...]
    start: Callable[[Stage], Any]
    prepare: Callable[[Stage], None] = lambda _stage: None
    env: Mapping[str, str] = field(default_factory=dict)
    patience: float = 15.0
    """Seconds that it may take to come."""
    lacks: Mapping[str, str] = field(default_factory=dict)
    """Checks that cannot hold here, with the reason."""
    forgets: float = 0
    """Seconds after which a menu counts as closed, of a panel that never tells that it closed it."""
    foot: int = 48
    """Rows at the foot of the screen where a panel draws what is no menu."""
    near: int = 10
    """Of 255 in each channel: so far a colour may be off; compositors blend."""
    missing: str = ""
    """The package without which it shows no icon."""
    left_opens: bool = False
    """A left click opens the menu, whatever the icon asks for."""
    menu_button: int = 3
    system_bus: bool = False


def write(stage: Stage, path: str, text: str) -> None:
    """A file of the person's configuration."""
    file = stage.home / ".config" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def windows(stage: Stage) -> None:
    """A window manager and a ground: else nothing is drawn behind what closes."""
    stage.start("openbox", "--sm-disable")
    stage.run("xsetroot", "-solid", "#36597a")


def xfce(stage: Stage) -> None:
    """Settings of xfce4-panel."""
    windows(stage)
    text = XFCE.format(dark="true").replace("x=320;y=464", "x=400;y=584")
    write(stage, "xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml", text)


def tint2(stage: Stage) -> None:
    """Settings of tint2."""
    windows(stage)
    write(stage, "tint2/tint2rc", TINT2)


def lxqt(stage: Stage) -> None:
    """Settings of lxqt-panel."""
    windows(stage)
    write(stage, "lxqt/panel.conf", LXQT)
    write(stage, "lxqt/lxqt.conf", "[General]\n__userfile__=true\n")


def plasma(stage: Stage) -> None:
    """What plasmashell speaks to."""
    windows(stage)
    stage.start("kded5")


def sway(stage: Stage) -> None:
    """The compositor, in a window that fills the screen."""
    write(stage, "sway.conf", SWAY)
    write(stage, "waybar/config", WAYBAR)
    write(stage, "waybar/style.css", WAYBAR_STYLE)
    stage.start("sway", "-c", str(stage.home / ".config/sway.conf"))
    run = Path(stage.env["XDG_RUNTIME_DIR"])
    stage.until(lambda: list(run.glob("wayland-*.lock")), "compositor", 15)
    stage.env["WAYLAND_DISPLAY"] = next(run.glob("wayland-*.lock")).stem


def gnome(*extensions: str) -> Callable[[Stage], None]:
    """What GNOME Shell wants of a session: a log-in service, no welcome, no animations, these extensions."""

    def prepare(stage: Stage) -> None:
        stage.run("xsetroot", "-solid", "#36597a")
        where = Path(stage.env["XDG_RUNTIME_DIR"], "system")
        stage.env["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={where}"
        stage.start("dbus-daemon", "--session", "--nofork", f"--address=unix:path={where}")
        stage.until(where.exists, "the system bus", 10)
        stage.start("/usr/bin/python3", "-m", "dbusmock", "--system", "--template", "logind")
        login = ["--system", "-d", "org.freedesktop.login1", "-o", "/org/freedesktop/login1"]
        stage.run("gdbus", "wait", "--system", "--timeout", "20", "org.freedesktop.login1")
        method = "org.freedesktop.DBus.Mock.AddSession"
        stage.run("gdbus", "call", *login, "-m", method, "c1", "seat0", str(stage.home.stat().st_uid), "person", "true")
        stage.run("gsettings", "set", "org.gnome.shell", "enabled-extensions", str(list(extensions)))
        stage.run("gsettings", "set", "org.gnome.shell", "welcome-dialog-last-shown-version", "'99'")
        stage.run("gsettings", "set", "org.gnome.desktop.interface", "enable-animations", "false")

    return prepare


GNOME_ENV = {
    "XDG_CURRENT_DESKTOP": "GNOME",
    "XDG_SESSION_TYPE": "x11",
    "GNOME_SHELL_SESSION_MODE": "user",
}
GNOME = ("gnome-shell", "--x11", "--sm-disable", "--replace")
X_TOOLS = ("xvfb", "dbus", "openbox", "xdotool", "x11-xserver-utils")

PANELS = {
    panel.name: panel
    for panel in (
        Panel(
            "xfce4-panel",
            (*X_TOOLS, "xfce4-panel", "xfconf"),
            ("xfce4-panel",),
            lambda stage: stage.start("xfce4-panel", "--disable-wm-check"),
            xfce,
            forgets=15,
        ),
        Panel(
            "tint2",
            (*X_TOOLS, "tint2"),
            ("tint2",),
            lambda stage: stage.start("tint2"),
            tint2,
            lacks={
                "tooltip": "XEmbed panels leave it to the program, and the toolkit draws none",
                "menu": "the old way knows no menu: a left click runs the default row",
                "open menu": "no menu",
                "quit": "no menu: `fanal quit` ends it",
            },
        ),
        Panel(
            "lxqt-panel",
            (*X_TOOLS, "lxqt-panel"),
            ("lxqt-panel",),
            lambda stage: stage.start("lxqt-panel"),
            lxqt,
            env={"XDG_CURRENT_DESKTOP": "LXQt"},
        ),
        Panel(
            "mate-panel",
            (*X_TOOLS, "mate-panel"),
            ("mate-panel",),
            lambda stage: stage.start("mate-panel"),
            windows,
            env={"XDG_CURRENT_DESKTOP": "MATE"},
            patience=20,
        ),
        Panel(
            "waybar",
            ("xvfb", "dbus", "xdotool", "sway", "waybar"),
            ("sway", "waybar"),
            lambda stage: stage.start("waybar", env=stage.env | {"GDK_BACKEND": "wayland"}),
            sway,
            forgets=15,
            foot=0,
            env={"WLR_BACKENDS": "x11", "WLR_RENDERER": "pixman", "XDG_CURRENT_DESKTOP": "sway"},
        ),
        Panel(
            "plasmashell",
            (*X_TOOLS, "plasma-workspace", "plasma-desktop", "kded5"),
            ("plasmashell", "kded5"),
            lambda stage: stage.start("plasmashell", "--no-respawn"),
            plasma,
            env={
                "XDG_CURRENT_DESKTOP": "KDE",
                "KDE_FULL_SESSION": "true",
                "KDE_SESSION_VERSION": "5",
                "QT_QUICK_BACKEND": "software",
                "QT_XCB_GL_INTEGRATION": "none",
            },
            patience=60,
        ),
        Panel(
            "gnome-shell+appindicator",
            (*X_TOOLS, "gnome-shell", "gnome-shell-extension-appindicator", "python3-dbusmock"),
            ("gnome-shell",),
            lambda stage: stage.start(*GNOME),
            gnome("ubuntu-appindicators@ubuntu.com"),
            env=GNOME_ENV,
            near=20,
            patience=60,
            lacks={"tooltip": "GNOME Shell shows none"},
            left_opens=True,
            system_bus=True,
        ),
        Panel(
            "gnome-shell",
            (*X_TOOLS, "gnome-shell", "python3-dbusmock"),
            ("gnome-shell",),
            lambda stage: stage.start(*GNOME),
            gnome(),
            missing="gnome-shell-extension-appindicator",
            env=GNOME_ENV,
            near=20,
            patience=60,
            system_bus=True,
        ),
    )
}
