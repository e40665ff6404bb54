"""Reads status pages: one conditional question a page, and what it says as evidence for everybody whom it speaks of.

Of a page only its claims are kept, and by what to ask whether it has changed; never its content.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from trayapp.core import rest
from trayapp.core.model import Evidence, Failure, Function, Outcome, Source
from trayapp.watch.asking import Heard
from trayapp.watch.feeds import SYSTEMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.core.model import Millis
    from trayapp.core.ports import Clock, Net
    from trayapp.core.question import Answer, Official, Page
    from trayapp.watch.feeds.said import Said

_log = logging.getLogger(__name__)

_GOOD = 200
_NOT_CHANGED = 304
_REFUSALS = frozenset({403, 429})
_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_SENDABLE = re.compile(r"[!-~](?:[ -~]{0,198}[!-~])?")  # as it came, if it may stand in a header


@dataclass(frozen=True, slots=True)
class _Held:
    """What the last good answer said, to whom, and how to ask whether it still holds."""

    page: Page
    claims: tuple[tuple[Said, ...] | None, ...]  # for each of the page's readers
    conditions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Rest:
    until: Millis  # mono
    times: int  # refusals in a row


@dataclass(frozen=True, slots=True)
class _Notes:
    """All that is remembered of a page."""

    held: _Held | None = None
    rest: _Rest | None = None


@dataclass(slots=True)
class Reader:
    """Safe to use from many threads, as long as no page is read twice at once."""

    net: Net
    clock: Clock
    _pages: dict[str, _Notes] = field(default_factory=dict)

    def read(self, page: Page) -> Heard:
        """What ``page`` says now: for each reader a claim for each function, or one that nothing can be said.

        Asks nobody while the page rests. Blocks as long as ``Net.document`` may; never raises.
        """
        notes, mono = self._pages.get(page.url, _Notes()), self.clock.now().mono
        if notes.rest is not None and mono < notes.rest.until:
            return Heard((), good=False, rest=notes.rest.until - mono)
        held = notes.held if notes.held is not None and notes.held.page == page else None
        answer = self.net.document(page.url, held.conditions if held is not None else {})
        now, resting = _understood(page, answer, held), self._rest(notes.rest, answer)
        self._pages[page.url] = _Notes(now or held, resting)
        claims = now.claims if now is not None else (None,) * len(page.readers)
        heard = tuple(
            evidence
            for (platform, owner, official), said in zip(page.readers, claims, strict=True)
            for evidence in _evidence(_Asked(page.url, platform, owner, official, answer), said)
        )
        left = max(0, resting.until - self.clock.now().mono) if resting is not None else 0
        return Heard(heard, good=now is not None, rest=left)

    def _rest(self, before: _Rest | None, answer: Answer) -> _Rest | None:
        if answer.status is None:
            return before
        wanted = min(rest.OBEYED, rest.asked_for(answer.headers.get("retry-after", "").strip(), answer.t))
        if answer.status in _REFUSALS:
            times = before.times if before is not None else 0
            pause = max(wanted, min(rest.LONGEST, rest.FIRST << min(times, 8)))
            return _Rest(self.clock.now().mono + pause, times + 1)
        # A server that is down may also say when it will be back; a page that answers takes it all back.
        return _Rest(self.clock.now().mono + wanted, 0) if wanted and answer.status >= 500 else None


@dataclass(frozen=True, slots=True)
class _Asked:
    url: str
    platform: str
    owner: str
    official: Official
    answer: Answer


def _understood(page: Page, answer: Answer, held: _Held | None) -> _Held | None:
    """What the page says; None where it cannot be read by anybody."""
    if answer.failure is not None:
        return None
    if answer.status == _NOT_CHANGED and held is not None and held.conditions:
        return held
    if answer.status != _GOOD or page.system not in SYSTEMS:
        return None
    claims = tuple(_parsed(page.system, answer.body, official) for _, _, official in page.readers)
    if all(said is None for said in claims):
        return None
    found = {ask: answer.headers.get(told, "") for told, ask in _CONDITIONS.items()}
    return _Held(page, claims, MappingProxyType({k: v for k, v in found.items() if _SENDABLE.fullmatch(v)}))


def _parsed(system: str, body: bytes, official: Official) -> tuple[Said, ...] | None:
    try:
        return SYSTEMS[system](body, official)
    except Exception:  # noqa: BLE001 - a parse is total; should one not be, a mistake of ours ends no thread
        _log.exception("reading %s failed by a mistake of ours", official.url)
        return None


def _evidence(asked: _Asked, said: tuple[Said, ...] | None) -> tuple[Evidence, ...]:
    if said is None:
        answer = asked.answer
        unread = Failure.BODY_UNEXPECTED if answer.status == _GOOD else None
        why = answer.failure or unread or str(answer.status)
        return (_claim(asked, None, Outcome.UNKNOWN, Failure.OFFICIAL_UNREADABLE, str(why)),)
    return tuple(
        _claim(asked, function, Outcome.OK if one.failure is None else Outcome.FAILED, one.failure, one.words)
        for one in said
        for function in one.functions or (None,)
    )


def _claim(asked: _Asked, function: Function | None, outcome: Outcome, failure: Failure | None, note: str) -> Evidence:
    answer = asked.answer
    host = urlsplit(asked.url).hostname or ""
    return Evidence(
        t=answer.t,
        platform=asked.platform,
        source=Source.OFFICIAL,
        outcome=outcome,
        probe=asked.official.id,
        host=host,
        owner=asked.owner,
        function=function,
        failure=failure,
        status=answer.status,
        ms=max(0, answer.t - answer.began),
        phases=answer.phases,
        answer=f"{answer.t}-{host}",
        via=answer.via,
        note=note,
    )
