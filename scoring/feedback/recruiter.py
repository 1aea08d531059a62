"""By what name and pronouns the report speaks of the recruiter."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogue.content.persona import PERSONAS, is_persona_file, personas
from perception.errors import RecruiterError
from perception.toml_files import read_toml
from scoring.rubric import load

_KINDS = {"female": "she", "male": "he"}
"""``voice_kind`` of a persona's file to the pronoun that goes with it."""


@dataclass(frozen=True, slots=True)
class Recruiter:
    """Who led the interview, as sentences name them."""

    name: str | None = None
    """None where nobody says."""
    subject: str = "they"
    object: str = "them"
    possessive: str = "their"

    @property
    def called(self) -> str:
        """The name, or what stands for it within a sentence."""
        return self.name or str(load("coaching")["recruiter"])

    @property
    def words(self) -> Mapping[str, str]:
        """What stands for ``{name}``, ``{subject}``, ``{was}`` and the like in a wording.

        ``{was}`` and ``{has}`` agree with ``{subject}``, not with the name.
        """
        several = self.subject == "they"
        return {
            "name": self.called,
            "subject": self.subject,
            "object": self.object,
            "possessive": self.possessive,
            "was": "were" if several else "was",
            "has": "have" if several else "has",
        }


def recruiter_of(meta: Mapping[str, Any]) -> Recruiter:
    """The recruiter of a session.

    A persona that is gone leaves the name that the record has; a file that does not say leaves
    "they".

    Args:
        meta: ``session.json``.
    """
    persona = meta.get("persona")
    if not isinstance(persona, str) or not persona.strip():
        return Recruiter()
    table = _file_of(persona.strip())
    name = table.get("display_name")
    pronoun = _KINDS.get(str(table.get("voice_kind")), "they")
    known = load("coaching")["pronouns"][pronoun]
    called = name if isinstance(name, str) and name.strip() else Path(persona).stem
    return Recruiter(
        called.strip()[:1].upper() + called.strip()[1:],
        str(known["subject"]),
        str(known["object"]),
        str(known["possessive"]),
    )


def _file_of(persona: str) -> Mapping[str, Any]:
    """What the file of a persona says; nothing where it is gone or damaged."""
    path = PERSONAS / f"{persona.lower()}.toml"
    if is_persona_file(persona):
        path = Path(persona)
    elif persona.lower() not in personas():
        return {}
    with contextlib.suppress(RecruiterError, OSError):
        return read_toml(path)
    return {}
