"""The menu as panels on the bus read it: com.canonical.dbusmenu. Pure: who has a bus sends what ``tell`` is given.

A menu that changes its rows is rebuilt by the panel, and so closed. Therefore what would change rows waits while the
menu is open: until the panel says that it is closed, or asks to open it again. New words in old rows are told at once.
Panels with Ubuntu's library (libdbusmenu) never say that they closed it: there it waits for ``UNSURE_S``.

A row's number never changes its meaning: it belongs to one command at one place of the tree for ever. A click on a menu
that changed under the pointer does what its row said, or nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from trayapp.desktop.tray import backend
from trayapp.desktop.tray.dispatch import CallError, Interface, Method, Variant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

NAME: Final = "com.canonical.dbusmenu"
UNSURE_S: Final = 15.0
"""So long a menu of which only the opening is told counts as open. These panels rebuild an open menu without closing
it, but in its old size."""
_ROOT: Final = 0

Key: TypeAlias = "tuple[Key | None, str, int]"
"""What a row is: the row above it, its command or kind, which of those alike it is."""
Tell: TypeAlias = "Callable[[str, str, tuple[Any, ...]], None]"
"""Takes a signal's member, signature, body."""


@dataclass(frozen=True, slots=True)
class _Node:
    id: int
    properties: Mapping[str, Variant]
    children: tuple[_Node, ...] = ()

    def walk(self) -> Iterator[_Node]:
        yield self
        for child in self.children:
            yield from child.walk()

    def shape(self) -> tuple[Any, ...]:
        return self.id, tuple(child.shape() for child in self.children)


@dataclass(slots=True)
class _Numbers:
    """Hands out row numbers: the same key keeps its number as long as it is in the menu; none is used twice."""

    known: dict[Key, int] = field(default_factory=dict)
    fresh: Iterator[int] = field(default_factory=lambda: count(_ROOT + 1))


class DbusMenu:
    """The menu as it stands. ``click`` is called with the pystray row that was clicked, ``tell`` with each signal."""

    def __init__(self, click: Callable[[Any], None], tell: Tell) -> None:
        self._click, self._tell = click, tell
        self._open = False
        self._unsure: float | None = None  # by the steady clock: until when it counts as open
        self._waits: Sequence[Any] | None = None  # the rows that take the place of the open menu's
        self._numbers = _Numbers()
        self._revision = 1
        self._root = _Node(_ROOT, {"children-display": ("s", "submenu")})
        self._nodes: dict[int, _Node] = {_ROOT: self._root}
        self._rows: dict[int, Any] = {}

    def update(self, rows: Sequence[Any]) -> None:
        """Take over ``rows`` (a pystray menu), or keep them until the open menu is closed."""
        numbers, own = _Numbers(fresh=self._numbers.fresh), dict[int, Any]()
        new = _Node(_ROOT, {"children-display": ("s", "submenu")}, self._build(rows, None, numbers, own))
        old = self._root
        if new.shape() != old.shape() and self._open:
            self._waits = rows
            return
        self._waits, self._numbers, self._rows = None, numbers, own
        self._root, self._nodes = new, {node.id: node for node in new.walk()}
        if new.shape() != old.shape():
            self._revision += 1
            self._tell("LayoutUpdated", "ui", (self._revision, _ROOT))
            return
        pairs = [(a, b) for a, b in zip(old.walk(), new.walk(), strict=True) if a.properties != b.properties]
        changed = [(b.id, {k: v for k, v in b.properties.items() if a.properties.get(k) != v}) for a, b in pairs]
        if changed:
            self._tell("ItemsPropertiesUpdated", "a(ia{sv})a(ias)", (changed, []))

    def closed(self) -> bool:
        """Nobody sees the menu any more: let what waits take its place; whether anything did."""
        self._open, self._unsure, waits = False, None, self._waits
        if waits is not None:
            self.update(waits)
        return waits is not None

    def patience(self) -> float | None:
        """In how many seconds ``closed`` must be called if nothing more is heard of the open menu; None: never."""
        if self._waits is None or self._unsure is None:
            return None
        return max(0.0, self._unsure - time.monotonic())

    def interface(self) -> Interface:
        """What panels may ask."""
        return Interface(
            NAME,
            {
                "GetLayout": Method("iias", "u(ia{sv}av)", self._get_layout),
                "GetGroupProperties": Method("aias", "a(ia{sv})", self._get_group_properties),
                "GetProperty": Method("is", "v", self._get_property),
                "Event": Method("isvu", "", self._event),
                "EventGroup": Method("a(isvu)", "ai", self._event_group),
                "AboutToShow": Method("i", "b", self._about_to_show),
                "AboutToShowGroup": Method("ai", "aiai", self._about_to_show_group),
            },
            {"Version": "u", "TextDirection": "s", "Status": "s", "IconThemePath": "as"},
            {"Version": 3, "TextDirection": "ltr", "Status": "normal", "IconThemePath": []}.__getitem__,
            {"ItemsPropertiesUpdated": "a(ia{sv})a(ias)", "LayoutUpdated": "ui", "ItemActivationRequested": "iu"},
        )

    def _build(
        self, rows: Sequence[Any], above: Key | None, numbers: _Numbers, own: dict[int, Any]
    ) -> tuple[_Node, ...]:
        nodes = []
        alike: dict[str, int] = {}
        for row in rows:
            separator = row is backend.Menu.SEPARATOR
            kind = "---" if separator else "more" if row.submenu else getattr(row, "command", "")
            alike[kind] = alike.get(kind, 0) + 1
            key: Key = (above, kind, alike[kind])
            number = self._numbers.known.get(key) or next(numbers.fresh)
            numbers.known[key] = number
            if separator:
                nodes.append(_Node(number, {"type": ("s", "separator")}))
                continue
            properties: dict[str, Variant] = {
                "label": ("s", row.text.replace("\n", " ").replace("_", "__")),  # one "_" marks a key to press
                "enabled": ("b", bool(row.enabled)),
            }
            children: tuple[_Node, ...] = ()
            if row.submenu:
                properties["children-display"] = ("s", "submenu")
                children = self._build(tuple(row.submenu), key, numbers, own)
            else:
                own[number] = row
            nodes.append(_Node(number, properties, children))
        return tuple(nodes)

    def _node(self, number: int) -> _Node:
        if number not in self._nodes:
            raise CallError("InvalidArgs", f"there is no row {number}")
        return self._nodes[number]

    def _get_layout(self, parent: int, depth: int, names: list[str]) -> tuple[Any, ...]:
        def told(node: _Node, left: int) -> tuple[Any, ...]:
            below = [("(ia{sv}av)", told(child, left - 1)) for child in node.children] if left else []
            return node.id, _only(node.properties, names), below

        return self._revision, told(self._node(parent), depth)

    def _get_group_properties(self, numbers: list[int], names: list[str]) -> tuple[Any, ...]:
        wanted = (
            [self._nodes[n] for n in dict.fromkeys(numbers) if n in self._nodes] if numbers else self._nodes.values()
        )
        return ([(node.id, _only(node.properties, names)) for node in wanted],)

    def _get_property(self, number: int, name: str) -> tuple[Variant]:
        properties = self._node(number).properties
        if name not in properties:
            raise CallError("InvalidArgs", f"row {number} has no {name}")
        return (properties[name],)

    def _event(self, number: int, kind: str, _data: Variant, _time: int) -> tuple[()]:
        self._node(number)
        if kind == "clicked" and number in self._rows and self._rows[number].enabled:
            self._click(self._rows[number])
            self.closed()
        elif number == _ROOT and kind == "opened":
            if self._open and self._unsure is None:
                self.closed()  # it must have been, unheard
            self._open, self._unsure = True, None
        elif number == _ROOT and kind == "closed":
            self.closed()
        return ()

    def _event_group(self, events: list[tuple[int, str, Variant, int]]) -> tuple[list[int]]:
        strangers = [event[0] for event in events if event[0] not in self._nodes]
        if events and len(strangers) == len(events):
            raise CallError("InvalidArgs", "there is none of these rows")
        for event in events:
            if event[0] in self._nodes:
                self._event(*event)
        return (strangers,)

    def _about_to_show(self, number: int) -> tuple[bool]:
        self._node(number)
        if number != _ROOT or (self._open and self._unsure is None):
            return (False,)  # some panels tell first that they open it, then ask
        fresh = self.closed()  # some panels never tell that they closed it
        self._open, self._unsure = True, time.monotonic() + UNSURE_S
        return (fresh,)

    def _about_to_show_group(self, numbers: list[int]) -> tuple[list[int], list[int]]:
        known = [number for number in numbers if number in self._nodes]
        fresh = [number for number in dict.fromkeys(known) if self._about_to_show(number)[0]]
        return fresh, [number for number in numbers if number not in known]


def _only(properties: Mapping[str, Variant], names: list[str]) -> dict[str, Variant]:
    return {name: value for name, value in properties.items() if not names or name in names}
