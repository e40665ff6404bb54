"""A recording of any life, replayed, says what that life said: every state and every event, at the same moment."""

from __future__ import annotations

import pytest
import test_core_machine
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test
from loop import WATCHED
from replay_rig import Kept, Recorded, replayed

from trayapp.core.model import HOUR
from trayapp.core.wishes import Mute, Pause, Snooze, TellBack, Wish
from trayapp.core.world import Wished

IDS = [p.id for p in WATCHED]
WISHES: list[Wish] = [
    Pause(paused=True),
    Pause(paused=False),
    Mute(None),
    *(TellBack(p, wanted=w) for p in IDS[:2] for w in (True, False)),
]


class RecordedLife(test_core_machine.Life):
    """As ``Life``, by loops that all write into one recording."""

    def __init__(self) -> None:
        self.kept = Recorded.current = Kept()
        super().__init__()

    @rule(wish=st.sampled_from(WISHES))
    def the_person_wishes(self, wish: Wish) -> None:
        self.loop.feed(Wished(self.loop.now(), wish))

    @rule(platform=st.sampled_from(IDS), hours=st.sampled_from([1, 8]))
    def a_platform_is_snoozed(self, platform: str, hours: int) -> None:
        self.loop.feed(Wished(self.loop.now(), Snooze(platform, self.loop.now().t + hours * HOUR)))

    @rule(minutes=st.sampled_from([20, 90]))
    def a_long_time_passes(self, minutes: int) -> None:
        self.loop.run(minutes * 60)

    def teardown(self) -> None:
        self.loop.feed(Wished(self.loop.now(), Pause(paused=False)))
        super().teardown()
        assert [s.line for s in replayed(self.kept.lines)] == self.kept.said


def test_any_life_is_replayed_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_core_machine, "Watched", Recorded)
    run_state_machine_as_test(RecordedLife, settings=settings(max_examples=30, stateful_step_count=15, deadline=None))
