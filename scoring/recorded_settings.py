"""A session's own scoring settings, as if it had been made with others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from perception.recorded import looked_up


def with_scoring(meta: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    """``session.json`` as if its settings said something else under ``[scoring]``.

    Args:
        meta: what ``session.json`` holds; whatever stands there is borne with.
        changed: keys of ``[scoring]`` with values as JSON has them; None leaves the session's own.
    """
    settings, scoring = looked_up(meta, "settings"), looked_up(meta, "settings", "scoring")
    wanted = {name: value for name, value in changed.items() if value is not None}
    merged = {**_table(scoring), **wanted}
    return {**meta, "settings": {**_table(settings), "scoring": merged}} if wanted else {**meta}


def _table(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}
