"""Check that the tests named in a list really ran and passed: a skip in CI is a failure.

Usage: must_run.py LIST JUNIT_XML. A line of the list is a test's name or the beginning of one; # begins a comment.
"""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def main(list_: str, report: str) -> int:
    """Return 0 when each line of the list matches at least one test and all that it matches have passed."""
    wanted = [w for line in Path(list_).read_text("utf-8").splitlines() if (w := line.partition("#")[0].strip())]
    ran: dict[str, bool] = {}
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314 - our own pytest wrote it
        name = f"{case.get('classname', '').replace('.', '/')}::{case.get('name', '')}"
        ran[name] = case.find("skipped") is None and case.find("failure") is None and case.find("error") is None
    bad = 0
    for w in wanted:
        found = [name for name in ran if name.startswith(w)]
        failed = [name for name in found if not ran[name]]
        if not found or failed:
            bad += 1
            sys.stderr.write(f"must run, and did not: {w}" + (f" ({', '.join(failed)})" if failed else "") + "\n")
    sys.stdout.write(f"{len(wanted) - bad} of {len(wanted)} required tests or groups ran and passed\n")
    return 1 if bad or not wanted else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
