"""The tray on a real message bus, read and clicked by a panel of our own."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from desktop_panel import ITEM, ITEM_AT, MENU, FakePanel, click, error, number_of, shown
from desktop_rig import bare_bus, face, needs, running, until

from trayapp.core.ports import Choice
from trayapp.core.present import Icon
from trayapp.desktop.icon import draw
from trayapp.desktop.tray import choose
from trayapp.desktop.tray.sni import argb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trayapp.core.ports import Face

pytestmark = needs("dbus-daemon")


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    with bare_bus(tmp_path) as named:
        yield named


@pytest.fixture
def panel(env: dict[str, str]) -> Iterator[FakePanel]:
    fake = FakePanel(env)
    yield fake
    fake.close()


# ---- what a panel reads


def test_a_panel_reads_what_the_face_says(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face(Icon.DOWN, "Example down\nsince 16:17 <b>&", MENU, count=2)) as (_, item):
        assert panel.prop(item, "Id") == "fanal"
        assert panel.prop(item, "Title") == "Example down"
        assert panel.prop(item, "ToolTip") == ("", [], "Example down\nsince 16:17 \u2039b\u203a&", "")
        assert panel.prop(item, "Status") == "Active"
        assert panel.prop(item, "Menu") == "/MenuBar"
        assert panel.prop(item, "ItemIsMenu") is False


def test_each_size_is_drawn_for_itself(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face(Icon.DOWN, count=2, mark=True)) as (_, item):
        expected = [(size, size, argb(draw(Icon.DOWN, size, 2, mark=True))) for size in (16, 22, 24, 32, 48)]
        assert panel.prop(item, "IconPixmap") == expected


def test_argb_puts_alpha_first() -> None:
    picture = draw(Icon.DOWN, 16)
    picture.putpixel((0, 0), (1, 2, 3, 4))
    assert argb(picture)[:4] == bytes((4, 1, 2, 3))
    assert argb(picture)[-4:-3] == picture.tobytes()[-1:]


def test_a_long_tooltip_is_clipped_to_what_windows_takes(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face(tooltip="🏮" * 100)) as (_, item):
        text = panel.prop(item, "ToolTip")[2]
        assert len(text.encode("utf-16-le")) // 2 <= 127
        assert text == "🏮" * 63 + "…"


def test_the_menu_as_panels_read_it(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face(menu=MENU)) as (_, item):
        says, line, opens, more, quits = panel.rows(item)
        assert says[1] == {"label": ("s", "Example: down since 16:17"), "enabled": ("b", False)}
        assert line[1] == {"type": ("s", "separator")}
        assert opens[1] == {"label": ("s", "Open"), "enabled": ("b", True)}
        assert more[1]["children-display"] == ("s", "submenu")
        assert [child[1]["label"][1] for _, child in more[2]] == [
            "1__hour",
            "8 hours",
        ]  # "_" alone marks a key to press
        assert quits[1]["label"] == ("s", "Quit")


def test_a_panel_may_ask_for_a_part_of_the_menu(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face(menu=MENU)) as (_, item):
        snooze = number_of(panel, item, "Snooze")
        _, flat = panel.menu(item, "GetLayout", "iias", (0, 1, ["label"])).body
        assert all(below == [] for _, (_, _, below) in flat[2])
        assert all(set(properties) <= {"label"} for _, (_, properties, _) in flat[2])
        _, part = panel.menu(item, "GetLayout", "iias", (snooze, -1, [])).body
        assert part[0] == snooze
        assert len(part[2]) == 2
        assert panel.menu(item, "GetProperty", "is", (snooze, "label")).body == (("s", "Snooze"),)
        (group,) = panel.menu(item, "GetGroupProperties", "aias", ([snooze, 9999], ["enabled"])).body
        assert group == [(snooze, {"enabled": ("b", True)})]
        (everything,) = panel.menu(item, "GetGroupProperties", "aias", ([], [])).body
        assert len(everything) == 8
        assert panel.menu(item, "AboutToShow", "i", (0,)).body == (False,)
        assert panel.menu(item, "AboutToShowGroup", "ai", ([0, 9999],)).body == ([], [9999])


def test_the_description_tells_the_calls_that_are_answered(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face(menu=MENU)) as (_, item):
        for path, method in ((ITEM_AT, "Activate"), ("/MenuBar", "GetLayout")):
            (text,) = panel.ask(item, path, "org.freedesktop.DBus.Introspectable", "Introspect").body
            described = ET.fromstring(text)
            assert method in {each.get("name") for each in described.iter("method")}
        (root,) = panel.ask(item, "/", "org.freedesktop.DBus.Introspectable", "Introspect").body
        assert {node.get("name") for node in ET.fromstring(root)} == {"StatusNotifierItem", "MenuBar"}


# ---- changes: only what changed is said


def test_an_equal_face_says_nothing(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face(Icon.UP, "a", MENU)) as (tray, item):
        for _ in range(5):
            tray.show(face(Icon.UP, "a", list(MENU)))
        panel.settle(item)
        assert panel.signals == []


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (face(Icon.DOWN, "a", MENU), {"NewIcon"}),
        (face(Icon.UP, "a", MENU, count=2), {"NewIcon"}),
        (face(Icon.UP, "a", MENU, mark=True), {"NewIcon"}),
        (face(Icon.UP, "b", MENU), {"NewTitle", "NewToolTip"}),
        (face(Icon.UP, "a", MENU[:-1]), {"LayoutUpdated"}),
        (face(Icon.UP, "a", (Choice("Example: up"), *MENU[1:])), {"ItemsPropertiesUpdated"}),
    ],
)
def test_only_what_changed_is_told(env: dict[str, str], panel: FakePanel, other: Face, expected: set[str]) -> None:
    with shown(env, panel, face(Icon.UP, "a", MENU)) as (tray, item):
        tray.show(other)
        panel.until(lambda: panel.signals, "a signal")
        panel.settle(item)
        assert {name for name, _ in panel.signals} == expected


def test_changed_words_are_told_in_place(env: dict[str, str], panel: FakePanel) -> None:
    """An open menu is rebuilt, and so closed, on LayoutUpdated; words alone must not do that."""
    with shown(env, panel, face(menu=MENU)) as (tray, item):
        before = panel.rows(item)
        tray.show(face(menu=(Choice("Example: down for 7 min"), *MENU[1:])))
        panel.until(lambda: panel.signals, "a signal")
        number = before[0][0]
        changed = [(number, {"label": ("s", "Example: down for 7 min")})]
        assert panel.signals == [("ItemsPropertiesUpdated", (changed, []))]
        assert [row[0] for row in panel.rows(item)] == [row[0] for row in before]


def test_of_many_faces_the_last_is_shown(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face(Icon.UP)) as (tray, item):
        for n in range(200):
            tray.show(face(Icon.DOWN, f"{n}"))
        tray.show(face(Icon.SLOW, "last"))
        until(lambda: panel.prop(item, "Title") == "last", "the last face")
        assert panel.prop(item, "IconPixmap")[0] == (16, 16, argb(draw(Icon.SLOW, 16)))


# ---- clicks


def test_clicks_give_their_commands_in_order(env: dict[str, str], panel: FakePanel) -> None:
    commands: list[str] = []
    with shown(env, panel, face(menu=MENU), commands) as (_, item):
        click(panel, item, number_of(panel, item, "Quit"))
        panel.ask(item, ITEM_AT, ITEM, "Activate", "ii", (10, 10))
        until(lambda: len(commands) == 2, "two commands")
        assert commands == ["quit", "open"]  # a left click does what the default row does


def test_a_row_that_only_says_something_does_nothing(env: dict[str, str], panel: FakePanel) -> None:
    commands: list[str] = []
    with shown(env, panel, face(menu=MENU), commands) as (_, item):
        for number, _, _ in panel.rows(item)[:2]:
            assert error(click(panel, item, number)) == ""
        click(panel, item, number_of(panel, item, "Quit"))
        until(lambda: commands, "a command")
        assert commands == ["quit"]


def test_a_click_on_a_menu_that_changed_never_does_another_rows_work(env: dict[str, str], panel: FakePanel) -> None:
    commands: list[str] = []
    with shown(env, panel, face(menu=MENU), commands) as (tray, item):
        old = {properties["label"][1]: number for number, properties, _ in panel.rows(item) if "label" in properties}
        tray.show(face(menu=(Choice("Mute", "mute"), *MENU[3:])))
        panel.until(lambda: panel.heard("LayoutUpdated"), "the new menu")
        assert error(click(panel, item, old["Open"])) == "InvalidArgs"  # gone
        click(panel, item, old["Quit"])  # moved, and still itself
        until(lambda: commands, "a command")
        assert commands == ["quit"]


def test_many_events_at_once(env: dict[str, str], panel: FakePanel) -> None:
    commands: list[str] = []
    with shown(env, panel, face(menu=MENU), commands) as (_, item):
        events = [(number, "clicked", ("s", ""), 0) for number in (9999, number_of(panel, item, "Quit"))]
        assert panel.menu(item, "EventGroup", "a(isvu)", (events,)).body == ([9999],)
        assert error(panel.menu(item, "EventGroup", "a(isvu)", (events[:1],))) == "InvalidArgs"
        until(lambda: commands, "a command")
        assert commands == ["quit"]


def test_without_a_default_row_a_left_click_opens_the_menu(env: dict[str, str], panel: FakePanel) -> None:
    commands: list[str] = []
    with shown(env, panel, face(menu=(Choice("Quit", "quit"),)), commands) as (_, item):
        assert panel.prop(item, "ItemIsMenu") is True
        assert error(panel.ask(item, ITEM_AT, ITEM, "Activate", "ii", (0, 0))) == ""
        assert commands == []


def test_a_slow_command_does_not_freeze_the_menu(env: dict[str, str], panel: FakePanel) -> None:
    go_on = threading.Event()
    entered = threading.Event()

    def slow(_command: str) -> None:
        entered.set()
        go_on.wait(10)

    tray = choose(slow, env, "linux").tray
    with running(tray, face(menu=MENU)):
        item = panel.item()
        click(panel, item, number_of(panel, item, "Quit"))
        until(entered.is_set, "the command")
        assert len(panel.rows(item)) == 5
        go_on.set()


def test_a_command_that_fails_is_logged_and_the_next_one_works(
    env: dict[str, str], panel: FakePanel, caplog: pytest.LogCaptureFixture
) -> None:
    commands: list[str] = []

    def fails_first(command: str) -> None:
        commands.append(command)
        if len(commands) == 1:
            raise RuntimeError("no window today")

    tray = choose(fails_first, env, "linux").tray
    with running(tray, face(menu=MENU)):
        item = panel.item()
        quits = number_of(panel, item, "Quit")
        click(panel, item, quits)
        click(panel, item, quits)
        until(lambda: len(commands) == 2, "two commands")
    assert "no window today" in caplog.text
