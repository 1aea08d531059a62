"""Says at the end of a run of the tests what was skipped, why, and how to have it run.

A plugin of pytest, which ``conftest.py`` brings in. A reason for skipping is therefore written for
a person: what is needed, and where it can be had, the command that gives it.
"""

from __future__ import annotations

from collections import Counter

import pytest

ELSEWHERE = "run by "
"""How the reason of a test begins that another test runs in a process of its own: nothing lacks."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Writes one line for each reason, the most frequent first."""
    reasons = Counter(map(_reason, terminalreporter.stats.get("skipped", ())))
    elsewhere = sum(count for reason, count in reasons.items() if reason.startswith(ELSEWHERE))
    lacking = [(r, n) for r, n in reasons.most_common() if not r.startswith(ELSEWHERE)]
    if lacking:
        terminalreporter.section("skipped here, and what they need", sep="-")
        for reason, count in lacking:
            terminalreporter.write_line(f"{count:4} {'test ' if count == 1 else 'tests'}  {reason}")
    if elsewhere:
        terminalreporter.write_line(
            f"({elsewhere} more were left to other tests, which run them in a process of their own)"
        )


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple | list) else report.longrepr
    return " ".join(str(reason).split()).removeprefix("Skipped: ")
