"""Sets the report's PDF with Typst: shaped letters of every script, both directions of writing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from perception.errors import ModelError
from perception.paths import ASSETS

TEMPLATES = ASSETS / "templates"


@lru_cache(maxsize=2)
def _fonts(folders: tuple[Path, ...]) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,  # the same bytes on every machine
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in folders],
    )


def typeset(template: str, data: Mapping[str, Any], folders: Sequence[Path]) -> bytes:
    """A document as PDF; the same bytes for the same data.

    Args:
        template: name of a file in ``assets/templates``.
        data: what the template shows; JSON values.
        folders: where its fonts lie.

    Raises:
        ModelError: the template does not fit this version of Typst.
    """
    inputs = {"report": json.dumps(data, ensure_ascii=False, allow_nan=False)}
    try:
        pdf = typst.compile(
            str(TEMPLATES / template),
            root=str(TEMPLATES),
            font_paths=_fonts(tuple(folders)),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=inputs,
        )
    except typst.TypstError as error:
        raise ModelError(
            f"{template}: the PDF cannot be set ({error.message}); "
            "install the packages of requirements.lock again"
        ) from None
    assert isinstance(pdf, bytes)
    return pdf
