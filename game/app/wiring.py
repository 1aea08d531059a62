"""Parts chosen and put together as settings and a session's own words say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.manager import DialogueManager
from game.settings import Settings
from perception.calibration import Calibration, VoiceBaseline
from perception.errors import InputError


def make_manager(meta: Mapping[str, Any], settings: Settings, start_at: int = 0) -> DialogueManager:
    """The dialogue manager that a session's ``session.json`` describes.

    Raises:
        InputError: role or persona are not there any more, or a key is missing.
    """
    try:
        role, persona = str(meta["role"]), str(meta["persona"])
        seed, questions = int(meta["seed"]), int(meta["questions"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"session.json: {error} is missing or wrong; not a live session") from None
    return DialogueManager(
        load_interview(role),
        load_persona(persona, seed),
        settings.dialogue,
        seed=seed,
        questions=questions,
        start_at=start_at,
        voice=_voice_of(meta),
    )


def _voice_of(meta: Mapping[str, Any]) -> VoiceBaseline | None:
    """What the green room learned of the candidate's voice."""
    table = (meta.get("green_room") or {}).get("calibration")
    return None if table is None else Calibration.of_table(table).voice
