"""Objects on the bus as data: what others may call and read. A message goes in, its reply comes out; nothing is sent.

The introspection text is made from the same tables that answer the calls, so the two cannot disagree.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from trayapp.desktop.bus import Field, Message, new_error, new_return

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Variant: TypeAlias = tuple[str, Any]
"""A D-Bus value with its signature."""

PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_PEER: Final = "org.freedesktop.DBus.Peer"
_INTROSPECTABLE: Final = "org.freedesktop.DBus.Introspectable"
_ERROR: Final = "org.freedesktop.DBus.Error."

_log = logging.getLogger(__name__)


class CallError(Exception):
    """An answer of "no". ``name`` is the last part of the D-Bus error's name."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True, slots=True)
class Method:
    """``takes`` and ``gives`` are D-Bus signatures; ``do`` gets the arguments and returns a tuple for ``gives``."""

    takes: str
    gives: str
    do: Callable[..., tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Interface:
    """``properties`` maps each name to its signature; ``read`` gives all their values of this moment."""

    name: str
    methods: Mapping[str, Method]
    properties: Mapping[str, str] = field(default_factory=dict)
    read: Callable[[str], Any] = lambda name: name
    signals: Mapping[str, str] = field(default_factory=dict)


class Objects:
    """The tree of paths, each with its interfaces."""

    def __init__(self, tree: Mapping[str, tuple[Interface, ...]]) -> None:
        self._tree = {
            path: {i.name: i for i in (*interfaces, *self._standard(path, interfaces))}
            for path, interfaces in tree.items()
        }

    def answer(self, call: Message) -> Message:
        """The reply to a method call: what it asked for, or a D-Bus error that says what was wrong. Never raises."""
        try:
            return self._reply(call)
        except CallError as error:
            return new_error(call, _ERROR + error.name, "s", (str(error),))
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the icon: it is logged and answered
            _log.exception("The call %r failed.", call.header)
            return new_error(call, _ERROR + "Failed", "s", (type(error).__name__,))

    def _reply(self, call: Message) -> Message:
        fields = call.header.fields
        member = fields.get(Field.member, "")
        method = self._find(fields.get(Field.path, ""), fields.get(Field.interface), member)
        if fields.get(Field.signature, "") != method.takes:
            raise CallError("InvalidArgs", f"{member} takes ({method.takes})")
        reply = new_return(call, method.gives or None, method.do(*call.body))
        reply.serialise(serial=1)  # a value that does not fit its signature must fail here, not in the send
        return reply

    def _find(self, path: str, name: str | None, member: str) -> Method:
        interfaces = self._tree.get(path)
        if interfaces is None:
            interfaces = {i.name: i for i in self._standard(path, ())}
            if not any(known.startswith(path.rstrip("/") + "/") for known in self._tree):
                raise CallError("UnknownObject", f"there is nothing at {path}")
        if name is not None and name not in interfaces:
            raise CallError("UnknownInterface", f"{path} has no {name}")
        for interface in interfaces.values():
            if name in (None, interface.name) and member in interface.methods:
                return interface.methods[member]
        raise CallError("UnknownMethod", f"{path} cannot {member}")

    def _standard(self, path: str, interfaces: tuple[Interface, ...]) -> tuple[Interface, ...]:
        by_name = {i.name: i for i in interfaces}

        def interface(name: str) -> Interface:
            if name not in by_name:
                raise CallError("UnknownInterface", f"{path} has no {name}")
            return by_name[name]

        def value(of: Interface, name: str) -> Variant:
            if name not in of.properties:
                raise CallError("UnknownProperty", f"{of.name} has no {name}")
            return of.properties[name], of.read(name)

        def get_all(name: str) -> tuple[dict[str, Variant]]:
            of = interface(name)
            return ({each: value(of, each) for each in of.properties},)

        def refuse(name: str, which: str, _value: Variant) -> tuple[()]:
            value(interface(name), which)
            raise CallError("PropertyReadOnly", f"{which} cannot be set")

        return (
            Interface(
                PROPERTIES,
                {
                    "Get": Method("ss", "v", lambda name, which: (value(interface(name), which),)),
                    "GetAll": Method("s", "a{sv}", get_all),
                    "Set": Method("ssv", "", refuse),
                },
            ),
            Interface(_PEER, {"Ping": Method("", "", lambda: ())}),
            Interface(_INTROSPECTABLE, {"Introspect": Method("", "s", lambda: (self._describe(path, interfaces),))}),
        )

    def _describe(self, path: str, interfaces: tuple[Interface, ...]) -> str:
        """The D-Bus introspection text of ``path``."""
        lines = ["<node>"]
        for interface in interfaces:
            lines.append(f'<interface name="{interface.name}">')
            for name, method in interface.methods.items():
                ways = (("in", method.takes), ("out", method.gives))
                args = "".join(f'<arg type="{one}" direction="{way}"/>' for way, sig in ways for one in _single(sig))
                lines.append(f'<method name="{name}">{args}</method>')
            lines.extend(f'<property name="{n}" type="{t}" access="read"/>' for n, t in interface.properties.items())
            for name, sig in interface.signals.items():
                args = "".join(f'<arg type="{one}"/>' for one in _single(sig))
                lines.append(f'<signal name="{name}">{args}</signal>')
            lines.append("</interface>")
        below = path.rstrip("/") + "/"
        children = {known[len(below) :].split("/")[0] for known in self._tree if known.startswith(below)}
        lines.extend(f'<node name="{child}"/>' for child in sorted(children) if child)
        return "\n".join([*lines, "</node>"])


def _single(signature: str) -> list[str]:
    """Cut a signature into its complete types: "u(ia{sv}av)" → ["u", "(ia{sv}av)"]."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(signature):
        depth += (letter in "({") - (letter in ")}")
        if depth == 0 and letter != "a":
            parts.append(signature[start : at + 1])
            start = at + 1
    return parts
