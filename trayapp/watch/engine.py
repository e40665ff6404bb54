"""The background thread: what is due → ask → reduce → commit → say, show and ask. The only owner of the World."""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING, TypeAlias

from trayapp.core import present
from trayapp.core.model import MINUTE, SECOND, Failure, Instant, Millis
from trayapp.core.ports import Allowed
from trayapp.core.reduce import reduce as core_reduce
from trayapp.core.world import (
    Answered,
    CheckNow,
    Complained,
    Delivered,
    Effects,
    Input,
    Reconfigured,
    Saved,
    Started,
    Surrounded,
    Tick,
    Told,
    Wished,
    World,
)
from trayapp.watch.asking import Asker
from trayapp.watch.ledger import SOON, Ledger
from trayapp.watch.office import Deposed, Office
from trayapp.watch.outlook import Outlook
from trayapp.watch.tolerance import Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from trayapp.core.ports import Clock, Delivery, Net, Reply, Restored, Store, Surroundings
    from trayapp.core.present import View
    from trayapp.core.question import Answer, Control, Errand, Platform
    from trayapp.core.story import Notice
    from trayapp.core.turns import Key
    from trayapp.core.wishes import Wish
    from trayapp.core.world import Ask, NoticeKey
    from trayapp.watch.asking import Go, Heard, Kind

    Watched: TypeAlias = "tuple[tuple[Platform, ...], tuple[Control, ...]]"
    Reduce: TypeAlias = "Callable[[World, Input], tuple[World, Effects]]"
    Make: TypeAlias = "Callable[[Instant], Input]"

LOOKED_EVERY: Millis = 6 * SECOND
"""A view that differs only in the time of the last look is shown no more often."""
PHASE: Millis = 3 * MINUTE
"""The longest routine interval: the bound of the random phase."""
AT_ONCE = 256
"""Inputs taken in before the world outside hears of any."""

_log = logging.getLogger(__name__)


class Engine:
    """Watches until ``stop``. ``show`` and ``say`` are called on its thread, after the commit, and must be quick.

    ``watched`` gives what to begin with. ``open_store`` opens the history, on the engine's thread; ``None``: nothing is
    kept. ``draw`` gives a random time below its argument. ``lost`` is called if the engine ends by a mistake of its
    own: whoever shows the icon must say so. An input that cannot be taken in is dropped and the world stays as it was.

    All that the engine does to the world outside (write, say, show) it does in office. ``depose`` takes the office
    away, for good: an engine that hangs and wakes up later writes and shows nothing any more.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        net: Net,
        kinds: Mapping[str, Kind],
        open_store: Callable[[], Store] | None,
        watched: Callable[[], Watched],
        show: Callable[[View], None],
        say: Callable[[Notice], None],
        lost: Callable[[], None],
        draw: Callable[[Millis], Millis],
        reply: Callable[[Reply], None] = lambda _: None,
        surroundings: Surroundings | None = None,
        go: Go | None = None,
        allowed: Callable[[], Allowed] = Allowed,
        reduce: Reduce = core_reduce,
    ) -> None:
        self._clock, self._watched = clock, watched
        self._allowed = allowed
        self._show, self._say, self._lost, self._draw = show, say, lost, draw
        self._outlook, self._reduce, self._reply = Outlook(surroundings), reduce, reply
        self._inbox: queue.SimpleQueue[Make | None] = queue.SimpleQueue()
        self._asker = Asker(clock, net, kinds, self._answered, go=go, told=self._told)
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._office = Office()
        self._ledger = Ledger(open_store)
        self._tolerance = Tolerance()
        self._world = World(clock.now())
        self._shown: View | None = None
        self._shown_at: Millis = 0
        self._asks: list[Ask] = []  # written, not put yet
        self._errands: list[Errand] = []
        self._next_overdue: Millis | None = None
        self._beat = clock.now()

    @property
    def beat(self) -> Instant:
        """When the engine last came round. A watchdog compares it with the clock."""
        return self._beat

    def start(self) -> None:
        """Begin to watch, on a thread of its own. Raises RuntimeError where the system has no thread to give."""
        self._thread.start()

    def stop(self, patience_s: float = 1.5) -> None:
        """Write what is unwritten and end; whatever hangs out there is left behind."""
        self._asker.stop()
        self._inbox.put(None)
        if self._thread.ident is not None:
            self._thread.join(patience_s)

    def depose(self, patience_s: float = 2.0) -> bool:
        """Take the office away and close the history, from another thread.

        False, and nothing is changed, if the engine hangs in the midst of writing, saying or showing: nobody can
        tell whether that will still be done, so no other engine may take its place.
        """
        return self._office.take_away(patience_s, self._let_go)

    def _let_go(self) -> None:
        self._asker.stop()
        self._inbox.put(None)
        self._ledger.close()

    def check_now(self) -> None:
        """Ask everybody at once."""
        self._inbox.put(CheckNow)

    def complain(self, platform_id: str) -> None:
        """The person says that this platform does not work for them."""
        self._inbox.put(lambda now: Complained(now, platform_id))

    def wish(self, wish: Wish) -> None:
        """The person wants something of Fanal itself."""
        self._inbox.put(lambda now: Wished(now, wish))

    def reconfigure(self, platforms: tuple[Platform, ...], controls: tuple[Control, ...]) -> None:
        """Watch these from now on, and ask whom ``allowed`` says now."""
        self._inbox.put(lambda now: Reconfigured(now, platforms, controls, self._allowed()))

    def delivered(self, key: NoticeKey, delivery: Delivery) -> None:
        """What became of a notice."""
        self._inbox.put(lambda now: Delivered(now, key, delivery))

    def _run(self) -> None:
        try:
            self._begin()
            while self._turn():
                pass
            with self._office.held():
                self._commit(present.view(self._world), durable=True)
        except Deposed:
            _log.warning("an engine whose place was taken has come to its end")
        except BaseException:  # noqa: BLE001 - the last stop of any mistake: it is logged, and the icon must not stay green
            _log.exception("the engine has ended by a mistake of its own")
            self._office.last_word(lambda: self._tell(self._lost))
        finally:
            self._asker.stop()
            self._office.last_word(self._ledger.close)

    def _begin(self) -> None:
        with self._office.held():
            restored = self._ledger.open(self._clock.now())
        self._outlook.look(self._clock.now().mono)
        makes: list[Make] = [lambda now: self._started(now, restored)]
        if not self._ledger.well:
            makes.append(lambda now: Saved(now, well=False))
        self._handle(makes)
        self._ask()

    def _started(self, now: Instant, restored: Restored) -> Started:
        around, phase = self._outlook.around, self._draw(PHASE)
        return Started(now, *self._watched(), restored, around, phase, self._allowed())

    def _turn(self) -> bool:
        makes = self._arrived()
        now = self._clock.now()
        self._beat = now
        going = None not in makes
        wanted = [make for make in makes[: None if going else makes.index(None)] if make is not None]
        if self._outlook.look(now.mono):
            around = self._outlook.around
            wanted.append(lambda now: Surrounded(now, around))
        self._handle(wanted)
        self._next_overdue = self._asker.overdue(now)
        self._ask()
        return going

    def _ask(self) -> None:
        """Put the questions, as the last thing of a turn: each wakes a worker, which would have to wait for us."""
        asks, self._asks = self._asks, []
        errands, self._errands = self._errands, []
        self._asker.send(errands)
        again = self._asker.ask(asks)
        if again is not None:
            self._next_overdue = min(again, self._next_overdue or again)

    def _arrived(self) -> list[Make | None]:
        """What waits in the inbox; where nothing comes in time, that time has passed. None: the end."""
        makes: list[Make | None] = []
        try:
            makes.append(self._inbox.get(timeout=self._wait_s()))
            while len(makes) < AT_ONCE:
                makes.append(self._inbox.get_nowait())
        except queue.Empty:
            return makes or [Tick]
        return makes

    def _wait_s(self) -> float:
        mono = self._clock.now().mono
        waits = [self._ledger.due_in(mono)]
        if self._world.wake is not None:
            waits.append(self._world.wake - mono)
        if self._next_overdue is not None:
            waits.append(self._next_overdue)
        return max(0, min(waits)) / 1000

    def _handle(self, makes: Sequence[Make]) -> None:
        """Take all of them in; then write, say, show and ask once for them all."""
        did: list[Effects] = []
        mistake: Exception | None = None
        for make in makes:
            event = make(self._clock.now())
            try:
                self._world, effects = self._reduce(self._world, event)
            except Exception as error:  # noqa: BLE001 - whatever it is, one poisonous input must not end the watch
                _log.exception("an input could not be taken in: %s", type(event).__name__)
                if not self._tolerance.bears(event, event.now.mono):
                    mistake = error
                    break
                self._drop(event)
            else:
                did.append(effects)
        if did or mistake is None:
            self._conclude(did)
        if mistake is not None:
            raise mistake

    def _drop(self, event: Input) -> None:
        """Without an answer its question would be on its way for ever: our own mistake is the answer."""
        if isinstance(event, Answered) and event.answer.failure is not Failure.INTERNAL:
            self._asker.fail(event.key, Failure.INTERNAL)

    def _conclude(self, did: Sequence[Effects]) -> None:
        view = present.view(self._world)
        mono = self._world.now.mono
        changed = present.matters(view) != present.matters(self._shown)
        with self._office.held():
            self._ledger.add(did)
            # What `fanal status` says must not lag behind the icon: a lost line is no event, and is written as well.
            if changed or any(e.urgent for e in did) or self._ledger.due_in(self._clock.now().mono) <= SOON:
                self._commit(view, durable=any(e.durable for e in did))
            for effects in did:
                for notice in effects.say:
                    self._tell(self._say, notice)
                for reply in effects.replies:
                    self._tell(self._reply, reply)
            if changed or (view != self._shown and mono - self._shown_at >= LOOKED_EVERY):
                self._shown, self._shown_at = view, mono
                self._tell(self._show, view)
        for effects in did:
            self._asks += effects.asks
            self._errands += effects.errands

    def _tell(self, whom: Callable[..., None], *what: object) -> None:
        try:
            whom(*what)
        except Exception:  # noqa: BLE001 - who cannot hear must not end the watch; it is logged
            _log.exception("what the engine had to tell could not be told")

    def _commit(self, view: View, *, durable: bool) -> None:
        self._ledger.commit(self._clock.now(), view, durable=durable)
        well = self._ledger.well
        if well == self._world.unsaved:
            self._inbox.put(lambda now: Saved(now, well=well))

    def _answered(self, key: Key, answer: Answer) -> None:
        self._inbox.put(lambda now: Answered(now, key, answer))

    def _told(self, errand: Errand, heard: Heard) -> None:
        self._inbox.put(lambda now: Told(now, heard.claims, errand.key, heard.good, heard.rest))
