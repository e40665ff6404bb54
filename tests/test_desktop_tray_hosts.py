"""The tray on two real panels, one of each kind: xfce4-panel and tint2. ``tests/hosts/matrix.py`` tries all others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from desktop_panel import FakePanel
from desktop_rig import needs
from hosts.checks import Play, face, plan
from hosts.panels import PANELS
from hosts.stage import NotSeenError, Stage, Subject

from trayapp.core.present import Icon

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    needs("Xvfb", "dbus-daemon", "dbus-monitor", "openbox", "xdotool", "xsetroot"),
    pytest.mark.xdist_group("hosts"),
]
TINT2 = needs("tint2")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    logs = tmp_path / "logs"
    logs.mkdir()
    with Stage(tmp_path, logs, {}) as made:
        yield made


@pytest.mark.parametrize(
    "name", [pytest.param("xfce4-panel", marks=needs("xfce4-panel")), pytest.param("tint2", marks=TINT2)]
)
def test_the_whole_plan(stage: Stage, name: str) -> None:
    panel = PANELS[name]
    panel.prepare(stage)
    play = Play(stage, panel)
    failed = {}
    for check, run in plan(panel).items():
        if check not in panel.lacks:
            try:
                run(play)
            except NotSeenError as missed:
                failed[check] = str(missed)
    assert failed == {}


@pytest.fixture
def tint2(stage: Stage) -> Play:
    play = Play(stage, PANELS["tint2"])
    play.panel.prepare(stage)
    play.host = play.panel.start(stage)
    stage.until(lambda: stage.picture().getpixel((20, 590)) == (0x22, 0x22, 0x22), "tint2", 10)
    return play


@TINT2
def test_what_is_transparent_shows_the_panel(stage: Stage, tint2: Play) -> None:
    with tint2.shown() as (_, (x, y)):
        corner, middle = stage.picture().getpixel((x - 11, y - 11)), stage.picture().getpixel((x - 8, y))
        assert corner == (0x22, 0x22, 0x22)
        assert middle == (0xD1, 0x24, 0x2F)


@TINT2
def test_the_old_way_needs_no_bus(stage: Stage, tint2: Play) -> None:
    subject = stage.subject(face(), DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent/bus")
    tint2.seen()
    assert subject.heard("ready")
    assert not [line for line in subject.said if line.startswith("trouble")]
    subject.process.terminate()
    assert subject.process.wait(10) == 0


@TINT2
def test_a_panel_of_the_new_kind_takes_over_and_gives_back(stage: Stage, tint2: Play) -> None:
    def there_and_back(subject: Subject, state: Icon) -> None:
        panel = FakePanel(stage.env)
        item = panel.item()
        stage.until(lambda: stage.icon(Icon.DOWN) is None, "end of the old icon", 10)
        subject.show(face(state, tooltip=f"now {state}"))
        panel.until(lambda: panel.prop(item, "Title") == f"now {state}", "the new face")
        panel.close()
        tint2.seen(state)
        subject.show(face())
        tint2.seen()

    with tint2.shown() as (subject, _):
        there_and_back(subject, Icon.SLOW)
        there_and_back(subject, Icon.UP)


@TINT2
def test_a_screen_that_dies_leaves_the_new_way(stage: Stage, tint2: Play) -> None:
    subject = stage.subject(face())
    tint2.seen()
    stage.screen.kill()
    stage.screen.wait()
    panel = FakePanel(stage.env)
    assert panel.prop(panel.item(), "Title") == "Fanal"
    panel.close()
    subject.process.terminate()
    assert subject.process.wait(10) == 0


def test_no_panel_at_all_costs_nothing(stage: Stage) -> None:
    """Both ways wait: neither may look again and again."""
    subject = stage.subject(face())
    stage.until(lambda: subject.heard("ready"), "tray", 10)

    def switches() -> int:
        tasks = Path(f"/proc/{subject.process.pid}/task").iterdir()
        lines = [line for task in tasks for line in (task / "status").read_text("ascii").splitlines()]
        return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))

    before = stage.still(switches, 1.0)
    assert stage.still(switches, 2.0) == before


@TINT2
@pytest.mark.skipif("FANAL_PICTURES" not in os.environ, reason="FANAL_PICTURES names no folder to keep it in")
def test_a_picture_for_human_eyes(stage: Stage, tint2: Play) -> None:
    with tint2.shown():
        stage.picture().crop((0, 540, 800, 600)).save(Path(os.environ["FANAL_PICTURES"], "tint2.png"))
