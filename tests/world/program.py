"""The program as a person gets it: installed from the repository, not editable, into a folder of its own."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
OUT = ROOT / "tests/out"
KEPT = 3600  # seconds for which an older copy may still be in use


def hold(file: Path, *, wait: bool = True) -> int:
    """Lock ``file`` for as long as this process, or what it turns into, lives or the returned descriptor is open.

    Raises BlockingIOError if another has it and we do not ``wait``.
    """
    if sys.platform != "linux":
        raise OSError("Linux only")
    lock = os.open(file, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise
    os.set_inheritable(lock, True)  # noqa: FBT003  it takes no keyword
    return lock


def installed() -> Path:
    """The path of the command `fanal`; installs it first where these very sources are not installed yet."""
    OUT.mkdir(exist_ok=True)
    # Folders with a dot: linters and type checkers must not take this second copy for a source.
    lock = hold(OUT / ".lock")
    try:
        folder = OUT / f".program-{_sources()}"
        if not folder.exists():
            _install(folder)
    finally:
        os.close(lock)
    return folder / "bin/fanal"


def _install(folder: Path) -> None:
    for old in OUT.glob(".program-*"):
        if time.time() - old.stat().st_mtime > KEPT:
            shutil.rmtree(old)
    coming = OUT / ".coming"
    shutil.rmtree(coming, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--quiet"]
    command += ["--disable-pip-version-check", "--target", str(coming), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the program cannot be installed: {done.stderr}")
    coming.rename(folder)


def _sources() -> str:
    """A name for the sources as they are."""
    sum_ = hashlib.sha256(sys.version.encode())
    packed = [ROOT / "pyproject.toml", *sorted((ROOT / "trayapp").rglob("*"))]
    for path in packed:
        if path.is_file() and "__pycache__" not in path.parts:
            sum_.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
            sum_.update(path.read_bytes())
    return sum_.hexdigest()[:16]
