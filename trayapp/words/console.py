"""What the command line says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.words.encode import clean
from trayapp.words.language import mark, marks

if TYPE_CHECKING:
    from trayapp.words.language import Language

_NO_TRAY = {
    "no_screen": mark("There is no screen here: Fanal watches in this terminal. Ctrl-C ends it."),
    "no_bus": mark(
        "This desktop's session bus does not answer, so there can be no icon: Fanal watches in this terminal. "
        "Ctrl-C ends it."
    ),
    "no_watcher": mark(
        "This desktop shows no tray icons at the moment: the icon will appear when a tray does, and notices come all "
        "the same. On GNOME, install the extension AppIndicator (Debian: gnome-shell-extension-appindicator)."
    ),
    "no_toolkit": mark(
        "The system's tray could not be loaded, so there can be no icon: Fanal watches in this terminal. "
        "Ctrl-C ends it."
    ),
}

_AUTOSTART = {
    "on": mark("Fanal starts when you log in. It is written in {place}"),
    "off": mark("Fanal does not start when you log in."),
    "broken": mark("The program named in {place} is not there any more. Mend it with: fanal autostart on"),
}


class Console:
    """Each sentence by its name."""

    def __init__(self, language: Language) -> None:
        self._language = language
        text = language.text
        self.about = text(
            "Is it me, or is it them? Without a command, Fanal shows its icon and watches the platforms people live by."
        )
        self.exit_codes = text(
            "Exit codes: 0 all is well, 1 trouble at their side, 2 wrong usage, 3 it cannot be told, 4 your own line."
        )
        self.help_status = text("what Fanal sees now")
        self.help_log = text("what has happened, oldest first")
        self.help_check = text("look once, now, without keeping anything")
        self.help_check_platform = text("one alone: each witness as it answers, and a conclusion; nothing: all of them")
        self.help_explain = text("why a platform is judged as it is, witness by witness")
        self.help_complain = text("say that a platform does not work for you: Fanal asks about it at once")
        self.help_pause = text("ask nobody until you say: resume")
        self.help_resume = text("go on watching")
        self.help_mute = text("give no notices for a while")
        self.help_snooze = text("leave a platform out of icon and notices for a while")
        self.help_back = text("be told when a platform is back")
        self.help_back_off = text("no longer wanted")
        self.help_platform = text("a platform's id or name")
        self.help_end = text("for how long: minutes, hours or days, such as 90m, 4h, 2d; without it: one hour")
        self.help_record = text("write what was seen to a file, to be replayed elsewhere")
        self.help_record_file = text("a new file; with .gz at its end it is packed; - is standard output")
        self.help_follow = text("go on with what is seen from now on, until Ctrl-C")
        self.help_replay = text("say what Fanal makes of recorded evidence; nobody is asked")
        self.help_replay_file = text("recordings, also packed with gzip; - is standard input")
        self.help_demo = text("see Fanal at work on an outage of the past, in two minutes; nobody is asked")
        self.help_demo_scenario = text("one that comes with Fanal, or a file; without it: 5 March 2024")
        self.help_demo_speed = text("so many times as fast as it was; 60 without it")
        self.help_speed = text("so many times as fast as it was; without it: as fast as can be")
        self.help_doctor = text("look whether this computer has all that Fanal needs")
        self.help_config = text("the settings")
        self.help_config_what = text(
            "check: look them through; path: say where they are; edit: open them in your editor; set: change one; "
            "reload: let the running Fanal take over what you changed"
        )
        self.help_config_key = text("for set: which one")
        self.help_config_value = text("for set: what it shall be; nothing: as if it had never been set")
        self.help_setup = text("answer the first questions here, in the terminal")
        self.help_window = text("open the window of the log")
        self.help_settings = text("open the window of the settings")
        self.help_settings_page = text("the questions of the first start, or a new platform")
        self.set_needs = text("Say which one to set, such as: fanal config set privacy.outside never")
        self.help_autostart = text("whether Fanal starts when you log in")
        self.help_autostart_what = text("switch it on or off, or say which it is")
        self.help_quit = text("end the Fanal that is running")
        self.help_json = text("for programs: JSON")
        self.already_running = text("Fanal is running already: look for the lantern in the tray, or ask: fanal status")
        self.never_ran = text("Fanal has not looked yet: start it with: fanal")
        self.defaults_instead = text("Until that is mended, the settings that came with Fanal are used.")
        self.settings_begin = text("Fanal's settings. All of it is optional; after a change: fanal config check")
        self.looking = text("Looking… where something fails, this takes up to a minute: one failure is no answer.")
        self.nothing_to_watch = text("There is nothing to watch: none of the platforms named in the settings is known.")
        self.no_tray = {trouble: text(message) for trouble, message in _NO_TRAY.items()}

    def no_door(self, folder: str, reason: str) -> str:
        """That this person's one Fanal cannot be told from a second one, and why."""
        return self._language.text(
            "The folder {folder} cannot be used for Fanal's local socket ({reason}): see to it that it is yours.",
            folder=folder,
            reason=reason,
        )

    def no_speed(self, wanted: str) -> str:
        """What a speed may be."""
        return self._language.text("{wanted} is no speed: use a number such as 60", wanted=f'"{clean(wanted, 40)}"')

    def no_length(self, wanted: str, offered: str) -> str:
        """What a length of time may be."""
        return self._language.text(
            "{wanted} is no length of time: use {offered}, or minutes, hours or days such as 90m, 4h, 2d",
            wanted=f'"{clean(wanted, 40)}"',
            offered=offered,
        )

    def no_settings(self, file: str) -> str:
        """That there is no file of the person's own."""
        return self._language.text("There are no settings of your own; they would stand in {file}", file=file)

    def config_well(self, count: int) -> str:
        """That nothing is wrong."""
        return self._language.plural(
            marks("Nothing is wrong: {count} platform is watched.", "Nothing is wrong: {count} platforms are watched."),
            count,
            count=count,
        )

    def no_editor(self, file: str) -> str:
        """That no editor was found."""
        return self._language.text("No editor was found: set VISUAL or EDITOR, or open {file} yourself.", file=file)

    def not_edited(self, file: str, reason: str) -> str:
        """That the file could not be opened."""
        return self._language.text("The file {file} cannot be edited: {reason}", file=file, reason=reason)

    def autostart(self, state: str, place: str) -> str:
        """Whether Fanal starts by itself. ``state``: on, off or broken."""
        return self._language.text(_AUTOSTART[state], place=place)

    def no_autostart(self, place: str, reason: str) -> str:
        """That it cannot be changed."""
        return self._language.text("{place} cannot be used: {reason}", place=place, reason=reason)
