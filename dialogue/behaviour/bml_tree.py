"""Elements of an XML text with their lines: no entities, no document types, bounded depth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from perception.errors import InputError

DEEPEST = 60
"""Elements within each other: BML needs six."""

_ROOT = "blocks-of-this-file"


@dataclass(slots=True)
class Element:
    """One element of XML."""

    name: str
    """Local name."""
    attributes: dict[str, str]
    """Attributes of no namespace and of our own by local name, others as "namespace name"."""
    line: int
    children: list[Element] = field(default_factory=list)
    text: list[str | Element] = field(default_factory=list)
    """Text and children in their order."""
    foreign: bool = False
    """Whether it is of another namespace."""


def parse_tree(source: str | bytes, name: str, namespaces: tuple[str, ...], own: str) -> Element:
    """Reads XML.

    A root of our own is put round the text, so that several elements may follow each other. A
    document type is then no well-formed XML any more, and without one no entity can be declared
    that would fill the memory.

    Args:
        source: XML, UTF-8 unless its declaration says otherwise.
        name: of the file, for messages.
        namespaces: of elements that are not foreign.
        own: namespace of attributes that are named without it.

    Returns:
        The root that holds the text's elements.

    Raises:
        InputError: it is not well-formed, or nested too deeply; names file and line.
    """
    data = _without_declaration(source.encode() if isinstance(source, str) else source)
    root = Element("", {}, 0)
    stack = [root]
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.buffer_text = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        space, _, local = tag.rpartition(" ")
        found = Element(local, _local(attributes, own), parser.CurrentLineNumber)
        found.foreign = space != "" and space not in namespaces
        if len(stack) > DEEPEST:
            raise InputError(f"{name}, line {found.line}: nested too deeply for BML")
        stack[-1].children.append(found)
        stack[-1].text.append(found)
        stack.append(found)

    def end(_: str) -> None:
        stack.pop()

    def characters(text: str) -> None:
        stack[-1].text.append(text)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    try:
        parser.Parse(f"<{_ROOT}>".encode() + data, False)
        parser.Parse(f"</{_ROOT}>".encode(), True)
    except expat.ExpatError as error:
        lines = data.split(b"\n")
        place = f"{name}, line {error.lineno}"
        if error.lineno <= len(lines) and b"<!DOCTYPE" in lines[error.lineno - 1]:
            raise InputError(
                f"{place}: a document type is not taken, because its entities can be made to fill "
                "the memory; remove the DOCTYPE"
            ) from None
        why = expat.ErrorString(error.code)
        raise InputError(f"{place}: not well-formed XML ({why}); mend it there") from None
    return root.children[0]


def _local(attributes: Mapping[str, str], own: str) -> dict[str, str]:
    return {key.removeprefix(f"{own} "): value for key, value in attributes.items()}


def _without_declaration(data: bytes) -> bytes:
    """The text as UTF-8 behind an XML declaration, which may only stand at the very beginning."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", errors="replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    bare = data.lstrip()
    if not bare.startswith(b"<?xml ") or b"?>" not in bare:
        return data
    head, _, rest = bare.partition(b"?>")
    if any(code in head.lower() for code in (b"iso-8859-1", b"latin", b"windows-1252")):
        rest = rest.decode("latin-1").encode()
    return b"\n" * (data.count(b"\n") - rest.count(b"\n")) + rest
