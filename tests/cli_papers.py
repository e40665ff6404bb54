"""Shell completion and the manual page, made from the command's own parser. Run it after changing the parser::

python tests/cli_papers.py
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trayapp.cli.parser import PLATFORM, parser
from trayapp.words.console import Console
from trayapp.words.language import Language

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"
MADE = "Made by tests/cli_papers.py from the parser."


@dataclass(frozen=True)
class Command:
    """One command: what it is for, its options, and what may stand in each of its places."""

    name: str
    help: str
    options: tuple[str, ...]
    places: tuple[tuple[str, ...], ...]
    usage: str


def top() -> argparse.ArgumentParser:
    return parser(Console(Language(["en"])))


def platforms() -> list[str]:
    """The ids of those that come with Fanal."""
    return sorted(p.stem for p in (ROOT / "trayapp" / "platforms").glob("*.toml") if not p.stem.startswith("_"))


def commands() -> Iterator[Command]:
    """Every command, in the parser's order."""
    [subs] = [a for a in top()._actions if isinstance(a, argparse._SubParsersAction)]
    helps = {a.dest: a.help or "" for a in subs._choices_actions}
    for name, sub in subs.choices.items():
        options = tuple(o for a in sub._actions for o in a.option_strings)
        places = tuple(_words(a) for a in sub._actions if not a.option_strings)
        usage = " ".join(sub.format_usage().split()).removeprefix("usage: ")
        yield Command(name, helps[name], options, places, usage)


def _words(action: argparse.Action) -> tuple[str, ...]:
    if action.metavar == PLATFORM:
        return tuple(platforms())
    if action.choices is not None:
        return tuple(map(str, action.choices))
    words = str(action.metavar)
    return () if words.isupper() else tuple(words.split("|"))  # "VALUE" is no word to be typed


def bash() -> str:
    """For bash; without the package bash-completion too."""
    every = list(commands())
    names = " ".join([*(c.name for c in every), "--help", "--version"])
    cases = []
    for c in every:
        for at, words in enumerate(c.places, 2):
            cases.append(f'        {c.name}:{at}) words="{" ".join((*words, *c.options))}" ;;')
        cases.append(f'        {c.name}:*) words="{" ".join(c.options)}" ;;')
    return "\n".join(
        [
            f"# {MADE}",
            "_fanal() {",
            '    local words cur="${COMP_WORDS[COMP_CWORD]}"',
            '    case "${COMP_WORDS[1]}:$COMP_CWORD" in',
            f'        *:1) words="{names}" ;;',
            *cases,
            "    esac",
            '    COMPREPLY=($(compgen -W "$words" -- "$cur"))',
            "}",
            "complete -F _fanal fanal",
            "",
        ]
    )


def zsh() -> str:
    """For zsh: a file of this name in a folder of $fpath."""
    every = list(commands())
    cases = []
    for c in every:
        inner = [f"            {at}) compadd -- {' '.join((*w, *c.options))} ;;" for at, w in enumerate(c.places, 3)]
        inner.append(f"            *) compadd -- {' '.join(c.options)} ;;")
        cases += [f"    {c.name})", "        case $CURRENT in", *inner, "        esac ;;"]
    described = [f"        {_zsh(f'{c.name}:{c.help}')}" for c in every]
    return "\n".join(
        [
            "#compdef fanal",
            f"# {MADE}",
            "if (( CURRENT == 2 )); then",
            "    local -a commands",
            "    commands=(",
            *described,
            "    )",
            "    _describe command commands",
            "    compadd -- --help --version",
            "    return",
            "fi",
            "case $words[2] in",
            *cases,
            "esac",
            "",
        ]
    )


def _zsh(text: str) -> str:
    name, _, help_ = text.partition(":")
    return "'" + f"{name}:{help_.replace(':', chr(92) + ':')}".replace("'", "'\\''") + "'"


FISH = """
function __fanal_at -a command place -d 'whether that command stands there, and (if given) so many words'
    set -l typed (commandline -opc)
    test "$typed[2]" = "$command"; and test -z "$place" -o (count $typed) = "$place"
end"""


def fish() -> str:
    """For fish. Its own ``__fish_seen_subcommand_from`` takes any word for the command: "autostart status"."""
    lines = [f"# {MADE}{FISH}", "complete -c fanal -f", "complete -c fanal -n __fish_use_subcommand -l help -l version"]
    for c in commands():
        lines.append(f"complete -c fanal -n __fish_use_subcommand -a {c.name} -d {_fish(c.help)}")
        for at, words in enumerate(c.places, 2):
            if words:
                lines.append(f"complete -c fanal -n '__fanal_at {c.name} {at}' -a {_fish(' '.join(words))}")
        lines += [f"complete -c fanal -n '__fanal_at {c.name}' -l {o[2:]}" for o in c.options if o.startswith("--")]
    return "\n".join([*lines, ""])


def _fish(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def manual() -> str:
    """fanal(1), in man(7)."""
    own = top()
    lines = [
        f'.\\" {MADE}',
        ".TH FANAL 1",
        ".ad l",
        ".SH NAME",
        "fanal \\- is it me, or is it them?",
        ".SH SYNOPSIS",
        ".B fanal",
        "[\\-\\-help] [\\-\\-version] [COMMAND]",
        ".SH DESCRIPTION",
        _roff(own.description or ""),
        ".SH COMMANDS",
    ]
    for c in commands():
        lines += [".TP", f".B {_roff(c.usage.replace(' [-h]', ''))}", _roff(c.help[:1].upper() + c.help[1:] + ".")]
    lines += [".SH EXIT STATUS", _roff((own.epilog or "").removeprefix("Exit codes: "))]
    lines += [".SH FILES", ".TP", ".I ~/.config/fanal/config.toml", "The settings; all of it is optional."]
    lines += [".TP", ".I ~/.config/fanal/platforms/", "Platforms of your own, one file each."]
    lines += [".TP", ".I ~/.local/share/fanal/history.db", "The history.", ""]
    return "\n".join(lines)


def _roff(text: str) -> str:
    said = text.replace("\\", "\\e").replace("-", "\\-").replace("|", "|\\:")  # where a line may be broken
    return "\\&" + said if said.startswith((".", "'")) else said


def papers() -> dict[Path, str]:
    """Every file, and what stands in it."""
    return {
        PACKAGING / "completion" / "fanal.bash": bash(),
        PACKAGING / "completion" / "_fanal": zsh(),
        PACKAGING / "completion" / "fanal.fish": fish(),
        PACKAGING / "man" / "fanal.1": manual(),
    }


if __name__ == "__main__":
    for path, text in papers().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
