"""What the judgement is worth: Fanal and the published rules of others, over scenarios and over real change logs.

    python -m tests.benchmarks.truth [SERIES_DIR [REPOSITORY]]        (or: python tests/benchmarks/truth.py …)

Prints a section in Markdown: the scenarios of ``tests/scenarios`` played to each rule (closed loop), and, given the
folder of the change logs, what each makes of those (open loop, at the log's own cadence). Where a target is not met, it
says so. A benchmark, not a test.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.truth_scenarios import played
from benchmarks.truth_score import rows
from benchmarks.truth_series import scored

FALSE_RED = 0.2
"""Per 100 site-days of the labelled series, at most."""
REAL = ("meta-2021-10-04", "meta-2023-12-06", "meta-2024-03-05")


def main(arguments: list[str]) -> None:
    """Print it all."""
    scores, unmet = played()
    own = scores["Fanal"]
    everyday = [name for name in own.false_in if name not in REAL]
    print("### Scenarios\n")
    print("\n".join(rows(scores, "platform-days")))
    print("\nTargets:\n")
    _target("the expectation of every scenario", not unmet, f"{len(unmet)} not: {', '.join(unmet)}")
    march = unmet.get("meta-2024-03-05", [])
    _target("5 March 2024 told within 70 s of 15:17, and an honest answer within 15 s", not march, "; ".join(march))
    _target("no false red in the everyday scenarios", not everyday, f"in {', '.join(everyday)}")
    _target("no wrong scope", not own.wrong_scope, f"{own.wrong_scope}")
    for name, problems in unmet.items():
        print(f"\n{name}, otherwise than expected:")
        print("\n".join(f"- {p}" for p in problems))
    if not arguments:
        return
    series = scored(Path(arguments[0]), *arguments[1:2])
    print("\n### Real change logs\n")
    print("\n".join(rows(series, "site-days")))
    fanal = series["Fanal"]
    rate = 100 * fanal.false / fanal.days
    print("\nTargets:\n")
    _target(f"at most {FALSE_RED} false red per 100 site-days", rate <= FALSE_RED, f"{rate:.2f}")


def _target(what: str, met: bool, otherwise: str) -> None:  # noqa: FBT001 - it is what the line says
    print(f"- {what}: {'met' if met else f'**not met** ({otherwise})'}")


if __name__ == "__main__":
    main(sys.argv[1:])
