"""The schema of ``report.json`` that ships, and what of a report does not fit it."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator

from perception.paths import ASSETS
from scoring.report.versions import SCHEMA_VERSION


@lru_cache(maxsize=1)
def validator() -> Draft202012Validator:
    """Of the version that is written now."""
    path = ASSETS / "schemas" / f"report-{SCHEMA_VERSION}.schema.json"
    schema: dict[str, Any] = json.loads(path.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def faults(report: bytes) -> list[str]:
    """Where a report does not fit, and why."""
    found = validator().iter_errors(json.loads(report))
    return [f"{error.json_path}: {error.message[:200]}" for error in found]
