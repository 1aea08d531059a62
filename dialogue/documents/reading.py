"""Reads a CV or an advert that a person names: text, PDF or DOCX.

Such a file may come from anywhere. It is read in a process of its own with bounds on memory, on
processor time and on the time one waits, and nothing in it is ever more than text.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from perception.errors import InputError
from perception.named_file import check_file
from perception.process.calls import CallProcess

MOST_BYTES = 25_000_000
"""Of a file."""
MOST_UNPACKED = 60_000_000
"""Bytes of what a DOCX unpacks to."""
MOST_PAGES = 300
"""Of a PDF, from its beginning."""
MOST_LETTERS = 200_000
"""Of the text, from its beginning: some sixty pages."""
MOST_MEMORY = 1_500_000_000
"""Bytes that the process which reads may ask for."""
MOST_S = 45.0
"""s that are waited for it."""


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a document."""

    name: str
    """Of its file."""
    lines: tuple[str, ...]
    """In order, without blanks at their ends; an empty one where a block ends. The cells of a
    table's row are one line, with tabs between them."""
    pages: int | None = None
    """How many a PDF has; None for others."""
    notes: tuple[str, ...] = ()
    """What was left out, in plain words."""

    @property
    def text(self) -> str:
        """All of it, line by line."""
        return "\n".join(self.lines)


def read_document(path: Path) -> Document:
    """Reads a document.

    Args:
        path: as a person named it.

    Raises:
        InputError: it is missing, of another kind, protected, without text, damaged, or cannot be
            read within the bounds; the message says what to do.
    """
    path = Path(path).expanduser()
    check_file(path)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise InputError(
            f"{path}: {size / 1e6:.0f} MB, more than any CV or advert; "
            "save its text by itself and name that file"
        )
    with CallProcess("document", "dialogue.documents.extraction:Extractor") as reader:
        reader.call(str(path))
        until_s = time.monotonic() + MOST_S
        while not (over := reader.poll(0.1)) and time.monotonic() < until_s:
            pass
        if not over:
            reader.stop(0.0)
        if not over or reader.gone:
            raise InputError(
                f"{path}: cannot be read within {MOST_S:.0f} seconds and "
                f"{MOST_MEMORY / 1e9:.1f} GB; save it as plain text and name that file"
            )
        found: Document = reader.result()
    return found
