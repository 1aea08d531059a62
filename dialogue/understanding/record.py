"""What was understood as a table of JSON values, and back, equal to the bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dialogue.understanding.answer_quality import AnswerQuality, Gap, PartSpan
from dialogue.understanding.contradictions import Contradiction
from dialogue.understanding.types import ActSpan, Fact, Understanding
from dialogue.understanding.understander import Inquiry, QuestionTopic, Understood
from perception.recorded import built
from perception.types import Event

SOURCE = "understanding"
"""Of its events in a record."""

KIND = "understood"
"""Of those that tell what was understood."""


def understood_table(understood: Understood) -> dict[str, Any]:
    """As a record holds it; what is None or empty is left out."""
    table = asdict(understood)
    return {key: value for key, value in table.items() if value not in (None, "", (), [])}


def understood_of(table: Mapping[str, Any]) -> Understood:
    """What such a table tells; keys that are not known are passed over.

    Raises:
        ValueError: it is no such table.
    """
    try:
        found = table["understanding"]
        quality = table.get("quality")
        against = table.get("contradiction")
        return Understood(
            built(Inquiry, table["inquiry"]),
            Understanding(
                str(found["text"]),
                tuple(built(ActSpan, each) for each in found.get("acts", ())),
                tuple(built(Fact, each) for each in found.get("facts", ())),
            ),
            tuple(built(QuestionTopic, each) for each in table.get("topics", ())),
            str(table.get("term", "")),
            None if quality is None else _quality(quality),
            str(table.get("told_before", "")),
            None if against is None else built(Contradiction, against),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"what was understood does not fit: {error}") from None


def understood_in(event: Event) -> Understood | None:
    """What an event tells was understood; None for any other event.

    Raises:
        ValueError: the event is damaged.
    """
    if event.source != SOURCE or event.kind != KIND:
        return None
    return understood_of(event.data)


def _quality(table: Mapping[str, Any]) -> AnswerQuality:
    return built(
        AnswerQuality,
        {
            **table,
            "parts": tuple(built(PartSpan, each) for each in table.get("parts", ())),
            "gaps": tuple(built(Gap, each) for each in table.get("gaps", ())),
        },
    )
