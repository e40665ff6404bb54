"""Namespaces of a story's own: `home` (this process and all it starts), `net` (the internet), and a wire between them.

Nothing has a global name, so any number of stories run at the same time; everything in them ends with the process
that started them, however it ends, and no mount, link or file of theirs outlives them. Works as root, and as an
ordinary user where the kernel lets ordinary users make namespaces.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HOME4, NET4 = "192.168.7.2", "192.168.7.1"
HOME6, NET6 = "2001:db8:7::2", "2001:db8:7::1"
RESOLVER = "203.0.113.53"
MARK = "FANAL_TEST_WORLD"
"""The environment variable that says: inside. Its value is the id of the story's process outside, unique meanwhile."""
PATH = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"
TOOLS = ("unshare", "nsenter", "ip", "mount")
HIDEABLE = ("/srv", "/media", "/mnt")
PR_SET_PDEATHSIG = 1

_OWN = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
_SELF = ["--user", "--map-root-user"]


class NoWorldError(RuntimeError):
    """This machine cannot give us the namespaces; the message says why."""


def find(tool: str) -> str:
    """Where a tool is, also for a user whose PATH has no sbin. Raises NoWorldError."""
    found = shutil.which(tool, path=PATH)
    if not found:
        raise NoWorldError(f"{tool} is not installed")
    return found


@cache
def unshare() -> tuple[str, ...]:
    """The command that makes namespaces here, as root or as an ordinary user. Raises NoWorldError with the reason."""
    if sys.platform != "linux":
        raise NoWorldError("namespaces are Linux's")
    for tool in TOOLS:
        find(tool)
    if not Path("/proc/net/if_inet6").exists():
        raise NoWorldError("the kernel has no IPv6")
    said = ""
    for flags in ([], _SELF) if os.geteuid() == 0 else (_SELF,):
        command = (find("unshare"), *flags, *_OWN)
        trial = [*command, find("ip"), "link", "add", "type", "veth"]
        done = subprocess.run(trial, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return command
        said = done.stderr.strip()
    raise NoWorldError(f"namespaces are refused here: {said}")


def inside() -> bool:
    """Whether this process lives in a world of its own."""
    return MARK in os.environ


def enter(argv: Sequence[str]) -> None:
    """Run this Python again with ``argv`` in fresh namespaces, in place of this process; never returns.

    What this process' parent starts ends with that parent. Raises NoWorldError.
    """
    if sys.platform != "linux":
        raise NoWorldError("namespaces are Linux's")
    command = [*unshare(), sys.executable, *argv]
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.execve(command[0], command, os.environ | {MARK: str(os.getpid())})


def run(*command: str, stdin: str | None = None) -> None:
    """Run a short system command. Raises NoWorldError with what it said."""
    words = [find(command[0]), *command[1:]]
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False, timeout=30)
    if done.returncode:
        raise NoWorldError(f"{' '.join(command)}: {done.stderr.strip()}")


def furnish(keep: Sequence[Path]) -> Path:
    """Give home its own scratch folder, /tmp/.X11-unix, resolver and hosts; return the scratch folder, in memory.

    It lies over a folder of the file system's standard that is none of ``keep``'s parents, for a short path:
    the path of a local socket has at most 107 bytes.
    """
    taken = {str(parent) for path in keep for parent in path.resolve().parents}
    scratch = next((Path(p) for p in HIDEABLE if Path(p).is_dir() and p not in taken), None)
    if scratch is None:
        raise NoWorldError(f"none of {', '.join(HIDEABLE)} can be hidden")
    run("mount", "-t", "tmpfs", "-o", "mode=0755", "story", str(scratch))
    sockets = Path("/tmp/.X11-unix")
    sockets.mkdir(mode=0o1777, exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", "mode=1777", "story", str(sockets))
    for name, text in {
        "resolv.conf": f"nameserver {RESOLVER}\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
        "hosts": "127.0.0.1 localhost home\n::1 localhost home\n",
    }.items():
        over = Path("/etc", name).resolve()  # may be a link into /run
        if over.exists():
            (scratch / name).write_text(text, "utf-8")
            run("mount", "--bind", str(scratch / name), str(over))
        elif name == "resolv.conf":
            raise NoWorldError("there is no /etc/resolv.conf to lie over")
    run("ip", "link", "set", "lo", "up")
    return scratch


class Wire:
    """The cable from home to the internet."""

    def __init__(self, far: int) -> None:
        """Lay it to the network namespace of the process ``far``, and plug it in."""
        run("ip", "link", "add", "home0", "type", "veth", "peer", "name", "net0", "netns", str(far))
        # Every address is local in `net`, but for home's: so the internet answers at any number.
        setup = f"""
            link set lo up
            link set net0 up
            address add {NET4}/24 dev net0
            address add {NET6}/64 dev net0 nodad
            route add {HOME4}/32 dev net0 table local
            route add local 0.0.0.0/0 dev lo table local
            route add {HOME6}/128 dev net0 table local
            route add local ::/0 dev lo table local
        """
        run("nsenter", "-t", str(far), "-n", "ip", "-batch", "-", stdin=_batch(setup))
        self.plug()

    def plug(self) -> None:
        """Cable in: addresses and default routes are there at once."""
        setup = f"""
            link set home0 up
            address replace {HOME4}/24 dev home0
            address replace {HOME6}/64 dev home0 nodad
            route replace default via {NET4}
            route replace ::/0 via {NET6}
        """
        run("ip", "-batch", "-", stdin=_batch(setup))

    def pull(self) -> None:
        """Cable out: the link is down, and addresses and routes are gone, as a network manager leaves it."""
        run("ip", "-batch", "-", stdin="link set home0 down\naddress flush dev home0\n")


def _batch(lines: str) -> str:
    return "\n".join(line.strip() for line in lines.strip().splitlines()) + "\n"
