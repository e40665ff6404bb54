"""The menu as panels on the bus read it: com.canonical.dbusmenu. Pure: who has a bus sends what ``update`` returns.

A row's number never changes its meaning: it belongs to one command at one place of the tree for ever. A click on a menu
that changed under the pointer does what its row said, or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from trayapp.desktop.tray import backend
from trayapp.desktop.tray.dispatch import CallError, Interface, Method, Variant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

NAME: Final = "com.canonical.dbusmenu"
_ROOT: Final = 0

Key: TypeAlias = "tuple[Key | None, str, int]"
"""What a row is: the row above it, its command or kind, which of those alike it is."""
Signal: TypeAlias = tuple[str, str, tuple[Any, ...]]
"""Member, signature, body."""


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
    """The menu as it stands. ``click`` is called with the pystray row that was clicked."""

    def __init__(self, click: Callable[[Any], None]) -> None:
        self._click = click
        self._numbers = _Numbers()
        self._revision = 1
        self._root = _Node(_ROOT, {"children-display": ("s", "submenu")})
        self._nodes: dict[int, _Node] = {_ROOT: self._root}
        self._rows: dict[int, Any] = {}

    def update(self, rows: Sequence[Any]) -> tuple[Signal, ...]:
        """Take over ``rows`` (a pystray menu); return the signals that tell the panels, none if nothing changed.

        Where only words changed, only words are sent: an open menu stays open and shows them.
        """
        self._rows, old = {}, self._root
        numbers = _Numbers(fresh=self._numbers.fresh)
        children = self._build(rows, None, numbers)
        self._numbers = numbers
        new = _Node(_ROOT, {"children-display": ("s", "submenu")}, children)
        self._root, self._nodes = new, {node.id: node for node in new.walk()}
        if new.shape() != old.shape():
            self._revision += 1
            return (("LayoutUpdated", "ui", (self._revision, _ROOT)),)
        pairs = [(a, b) for a, b in zip(old.walk(), new.walk(), strict=True) if a.properties != b.properties]
        if not pairs:
            return ()
        changed = [(b.id, {k: v for k, v in b.properties.items() if a.properties.get(k) != v}) for a, b in pairs]
        return (("ItemsPropertiesUpdated", "a(ia{sv})a(ias)", (changed, [])),)

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
                "AboutToShowGroup": Method("ai", "aiai", lambda ids: ([], [i for i in ids if i not in self._nodes])),
            },
            {"Version": "u", "TextDirection": "s", "Status": "s", "IconThemePath": "as"},
            {"Version": 3, "TextDirection": "ltr", "Status": "normal", "IconThemePath": []}.__getitem__,
            {"ItemsPropertiesUpdated": "a(ia{sv})a(ias)", "LayoutUpdated": "ui", "ItemActivationRequested": "iu"},
        )

    def _build(self, rows: Sequence[Any], above: Key | None, numbers: _Numbers) -> tuple[_Node, ...]:
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
                children = self._build(tuple(row.submenu), key, numbers)
            else:
                self._rows[number] = row
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
        return (False,)  # what a panel has been told is always up to date


def _only(properties: Mapping[str, Variant], names: list[str]) -> dict[str, Variant]:
    return {name: value for name, value in properties.items() if not names or name in names}
