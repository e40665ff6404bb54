"""Where this person's files are: XDG on Linux, the usual folders elsewhere."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs


@dataclass(frozen=True, slots=True)
class Places:
    """Nothing of it need exist yet."""

    config: Path  # the folder of config.toml and platforms/
    history: Path  # the history's file
    door: Path  # the folder of the local socket

    @property
    def settings(self) -> Path:
        """The person's own configuration."""
        return self.config / "config.toml"

    @property
    def platforms(self) -> Path:
        """The person's own platforms."""
        return self.config / "platforms"


def places() -> Places:
    """As the environment says."""
    dirs = PlatformDirs("fanal", appauthor=False)
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    # Without one (a bare console, macOS, Windows) the data folder is the person's own as well.
    door = Path(runtime) / "fanal" if Path(runtime).is_dir() and runtime else dirs.user_data_path / "run"
    return Places(dirs.user_config_path, dirs.user_data_path / "history.db", door)
