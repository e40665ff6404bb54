"""Whether the screen of the beginning is still there: who draws it listens at a socket."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from trayapp.desktop.tray.screen import Screen

if sys.platform == "win32":
    pytest.skip("signals, sockets and terminals of POSIX", allow_module_level=True)


@pytest.mark.parametrize("named", ["{run}/wayland-7", "wayland-7"])
def test_a_compositor_that_goes(tmp_path: Path, named: str) -> None:
    env = {"WAYLAND_DISPLAY": named.format(run=tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "DISPLAY": ":99999"}
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(f"{tmp_path}/wayland-7")
        compositor.listen(1)
        screen = Screen(env)
        assert not screen.gone()
        assert not screen.gone()  # nobody has taken the first call: busy is not gone
    assert screen.gone()


@pytest.mark.parametrize("env", [{}, {"DISPLAY": ":99999"}, {"DISPLAY": "far.example:0"}, {"DISPLAY": "nonsense"}])
def test_what_was_never_there_is_not_gone(env: dict[str, str]) -> None:
    assert not Screen(env).gone()
