"""What can be asked for on the command line. Completion and manual page are made from it."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from trayapp import __version__
from trayapp.core.model import DAY, HOUR, MINUTE
from trayapp.core.wishes import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from trayapp.words.console import Console

PLATFORM = "PLATFORM"
"""The metavar of an argument that is a platform's id: completion offers those."""
KEYS = (
    *("platforms", "language", "privacy.outside", "privacy.reports", "privacy.country"),
    *("notices.give", "notices.heed_desktop", "notices.quiet", "notices.sound", "notices.remind_minutes"),
    *("look.theme", "look.scale"),
)
"""What ``fanal config set`` can set, as it stands in the file."""
MUTES = ("1h", "4h", "tomorrow", "ever", "off")
SNOOZES = ("1h", "4h", "8h", "off")
_LENGTH = re.compile(r"([1-9][0-9]{0,4})([mhd])", re.ASCII)
_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY}


def parser(say: Console) -> argparse.ArgumentParser:
    """The parser, with its help in the language of ``say``."""
    top = argparse.ArgumentParser(prog="fanal", description=say.about, epilog=say.exit_codes)
    top.add_argument("--version", action="version", version=f"fanal {__version__}")
    commands = top.add_subparsers(dest="do", metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text)

    for name, text in (("status", say.help_status), ("log", say.help_log), ("check", say.help_check)):
        looks = command(name, text)
        looks.add_argument("--json", action="store_true", help=say.help_json)
        if name == "check":
            looks.add_argument("platform", nargs="?", metavar=PLATFORM, help=say.help_check_platform)
    command("explain", say.help_explain).add_argument("platform", metavar=PLATFORM, help=say.help_platform)
    command("complain", say.help_complain).add_argument("platform", metavar=PLATFORM, help=say.help_platform)
    command("pause", say.help_pause)
    command("resume", say.help_resume)
    mute = command("mute", say.help_mute)
    mute.add_argument("end", **_end(say, MUTES))  # type: ignore[arg-type]  # the keywords of one call, made once
    snooze = command("snooze", say.help_snooze)
    snooze.add_argument("platform", metavar=PLATFORM, help=say.help_platform)
    snooze.add_argument("end", **_end(say, SNOOZES))  # type: ignore[arg-type]  # as above
    back = command("back", say.help_back)
    back.add_argument("platform", metavar=PLATFORM, help=say.help_platform)
    back.add_argument("off", nargs="?", choices=("off",), help=say.help_back_off)
    record = command("record", say.help_record)
    record.add_argument("file", metavar="FILE", help=say.help_record_file)
    record.add_argument("--follow", action="store_true", help=say.help_follow)
    replay = command("replay", say.help_replay)
    replay.add_argument("file", metavar="FILE", nargs="+", help=say.help_replay_file)
    replay.add_argument("--json", action="store_true", help=say.help_json)
    replay.add_argument("--speed", metavar="N", type=speed(say), help=say.help_speed)
    demo = command("demo", say.help_demo)
    demo.add_argument("scenario", nargs="?", default="", metavar="SCENARIO", help=say.help_demo_scenario)
    demo.add_argument("--speed", metavar="N", type=speed(say), default=60.0, help=say.help_demo_speed)
    demo.add_argument("--inside", default="", help=argparse.SUPPRESS)  # of a window that the demo opens
    command("doctor", say.help_doctor)
    config = command("config", say.help_config)
    config.add_argument("what", choices=("check", "path", "edit", "set", "reload"), help=say.help_config_what)
    config.add_argument("key", nargs="?", choices=KEYS, metavar="|".join(KEYS), help=say.help_config_key)
    config.add_argument("value", nargs="*", metavar="VALUE", help=say.help_config_value)
    command("setup", say.help_setup)
    command("window", say.help_window)
    settings = command("settings", say.help_settings)
    settings.add_argument("page", nargs="?", choices=("first", "add"), help=say.help_settings_page)
    start = command("autostart", say.help_autostart)
    start.add_argument("what", choices=("on", "off", "status"), help=say.help_autostart_what)
    command("stop", say.help_quit)
    command("quit", say.help_quit)
    return top


def _end(say: Console, offered: tuple[str, ...]) -> dict[str, object]:
    return {
        "nargs": "?",
        "default": str(HOUR),
        "type": length(say, offered),
        "metavar": "|".join((*offered, "90m")),
        "help": say.help_end,
    }


def speed(say: Console) -> Callable[[str], float]:
    """Reads how many times as fast; raises ArgumentTypeError."""

    def read(text: str) -> float:
        found = re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text, re.ASCII)
        if found is None or not float(text):
            raise argparse.ArgumentTypeError(say.no_speed(text))
        return float(text)

    return read


def length(say: Console, offered: tuple[str, ...]) -> Callable[[str], str]:
    """Reads ``90m``, ``4h``, ``2d``, or one of ``offered``, as the END of a wish; raises ArgumentTypeError."""

    def read(text: str) -> str:
        if text == str(HOUR):  # the default, which argparse hands over as if it were typed
            return text
        found = _LENGTH.fullmatch(text)
        if found is None and text in offered:
            return text
        if found is None or (ms := int(found[1]) * _UNITS[found[2]]) > LONGEST:
            raise argparse.ArgumentTypeError(say.no_length(text, ", ".join(offered)))
        return str(ms)

    return read
