"""The text of a document's file; runs in a process of its own, within bounds.

What a file is, is told by its first bytes, for names lie.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dialogue.documents.reading import (
    MOST_LETTERS,
    MOST_MEMORY,
    MOST_PAGES,
    MOST_S,
    MOST_UNPACKED,
    Document,
)
from perception.errors import InputError
from perception.process.calls import Tell

FEWEST_LETTERS = 40
"""Of a document; with fewer its pages are pictures, or empty."""

_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "an old Word file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"%!PS", "a PostScript file"),
    (b"\x1f\x8b", "a packed file"),
    (b"7z\xbc\xaf", "a packed file"),
    (b"Rar!", "a packed file"),
)
_ZIPPED = {
    "content.xml": "an OpenDocument file",
    "Index/Document.iwa": "a Pages file",
    "xl/workbook.xml": "a spreadsheet",
    "ppt/presentation.xml": "slides",
    "META-INF/container.xml": "an e-book",
}
"""What else is a ZIP archive, by a member of it."""


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff\ud800-\udfff]")


class Extractor:
    """Reads documents; made in the child."""

    def __init__(self) -> None:
        _bound()
        logging.disable(logging.CRITICAL)  # pypdf tells of every oddity

    def answer(self, tell: Tell, name: str) -> Document:
        """The text of a file.

        Raises:
            InputError: it cannot be had.
        """
        path = Path(name)
        try:
            return _document(path)
        except (MemoryError, RecursionError):
            raise InputError(
                f"{path}: needs more memory to read than any CV; save it as plain text"
            ) from None

    def close(self) -> None:
        """There is nothing to free."""


def _bound() -> None:
    """Bounds this process, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    for what, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, int(MOST_S))):
        _, hard = resource.getrlimit(what)
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (wanted, hard))


def _document(path: Path) -> Document:
    data = path.read_bytes()
    pages: int | None = None
    notes: list[str] = []
    if b"%PDF-" in data[:1024]:
        lines, pages = _of_pdf(path, data, notes)
    elif data.startswith(b"PK"):
        lines = _of_docx(path, data)
    else:
        kind = next((what for magic, what in _OTHERS if data.startswith(magic)), None)
        if kind is not None:
            raise InputError(f"{path}: {kind}; save it as DOCX, PDF or plain text")
        lines = _of_text(path, data, notes)
    kept = _tidied(lines, notes)
    if sum(map(len, kept)) < FEWEST_LETTERS:
        if pages is not None:
            raise InputError(
                f"{path}: its pages are pictures without text (a scan, or printed as a picture); "
                "save it from where it was written, as PDF, DOCX or plain text"
            )
        raise InputError(f"{path}: there is hardly any text in it; check that it is the right file")
    return Document(path.name, tuple(kept), pages, tuple(notes))


def _of_text(path: Path, data: bytes, notes: list[str]) -> list[str]:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace").splitlines()
    if b"\x00" in data:
        raise InputError(f"{path}: no text, PDF or DOCX; save it as one of these")
    try:
        return data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        notes.append(f"{path.name} is no UTF-8 text; letters with accents may be wrong")
        return data.decode("cp1252", "replace").splitlines()


def _of_pdf(path: Path, data: bytes, notes: list[str]) -> tuple[list[str], int]:
    import pypdf
    from pypdf.errors import PyPdfError

    lines: list[str] = []
    letters = unread = 0
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(f"{path}: protected by a password; save it without one")
        count = len(reader.pages)
        for number in range(min(count, MOST_PAGES)):
            try:
                text = reader.pages[number].extract_text()
            except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError):
                unread += 1  # other pages may be whole
                continue
            lines += [*text.splitlines(), ""]
            letters += len(text)
            if letters > MOST_LETTERS:
                _told_short(notes)
                break
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError):
        raise InputError(f"{path}: a damaged PDF; save it anew, or as plain text") from None
    if unread:
        notes.append(f"{unread} of {count} pages of {path.name} are damaged and were left out")
    if count > MOST_PAGES:
        notes.append(f"of {count} pages of {path.name} the first {MOST_PAGES} were read")
    return lines, count


def _of_docx(path: Path, data: bytes) -> list[str]:
    damaged = InputError(f"{path}: a damaged DOCX; save it anew, or as plain text")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise damaged from None
    names = {member.filename for member in members}
    if "word/document.xml" not in names:
        kind = next((what for name, what in _ZIPPED.items() if name in names), "a packed file")
        raise InputError(f"{path}: {kind}; save it as DOCX, PDF or plain text")
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise InputError(
            f"{path}: unpacks to more than {MOST_UNPACKED / 1e6:.0f} MB; save it as plain text"
        )
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        heads = [document.sections[0].header] if len(document.sections) else []
        return [line for part in (*heads, document) for line in _blocks(part)]
    except (MemoryError, RecursionError):
        raise
    except Exception:  # lxml, zipfile and docx each have errors of their own for a torn file
        raise damaged from None


def _blocks(container: Any) -> Iterator[str]:
    """Paragraphs and table rows in the order in which they stand, tables within cells, too."""
    from docx.table import Table

    for block in container.iter_inner_content():
        if not isinstance(block, Table):
            yield block.text
            yield from _boxes(block)
            continue
        yield ""
        for row in block.rows:
            cells: list[str] = []
            seen: set[int] = set()
            for cell in row.cells:
                if id(cell._tc) in seen:  # cells that are joined come once for each column
                    continue
                seen.add(id(cell._tc))
                cells.append("\n".join(line.strip() for line in _blocks(cell) if line.strip()))
            told = [cell for cell in cells if cell.strip()]
            side_by_side = all("\n" not in cell for cell in told)  # else one below the other
            yield from ["\t".join(told)] if side_by_side else told
        yield ""


def _boxes(paragraph: Any) -> Iterator[str]:
    """Lines of the text boxes that hang on a paragraph; of two forms of one the newer."""
    for line in paragraph._p.xpath(".//w:txbxContent//w:p[not(ancestor::mc:Fallback)]"):
        yield "".join(text.text or "" for text in line.xpath(".//w:t"))


def _tidied(lines: list[str], notes: list[str]) -> list[str]:
    """Lines without control characters and blanks at their ends, never two empty ones in a row."""
    kept: list[str] = []
    letters = 0
    for whole in lines:
        for line in whole.split("\n"):
            told = _CONTROL.sub(" ", line).strip()
            if not told and (not kept or not kept[-1]):
                continue
            kept.append(told[: MOST_LETTERS - letters])
            letters += len(told)
            if letters > MOST_LETTERS:
                _told_short(notes)
                return kept
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _told_short(notes: list[str]) -> None:
    note = f"its first {MOST_LETTERS:,} letters were read; there are more"
    if note not in notes:
        notes.append(note)
