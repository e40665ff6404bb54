"""Where the one-folder build begins: Fanal's command, told how it is started again from here."""  # noqa: INP001 - a script

import os
import runpy
import sys

_MODULE = "trayapp"


def _give_back() -> None:
    """Let what Fanal starts (a browser, an editor) find the system's libraries again, and not those of this folder.

    The boot loader keeps the value that it changed in a second variable; the linker has read its own at the start.
    """
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        before = os.environ.pop(f"{name}_ORIG", None)
        if before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before


def _wanted() -> str:
    """The module that is to be run: there is no Python here, and yet ``sys.executable -m trayapp`` must work."""
    if sys.argv[1:2] == ["-m"] and sys.argv[2:3] and sys.argv[2].split(".")[0] == _MODULE:
        module = sys.argv[2]
        del sys.argv[1:3]
        return module
    return _MODULE


_give_back()
wanted = _wanted()
sys.argv[0] = sys.executable  # by its path, also when it was found on the path: it is what autostart writes down
if __name__ == "__main__":
    runpy.run_module(wanted, run_name="__main__", alter_sys=False)
