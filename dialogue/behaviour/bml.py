"""Reads Behavior Markup Language 1.0 (Vilhjalmsson et al. 2007; BML standard of 2012).

A file may hold one ``<bml>`` block, several one after another, or several within any root element.
What cannot be read as XML at all is an error; what can be read and not be played is left out with
a warning that names the element and its line, and the rest is played. Names of other namespaces
are extensions: they are left out the same way. Our own namespace, ``EXTENSION``, adds to ``<bml>``
the attribute ``at``, seconds after which the block is sent, to ``posture`` the attributes
``lean_deg`` and ``turn_deg``, and to ``gesture`` the ``number`` that fingers count to.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from dialogue.behaviour.bml_tree import Element, parse_tree
from dialogue.behaviour.bml_vocabulary import (
    ATTRIBUTES,
    EXTENSION,
    LARGEST,
    MOST,
    NAMESPACE,
    POSES,
    REQUIRED,
    UNHEEDED,
    UNSUPPORTED,
    Convert,
)
from dialogue.content.stress import places_under, without_marks
from dialogue.types import (
    LONGEST_S,
    SYNC_POINTS,
    Behaviour,
    BehaviourBlock,
    BehaviourKind,
    BehaviourWarning,
    Constraint,
    WarningKind,
)
from perception.errors import InputError

LARGEST_FILE = 4_000_000
"""Bytes: a block of one line of speech takes about a thousand."""
MOST_BLOCKS = 10_000
"""Blocks of a file that are played: an hour of interview is some two thousand."""
MOST_BEHAVIOURS = 200
"""Behaviours of a block that are played: one line of speech has about ten. When they take place is
solved before the next picture, in a time that grows with the square of their number."""
MOST_REFERENCES = 400
"""References of a block's constraints that are heeded, for the same reason."""
LONGEST_SPEECH = 2_000
"""Characters of one line that she speaks: two minutes."""


@dataclass(slots=True)
class Document:
    """What a BML file holds."""

    blocks: tuple[BehaviourBlock, ...]
    """In the file's order; ``t_s`` is when each is to be sent, counted from the first moment."""
    warnings: tuple[BehaviourWarning, ...]
    """What is left out of them, and why."""


def read_bml(path: Path) -> Document:
    """Reads a file of BML.

    Raises:
        InputError: it cannot be read, or is no BML; the message names file and line.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(f"{path}: over {LARGEST_FILE // 1_000_000} MB, too long for BML")
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    return parse_bml(raw, str(path))


def parse_bml(source: str | bytes, name: str = "BML") -> Document:
    """Reads BML blocks out of XML.

    Args:
        source: one or several blocks.
        name: of the file, for messages.

    Raises:
        InputError: it is no well-formed XML, declares entities, or holds no block.
    """
    root = parse_tree(source, name, (NAMESPACE, EXTENSION), EXTENSION)
    blocks: list[BehaviourBlock] = []
    warnings: list[BehaviourWarning] = []
    taken: set[str] = set()
    for number, element in enumerate(_blocks_in(root, warnings), start=1):
        if number > MOST_BLOCKS:
            message = f"only the first {MOST_BLOCKS} blocks are played; the rest is left out"
            warnings.append(BehaviourWarning("", "", "BLOCK_DROPPED", message, element.line))
            break
        reader = _Reader(element, f"bml{number}", warnings)
        if reader.id in taken:
            reader.warn("PARSING_FAILURE", f"a second block '{reader.id}'; it is left out", element)
            continue
        block = reader.block()
        if block is not None:
            taken.add(block.id)
            blocks.append(block)
    if not blocks and not warnings:
        raise InputError(f"{name}: no <bml> block in it; see: python3 run.py perform --help")
    return Document(tuple(blocks), tuple(warnings))


def _blocks_in(root: Element, warnings: list[BehaviourWarning]) -> Iterator[Element]:
    for child in root.children:
        if child.name == "bml" and not child.foreign:
            yield child
        elif any(inner.name == "bml" for inner in child.children):
            yield from _blocks_in(child, warnings)
        else:
            message = f"<{child.name}> outside of a block is left out"
            warnings.append(BehaviourWarning("", "", "PARSING_FAILURE", message, child.line))


class _Reader:
    """Reads one block.

    Args:
        element: the ``<bml>``.
        fallback: its name where it has none.
        warnings: where those go.
    """

    def __init__(self, element: Element, fallback: str, warnings: list[BehaviourWarning]) -> None:
        self._element = element
        self._warnings = warnings
        self.id = element.attributes.get("id") or fallback
        self._behaviours: dict[str, Behaviour] = {}
        self._references = 0
        self._bounds_told: set[str] = set()
        self._constraints: list[Constraint] = []
        self._failed_required = False
        if not element.attributes.get("id"):
            self.warn("PARSING_FAILURE", f"no id; it is called '{fallback}'", element)

    def warn(self, kind: WarningKind, message: str, at: Element, behaviour: str = "") -> None:
        """Notes what is not played, or not as written."""
        self._warnings.append(BehaviourWarning(self.id, behaviour, kind, message, at.line))

    def block(self) -> BehaviourBlock | None:
        """The block, or None when something required in it cannot be read."""
        attributes = self._element.attributes
        composition = attributes.get("composition", "MERGE")
        if composition not in ("MERGE", "APPEND", "REPLACE"):
            message = f"composition '{composition}' is not known, MERGE is used"
            self.warn("PARSING_FAILURE", message, self._element)
            composition = "MERGE"
        for key in attributes:
            if key not in ("id", "characterId", "composition", "at"):
                self._unknown(key, self._element, "")
        at_s = self._number(attributes.get("at", "0"), "at", self._element, "", LONGEST_S)
        self._read(self._element.children, required=False)
        if self._failed_required:
            message = "a required behaviour cannot be played, so the block is dropped"
            self.warn("BLOCK_DROPPED", message, self._element)
            return None
        return BehaviourBlock(
            self.id,
            max(0.0, at_s or 0.0),
            "",
            tuple(self._behaviours.values()),
            cast(Literal["MERGE", "APPEND", "REPLACE"], composition),
            tuple(self._constraints),
            attributes.get("characterId", ""),
        )

    def _read(self, children: list[Element], required: bool) -> None:
        for child in children:
            before = len(self._behaviours) + len(self._constraints)
            if child.foreign:
                self._leave_out(child, "is not one of BML's")
            elif child.name == "required" and not required:
                self._read(child.children, required=True)
                continue
            elif child.name == "constraint":
                self._read_constraint(child, required)
                continue
            elif child.name in UNSUPPORTED:
                self._leave_out(child, "cannot be played: she sits")
            elif child.name in ATTRIBUTES:
                self._read_behaviour(child, required)
            else:
                self._leave_out(child, "is not one of BML's")
            if required and len(self._behaviours) + len(self._constraints) == before:
                self._failed_required = True

    def _warn_once(self, what: str, at: Element) -> None:
        """Notes once in a block that there is more of something than is played."""
        if what not in self._bounds_told:
            self._bounds_told.add(what)
            self.warn("PARSING_FAILURE", f"{what} are played; the rest is left out", at)

    def _leave_out(self, element: Element, why: str) -> None:
        name = element.attributes.get("id", "")
        self.warn("BEHAVIOR_TYPE_NOT_SUPPORTED", f"<{element.name}> {why}", element, name)

    def _read_behaviour(self, element: Element, required: bool) -> None:
        name = element.attributes.get("id", "")
        if not name or ":" in name:
            message = f"<{element.name}> without a plain id" if not name else f"id '{name}': no ':'"
            if name:
                return self.warn("PARSING_FAILURE", message, element)
            name = f"{element.name}-{len(self._behaviours) + 1}"
            self.warn("PARSING_FAILURE", f"{message}; it is called '{name}'", element)
        if len(self._behaviours) == MOST_BEHAVIOURS:
            return self._warn_once(f"only {MOST_BEHAVIOURS} behaviours of a block", element)
        if name in self._behaviours:
            message = f"a second behaviour '{name}'; it is left out"
            return self.warn("PARSING_FAILURE", message, element, name)
        kind = cast(BehaviourKind, element.name)
        missing = [a for a in REQUIRED.get(kind, ()) if a not in element.attributes]
        if missing:
            message = f"<{kind}> lacks {' and '.join(repr(a) for a in missing)}"
            return self.warn("PARSING_FAILURE", message, element, name)
        attributes = self._attributes(element, kind, name)
        if attributes is None or not self._read_children(element, kind, name, attributes):
            return None
        sync = self._sync(element, kind, name)
        self._behaviours[name] = Behaviour(name, kind, attributes, sync, required, element.line)
        return None

    def _attributes(self, element: Element, kind: str, name: str) -> dict[str, Any] | None:
        """The values of a behaviour's own attributes; None where one has no meaning."""
        known = ATTRIBUTES[kind]
        found: dict[str, Any] = {}
        for key, text in element.attributes.items():
            if key == "id" or key in SYNC_POINTS or (key == "attackPeak" and "face" in kind):
                continue
            if key not in known:
                self._unknown(key, element, name)
                continue
            value = self._convert(text, known[key], key, element, name)
            if value is None:
                return None
            if key in UNHEEDED:
                message = f"'{key}' of <{kind}> is not heeded"
                self.warn("CUSTOM_ATTRIBUTE_NOT_SUPPORTED", message, element, name)
            else:
                found[key] = value
        return found

    def _convert(self, text: str, to: Convert, key: str, at: Element, name: str) -> Any | None:
        if to == "text":
            return text
        if to == "side":
            known = text.upper() in ("LEFT", "RIGHT", "BOTH")
            if not known:
                message = f"{key} '{text}': use LEFT, RIGHT or BOTH"
                self.warn("PARSING_FAILURE", message, at, name)
            return text.upper() if known else None
        value = self._number(text, key, at, name, MOST.get(to, LARGEST))
        if value is not None and to == "count":
            if value != int(value) or not 0 < value <= 1000:
                message = f"{key} '{text}': use a whole number from 1 on"
                self.warn("PARSING_FAILURE", message, at, name)
                return None
            return int(value)
        if value is not None and to == "share" and not 0.0 <= value <= 1.0:
            message = f"{key} {text} lies outside of 0 to 1; the nearer end is taken"
            self.warn("PARSING_FAILURE", message, at, name)
            return min(1.0, max(0.0, value))
        return value

    def _number(self, text: str, key: str, at: Element, name: str, most: float) -> float | None:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if abs(value) <= most:
            return value
        why = f"lies beyond {most:g}" if math.isfinite(value) else "is not a number"
        self.warn("PARSING_FAILURE", f"{key} '{text}' {why}", at, name)
        return None

    def _unknown(self, key: str, element: Element, name: str) -> None:
        own = key.rpartition(" ")[2]
        message = f"<{element.name}> has no attribute '{own}'; it is left out"
        self.warn("CUSTOM_ATTRIBUTE_NOT_SUPPORTED", message, element, name)

    def _sync(self, element: Element, kind: str, name: str) -> dict[str, float | str]:
        found: dict[str, float | str] = {}
        for key, text in element.attributes.items():
            point = "ready" if key == "attackPeak" and "face" in kind else key
            if point not in SYNC_POINTS:
                continue
            try:
                float(text)
            except ValueError:
                found[point] = " ".join(text.split())
                continue
            # without a time of its own the point takes place at its usual one
            t_s = self._number(text, key, element, name, LONGEST_S)
            if t_s is not None:
                found[point] = t_s
        return found

    def _read_children(
        self, element: Element, kind: str, name: str, attributes: dict[str, Any]
    ) -> bool:
        if kind == "speech":
            return self._read_speech(element, name, attributes)
        parts: list[dict[str, Any]] = []
        for child in element.children:
            if kind in ("face", "faceShift") and child.name in ("faceLexeme", "faceFacs"):
                part = self._attributes(child, child.name, name)
                if part is None or not set(REQUIRED[child.name]) <= set(part):
                    message = f"<{child.name}> in <{kind}> lacks {REQUIRED[child.name][0]!r}"
                    self.warn("PARSING_FAILURE", message, child, name)
                else:
                    parts.append(part)
            elif kind in ("posture", "postureShift") and child.name in ("stance", "pose"):
                self._read_pose(child, name, attributes)
            elif child.name == "description":
                message = "a <description> is left out; the core behaviour is played"
                self.warn("BEHAVIOR_TYPE_NOT_SUPPORTED", message, child, name)
            else:
                self._leave_out(child, f"does not belong in <{kind}>")
        if kind in ("face", "faceShift"):
            attributes["parts"] = parts
            if not parts:
                message = f"<{kind}> holds no faceLexeme and no faceFacs"
                self.warn("PARSING_FAILURE", message, element, name)
                return False
        if kind == "wait" and attributes.get("duration", 0.0) < 0.0:
            self.warn("PARSING_FAILURE", "duration lies below 0", element, name)
            return False
        return True

    def _read_pose(self, child: Element, name: str, attributes: dict[str, Any]) -> None:
        if child.name == "stance":
            if child.attributes.get("type", "").upper() != "SITTING":
                message = f"stance '{child.attributes.get('type', '')}': she sits"
                self.warn("BEHAVIOR_TYPE_NOT_SUPPORTED", message, child, name)
            return
        lexeme = child.attributes.get("lexeme", "").upper()
        if lexeme in POSES:
            attributes.setdefault("lean_deg", float(POSES[lexeme]))
        elif lexeme:
            attributes["arms"] = lexeme
        else:
            self.warn("PARSING_FAILURE", "<pose> lacks 'lexeme'", child, name)

    def _read_speech(self, element: Element, name: str, attributes: dict[str, Any]) -> bool:
        texts = [child for child in element.children if child.name == "text"]
        for child in element.children:
            if child.name == "description":
                message = "a <description> is left out; the text is spoken"
                self.warn("BEHAVIOR_TYPE_NOT_SUPPORTED", message, child, name)
            elif child.name != "text":
                self._leave_out(child, "does not belong in <speech>")
        if len(texts) != 1:
            self.warn("PARSING_FAILURE", "<speech> needs one <text>", element, name)
            return False
        words: list[str] = []
        marks: dict[str, int] = {}
        for piece in texts[0].text:
            if isinstance(piece, str):
                words += piece.split()
            elif piece.name == "sync" and not piece.foreign:
                mark = piece.attributes.get("id", "")
                if not mark or mark in marks or mark in SYNC_POINTS:
                    message = f"<sync> needs an id of its own, not '{mark}'"
                    self.warn("PARSING_FAILURE", message, piece, name)
                else:
                    marks[mark] = len(words)
            else:
                self._leave_out(piece, "does not belong in <text>")
                words += "".join(part for part in piece.text if isinstance(part, str)).split()
        if not any(character.isalnum() for word in words for character in word):
            self.warn("PARSING_FAILURE", "<text> holds nothing to say", texts[0], name)
            return False
        whole = len(" ".join(words))
        if whole > LONGEST_SPEECH:
            message = f"<text> of {whole} characters; keep a line to {LONGEST_SPEECH}"
            self.warn("PARSING_FAILURE", message, texts[0], name)
            return False
        text, stressed = without_marks(" ".join(words))
        said = {"text": text, "marks": marks, "stressed": places_under(text, stressed)}
        attributes.update((key, value) for key, value in said.items() if value)
        return True

    def _read_constraint(self, element: Element, required: bool) -> None:
        """``<constraint>``: synchronize, before and after, each with its ``<sync ref>``."""
        for child in element.children:
            refs = [child.attributes["ref"]] if "ref" in child.attributes else []
            refs += [c.attributes["ref"] for c in child.children if "ref" in c.attributes]
            refs = [" ".join(ref.split()) for ref in refs]
            if child.name not in ("synchronize", "before", "after"):
                self._leave_out(child, "does not belong in <constraint>")
            elif len(refs) < 2:
                message = f"<{child.name}> needs two references at least"
                self.warn("PARSING_FAILURE", message, child)
            elif self._references + len(refs) > MOST_REFERENCES:
                self._warn_once(f"only {MOST_REFERENCES} references of constraints", child)
            else:
                self._references += len(refs)
                kind = cast(Literal["synchronize", "before", "after"], child.name)
                self._constraints.append(Constraint(kind, tuple(refs), required, child.line))
                continue
            self._failed_required |= required
