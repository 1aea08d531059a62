"""Every report that a test of this folder writes is held against the schema that ships."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from scoring.report import write
from tests.scoring.schema import faults


@pytest.fixture(scope="session", autouse=True)
def reports_fit_the_schema() -> Iterator[None]:
    """Looks at what is written; the report goes on its way unchanged."""
    pretty = write.pretty

    def checked(report: Mapping[str, Any]) -> bytes:
        data = pretty(report)
        assert faults(data) == []
        return data

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "pretty", checked)
        yield
