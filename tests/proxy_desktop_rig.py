"""A person with a desktop's proxy settings of their own, for the tests of the room that asks."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HTTP = "org.gnome.system.proxy.http"
needs_gsettings = pytest.mark.skipif(shutil.which("gsettings") is None, reason="no gsettings here")


def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of somebody whose settings are in ``tmp_path``, and who has said nothing of proxies."""
    for name in [n for n in os.environ if n.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    own = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_CONFIG_DIRS": str(tmp_path / "xdg")}
    (tmp_path / "config").mkdir()
    return {"PATH": os.environ["PATH"], "GSETTINGS_BACKEND": "keyfile", **own}


def set_gnome(env: dict[str, str], *settings: tuple[str, str, str]) -> None:
    for schema, key, value in settings:
        subprocess.run(["gsettings", "set", schema, key, value], env=env, check=True, timeout=10)


def write(env: dict[str, str], text: str, folder: str = "XDG_CONFIG_HOME") -> None:
    Path(env[folder]).mkdir(exist_ok=True)
    (Path(env[folder]) / "kioslaverc").write_text(text, "utf-8")
