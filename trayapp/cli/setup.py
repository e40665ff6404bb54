"""``fanal setup``: the first questions, and those of the settings that matter most, in the terminal."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from trayapp.cli.hands import hands_of
from trayapp.cli.shell import Exit, out, tell
from trayapp.desktop.settings.model import changes, complaints, form_of
from trayapp.words.encode import terminal as clean
from trayapp.words.forms import Forms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trayapp.cli.shell import Shell
    from trayapp.desktop.settings.model import Facts, Form

_INDENT = "  "


class _Enough(Exception):  # noqa: N818 - no mistake: there is nothing more to read
    """Standard input has ended: whatever was not answered stays as it is."""


def setup(shell: Shell) -> int:
    """Ask, write down, take over. 2: the files are broken, or cannot be written."""
    forms, hands = Forms(shell.voice), hands_of(shell)
    facts = hands.facts()
    if facts.problems:
        tell(forms.broken)
        for problem in facts.problems:
            out(problem)
        return Exit.USAGE
    out(forms.welcome)
    out(forms.welcome_more)
    out(forms.as_it_is)
    before = after = form_of(facts.settings, facts.platforms, start=facts.start)
    wants_notice = False
    try:
        after = replace(after, on=_platforms(forms, facts, after))
        after = replace(after, outside=_outside(forms, after))
        after = replace(after, language=_language(forms, after))
        if after.start is not None:
            after = replace(after, start=_yes(forms, forms.start, now=after.start))
        wants_notice = _yes(forms, forms.show_notice, now=False)
    except _Enough:
        out("")
    if complaints(after):
        tell(forms.at_least_one)
        return Exit.USAGE
    done = hands.save(
        changes(before, after, facts.settings, facts.platforms), after.start if after.start != before.start else None
    )
    for problem in done.problems:
        tell(problem)
    if not done.well:
        return Exit.USAGE
    out(forms.saved if done.running else forms.saved_only)
    if wants_notice:
        out(forms.notice_sent if hands.notice() else forms.no_notice)
    return Exit.WELL


def _platforms(forms: Forms, facts: Facts, form: Form) -> frozenset[str]:
    out("")
    out(forms.which)
    on = set(form.on)
    for number, platform in enumerate(facts.platforms, 1):
        mark = "x" if platform.id in on else " "
        own = f" ({forms.own})" if platform.id in facts.own else ""
        out(f"{_INDENT}{number:2} [{mark}] {platform.name}{own}")
    for number in _numbers(forms.numbers, len(facts.platforms)):
        on ^= {facts.platforms[number - 1].id}
    return frozenset(on)


def _outside(forms: Forms, form: Form) -> str:
    out("")
    out(forms.outside)
    out(forms.outside_more)
    return _one(forms, [(code, words) for code, words in forms.consents.items() if code], form.outside)


def _language(forms: Forms, form: Form) -> str:
    out("")
    out(forms.language)
    return _one(forms, [("", forms.as_desktop), *forms.languages()], form.language)


def _yes(forms: Forms, question: str, *, now: bool) -> bool:
    out("")
    out(question)
    return _one(forms, [("yes", forms.yes), ("no", forms.no)], "yes" if now else "no") == "yes"


def _one(forms: Forms, options: Sequence[tuple[str, str]], now: str) -> str:
    for number, (code, words) in enumerate(options, 1):
        out(f"{_INDENT}{number} {words}{'  *' if code == now else ''}")
    chosen = _numbers(forms.number, len(options))
    return options[chosen[-1] - 1][0] if chosen else now


def _numbers(prompt: str, most: int) -> list[int]:
    """The numbers that were typed; anything else is asked once more."""
    while True:
        sys.stdout.write(f"{_INDENT}{clean(prompt)} ")
        sys.stdout.flush()
        line = sys.stdin.readline(1000)
        if not line:
            raise _Enough
        words = line.replace(",", " ").split()
        if all(word.isascii() and word.isdigit() and len(word) < 4 and 0 < int(word) <= most for word in words):
            return [int(word) for word in words]
