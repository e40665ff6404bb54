"""Tell of everything in a build that is not Fanal's: its name, its licence, and the licence's whole text.

What a file belongs to is looked up, never guessed: the metadata of the installed distributions, Python itself, and on
Debian the system's packages. A file that belongs to nobody, or to somebody without a licence text, stops the build.
"""  # noqa: INP001 - used by the build's recipe, which is no package

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OWN: Final = "fanal"
LIST: Final = "THIRD-PARTY.txt"
FOLDER: Final = "licences"
_TEXT = re.compile(r"(licen[cs]e|copying|notice|copyright|authors)", re.IGNORECASE)
_PAGES = ("homepage", "home", "source", "source code", "repository", "github")
_ABOUT = """\
Fanal itself is under the MIT licence (LICENSE). This folder also holds what is listed here, each under its own licence;
the texts are in the folder licences.

pystray, python-xlib and python-bidi, where they are listed, are under the GNU Lesser General Public Licence: they lie
in the folder _internal as files of their own, and you may put another version in their place.
"""


class NobodysError(RuntimeError):
    """A file is in the build, and nobody knows whose it is or under which licence."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Something that is not ours; ``texts`` are the files of its licence."""

    name: str
    version: str
    licence: str
    home: str
    texts: tuple[Path, ...]


def parts_of(files: Iterable[Path], ours: Iterable[Path], also: Iterable[str] = ()) -> list[Part]:
    """Whose ``files`` are, by name; what lies below one of ``ours`` and is no distribution's is Fanal's.

    ``also`` are distributions that no file tells of. Raises NobodysError.
    """
    owners, mine = _owners(), [folder.resolve() for folder in ours]
    found: dict[str, Part] = {}
    strangers: set[Path] = set()
    for file in {path.resolve() for path in files}:
        if (dist := owners.get(file)) is not None:
            if dist.name.casefold() != OWN:
                found.setdefault(dist.name, part_of(dist))
        elif is_python(file):
            found.setdefault("Python", _of_python())
        elif not _inside(file, mine):
            strangers.add(file)
    for name in also:
        found.setdefault(name, part_of(metadata.distribution(name)))
    return sorted([*found.values(), *_of_debian(strangers)], key=lambda part: part.name.casefold())


def part_of(dist: metadata.Distribution) -> Part:
    """What the metadata of an installed distribution tell. Raises NobodysError where it has no licence text."""
    about = dist.metadata
    classes = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or () if c.startswith("License ::")]
    short = next((line for line in _told(about, "License").splitlines()[:1] if line.strip()), "")
    named = _told(about, "License-Expression") or short or ", ".join(classes)
    texts = [Path(str(dist.locate_file(f))) for f in dist.files or () if _TEXT.search(f.name) and _beside(f.parts)]
    pages = {n.casefold(): url.strip() for n, _, url in (u.partition(",") for u in about.get_all("Project-URL") or ())}
    linked = next((pages[name] for name in _PAGES if name in pages), next(iter(pages.values()), ""))
    home = _told(about, "Home-page") or linked
    return _whole(Part(dist.name, dist.version, named, home, tuple(sorted(t for t in texts if t.is_file()))))


def _told(about: metadata.PackageMetadata, name: str) -> str:
    """One field; "" where there is none, of which newer Pythons complain."""
    return next(iter(about.get_all(name) or ()), "")


def _beside(parts: tuple[str, ...]) -> bool:
    """Whether a file is of the metadata, not of the code."""
    return parts[0].endswith((".dist-info", ".egg-info"))


def _whole(part: Part) -> Part:
    if not part.texts or not part.licence:
        raise NobodysError(f"{part.name} {part.version} has no licence text or does not name its licence")
    return part


def _owners() -> dict[Path, metadata.Distribution]:
    return {
        Path(str(dist.locate_file(file))).resolve(): dist
        for dist in metadata.distributions()
        for file in dist.files or ()
    }


def is_python(file: Path) -> bool:
    """Whether ``file`` came with the interpreter that runs this: its library, its modules."""
    base = Path(sys.base_prefix).resolve()
    # In a folder of the system the rest is not Python's, and the system's packages tell whose it is.
    return base not in {Path("/usr"), Path("/usr/local")} and _inside(file.resolve(), [base])


def _of_python() -> Part:
    base = Path(sys.base_prefix)
    places = [*base.glob("lib/python3.*/LICENSE.txt"), base / "LICENSE.txt"]
    version = ".".join(map(str, sys.version_info[:3]))
    texts = tuple(p for p in places if p.is_file())[:1]
    return _whole(Part("Python", version, "PSF-2.0", "https://www.python.org/", texts))


def _inside(file: Path, folders: Iterable[Path]) -> bool:
    return "site-packages" not in file.parts and any(file.is_relative_to(folder) for folder in folders)


def _of_debian(files: Iterable[Path]) -> Iterator[Part]:
    """The system's packages that ``files`` belong to."""
    wanted = {str(file) for file in files}
    packages = _packages(wanted) if wanted else {}
    if unknown := sorted(wanted - packages.keys()):
        raise NobodysError(f"in the build, and nobody knows whose: {', '.join(unknown[:9])}")
    for package in sorted(set(packages.values())):
        name = package.partition(":")[0]
        version, home = _asked("dpkg-query", "-W", "-f", "${Version}\t${Homepage}", package).split("\t")
        text = Path("/usr/share/doc", name, "copyright")
        yield _whole(Part(name, version, "see its text", home, (text,) if text.is_file() else ()))


def _packages(files: Iterable[str]) -> dict[str, str]:
    """Debian's packages by file; also of a file that they know by the old path without /usr."""
    if shutil.which("dpkg-query") is None:
        return {}
    names = {old: file for file in files for old in (file, file.removeprefix("/usr"))}
    found = {}
    for line in _asked("dpkg-query", "-S", *names, check=False).splitlines():
        owners, _, name = line.partition(": ")
        if name in names and not owners.startswith("diversion by"):
            found[names[name]] = owners.partition(",")[0]
    return found


def _asked(*command: str, check: bool = True) -> str:
    return subprocess.run(command, check=check, capture_output=True, text=True, timeout=60).stdout  # noqa: S603 - our own words


def write(parts: Iterable[Part], folder: Path) -> None:
    """Write the list, and every text, into ``folder``."""
    lines = [_ABOUT]
    shutil.rmtree(folder / FOLDER, ignore_errors=True)
    for part in parts:
        place = folder / FOLDER / part.name
        place.mkdir(parents=True)
        lines += [f"{part.name} {part.version}", f"    {part.licence}"] + [f"    {part.home}"] * bool(part.home)
        for text in part.texts:
            name = text.name
            while (place / name).exists():  # a distribution may have two of one name, in folders of their own
                name = f"{text.parent.name}-{name}"
            (place / name).write_bytes(text.read_bytes())
            lines.append(f"    {FOLDER}/{part.name}/{name}")
        lines.append("")
    (folder / LIST).write_text("\n".join(lines), "utf-8")
