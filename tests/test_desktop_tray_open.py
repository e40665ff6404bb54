"""An open menu keeps its rows: what would close it waits until the panel has closed it, or asks for it again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from desktop_panel import MENU, FakePanel, click, number_of, shown
from desktop_rig import bare_bus, face, needs, until

from trayapp.core.ports import Choice
from trayapp.desktop.tray import dbusmenu

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = needs("dbus-daemon")
OTHER = (Choice("Example: up"), Choice("New", "new"), *MENU[1:])


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    with bare_bus(tmp_path) as named:
        yield named


@pytest.fixture
def panel(env: dict[str, str]) -> Iterator[FakePanel]:
    fake = FakePanel(env)
    yield fake
    fake.close()


def tell(panel: FakePanel, item: str, kind: str) -> None:
    panel.menu(item, "Event", "isvu", (0, kind, ("s", ""), 0))


def asks(panel: FakePanel, item: str) -> bool:
    """As panels do that ask before they open it: must they fetch it anew?"""
    return bool(panel.menu(item, "AboutToShow", "i", (0,)).body[0])


def labels(panel: FakePanel, item: str) -> list[str]:
    return [properties.get("label", ("s", ""))[1] for _, properties, _ in panel.rows(item)]


OLD_ROWS = [choice.text for choice in MENU]
NEW_ROWS = [choice.text for choice in OTHER]


def test_new_rows_wait_until_the_menu_is_closed(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face(menu=MENU)) as (tray, item):
        assert asks(panel, item) is False
        tell(panel, item, "opened")
        tray.show(face(tooltip="changed", menu=OTHER))
        panel.until(lambda: panel.heard("NewTitle"), "the new face")
        panel.settle(item)
        assert panel.heard("LayoutUpdated") == 0
        assert labels(panel, item) == OLD_ROWS
        tell(panel, item, "closed")
        panel.until(lambda: panel.heard("LayoutUpdated"), "the new rows")
        assert labels(panel, item) == NEW_ROWS


def test_new_words_are_told_while_it_is_open(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face(menu=MENU)) as (tray, item):
        tell(panel, item, "opened")
        tray.show(face(menu=OTHER))
        tray.show(face(menu=(Choice("Example: down for 7 min"), *MENU[1:])))
        panel.until(lambda: panel.heard("ItemsPropertiesUpdated"), "the new words")
        tell(panel, item, "closed")
        panel.settle(item)
        assert panel.heard("LayoutUpdated") == 0  # what waited was overtaken
        assert labels(panel, item) == ["Example: down for 7 min", *OLD_ROWS[1:]]


def test_a_panel_that_tells_before_it_asks(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face(menu=MENU)) as (tray, item):
        tell(panel, item, "opened")
        tray.show(face(tooltip="changed", menu=OTHER))
        panel.until(lambda: panel.heard("NewTitle"), "the new face")
        assert asks(panel, item) is False
        assert labels(panel, item) == OLD_ROWS
        tell(panel, item, "closed")
        assert labels(panel, item) == NEW_ROWS


def test_a_panel_that_only_asks_gets_the_new_rows_when_it_asks_again(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face(menu=MENU)) as (tray, item):
        asks(panel, item)
        tray.show(face(tooltip="changed", menu=OTHER))
        panel.until(lambda: panel.heard("NewTitle"), "the new face")
        assert labels(panel, item) == OLD_ROWS
        assert panel.menu(item, "AboutToShowGroup", "ai", ([0],)).body == ([0], [])
        assert labels(panel, item) == NEW_ROWS
        assert asks(panel, item) is False


def test_a_panel_that_only_asks_gets_them_after_a_while(
    env: dict[str, str], panel: FakePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbusmenu, "UNSURE_S", 0.3)
    with shown(env, panel, face(menu=MENU)) as (tray, item):
        asks(panel, item)
        tray.show(face(menu=OTHER))
        panel.until(lambda: panel.heard("LayoutUpdated"), "the new rows, by themselves")
        assert labels(panel, item) == NEW_ROWS


def test_a_click_closes_it(env: dict[str, str], panel: FakePanel) -> None:
    commands: list[str] = []
    with shown(env, panel, face(menu=MENU), commands) as (tray, item):
        asks(panel, item)
        tray.show(face(tooltip="changed", menu=OTHER))
        panel.until(lambda: panel.heard("NewTitle"), "the new face")
        click(panel, item, number_of(panel, item, "Quit"))
        panel.until(lambda: panel.heard("LayoutUpdated"), "the new rows")
        until(lambda: commands == ["quit"], "the command")


def test_a_panel_that_dies_with_the_menu_open_gets_the_new_rows(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face(menu=MENU)) as (tray, item):
        tell(panel, item, "opened")
        tray.show(face(tooltip="changed", menu=OTHER))
        panel.until(lambda: panel.heard("NewTitle"), "the new face")
        panel.leave()
        panel.watch()
        assert labels(panel, panel.item()) == NEW_ROWS
