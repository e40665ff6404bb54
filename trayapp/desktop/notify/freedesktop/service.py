"""A conversation with the notification service, on a thread of its own that also hears what the person clicks."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from trayapp.core.ports import Delivery
from trayapp.desktop import bus as dbus
from trayapp.desktop.bus import BusGone, Field, Kind
from trayapp.desktop.notify.freedesktop.message import AT, SERVICE, Abilities, notify, offers

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.core.ports import Toast
    from trayapp.desktop.bus import Bus, Message

SECONDS: Final = 2.0
"""The bound of a whole delivery: a service that hangs costs no more, and may still show the notice when it is back."""

_NO_REPLY: Final = "org.freedesktop.DBus.Error.NoReply"
_MOST: Final = 64  # stories, notices and answers that are remembered
_MOST_CLICKS: Final = 8  # that are being worked on; a person does not make more before seeing an effect
_SIGNALS: Final = (
    f"type='signal',sender='{SERVICE}',interface='{SERVICE}',path='/org/freedesktop/Notifications'",
    f"type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{SERVICE}'",
)
_K = TypeVar("_K")
_V = TypeVar("_V")
_log = logging.getLogger(__name__)


@dataclass
class _Job:
    toast: Toast
    deadline: float
    outcome: Delivery = Delivery.REFUSED  # until the service has been given it
    done: threading.Event = field(default_factory=threading.Event)


class Service:
    """Whoever answers for the service on ``bus``, which belongs to it from now on and is closed when the talk ends.

    ``chosen`` gets the command of what the person clicks, on a thread of its own; None: nothing can be clicked.
    """

    def __init__(self, bus: Bus, chosen: Callable[[str], None] | None) -> None:
        self._bus, self._chosen = bus, chosen
        self._jobs: deque[_Job] = deque()
        self._leaving = False
        self._owner = ""  # which process answers for the service
        self._can: Abilities | None = None  # None: it has not said
        self._shown: dict[str, int] = {}  # its number of the last toast of each story
        self._offered: dict[int, dict[str, str]] = {}  # number → what may be clicked there: key → command
        self._unanswered: dict[int, tuple[str, dict[str, str]]] = {}  # our serial number → story, what may be clicked
        self._clicks = threading.BoundedSemaphore(_MOST_CLICKS)
        self._thread = threading.Thread(target=self._talk, name="notification-service", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """False once the bus is gone; then nothing more can be said here."""
        return self._thread.is_alive() and not self._leaving

    def say(self, toast: Toast) -> Delivery:
        """Show ``toast``, in place of the last one of its key that is still to be seen.

        REFUSED: the bus is gone, there is no service, it said no, or it does not answer and was given nothing.
        TIMED_OUT: it took the notice, and did not say in time what became of it.
        """
        job = _Job(toast, time.monotonic() + SECONDS)
        self._jobs.append(job)
        self._bus.wake()
        while not job.done.wait(0.25):
            if not self._thread.is_alive() and not job.done.is_set():
                return Delivery.REFUSED  # it ended before it saw this one
        return job.outcome

    def close(self) -> None:
        """Hang up."""
        self._leaving = True
        self._bus.wake()
        self._thread.join(SECONDS)

    def _talk(self) -> None:
        try:
            for rule in _SIGNALS:
                self._bus.send(dbus.new_call(dbus.DAEMON, "AddMatch", "s", (rule,)))
            while not self._leaving:
                while self._jobs:
                    self._do(self._jobs[0])
                    self._jobs.popleft().done.set()
                message = self._bus.receive(None)
                if message is not None:
                    self._hear(message)
        except BusGone as gone:
            _log.info("The desktop's message bus is gone: %s", gone)
        except Exception:  # noqa: BLE001 - what nobody foresaw ends this talk, not the notices; it is logged
            _log.exception("The talk with the notification service broke off.")
        finally:
            self._leaving = True
            self._bus.close()
            while self._jobs:  # the first one, if the bus went away in the midst of it, has its outcome
                self._jobs.popleft().done.set()

    def _do(self, job: _Job) -> None:
        try:
            self._meet(job.deadline)
        except TimeoutError as error:
            _log.info("No notice could be given: %s", error)
            return
        can = self._can or Abilities()
        clickable = offers(job.toast, can) if self._chosen is not None else {}
        commands = {key: command for key, (command, _) in clickable.items()}
        call = notify(job.toast, can, self._shown.get(job.toast.key, 0), clickable)
        job.outcome = Delivery.TIMED_OUT
        serial = self._bus.send(call)
        _keep(self._unanswered, serial, (job.toast.key, commands))
        while serial in self._unanswered:
            left = job.deadline - time.monotonic()
            message = self._bus.receive(max(0.0, left))
            if message is not None:
                outcome = self._hear(message)
                if message.header.fields.get(Field.reply_serial) == serial and outcome is not None:
                    job.outcome = outcome
            elif left <= 0:
                _log.warning("The notification service does not answer: the notice may or may not be seen.")
                return

    def _meet(self, deadline: float) -> None:
        """See who answers for the service, and learn once of each what it can do.

        Raises TimeoutError if the bus does not answer, or if the service was given a notice earlier and still hangs:
        more of them would only pile up, and come all at once when it is back.
        """
        limit = SECONDS / 4
        reply = self._bus.call(dbus.new_call(dbus.DAEMON, "GetNameOwner", "s", (SERVICE,)), limit, self._hear)
        self._met(str(reply.body[0]) if reply.header.message_type is Kind.method_return else "")
        hung = bool(self._unanswered)
        if self._can is not None and not hung:
            return
        try:
            told = self._ask("GetCapabilities", deadline)
        except TimeoutError:
            if hung:
                raise
            return  # it hangs, or is being started: it gets the notice all the same, and is asked again next time
        self._unanswered.clear()  # it has answered what came after them, so it never will answer these
        if told and isinstance(told[0], list):
            self._can = Abilities.told(told[0], self._name(deadline) if "actions" in told[0] else "")

    def _name(self, deadline: float) -> str:
        """What the service calls itself; "" if it does not say."""
        try:
            told = self._ask("GetServerInformation", deadline)
        except TimeoutError:
            return ""
        return str(told[0]) if told else ""

    def _ask(self, what: str, deadline: float) -> tuple[object, ...]:
        limit = max(0.1, deadline - time.monotonic() - SECONDS / 2)
        answer = self._bus.call(dbus.new_call(AT, what), limit, self._hear)
        if (sender := str(answer.header.fields.get(Field.sender, ""))).startswith(":"):
            self._met(sender)  # else it is the bus that speaks: there is no service
        return tuple(answer.body) if answer.header.message_type is Kind.method_return else ()

    def _met(self, owner: str) -> None:
        """``owner`` answers from now on; what an earlier one said and numbered means nothing to it."""
        if owner == self._owner:
            return
        if self._owner:  # else it was being started, and will answer what waits for it
            self._unanswered.clear()
        self._owner, self._can = owner, None
        self._shown.clear()
        self._offered.clear()

    def _hear(self, message: Message) -> Delivery | None:
        """Take in what the bus brings; what became of a notice, if that is what it tells."""
        fields, kind = message.header.fields, message.header.message_type
        sender, member, body = fields.get(Field.sender), fields.get(Field.member), message.body
        if kind is Kind.signal and (sender, member) == ("org.freedesktop.DBus", "NameOwnerChanged"):
            if body[0] == SERVICE:
                self._met(str(body[2]))
        elif kind is Kind.signal and sender == self._owner and body and isinstance(body[0], int):
            if member == "NotificationClosed":
                self._shown = {story: number for story, number in self._shown.items() if number != body[0]}
            elif member == "ActionInvoked" and len(body) > 1:
                self._clicked(self._offered.get(body[0], {}).get(str(body[1])))
        elif (serial := fields.get(Field.reply_serial)) in self._unanswered:
            return self._answered(message, *self._unanswered.pop(serial))
        return None

    def _answered(self, message: Message, story: str, commands: dict[str, str]) -> Delivery:
        if message.header.message_type is Kind.error:
            name = message.header.fields.get(Field.error_name, "")
            _log.info("The notification service refused: %s %s", name, str(message.body)[:200])
            # NoReply: it took the notice and died of it or after it; to give it again might kill the next one
            return Delivery.TIMED_OUT if name == _NO_REPLY else Delivery.REFUSED
        if message.body and isinstance(message.body[0], int):
            _keep(self._shown, story, message.body[0])
            _keep(self._offered, message.body[0], commands)
        return Delivery.SAID

    def _clicked(self, command: str | None) -> None:
        if command is None or self._chosen is None:
            return
        if self._clicks.acquire(blocking=False):
            threading.Thread(target=self._obey, args=(self._chosen, command), name="click", daemon=True).start()
        else:
            _log.warning("A click on a notice was dropped: %d others are still being worked on.", _MOST_CLICKS)

    def _obey(self, chosen: Callable[[str], None], command: str) -> None:
        try:
            chosen(command)
        except Exception:  # noqa: BLE001 - one command's failure must not be the next one's; it is logged
            _log.exception("What was clicked on a notice (%r) failed.", command)
        finally:
            self._clicks.release()


def _keep(known: dict[_K, _V], key: _K, value: _V) -> None:
    """Remember it as the newest; the oldest is forgotten when there are too many."""
    known.pop(key, None)
    known[key] = value
    if len(known) > _MOST:
        del known[next(iter(known))]
