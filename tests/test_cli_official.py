"""What their own page said, in ``fanal log`` and ``fanal explain``; ``fanal check PLATFORM`` where nothing answers.

Real processes, in a network namespace. What a single look sees of a working internet: tests/stories/check_one.toml.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from cli_rig import LACKING, Home, people

from trayapp.core.model import MINUTE, Evidence, Failure, Function, Instant, Line, Millis, Outcome, Scope, Source, State
from trayapp.core.ports import Batch
from trayapp.core.present import Icon, Row, Say, View, status
from trayapp.core.story import Ending, Incident, Member, Phase
from trayapp.storage.database import Database

pytestmark = pytest.mark.skipif(bool(LACKING), reason=LACKING)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    yield from people(tmp_path)


def page(t: Millis, failure: Failure | None = None, note: str = "") -> Evidence:
    outcome = Outcome.OK if failure is None else Outcome.FAILED
    more = {"function": Function.SIGN_IN, "failure": failure, "note": note}
    return Evidence(t, "facebook", Source.OFFICIAL, outcome, "metastatus", "metastatus.com", "meta", **more)  # type: ignore[arg-type]  # a table of cases


def furnish(home: Home, now: Millis, *evidence: Evidence, over: bool = False) -> None:
    """An incident of an hour ago, in which signing in and the web site fail; or one that was over half an hour ago."""
    start, end = now - 60 * MINUTE, now - 30 * MINUTE if over else None
    who = Member("facebook", (Function.WEB, Function.SIGN_IN), State.DOWN, Scope.THEIRS, start, end)
    phase, ending = (Phase.CLOSED, Ending.WELL) if over else (Phase.OPEN, None)
    over_at = Instant(end, end, "b") if end is not None else None
    incident = Incident("one", "meta", phase, (who,), Instant(start, start, "b"), over_at, ending=ending)
    row = Row("facebook", "Facebook", "meta", State.DOWN, None, Scope.THEIRS, start, (), ("server_errors",))
    row = replace(row, state=State.UP, reasons=("works",)) if over else row
    view = View(Icon.DOWN, Say.DOWN, ("Facebook",), start, 1, mark=False, line=Line.OK, looked_at=now, rows=(row,),
                incidents=())  # fmt: skip
    folder = home.path / ".local" / "share" / "fanal"
    folder.mkdir(parents=True)
    bad = Evidence(start, "facebook", Source.DIRECT, Outcome.FAILED, "home", "www.facebook.com", "meta")
    with closing(Database(folder / "history.db")) as database:
        told = Batch(Instant(now, now, "b"), json.dumps(status(view)), incidents=(incident,), evidence=(bad, *evidence))
        database.commit(told, durable=True)


def millis() -> Millis:
    return int(time.time() * 1000)


def test_a_silence_that_goes_on(home: Home) -> None:
    now = millis()
    furnish(home, now, page(now - 50 * MINUTE), page(now - MINUTE))
    [line] = home.fanal("log").stdout.splitlines()
    assert line.endswith(" · their status page has said nothing so far")
    explained = home.fanal("explain", "facebook").stdout
    assert "    Meta's status page has said nothing so far, 1 h after Fanal first saw it.\n" in explained
    assert "    Their own status page still says that all is well.\n" in explained
    record = json.loads(home.fanal("log", "--json").stdout)
    assert record["first_official"] is None


def test_a_word_after_a_silence_in_french(home: Home) -> None:
    home.language = "fr_FR"
    now = millis()
    furnish(home, now, page(now - 50 * MINUTE), page(now - 43 * MINUTE, Failure.OFFICIAL_MAJOR, "High disruptions"))
    assert home.fanal("log").stdout.endswith(" · leur page d'état l'a dit après 17\u00a0min\n")
    explained = home.fanal("explain", "facebook").stdout
    assert "La page d'état officielle (Meta) n'a rien dit pendant 17\u00a0min après que" in explained
    assert re.search("Elle dit \\(.+\\)\u00a0: «\u00a0High disruptions\u00a0»\\.", explained)


def test_who_still_reports_trouble_when_it_is_over(home: Home) -> None:
    now = millis()
    words = (page(now - 40 * MINUTE, Failure.OFFICIAL_MINOR, "Low"), page(now - MINUTE, Failure.OFFICIAL_MINOR, "Low"))
    furnish(home, now, *words, over=True)
    explained = home.fanal("explain", "facebook").stdout
    assert "    It still reports trouble, though all that Fanal asks has answered since " in explained


def test_of_what_is_over_nothing_more_is_told_once_their_page_is_well(home: Home) -> None:
    now = millis()
    furnish(home, now, page(now - 40 * MINUTE, Failure.OFFICIAL_MINOR, "Low"), page(now - MINUTE), over=True)
    assert "Meta's status page" not in home.fanal("explain", "facebook").stdout


def test_one_platform_without_a_line(home: Home) -> None:
    looked = home.fanal("check", "facebook")
    assert looked.returncode == 4
    assert looked.stdout.splitlines()[-1] == "Conclusion: it is your own connection, it is down."
    assert re.search(
        r"^your own connection, \d+(\.\d+){3}: a failure\. .*It took: connection \d+ ms\.$", looked.stdout, re.MULTILINE
    )
    told = home.fanal("check", "FACEBOOK", "--json")
    assert told.returncode == 4
    record = json.loads(told.stdout)
    assert (record["id"], record["line"], record["state"], record["watching"]) == (
        "facebook",
        "offline",
        "unknown",
        True,
    )
    assert {one["source"] for one in record["witnesses"]} <= {"control", "direct", "official"}
    assert all(one["v"] == 1 and one["outcome"] != "ok" for one in record["witnesses"])
    assert not (home.path / ".local").exists()


def test_one_that_is_not_watched_can_be_looked_at_and_one_that_is_not_known_cannot(home: Home) -> None:
    assert home.fanal("check", "wikipedia").returncode == 4
    nobody = home.fanal("check", "nobody")
    assert nobody.returncode == 2
    assert nobody.stdout == ""
    assert '"nobody"' in nobody.stderr
