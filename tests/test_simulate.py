"""The little internet: what it answers, what it refuses to read, and that the clock of the demo never leaps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from loop import ALPHA, CONTROLS, OTHER, T0
from scenario_expect import read_page

from trayapp.core.model import EVERYONE, Failure, Function, Outcome
from trayapp.core.question import Count, Look, Official, Page, Probe, Target
from trayapp.simulate.clock import LEAP, FastClock
from trayapp.simulate.hosts import Internet, internet
from trayapp.simulate.net import SimulatedNet
from trayapp.simulate.others import Others
from trayapp.simulate.reading import ScenarioError, read

HEAD = 'title = "a"\nbegin = 2023-11-14T22:13:20Z\nlasts = "1:00:00"\n'
MINUTE = 60_000


def written(folder: Path, changes: str, head: str = HEAD) -> Path:
    path = folder / "one.toml"
    path.write_text(head + changes)
    return path


def net(folder: Path, changes: str, head: str = HEAD) -> Internet:
    return internet(read(written(folder, changes, head)), (ALPHA, OTHER), CONTROLS)


def asked(net: Internet, probe: Probe, minute: float) -> tuple[Failure | None, int | None, str]:
    answer = net.asked(probe, int(minute * MINUTE), T0)
    return answer.failure, answer.status, answer.via


HOME = ALPHA.probes[0]
BY_ADDRESS = next(c.probe for c in CONTROLS if c.by_address)
NAMED = next(c.probe for c in CONTROLS if not c.by_address)
PLAIN = replace(NAMED, secure=False)


def test_hosts_answer_as_the_scenario_says_and_only_then(tmp_path: Path) -> None:
    here = net(tmp_path, '[[change]]\nwho = ["acme"]\nanswers = 503\nat = "0:10:00"\nuntil = "0:20:00"\n')
    assert [asked(here, HOME, m)[1] for m in (9.9, 10, 19.9, 20)] == [200, 503, 503, 200]
    assert asked(here, OTHER.probes[0], 15)[1] == 200
    assert asked(here, replace(HOME, kind="tls"), 15) == (None, None, "")  # a handshake sees no server's error


def test_a_host_that_comes_and_goes_does_so_in_turns(tmp_path: Path) -> None:
    change = '[[change]]\nhosts = ["www.alpha.*"]\nanswers = 503\non = "0:01:00"\noff = "0:02:00"\nat = "0:10:00"\n'
    here = net(tmp_path, change)
    assert [asked(here, HOME, m)[1] for m in (10, 10.9, 11, 12.9, 13)] == [503, 503, 200, 200, 503]


@pytest.mark.parametrize(
    ("line", "probe", "told"),
    [
        ("out", HOME, (Failure.DNS_TEMPORARY, None, "")),
        ("out", BY_ADDRESS, (Failure.CONNECT_UNREACHABLE, None, "")),
        ("resolver", HOME, (Failure.DNS_TIMEOUT, None, "")),
        ("resolver", BY_ADDRESS, (None, None, "")),
        ("portal", HOME, (Failure.TLS_UNKNOWN_ISSUER, None, "")),
        ("portal", PLAIN, (None, 302, "")),
        ("intercepted", HOME, (None, 200, "interception")),
        ("intercepted", PLAIN, (None, 200, "")),
        ("proxy", HOME, (None, 200, "proxy")),
        ("proxy_503", PLAIN, (None, 503, "proxy")),
        ("proxy_503", HOME, (Failure.NOT_ASKABLE, None, "proxy")),
        ("lossy", HOME, (Failure.CONNECT_TIMEOUT, None, "")),
    ],
)
def test_the_line_stands_in_between(
    tmp_path: Path, line: str, probe: Probe, told: tuple[Failure | None, int | None, str]
) -> None:
    here = net(tmp_path, f'[[change]]\nline = "{line}"\nat = "0:10:00"\n')
    assert asked(here, probe, 11) == told


def test_a_share_of_questions_is_about_that_share_and_always_the_same(tmp_path: Path) -> None:
    here = net(tmp_path, '[[change]]\nline = "lossy"\nshare = 0.3\nat = "0:00:00"\n')
    lost = [asked(here, HOME, n / 7)[0] is not None for n in range(2000)]
    assert 0.26 < sum(lost) / len(lost) < 0.34
    assert lost == [asked(here, HOME, n / 7)[0] is not None for n in range(2000)]


def test_what_is_so_here_only_nobody_sees_elsewhere(tmp_path: Path) -> None:
    changes = '[[change]]\nwho = ["alpha"]\nanswers = "connect_timeout"\nfrom = "%s"\nat = "0:10:00"\n'
    head = HEAD + 'country = "MA"\n'
    look = Look("acme", (Target("alpha", HOME),), "MA")
    found = {}
    for place in ("here", "country", "everywhere"):
        here = net(tmp_path, changes % place, head)
        assert asked(here, HOME, 15)[0] is Failure.CONNECT_TIMEOUT
        told = Others(here, read_page).told(look, 15 * MINUTE, T0)
        found[place] = {e.probe: e.outcome for e in told.claims}
    ok, failed = Outcome.OK, Outcome.FAILED
    assert found["here"] == {"elsewhere": ok, "elsewhere-some": ok, "elsewhere-country": ok}
    assert found["country"] == {"elsewhere": ok, "elsewhere-some": ok, "elsewhere-country": failed}
    assert found["everywhere"] == {"elsewhere": failed, "elsewhere-some": failed, "elsewhere-country": failed}


OFFICIAL = Official("page", "metastatus", "https://status.test/data/orgs.json", parts={"door": (Function.SIGN_IN,)})
PAGE = Page(OFFICIAL.url, OFFICIAL.system, (("alpha", "acme", OFFICIAL),))


def test_a_page_says_of_its_parts_what_the_scenario_says(tmp_path: Path) -> None:
    change = '[[change]]\npage = "status.test"\nparts = { door = "major" }\nwords = "Door: shut"\nat = "0:10:00"\n'
    others = Others(net(tmp_path, change), read_page)
    [before] = others.told(PAGE, 0, T0).claims
    [after] = others.told(PAGE, 15 * MINUTE, T0).claims
    assert (before.outcome, before.function) == (Outcome.OK, Function.SIGN_IN)
    assert (after.failure, after.note) == (Failure.OFFICIAL_MAJOR, "Door: shut")


def test_a_document_is_read_by_the_real_reader(tmp_path: Path) -> None:
    change = """[[change]]
page = "status.test"
at = "0:10:00"
document = '[{"id": "door", "name": "Door", "services": [{"id": "1", "name": "Door", "status": "Rumbling"}]}]'
"""
    [claim] = Others(net(tmp_path, change), read_page).told(PAGE, 15 * MINUTE, T0).claims
    assert (claim.failure, claim.note) == (Failure.OFFICIAL_REPORTED, "Door: Rumbling")


def test_nobody_is_heard_over_a_line_that_is_out(tmp_path: Path) -> None:
    others = Others(net(tmp_path, '[[change]]\nline = "out"\nat = "0:10:00"\n'), read_page)
    for errand in (PAGE, Look("acme", (Target("alpha", HOME),)), Count(("alpha",))):
        assert not others.told(errand, 15 * MINUTE, T0).good


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ('[[change]]\nat = "0:10:00"\n', "change 1: it must say exactly one of"),
        ('[[change]]\nline = "out"\nsleep = "1:00:00"\nat = "0:10:00"\n', "exactly one of"),
        ('[[change]]\nline = "wet"\nat = "0:10:00"\n', "`line` is not one of"),
        ('[[change]]\nline = "out"\n', "`at` is missing"),
        ('[[change]]\nline = "out"\nat = "soon"\n', "'soon' is no time"),
        ('[[change]]\nline = "out"\nat = "0:10:00"\nuntil = "0:10:00"\n', "`until` is not after `at`"),
        ('[[change]]\nhosts = ["a"]\nanswers = "gone"\nat = "0:10:00"\n', "`answers` is neither"),
        ('[[change]]\nhosts = ["a"]\nanswers = 503\ncolour = 1\nat = "0:10:00"\n', "nobody knows `colour`"),
        ('[[change]]\npage = "a"\nparts = { a = "bad" }\nat = "0:10:00"\n', "a part is said to be one of"),
        ("change = 1\n", "not a list of tables"),
        ("x = [\n", "one.toml"),
    ],
)
def test_what_is_not_understood_is_an_error_that_says_where(tmp_path: Path, changes: str, why: str) -> None:
    with pytest.raises(ScenarioError, match=r"one\.toml") as caught:
        read(written(tmp_path, changes))
    assert why in str(caught.value)


def test_the_clock_of_the_demo_is_fast_for_its_time_and_never_leaps() -> None:
    real = [100.0]
    clock = FastClock(T0, 60_000, 60, lambda: real[0])
    assert clock.now() == replace(clock.now(), t=T0, mono=0)
    real[0] += 0.125
    assert clock.now().mono == 7_500
    real[0] += 50  # the computer was busy with something else
    assert clock.now().mono == 7_500 + LEAP
    for _ in range(10):
        real[0] += 1
        clock.now()
    before = clock.now().mono
    real[0] += 1
    assert clock.speed == 1
    assert clock.now().mono == before + 1000


def test_the_simulated_net_answers_without_a_socket(tmp_path: Path) -> None:
    waits: list[float] = []
    clock = FastClock(T0, 3_600_000, 60, lambda: 0.0)
    others = Others(
        net(tmp_path, '[[change]]\nwho = ["acme"]\nanswers = "connect_timeout"\nat = "0:00:00"\n'), read_page
    )
    simulated = SimulatedNet(others, clock, waits.append)
    assert simulated.http(HOME).failure is Failure.CONNECT_TIMEOUT
    assert simulated.tcp(BY_ADDRESS).failure is None
    assert waits[0] == pytest.approx(5 / 60)
    assert simulated.document("https://a.test/", {}).failure is Failure.NOT_ASKABLE
    claims, good = simulated.run(Count((EVERYONE,)))
    assert good
    assert claims[0].outcome is Outcome.OK
