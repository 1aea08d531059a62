"""Fixtures for what is drawn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from game.stage.base import Stage
from perception.errors import DeviceError


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """One offscreen stage of 640×360 for all tests: a process can only have one.

    Whoever puts things on it takes them off again.
    """
    try:
        opened = Stage(640, 360, "offscreen")
    except DeviceError as error:
        pytest.skip(str(error))
    yield opened
    opened.close()
