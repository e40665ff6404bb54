"""The thread that gives notices: what hangs or breaks there harms nobody else."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from desktop_rig import until

from trayapp.core.ports import Delivery, Toast
from trayapp.core.present import Icon
from trayapp.desktop.notify.queue import NoticeThread

if TYPE_CHECKING:
    pass


def toast(title: str = "Example is down", body: str = "since 16:17", key: str = "story", **more: Any) -> Toast:
    return Toast(key, title, body, more.get("urgent", False), more.get("icon", Icon.DOWN))


class Fixed:
    """A way with a fixed outcome."""

    def __init__(self, outcome: Delivery) -> None:
        self.name, self.outcome = f"always {outcome}", outcome
        self.said = 0
        self.closed = False

    def deliver(self, _toast: Toast) -> Delivery:
        self.said += 1
        return self.outcome

    def close(self) -> None:
        self.closed = True


def test_notices_are_said_in_order_and_their_outcomes_told() -> None:
    outcomes: list[tuple[int, Delivery]] = []
    way = Fixed(Delivery.SAID)
    thread: NoticeThread[int] = NoticeThread(way, lambda key, outcome: outcomes.append((key, outcome)))
    thread.start()
    for n in range(5):
        thread.put(n, toast())
    until(lambda: len(outcomes) == 5, "five outcomes")
    assert outcomes == [(n, Delivery.SAID) for n in range(5)]
    thread.stop()
    assert thread.join(5)
    assert way.closed


def test_a_notice_that_hangs_holds_nobody() -> None:
    go_on, entered = threading.Event(), threading.Event()

    class Hangs(Fixed):
        def deliver(self, toast: Toast) -> Delivery:
            entered.set()
            go_on.wait(10)
            return super().deliver(toast)

    way = Hangs(Delivery.SAID)
    thread: NoticeThread[str] = NoticeThread(way, lambda _key, _outcome: None)
    thread.start()
    before = time.monotonic()
    thread.put("hangs", toast())
    until(entered.is_set, "the notice")
    thread.put("waits", toast())
    thread.stop()
    assert time.monotonic() - before < 1
    assert not thread.join(0)
    go_on.set()
    assert thread.join(5)
    assert way.said == 1  # what still waited at the stop is not said


@pytest.mark.parametrize("where", ["way", "listener"])
def test_a_mistake_does_not_end_the_notices(where: str, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Delivery] = []

    class Raises(Fixed):
        def deliver(self, toast: Toast) -> Delivery:
            if where == "way" and self.said == 0:
                self.said += 1
                raise RuntimeError("broken promise")
            return super().deliver(toast)

    def listen(_key: int, outcome: Delivery) -> None:
        heard.append(outcome)
        if where == "listener" and len(heard) == 1:
            raise RuntimeError("broken promise")

    thread: NoticeThread[int] = NoticeThread(Raises(Delivery.SAID), listen)
    thread.start()
    thread.put(1, toast())
    thread.put(2, toast())
    until(lambda: len(heard) == 2, "two outcomes")
    thread.stop()
    assert thread.join(5)
    assert heard == [Delivery.REFUSED if where == "way" else Delivery.SAID, Delivery.SAID]
    assert "broken promise" in caplog.text
