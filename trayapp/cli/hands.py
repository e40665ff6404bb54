"""What the windows of the settings can do, done: read and write the person's files, speak with the running Fanal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.cli.shell import knock
from trayapp.cli.taking import take_over, try_out
from trayapp.config import BUILT_IN, load_platforms, load_settings
from trayapp.config.edit import change
from trayapp.config.own import save as save_own
from trayapp.desktop.autostart import Start, autostart, own_command
from trayapp.desktop.settings.model import Done, Facts, Hands, in_order, watched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.cli.shell import Shell
    from trayapp.config.edit import Changes
    from trayapp.config.own import Own


def hands_of(shell: Shell) -> Hands:
    """For this person's files and their running Fanal."""
    real = _Real(shell)
    return Hands(real.facts, real.save, real.add, real.try_out, real.notice)


class _Real:
    def __init__(self, shell: Shell) -> None:
        from trayapp.watch.probes import KINDS  # noqa: PLC0415 - only what writes platforms needs it

        self._shell, self._kinds = shell, frozenset(KINDS)
        self._where = shell.where

    def facts(self) -> Facts:
        settings, problems = load_settings(self._where.settings)
        platforms, _ = load_platforms([BUILT_IN, self._where.platforms], self._kinds)
        folder = self._where.platforms
        own = frozenset(path.stem for path in folder.glob("*.toml")) if folder.is_dir() else frozenset[str]()
        listed = tuple(sorted(platforms, key=lambda p: (not p.default, p.name.casefold())))
        return Facts(settings, listed, own, str(folder), _starts(), tuple(map(str, problems)))

    def save(self, changes: Changes, start: bool | None) -> Done:  # noqa: FBT001 - as Hands has it
        problems = [str(p) for p in change(self._where.settings, changes, begin=self._shell.say.settings_begin)]
        if not problems and start is not None:
            problems += self._start(on=start)
        return self._taken(problems)

    def _start(self, *, on: bool) -> list[str]:
        way = autostart()
        try:
            if on:
                way.on(own_command())
            else:
                way.off()
        except OSError as error:
            return [self._shell.say.no_autostart(way.place, error.strerror or str(error))]
        return []

    def add(self, own: Own) -> Done:
        problems = [str(p) for p in save_own(self._where.platforms, own, self._kinds)]
        facts = self.facts()
        if not problems and own.id not in watched(facts.settings, facts.platforms):
            named = facts.settings.platforms
            on = {*watched(facts.settings, facts.platforms), own.id}
            problems += [
                str(p) for p in change(self._where.settings, {("platforms",): in_order(on, named, facts.platforms)})
            ]
        return self._taken(problems)

    def _taken(self, problems: list[str]) -> Done:
        if problems:
            return Done(tuple(problems))
        taken = take_over(self._shell)
        if taken is not None and not taken.done:
            return Done(taken.problems or (self._shell.answers.not_done,))
        return Done(running=taken is not None)

    def try_out(self, url: str) -> Mapping[str, object]:
        return try_out(self._shell, url)

    def notice(self) -> bool:
        return knock(self._shell, {"do": "notice"}) is True


def _starts() -> bool | None:
    try:
        return autostart().state() is Start.ON
    except OSError:
        return None
