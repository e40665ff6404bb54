"""What the command line says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.words.language import mark

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
        self.help_quit = text("end the Fanal that is running")
        self.help_json = text("for programs: JSON")
        self.already_running = text("Fanal is running already: look for the lantern in the tray, or ask: fanal status")
        self.not_running = text("Fanal is not running.")
        self.never_ran = text("Fanal has not looked yet: start it with: fanal")
        self.defaults_instead = text("Until that is mended, the settings that came with Fanal are used.")
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
