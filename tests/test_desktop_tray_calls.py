"""What other programs on the bus may do to the tray: call it wrongly, lie to it, flood it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from desktop_panel import ITEM, ITEM_AT, MENU, FakePanel, error, shown
from desktop_rig import bare_bus, face, needs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trayapp.desktop import bus as dbus
from trayapp.desktop.bus import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator


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


# ---- calls that are wrong


@pytest.mark.parametrize(
    ("path", "interface", "member", "signature", "body", "expected"),
    [
        (ITEM_AT, ITEM, "Explode", None, (), "UnknownMethod"),
        (ITEM_AT, "org.example.Other", "Activate", "ii", (1, 2), "UnknownInterface"),
        ("/nowhere", ITEM, "Activate", "ii", (1, 2), "UnknownObject"),
        (ITEM_AT, ITEM, "Activate", "s", ("x",), "InvalidArgs"),
        (ITEM_AT, ITEM, "Activate", None, (), "InvalidArgs"),
        ("/MenuBar", "com.canonical.dbusmenu", "GetLayout", "iias", (77, -1, []), "InvalidArgs"),
        ("/MenuBar", "com.canonical.dbusmenu", "GetProperty", "is", (0, "colour"), "InvalidArgs"),
        ("/MenuBar", "com.canonical.dbusmenu", "AboutToShow", "i", (77,), "InvalidArgs"),
        (ITEM_AT, "org.freedesktop.DBus.Properties", "Get", "ss", (ITEM, "Colour"), "UnknownProperty"),
        (ITEM_AT, "org.freedesktop.DBus.Properties", "GetAll", "s", ("org.example.Other",), "UnknownInterface"),
        (ITEM_AT, "org.freedesktop.DBus.Properties", "Set", "ssv", (ITEM, "Id", ("s", "x")), "PropertyReadOnly"),
    ],
)
def test_a_wrong_call_gets_a_proper_error(
    env: dict[str, str],
    panel: FakePanel,
    path: str,
    interface: str,
    member: str,
    signature: str | None,
    body: Any,
    expected: str,
) -> None:
    with shown(env, panel, face(menu=MENU)) as (_, item):
        assert error(panel.ask(item, path, interface, member, signature, body)) == expected


def test_a_call_that_names_no_interface_is_answered(env: dict[str, str], panel: FakePanel) -> None:
    with shown(env, panel, face(menu=MENU)) as (_, item):
        assert error(panel.ask(item, ITEM_AT, None, "Scroll", "is", (1, "vertical"))) == ""


INT = st.integers(-(2**31), 2**31 - 1)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
ARGUMENTS = st.sampled_from(
    [
        (None, st.just(())),
        ("i", st.tuples(INT)),
        ("is", st.tuples(INT, TEXT)),
        ("ii", st.tuples(INT, INT)),
        ("ss", st.tuples(TEXT, TEXT)),
        ("iias", st.tuples(INT, INT, st.lists(TEXT, max_size=3))),
        ("aias", st.tuples(st.lists(INT, max_size=3), st.lists(TEXT, max_size=3))),
        ("isvu", st.tuples(INT, st.sampled_from(["clicked", "hovered", ""]), st.just(("i", 1)), st.just(0))),
        ("a(isvu)", st.tuples(st.lists(st.tuples(INT, TEXT, st.just(("s", "")), st.just(0)), max_size=3))),
        ("ai", st.tuples(st.lists(INT, max_size=3))),
        ("ssv", st.tuples(TEXT, TEXT, st.just(("d", 0.5)))),
        ("a{sv}", st.tuples(st.dictionaries(TEXT, st.just(("ay", b"\0")), max_size=2))),
    ]
).flatmap(lambda pair: st.tuples(st.just(pair[0]), pair[1]))
MEMBERS = [
    *("Activate", "ContextMenu", "Scroll", "SecondaryActivate", "ProvideXdgActivationToken"),
    *("GetLayout", "GetGroupProperties", "GetProperty", "Event", "EventGroup", "AboutToShow", "AboutToShowGroup"),
    *("Get", "GetAll", "Set", "Introspect", "Ping", "Nonsense"),
]


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FakePanel, str]]:
    """One icon for all the wrong calls: what one of them breaks, the next one finds."""
    with bare_bus(tmp_path_factory.mktemp("bus")) as env:
        panel = FakePanel(env)
        with shown(env, panel, face(menu=MENU)) as (_, item):
            yield panel, item
        panel.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from([ITEM_AT, "/MenuBar", "/", "/StatusNotifierItem/below"]),
    member=st.sampled_from(MEMBERS),
    arguments=ARGUMENTS,
)
def test_whatever_is_called_gets_an_answer(
    lasting: tuple[FakePanel, str], path: str, member: str, arguments: tuple[str | None, tuple[Any, ...]]
) -> None:
    panel, item = lasting
    reply = panel.ask(item, path, None, member, *arguments)
    assert reply.header.message_type in (Kind.method_return, Kind.error)
    assert error(reply) != "Failed"  # that would be a mistake of ours


def test_a_monstrous_call_is_passed_over(
    env: dict[str, str], panel: FakePanel, caplog: pytest.LogCaptureFixture
) -> None:
    with shown(env, panel, face(tooltip="still here")) as (_, item):
        monster = dbus.new_call(dbus.Address(ITEM_AT, item, ITEM), "ProvideXdgActivationToken", "s", ("x" * (3 << 20),))
        panel.bus.send(monster)
        assert panel.prop(item, "Title") == "still here"
    assert "passed over" in caplog.text


def test_a_false_word_about_the_panel_is_ignored(env: dict[str, str], panel: FakePanel) -> None:
    """Only the bus itself knows who owns a name."""
    with shown(env, panel, face()) as (_, item):
        known = len(panel.items)
        at = dbus.Address("/org/freedesktop/DBus", interface="org.freedesktop.DBus")
        lie = dbus.new_signal(at, "NameOwnerChanged", "sss", ("org.kde.StatusNotifierWatcher", "", ":1.99"))
        lie.header.fields[Field.destination] = item
        panel.bus.send(lie)
        panel.settle(item)
        assert len(panel.items) == known
