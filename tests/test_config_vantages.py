"""Who else may be asked, and for which words: data, read as strictly as the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from trayapp.config import BUILT_IN, load_platforms
from trayapp.config.credits import load_credits
from trayapp.config.tags import MOST, Tags, load_tags
from trayapp.config.vantages import Service, Vantages, load_vantages
from trayapp.watch.outside import VANTAGES
from trayapp.watch.probes import KINDS
from trayapp.watch.reports import SOURCES

GOOD = '[[vantage]]\nkind = "lab"\nname = "The Lab"\nurl = "https://lab.example/"\n'
SOURCE = '[[source]]\nkind = "paper"\nname = "The Paper"\nurl = "https://paper.example"\n'
TAG = '[[tag]]\ntag = "shopdown"\nwords = "shop down"\nplatforms = ["shop"]\n'


def vantages(folder: Path, text: str) -> tuple[Vantages, list[str]]:
    (folder / "_vantages.toml").write_text(text, "utf-8")
    found, problems = load_vantages(folder)
    return found, [f"{p.line}: {p.message}" for p in problems]


def tags(folder: Path, text: str) -> tuple[Tags, list[str]]:
    (folder / "_tags.toml").write_text(text, "utf-8")
    found, problems = load_tags(folder)
    return found, [f"{p.line}: {p.message}" for p in problems]


def test_everybody_who_can_be_asked_is_credited(tmp_path: Path) -> None:
    found = load_credits()
    assert found.keys() == VANTAGES.keys() | SOURCES.keys()
    services = (*load_vantages()[0].services, *load_tags()[0].sources)
    assert sorted(name for names in found.values() for name in names) == sorted(s.name for s in services)
    assert load_credits(tmp_path) == {}
    (tmp_path / "_vantages.toml").write_text(GOOD, "utf-8")
    assert load_credits(tmp_path) == {"lab": ("The Lab",)}


def test_what_comes_with_the_program_can_be_asked() -> None:
    found, problems = load_vantages()
    assert problems == ()
    assert {s.kind for s in found.services} == set(VANTAGES)
    assert sum(s.kind == "doh" for s in found.services) == 2
    owners = {p.owner for p in load_platforms([BUILT_IN], frozenset(KINDS))[0]}
    assert set(found.networks) <= owners


def test_the_words_that_come_with_the_program() -> None:
    found, problems = load_tags()
    assert problems == ()
    assert {s.kind for s in found.sources} == set(SOURCES)
    assert sum(s.kind == "mastodon" for s in found.sources) == 3
    ids = {p.id for p in load_platforms([BUILT_IN], frozenset(KINDS))[0]}
    assert {p for tag in found.tags for p in tag.platforms} <= ids


def test_the_words_cost_little() -> None:
    """Two questions each in ten minutes, of some 5.1 kB (`platform_day.BYTES`): a fifth of the promised 60 MB a day."""
    asked = len(load_tags()[0].tags) * len(SOURCES) * 6 * 24
    assert asked * 5_104 < 12_000_000


def test_a_good_file(tmp_path: Path) -> None:
    found, problems = vantages(tmp_path, GOOD + "[networks]\nshops = [64500, 64501]\n")
    assert problems == []
    assert found == Vantages((Service("lab", "The Lab", "https://lab.example"),), {"shops": (64500, 64501)})


@pytest.mark.parametrize(("text", "problem"), [
    ("", "1: no [[vantage]]: without one nobody can be asked"),
    (GOOD.replace("https", "http"), "4: `url` must be an address that begins with https://"),
    (GOOD + GOOD, '7: another [[vantage]] is called "The Lab" too; give each its own `name`'),
    (GOOD + "secret = 1\n", "5: `secret` is not known here; known are: kind, name, url"),
    (GOOD + "[networks]\nshops = [0]\n", "6: `networks.shops` has a number that no autonomous system can have"),
    (GOOD + '[networks]\nshops = ["AS1"]\n',
     "6: `networks.shops` must be a list of numbers of autonomous systems, such as [64496]"),
])  # fmt: skip
def test_a_bad_file_says_what_is_wrong_with_it(tmp_path: Path, text: str, problem: str) -> None:
    assert vantages(tmp_path, text) == (Vantages(), [problem])


@pytest.mark.parametrize(("text", "problem"), [
    (SOURCE, "1: no [[tag]]: without one there is nothing to ask for"),
    (TAG, "1: no [[source]]: without one nobody can be asked"),
    (SOURCE + TAG + TAG, '10: "shopdown" is there twice; leave one out'),
    (SOURCE + TAG.replace("shopdown", "../x"), "6: `tag` must be small letters and digits, beginning with a letter"),
    (SOURCE + TAG.replace("shop down", "shop&x=1"), "7: `words` must be words of small letters and digits"),
    (SOURCE + TAG.replace('["shop"]', '["The Shop"]'), '8: `platforms` has "The Shop", which is no id of a platform'),
])  # fmt: skip
def test_a_bad_list_says_what_is_wrong_with_it(tmp_path: Path, text: str, problem: str) -> None:
    assert tags(tmp_path, text) == (Tags(), [problem])


def test_the_list_is_short(tmp_path: Path) -> None:
    many = "".join(TAG.replace("shopdown", f"shop{n}down") for n in range(MOST + 1))
    assert tags(tmp_path, SOURCE + many)[1][0].startswith(f"1: more than {MOST} [[tag]]")


def test_no_file_is_a_problem_of_ours_that_is_told(tmp_path: Path) -> None:
    assert load_vantages(tmp_path)[0] == Vantages()
    assert len(load_vantages(tmp_path)[1]) == len(load_tags(tmp_path)[1]) == 1
