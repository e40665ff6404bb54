"""Build the one folder that needs no Python, look into it, and start it on a real panel; prints what was measured.

    python tests/packages/pyinstaller.py [--out FOLDER]

Makes an environment of its own, in build/packages. The folder is left in dist/fanal. Ends with 0 if all is well, 1 if
not, 3 if it cannot be started here and now.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from world.namespaces import NoWorldError, enter, inside
from world.program import OUT
from world.screen import require

from packages.smoke import NotSoError, insist, play
from trayapp import __version__

ROOT = Path(__file__).parents[2]
HERE = ROOT / "build/packages"
RECIPE = ROOT / "packaging/pyinstaller"
FOLDER = ROOT / "dist/fanal"
REPLACEABLE = {"pystray": "pystray/__init__.py", "python-xlib": "Xlib/__init__.py"}
"""What is under the LGPL, and a file of it."""
LARGEST_MIB = 80

# Run by the environment of the build: which distributions the modules in the program belong to, found without the
# script that wrote the list.
_BUNDLED = """\
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from PyInstaller.archive.readers import CArchiveReader

folder = Path(sys.argv[1])
program = CArchiveReader(str(folder / "fanal"))
[pyz] = [name for name, entry in program.toc.items() if entry[-1] == "z"]
names = set(program.open_embedded_archive(pyz).toc) | {path.name for path in (folder / "_internal").iterdir()}
owners = packages_distributions()
print(*sorted({owner for name in names for owner in owners.get(name.partition(".")[0], ())}), sep="\\n")
"""


def build() -> Path:
    """The folder, made anew; some minutes."""
    for old in (HERE, FOLDER):
        shutil.rmtree(old, ignore_errors=True)
    HERE.mkdir(parents=True)
    python = HERE / "venv/bin/python"
    subprocess.run([sys.executable, "-m", "venv", HERE / "venv"], check=True)
    install: list[str | Path] = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*install, ROOT, "-r", RECIPE / "requirements.txt"], check=True)
    began = time.monotonic()
    words: list[str | Path] = [
        "--noconfirm",
        "--log-level",
        "WARN",
        "--distpath",
        FOLDER.parent,
        "--workpath",
        HERE / "work",
    ]
    command: list[str | Path] = ["nice", HERE / "venv/bin/pyinstaller", *words, RECIPE / "fanal.spec"]
    subprocess.run(command, check=True, cwd=HERE)
    print(f"built in {time.monotonic() - began:.0f} s", flush=True)
    return FOLDER


def look(folder: Path) -> None:
    """What must be in it, and where. Raises NotSoError."""
    size = sum(path.lstat().st_size for path in folder.rglob("*")) / 2**20
    print(f"size: {size:.1f} MiB", flush=True)
    insist(so=size < LARGEST_MIB, what=f"it has {size:.0f} MiB")
    inner, sources = folder / "_internal", ROOT / "trayapp"
    for pattern in ("platforms/*.toml", "locale/*/LC_MESSAGES/*.mo"):
        for path in sources.glob(pattern):
            copy = inner / "trayapp" / path.relative_to(sources)
            insist(
                so=copy.is_file() and copy.read_bytes() == path.read_bytes(), what=f"{copy} is not as in the sources"
            )
    strays = [path for path in (inner / "trayapp").rglob("*") if path.is_file() and path.suffix not in {".toml", ".mo"}]
    insist(so=not strays, what=f"who put these in? {strays[:5]}")
    for part, file in REPLACEABLE.items():
        insist(so=(inner / file).is_file(), what=f"{part} is no file of its own")
    if any(inner.glob("bidi*")):  # the window's, for Arabic
        insist(so=(inner / "bidi/__init__.py").is_file(), what="python-bidi is no file of its own")
    insist(so=any(inner.rglob("_tkinter*")) and (inner / "_tk_data/tk.tcl").is_file(), what="Tk is not in it")
    for name in (
        "LICENSE",
        "assets/fanal.svg",
        "assets/icons/fanal-256.png",
        "assets/tray/up.png",
        "assets/fanal.desktop",
    ):
        insist(so=(inner / name).is_file(), what=f"{name} is not in it")
    licences(folder)


def licences(folder: Path) -> None:
    """Every distribution in the program is on the list, with a text of its licence."""
    asked: list[str | Path] = [HERE / "venv/bin/python", "-c", _BUNDLED, folder]
    bundled = set(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()) - {"fanal"}
    insist(so={"httpx", "pillow", "pystray", "python-xlib"} <= {n.casefold() for n in bundled}, what=f"{bundled}?")
    listed = {
        line.split()[0] for line in (folder / "THIRD-PARTY.txt").read_text("utf-8").splitlines() if line[:1].strip()
    }
    for name in {*bundled, "Python", "pyinstaller"}:
        texts = [path for path in (folder / "licences" / name).glob("*") if path.stat().st_size > 200]
        insist(so=name in listed and bool(texts), what=f"{name} is in the program, and not on the list with a text")
    print(
        f"licences: of {len(bundled)} distributions and {len(list((folder / 'licences').iterdir()))} parts", flush=True
    )


def replace(folder: Path) -> None:
    """A person's own version of what is under the LGPL is the one that runs. Raises NotSoError."""
    copy = HERE / "replaced"
    shutil.copytree(folder, copy, symlinks=True)
    try:
        for part, file in REPLACEABLE.items():
            with (copy / "_internal" / file).open("a", encoding="utf-8") as text:
                text.write(f"\nimport sys\nsys.stderr.write('another {part}\\n')\n")
        # Without a screen and a bus the icon cannot be: that is told after both have been loaded, or asked about.
        env = {"PATH": os.environ["PATH"], "HOME": str(copy), "DISPLAY": ":65535"}
        asked: list[str | Path] = ["unshare", "--net", copy / "fanal", "-m", "trayapp.desktop.tray.xembed"]
        said = subprocess.run(asked, env=env, capture_output=True, text=True, timeout=60, check=False).stderr
        for part in REPLACEABLE:
            insist(so=f"another {part}" in said, what=f"another {part} was put in its place and not taken: {said!r}")
        print(f"replaced: {', '.join(REPLACEABLE)}", flush=True)
    finally:
        shutil.rmtree(copy)


def main() -> int:
    """Build, look, enter, play."""
    words = argparse.ArgumentParser(description="Build the one folder, and start it.")
    words.add_argument("--out", type=Path, default=OUT / "packages-run", help="where logs go")
    out = words.parse_args().out.resolve()
    program = FOLDER / "fanal"
    try:
        if not inside():
            require()
            build()
            look(FOLDER)
            replace(FOLDER)
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir(parents=True)
            enter([__file__, "--out", str(out)])
        play(program, str(program), out, __version__)
    except NoWorldError as reason:
        print(f"no world here: {reason}")
        return 3
    except NotSoError as seen:
        print(f"FAILED {seen}")
        return 1
    print("the one folder: well")
    return 0


if __name__ == "__main__":
    sys.exit(main())
