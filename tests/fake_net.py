"""A Net in memory for tests of those who ask: answers by host, and it keeps what it was asked.

test_watch_contract.py holds it to the same promises as the real one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from trayapp.core.model import Failure, Stage
from trayapp.core.question import Answer, Probe

Reply: TypeAlias = Answer | Callable[[Probe], Answer]
Written: TypeAlias = Answer | Callable[[Mapping[str, str]], Answer]


class FakeNet:
    """``answers``: host → what comes back, or a function of the probe. A host that is not in it does not exist.

    ``documents``: the same for whole addresses, or a function of the headers that were sent; ``read`` and ``posted``
    keep those questions.
    """

    def __init__(self, answers: Mapping[str, Reply], documents: Mapping[str, Written] | None = None) -> None:
        self.answers = dict(answers)
        self.documents = dict(documents or {})
        self.asked: list[tuple[str, Probe]] = []
        self.read: list[tuple[str, Mapping[str, str]]] = []
        self.posted: list[tuple[str, bytes, Mapping[str, str]]] = []

    def http(self, probe: Probe) -> Answer:
        answer = self._ask("http", probe)
        return replace(answer, body=b"") if probe.method == "HEAD" else answer

    def tls(self, probe: Probe) -> Answer:
        return self._without_http(self._ask("tls", probe))

    def tcp(self, probe: Probe) -> Answer:
        answer = self._without_http(self._ask("tcp", probe))
        return replace(answer, failure=None) if answer.failure and answer.failure.stage is Stage.TLS else answer

    def dns(self, probe: Probe) -> Answer:
        answer = self._without_http(self._ask("dns", probe))
        above = answer.failure is not None and answer.failure.stage not in {Stage.DNS, Stage.HERE}
        return replace(answer, address="", families=0, failure=None if above else answer.failure)

    def document(self, url: str, headers: Mapping[str, str]) -> Answer:
        self.read.append((url, headers))
        return self._written(url, headers)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.posted.append((url, body, headers))
        return self._written(url, headers)

    def _written(self, url: str, headers: Mapping[str, str]) -> Answer:
        reply = self.documents.get(url)
        if reply is None:
            return Answer(0, 0, failure=Failure.DNS_NXDOMAIN if url.startswith("https://") else Failure.NOT_ASKABLE)
        try:
            answer = reply(headers) if callable(reply) else reply
        except Exception:  # noqa: BLE001 - the port's promise, as the real one keeps it
            return Answer(0, 0, failure=Failure.INTERNAL)
        whole = answer.failure is None and answer.status is not None and 200 <= answer.status < 300
        return answer if whole else replace(answer, body=b"")

    def _without_http(self, answer: Answer) -> Answer:
        above = answer.failure is not None and answer.failure.stage in {Stage.HTTP, Stage.BODY}
        return replace(answer, status=None, headers={}, body=b"", failure=None if above else answer.failure)

    def _ask(self, kind: str, probe: Probe) -> Answer:
        self.asked.append((kind, probe))
        reply = self.answers.get(probe.host)
        if reply is None:
            return Answer(0, 0, failure=Failure.DNS_NXDOMAIN)
        try:
            return reply(probe) if callable(reply) else reply
        except Exception:  # noqa: BLE001 - the port's promise, as the real one keeps it
            return Answer(0, 0, failure=Failure.INTERNAL)
