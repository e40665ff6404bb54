"""Make the Debian package, install it into a fresh Debian, start it there on a real panel, and remove it again.

    python tests/packages/debian.py [--suite bookworm] [--out FOLDER]

As root, on Debian, with debootstrap and dpkg-dev; takes the one folder that pyinstaller.py left, or builds it, and
leaves the package in dist. All that is mounted is mounted in namespaces of its own and ends with them. Ends with 0 if
all is well, 1 if not, 3 if it cannot be done here and now, with the reason.
"""

from __future__ import annotations

import argparse
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))
from world.namespaces import NoWorldError, enter, find, inside, run
from world.program import OUT
from world.screen import require

from packages.pyinstaller import FOLDER, HERE, ROOT, build
from packages.smoke import NotSoError, insist, play
from trayapp import __version__

if TYPE_CHECKING:
    from world.screen import Screen
    from world.world import World

DEBIAN = HERE / "debian"
AT = "/usr/lib/fanal/fanal"
HOME = "/person"
PERSONS = (f"{HOME}/.config/fanal/config.toml", f"{HOME}/.local/share/fanal/history.db")
NOBODYS_MAIL = {"bogus-mail-host", "bogus-mail-host-in-debian-changelog"}
"""What lintian may say: there is no address yet to which one could write about Fanal."""
OWN = ["--mount", "--pid", "--fork", "--kill-child"]


def mirror() -> tuple[str, str]:
    """Where this computer's apt gets Debian from, and which Debian. Raises NoWorldError."""
    asked = ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(SITE)|$(CODENAME)", "Created-By: Packages"]
    for line in subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines():
        origin, label, site, suite = line.split("|")
        if (origin, label) == ("Debian", "Debian") and "-" not in suite:
            return site, suite
    raise NoWorldError("this computer's apt has no Debian")


def bootstrap(suite: str) -> None:
    """A fresh, small Debian in a folder. Raises NoWorldError with what debootstrap said."""
    site, here = mirror()
    shutil.rmtree(DEBIAN, ignore_errors=True)
    command = ["nice", find("debootstrap"), "--variant=minbase", suite or here, str(DEBIAN), site]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoWorldError(f"debootstrap of {suite or here} from {site}: {(done.stdout + done.stderr)[-1000:]}")
    print(f"a fresh Debian {(DEBIAN / 'etc/debian_version').read_text('ascii').strip()} from {site}", flush=True)


def within(*command: str, net: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command in that Debian, with mounts of its own."""
    script = 'mount -t proc proc "$0/proc"; mount --bind /etc/resolv.conf "$0/etc/resolv.conf"; exec chroot "$0" "$@"'
    words = [find("unshare"), *OWN, *([] if net else ["--net"]), "sh", "-ec", script, str(DEBIAN), *command]
    env = {
        "PATH": os.defpath + ":/usr/sbin:/sbin",
        "LC_ALL": "C.UTF-8",
        "HOME": HOME,
        "DEBIAN_FRONTEND": "noninteractive",
    }
    return subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=900)


def must(*command: str) -> str:
    """What it said. Raises NotSoError if it fails."""
    done = within(*command)
    insist(so=done.returncode == 0, what=f"{' '.join(command)}: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def lint(package: Path) -> None:
    """What Debian's own check of packages says. Raises NotSoError."""
    if not shutil.which("lintian"):
        print("lintian: not on this computer, not run", flush=True)
        return
    done = subprocess.run(["lintian", "--allow-root", str(package)], capture_output=True, text=True, check=False)
    said = [line for line in done.stdout.splitlines() if line[:2] in {"E:", "W:"}]
    print("\n".join(["lintian:", *said]), flush=True)
    others = [line for line in said if line.split()[2] not in NOBODYS_MAIL]
    insist(so=not others, what=f"lintian: {others}")


def install(package: Path) -> list[str]:
    """Install it as a person would; return its files."""
    shutil.copy(package, DEBIAN / "fanal.deb")
    must("apt-get", "update", "-qq")
    must("apt-get", "install", "-y", "-qq", "apt-utils")
    bare = within("dpkg", "-i", "/fanal.deb")  # a fresh Debian lacks libraries: it is unpacked, and apt gets the rest
    insist(so="dependency problems" in bare.stderr or bare.returncode == 0, what=f"dpkg -i: {bare.stderr}")
    must("apt-get", "-f", "install", "-y", "-qq", "--no-install-recommends")
    state = must("dpkg-query", "-W", "-f", "${db:Status-Abbrev}", "fanal").strip()
    insist(so=state == "ii", what=f"after the installation it is {state!r}")
    libraries = within("sh", "-c", "find /usr/lib/fanal -name '*.so*' -o -path /usr/lib/fanal/fanal | xargs ldd").stdout
    lost = {line.split()[0] for line in libraries.splitlines() if "not found" in line}
    inner = {path.name for path in (DEBIAN / "usr/lib/fanal/_internal").glob("lib*")}
    insist(so=not lost - inner, what=f"libraries that nobody brings: {lost - inner}")
    return must("dpkg", "-L", "fanal").splitlines()


def remove(files: list[str]) -> None:
    """Purge it: nothing of it is left but what is the person's. Raises NotSoError."""
    (DEBIAN / HOME.removeprefix("/")).mkdir()
    begun = within("env", "EDITOR=true", "fanal", "config", "edit", net=False)
    insist(so=begun.returncode == 0, what=f"config edit: {begun.stderr}")
    history = DEBIAN / PERSONS[1].removeprefix("/")
    history.parent.mkdir(parents=True, exist_ok=True)
    history.write_bytes(b"a person's own")
    must("apt-get", "purge", "-y", "-qq", "fanal")
    (DEBIAN / "fanal.deb").unlink()
    left = [name for name in files if "fanal" in name and os.path.lexists(DEBIAN / name.removeprefix("/"))]
    insist(so=not left, what=f"left behind: {left}")
    found = within("find", "/", "-xdev", "-name", "*fanal*").stdout.split()
    others = {name for name in found if not name.startswith((f"{HOME}/", "/var/cache/apt/"))}
    insist(so=not others, what=f"left behind: {others}")
    kept = [name for name in PERSONS if (DEBIAN / name.removeprefix("/")).is_file()]
    insist(so=kept == list(PERSONS), what=f"of the person's own only {kept} is left")
    print("removed: nothing left but the person's own", flush=True)


def furnished(world: World, _screen: Screen) -> Path:
    """Let that Debian see the world: its screen, bus, home and names; return a command that runs the program there."""
    for folder in (str(world.scratch), "/tmp/.X11-unix"):
        (DEBIAN / folder.removeprefix("/")).mkdir(parents=True, exist_ok=True)
        run("mount", "--rbind", folder, f"{DEBIAN}{folder}")
    for name in ("resolv.conf", "nsswitch.conf", "hosts"):
        (DEBIAN / "etc" / name).touch()
        run("mount", "--bind", f"/etc/{name}", f"{DEBIAN}/etc/{name}")
    run("mount", "-t", "proc", "proc", f"{DEBIAN}/proc")
    command = world.scratch / "fanal"
    command.write_text(f'#!/bin/sh\nexec {find("chroot")} "{DEBIAN}" /usr/bin/fanal "$@"\n', "utf-8")
    command.chmod(0o755)
    return command


def whole(suite: str, out: Path) -> int:
    """Everything outside the world; the part inside is this script once more."""
    if sys.platform != "linux" or os.geteuid() != 0:
        raise NoWorldError("only root, and on Linux, can change into another Debian")
    for tool in ("debootstrap", "dpkg-shlibdeps", "chroot"):
        find(tool)
    require()
    if not FOLDER.exists():
        build()
    package = runpy.run_path(str(ROOT / "packaging/debian/make.py"))["main"](FOLDER, FOLDER.parent)
    print(f"package: {package.stat().st_size / 2**20:.1f} MiB", flush=True)
    lint(package)
    try:
        bootstrap(suite)
        files = install(package)
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        code = subprocess.run([sys.executable, __file__, "--out", str(out), "--play"], check=False).returncode
        if code == 0:
            remove(files)
            print("the Debian package: well", flush=True)
        return code
    finally:
        mounted = [line for line in Path("/proc/mounts").read_text("utf-8").splitlines() if str(DEBIAN) in line]
        if mounted:
            print(f"still mounted, and left alone: {mounted}", flush=True)
        else:
            shutil.rmtree(DEBIAN, ignore_errors=True)


def main() -> int:
    """As told above; --play is the part inside the world."""
    words = argparse.ArgumentParser(description="Install the Debian package into a fresh Debian, and start it there.")
    words.add_argument("--suite", default="", help="which Debian (that of this computer)")
    words.add_argument("--out", type=Path, default=OUT / "packages-debian", help="where logs go")
    words.add_argument("--play", action="store_true", help=argparse.SUPPRESS)
    given = words.parse_args()
    out = given.out.resolve()
    try:
        if not given.play:
            return whole(given.suite, out)
        if not inside():
            enter([__file__, "--out", str(out), "--play"])
        play(DEBIAN, AT, out, __version__, furnished)
    except NoWorldError as reason:
        print(f"not done here: {reason}")
        return 3
    except NotSoError as seen:
        print(f"FAILED {seen}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
