"""Make the Debian package of the one-folder build: make.py FOLDER OUT, on the oldest Debian that it is to run on.

The folder goes to /usr/lib/fanal, so that the package needs neither the system's Python nor its modules, which are too
old in Debian 12. Libraries that are the system's own are left out again and depended upon, so that the system's updates
reach them; dpkg-shlibdeps finds which.
"""  # noqa: INP001 - a script, not a package

from __future__ import annotations

import filecmp
import gzip
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
ABOUT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SHARED: Final[dict[str, str]] = {
    "packaging/linux/fanal.desktop": "usr/share/applications/fanal.desktop",
    "packaging/linux/fanal.metainfo.xml": "usr/share/metainfo/fanal.metainfo.xml",
    "packaging/completion/fanal.bash": "usr/share/bash-completion/completions/fanal",
    "packaging/completion/_fanal": "usr/share/zsh/vendor-completions/_fanal",
    "packaging/completion/fanal.fish": "usr/share/fish/vendor_completions.d/fanal.fish",
    "assets/fanal.svg": "usr/share/icons/hicolor/scalable/apps/fanal.svg",
    "packaging/debian/lintian-overrides": "usr/share/lintian/overrides/fanal",
}
CONTROL: Final = """\
Package: fanal
Version: {version}
Architecture: {architecture}
Maintainer: The Fanal authors <fanal@localhost>
Installed-Size: {size}
Section: net
Priority: optional
Depends: {libraries}, ca-certificates
Recommends: fonts-dejavu-core | fonts-freefont-ttf, notification-daemon
Suggests: xdg-utils
Description: is it me, or is it them?
 Fanal watches the platforms that people live by, and shows as one small
 lantern in the tray whether they work, and whether it is your own connection
 that does not. Before it accuses anybody it makes sure that your own line
 works; and where it does not know, it says so and does not stay green.
 .
 This package brings its own Python and its modules.
"""
COPYRIGHT: Final = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Fanal
Comment: The folder /usr/lib/fanal also holds parts of others; THIRD-PARTY.txt
 beside this file lists them, and the folder licences holds their texts.

Files: *
Copyright: 2026 The Fanal authors
License: Expat
"""


CHANGES: Final = """\
fanal ({version}) unstable; urgency=medium

  * See CHANGELOG.md.

 -- The Fanal authors <fanal@localhost>  {date}
"""
TK: Final = {"_tcl_data": "share/tcltk/tcl8.6", "_tk_data": "share/tcltk/tk8.6"}
"""What goes with Tk's libraries, and where below /usr Debian has it."""


def tree(folder: Path, to: Path) -> None:
    """Lay out everything but the control files below ``to``."""
    inner, papers = to / "usr/lib/fanal", to / "usr/share/doc/fanal"
    papers.mkdir(parents=True)
    for name in ("THIRD-PARTY.txt", "licences"):
        paper = folder / name
        (shutil.copytree if paper.is_dir() else shutil.copy)(paper, papers / name)
    shutil.copytree(
        folder, inner, symlinks=True, ignore=shutil.ignore_patterns("licences", "THIRD-PARTY.txt", "assets")
    )
    leave_out(inner / "_internal")
    (to / "usr/bin").mkdir(parents=True)
    (to / "usr/bin/fanal").symlink_to("../lib/fanal/fanal")
    icons = {
        f"assets/icons/{path.name}": f"usr/share/icons/hicolor/{size}x{size}/apps/fanal.png"
        for path in (ROOT / "assets/icons").glob("fanal-*.png")
        for size in [path.stem.removeprefix("fanal-")]
    }
    for source, place in (SHARED | icons).items():
        (to / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, to / place)
    _packed(to / "usr/share/man/man1/fanal.1.gz", (ROOT / "packaging/man/fanal.1").read_bytes())
    date = format_datetime(datetime.fromtimestamp((ROOT / "CHANGELOG.md").stat().st_mtime, tz=UTC))
    _packed(papers / "changelog.gz", CHANGES.format(version=version(), date=date).encode())
    shutil.copy(ROOT / "CHANGELOG.md", papers / "CHANGELOG.md")
    licence = (ROOT / "LICENSE").read_text("utf-8").partition("\n\n")[2].partition("\n\n")[2]
    lines = (f" {line}" if line.strip() else " ." for line in licence.strip().splitlines())
    (papers / "copyright").write_text(COPYRIGHT + "\n".join(lines) + "\n", "utf-8")
    _modes(to)


def leave_out(inner: Path) -> None:
    """Remove what is, byte for byte, a library of this Debian, and what goes with Tk's."""
    known: dict[str, Path] = {}
    for line in _said("ldconfig", "-p").splitlines():
        name, _, at = line.strip().partition(" => ")
        known.setdefault(name.split(" ")[0], Path(at))
    for path in inner.glob("lib*.so*"):
        if not path.is_symlink() and path.name in known and filecmp.cmp(path, known[path.name], shallow=False):
            path.unlink()
    if not (inner / "libtk8.6.so").exists():
        for name, place in TK.items():
            if (inner / name).is_dir():
                shutil.rmtree(inner / name)
                (inner / name).symlink_to(f"../../../{place}")


def version() -> str:
    """As Debian orders it: what comes before a release sorts before it."""
    return re.sub(r"(a|b|rc|\.dev)(\d+)$", r"~\1\2", ABOUT["version"])


def _packed(to: Path, data: bytes) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(gzip.compress(data, 9, mtime=0))


def _modes(to: Path) -> None:
    """Readable by everybody, writable by root; what the loader maps need not be executable."""
    for path in to.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == to / "usr/lib/fanal/fanal" else 0o644)
    to.chmod(0o755)


def libraries(to: Path) -> str:
    """The system's packages that the build needs, with the lowest versions that have what it uses."""
    inner = to / "usr/lib/fanal"
    binaries = [path for path in sorted(inner.rglob("*")) if not path.is_symlink() and _elf(path)]
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "debian").mkdir()
        (Path(scratch) / "debian/control").write_text("Source: fanal\n\nPackage: fanal\nArchitecture: any\n", "utf-8")
        places = [f"-l{folder}" for folder in sorted({path.parent for path in binaries})]
        # What lies in the folder itself belongs to no package, and has nobody to tell of its versions.
        words = ["--ignore-missing-info", "--warnings=0", f"-S{to}", *places, "-O", *(f"-e{path}" for path in binaries)]
        done = _said("dpkg-shlibdeps", *words, cwd=Path(scratch))
    listed = done.partition("shlibs:Depends=")[2].strip()
    if "libc6" not in listed:
        raise RuntimeError(f"dpkg-shlibdeps says nothing of what is needed: {done}")
    return listed


def _elf(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _said(*command: str, cwd: Path | None = None) -> str:
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, cwd=cwd).stdout  # noqa: S603 - our words


def main(folder: Path, out: Path) -> Path:
    """Write the package into ``out``, and return its path."""
    architecture = _said("dpkg", "--print-architecture").strip()
    with tempfile.TemporaryDirectory() as scratch:
        to = Path(scratch) / "fanal"
        tree(folder, to)
        size = sum(path.lstat().st_size for path in to.rglob("*")) // 1024
        (to / "DEBIAN").mkdir(mode=0o755)
        control = CONTROL.format(version=version(), architecture=architecture, size=size, libraries=libraries(to))
        (to / "DEBIAN/control").write_text(control, "utf-8")
        package = out / f"fanal_{version()}_{architecture}.deb"
        _said("dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(to), str(package))
    return package


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]), Path(sys.argv[2]))}\n")
