"""CVs and adverts as people have them, and files that are none."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import docx
import pytest
import typst
from PIL import Image

from dialogue.documents import reading
from dialogue.documents.reading import MOST_LETTERS, read_document
from perception.errors import InputError

CV = "Joan Blyth\nWard nurse in Leeds\n\nNine years on wards, of which four as a mentor."


def pdf_of(path: Path, markup: str) -> Path:
    source = path.with_suffix(".typ")
    source.write_text(markup, encoding="utf-8")
    typst.compile(str(source), output=str(path))
    return path


def docx_of(path: Path) -> Path:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Joan Blyth, Leeds"
    document.add_heading("Work", 1)
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "2019 - 2023", "Staff nurse, Harrow House"
    table.cell(1, 0).text, table.cell(1, 1).text = "2015 - 2019", "Care assistant\nNights"
    document.add_paragraph("I like to teach.")
    document.save(str(path))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_as_editors_write_it(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "cv.txt"
    file.write_text(CV.replace("Joan", "Zoë"), encoding=encoding)
    found = read_document(file)
    assert found.lines[:3] == ("Zoë Blyth", "Ward nurse in Leeds", "")
    assert found.notes == () and found.pages is None


def test_text_in_an_old_encoding_is_read_and_told(tmp_path: Path) -> None:
    (tmp_path / "cv.txt").write_bytes(CV.replace("Joan", "Zoë").encode("cp1252"))
    found = read_document(tmp_path / "cv.txt")
    assert found.lines[0] == "Zoë Blyth" and "no UTF-8" in found.notes[0]


def test_tables_boxes_and_headers_of_a_docx_count(tmp_path: Path) -> None:
    found = read_document(docx_of(tmp_path / "cv.docx"))
    assert found.lines[0] == "Joan Blyth, Leeds"
    assert "2019 - 2023\tStaff nurse, Harrow House" in found.lines
    assert {"2015 - 2019", "Care assistant", "Nights"} <= set(found.lines)
    assert found.lines.index("Nights") < found.lines.index("I like to teach.")


def test_a_pdf_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    file = pdf_of(tmp_path / "a.pdf", CV.replace("\n", "\n\n")).rename(tmp_path / "cv.txt")
    found = read_document(file)
    assert found.pages == 1
    assert {"Joan Blyth", "Ward nurse in Leeds"} <= set(found.lines)


def test_a_pdf_of_two_hundred_pages_is_read(tmp_path: Path) -> None:
    pages = "\n#pagebreak()\n".join(f"Page {n}: machines." for n in range(200))
    found = read_document(pdf_of(tmp_path / "long.pdf", pages))
    assert found.pages == 200 and "Page 199: machines." in found.lines


def test_of_endless_text_the_beginning_is_read(tmp_path: Path) -> None:
    (tmp_path / "book.txt").write_text("word " * 200_000)
    found = read_document(tmp_path / "book.txt")
    assert len(found.text) == MOST_LETTERS and "there are more" in found.notes[0]


def _picture(path: Path) -> None:
    Image.new("RGB", (600, 800), "white").save(path, "PDF")


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(reading.MOST_UNPACKED + 1))


def _zip(path: Path, member: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "x")


def _protected(path: Path) -> None:
    import pypdf

    writer = pypdf.PdfWriter(clone_from=pdf_of(path.with_name("open.pdf"), CV))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(path)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_picture, "pages are pictures without text"),
        (_bomb, "unpacks to more than"),
        (_protected, "protected by a password"),
        (lambda path: _zip(path, "content.xml"), "an OpenDocument file; save it as"),
        (lambda path: _zip(path, "photo.jpg"), "a packed file"),
        (lambda path: _zip(path, "word/document.xml"), "a damaged DOCX"),
        (lambda path: path.write_bytes(b"PK\x03\x04 torn"), "a damaged DOCX"),
        (lambda path: path.write_bytes(b"%PDF-1.7 torn"), "a damaged PDF"),
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an old Word file"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n"), "a picture; save it as"),
        (lambda path: path.write_bytes(b"\x01\x00" * 50), "no text, PDF or DOCX"),
        (lambda path: path.write_text("Hi."), "hardly any text"),
        (lambda path: path.mkdir(), "folder"),
        (lambda path: None, "no such file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_none_is_told_in_one_line(tmp_path: Path, make: object, told: str) -> None:
    file = tmp_path / "cv"
    make(file)  # type: ignore[operator]
    with pytest.raises(InputError) as caught:
        read_document(file)
    assert told in str(caught.value) and "\n" not in str(caught.value)
    assert str(file) in str(caught.value)


def _stream_bomb() -> bytes:
    """A PDF of one page whose stream unpacks to a quarter of a gigabyte."""
    packer = zlib.compressobj(9)
    one = bytes(16 << 20)
    packed = b"".join(packer.compress(one) for _ in range(16)) + packer.flush()
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(
        (
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>",
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed)
            + packed
            + b"\nendstream",
        ),
        start=1,
    ):
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    table = out.tell()
    out.write(b"xref\n0 5\n0000000000 65535 f \n")
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % table)
    return out.getvalue()


def test_a_bomb_ends_the_child_and_not_the_program(tmp_path: Path) -> None:
    (tmp_path / "cv.pdf").write_bytes(_stream_bomb())
    with pytest.raises(InputError, match=r"pictures without text|more memory|within"):
        read_document(tmp_path / "cv.pdf")


def test_what_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cv.txt").write_text(CV)
    monkeypatch.setattr(reading, "MOST_S", 0.0)
    with pytest.raises(InputError, match="cannot be read within 0 seconds"):
        read_document(tmp_path / "cv.txt")
