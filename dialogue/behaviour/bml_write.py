"""Writes behaviour blocks, and what became of them, as BML 1.0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from dialogue.behaviour.bml_vocabulary import EXTENSION, NAMESPACE
from dialogue.types import (
    SYNC_POINTS,
    Behaviour,
    BehaviourBlock,
    BehaviourWarning,
    Constraint,
    Prediction,
    Progress,
)

_EXTENDED = ("lean_deg", "turn_deg", "number")


def write_bml(blocks: Iterable[BehaviourBlock]) -> str:
    """Blocks as one XML document that ``parse_bml`` reads back as they were."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<blocks xmlns:room={quoteattr(EXTENSION)}>",
    ]
    for block in blocks:
        lines += [f"  {line}" for line in _block(block)]
    return "\n".join([*lines, "</blocks>", ""])


def feedback_xml(told: Progress | BehaviourWarning | Prediction, character: str = "") -> str:
    """One line of BML feedback.

    Args:
        told: what happened.
        character: who plays, as ``characterId``; left out when empty.
    """
    who = {"characterId": character} if character else {}
    if isinstance(told, BehaviourWarning):
        name = f"{told.block}:{told.behaviour}" if told.behaviour else told.block
        where = {} if told.line is None else {"line": told.line}
        head = _tag("warningFeedback", {"id": name, "type": told.kind, **who}, False)
        text = f"line {where['line']}: {told.message}" if where else told.message
        return f"{head}{escape(text)}</warningFeedback>"
    if isinstance(told, Prediction):
        spans = {"id": told.block, "globalStart": told.start_s, "globalEnd": told.end_s}
        inner = "".join(
            _tag("behavior", {"id": f"{told.block}:{name}", **points}, True)
            for name, points in told.behaviours.items()
        )
        head = _tag("predictionFeedback", who, False)
        return f"{head}{_tag('bml', spans, True)}{inner}</predictionFeedback>"
    if not told.behaviour:
        name = f"{told.block}:{told.point}"
        return _tag("blockProgress", {"id": name, "globalTime": told.t_s, **who}, True)
    name = f"{told.block}:{told.behaviour}:{told.point}"
    return _tag("syncPointProgress", {"id": name, "globalTime": told.t_s, **who}, True)


def _block(block: BehaviourBlock) -> list[str]:
    attributes: dict[str, Any] = {"xmlns": NAMESPACE, "id": block.id}
    if block.character:
        attributes["characterId"] = block.character
    if block.composition != "MERGE":
        attributes["composition"] = block.composition
    if block.t_s:
        attributes["room:at"] = block.t_s
    lines = [_tag("bml", attributes, False)]
    parts: list[Behaviour | Constraint] = [*block.behaviours, *block.constraints]
    for each in parts:
        written = _constraint(each) if isinstance(each, Constraint) else _behaviour(each)
        if each.required:
            written = ["<required>", *(f"  {line}" for line in written), "</required>"]
        lines += [f"  {line}" for line in written]
    return [*lines, "</bml>"]


def _behaviour(behaviour: Behaviour) -> list[str]:
    kind = behaviour.kind
    attributes: dict[str, Any] = {"id": behaviour.id}
    for point in SYNC_POINTS:
        if point in behaviour.sync:
            name = "attackPeak" if point == "ready" and "face" in kind else point
            attributes[name] = behaviour.sync[point]
    inner: list[str] = []
    for key, value in behaviour.attributes.items():
        if kind == "speech":
            continue
        if key == "parts":
            inner = [
                _tag("faceLexeme" if "lexeme" in part else "faceFacs", part, True) for part in value
            ]
        elif key == "arms":
            inner.append(_tag("pose", {"part": "ARMS", "lexeme": value}, True))
        else:
            attributes[f"room:{key}" if key in _EXTENDED else key] = value
    if kind == "speech":
        inner = [f"<text>{_marked(behaviour.attributes)}</text>"]
    if not inner:
        return [_tag(kind, attributes, True)]
    return [_tag(kind, attributes, False), *(f"  {line}" for line in inner), f"</{kind}>"]


def _marked(attributes: Mapping[str, Any]) -> str:
    words = [escape(word) for word in str(attributes.get("text", "")).split()]
    for place in attributes.get("stressed", ()):
        words[place] = f"*{words[place]}*"
    marks: Mapping[str, int] = attributes.get("marks", {})
    pieces = []
    for place in range(len(words) + 1):
        pieces += [_tag("sync", {"id": name}, True) for name, at in marks.items() if at == place]
        pieces += words[place : place + 1]
    return " ".join(pieces)


def _constraint(constraint: Constraint) -> list[str]:
    first, *others = constraint.refs
    return [
        "<constraint>",
        f"  {_tag(constraint.kind, {'ref': first}, False)}",
        *(f"    {_tag('sync', {'ref': ref}, True)}" for ref in others),
        f"  </{constraint.kind}>",
        "</constraint>",
    ]


def _tag(name: str, attributes: Mapping[str, Any], empty: bool) -> str:
    written = "".join(f" {key}={quoteattr(_text(value))}" for key, value in attributes.items())
    return f"<{name}{written}{'/' if empty else ''}>"


def _text(value: object) -> str:
    # whole numbers keep their short form, other times a tenth of a millisecond
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".") or "0"
    return str(value)
