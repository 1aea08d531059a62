"""Runs the tests in lanes: interviews in real time, which mostly wait, beside all that computes.

A plugin of pytest, which ``conftest.py`` brings in. ``python3 run.py test`` asks pytest-xdist for
one process per lane. Each process is given one group of tests after the other, so that what the
tests of a group share is made once:

* files of whole interviews are one group, and the first: their clock is the wall's;
* other files of whole commands are next, so that no long one is left when all else is done;
* files that look at what perception says of the same recorded clips are another;
* every other file is a group of its own.

A process that has grown large is followed by another; one that a test has crashed, too, and that
test has failed.

Tests marked ``whole`` are the long forms of benches and trainings, of which a short one runs
always; ``--all`` has them run, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psutil
import pytest

LARGE_BYTES = 1.4e9
"""Resident memory at which a process gives way to a fresh one, between two groups, on a machine
with little of it. What libraries keep adds up to gigabytes in a process that draws, learns, listens
and reports."""

LARGE_SHARE = 0.15
"""Share of the machine's memory that is no more than that where there is much: a fresh process
collects all tests anew, which takes a minute."""

REAL_TIME = (
    *("tests/test_trouble.py", "tests/test_practice.py", "tests/test_reception.py"),
    *("tests/test_green_room.py", "tests/test_nothing_leaves.py", "tests/test_fresh_start.py"),
)
"""Files whose tests hold interviews."""

CLIPS = (
    *("tests/perception/body/test_body.py", "tests/perception/face/test_picture_quality.py"),
    "tests/perception/pipeline/test_seeing.py",
)
"""Files whose tests share what is seen in clips (fixture ``observed``)."""

WHOLE = "needs patience, a short form of it runs always: python3 run.py test --all"
"""Why a long form was skipped."""


def some_always(values: Iterable[Any], *always: Any) -> list[Any]:
    """Values of a parameter, of which those in ``always`` are tested always, the others with
    ``--all``.

    Args:
        values: each of one parameter, or as a tuple of several.
        always: some of them.
    """
    return [
        value
        if value in always
        else pytest.param(
            *(value if isinstance(value, tuple) else (value,)), marks=pytest.mark.whole
        )
        for value in values
    ]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--all``."""
    parser.addoption(
        "--all", action="store_true", help="run the long forms of benches and trainings, too"
    )
    parser.addoption(
        "--large-bytes",
        type=float,
        default=max(LARGE_BYTES, LARGE_SHARE * psutil.virtual_memory().total),
        help="memory at which a process gives way to a fresh one (default: %(default).2g)",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Brings real time and whole commands to the front, and leaves out long forms that were not
    asked for."""
    for item in items:
        if item.get_closest_marker("whole") is not None and not config.getoption("--all"):
            item.add_marker(pytest.mark.skip(reason=WHOLE))
    items.sort(key=lambda item: _turn_of(item.nodeid))  # a stable sort


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hands out the tests group by group, in the order in which they were collected.

    Not by xdist's own ``--dist loadgroup``: its mark is lost on the way since pytest 9.2
    (https://github.com/pytest-dev/pytest-xdist/issues/1386).
    """
    from xdist.scheduler import LoadScopeScheduling

    class Lanes(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

        def _reschedule(self, node: Any) -> None:
            if node not in self.registered_collections:
                return  # it begins: another that begins with it has told first what it found
            if self.workqueue and not node.shutting_down and self._has_grown_large(node):
                config.pluginmanager.getplugin("dsession")._clone_node(node)
                node.shutdown()  # once it has run the tests that it knows of
                return
            # a process runs a test once it knows the next one, or that there is none; xdist may
            # leave one that took a crashed one's place with a single test, waiting for ever
            super()._reschedule(node)
            while not node.shutting_down and self._pending_of(self.assigned_work[node]) < 2:
                super()._reschedule(node)

        def _has_grown_large(self, node: Any) -> bool:
            # asked only where it would be given another group
            if self._pending_of(self.assigned_work[node]) > 2:
                return False
            started = any(any(unit.values()) for unit in self.assigned_work[node].values())
            try:
                held = psutil.Process(node.gateway._io.popen.pid).memory_info().rss
            except psutil.NoSuchProcess:
                return False  # it has crashed since: that is told by and by
            return started and held > config.getoption("--large-bytes")

        def remove_node(self, node: Any) -> str | None:
            work = self.assigned_work.pop(node)
            waiting = [
                nodeid for unit in work.values() for nodeid, over in unit.items() if not over
            ]
            if not waiting:
                return None
            for unit in work.values():  # it failed by crashing: again it would crash again
                if waiting[0] in unit:
                    unit[waiting[0]] = True
            self.workqueue.update(
                {name: unit for name, unit in work.items() if not all(unit.values())}
            )
            for other in self.assigned_work:
                self._reschedule(other)
            return waiting[0]

    config.option.loadscopereorder = False
    return Lanes(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Ends the process of a lane that has nothing to do any more: xdist would keep it, and all its
    memory, until the last test is over."""
    node.gateway.exit()


def _turn_of(nodeid: str) -> int:
    """Which groups come first: 0 those in real time, 1 whole commands, 2 the parts of a room."""
    if group_of(nodeid) == REAL_TIME[0]:
        return 0
    return 1 + (nodeid.partition("::")[0].count("/") > 1)


def group_of(nodeid: str) -> str:
    """The group to which a test belongs, named after the first of its files."""
    file = nodeid.partition("::")[0]
    for files in (REAL_TIME, CLIPS):
        if file in files:
            return files[0]
    return file
