"""Impressions of a face as told against its own rest.

What perception formed frame by frame knew of the person what it had seen until then, and of a face
with low brows, in the first seconds, nothing: it looked angry. The report has seen all of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from perception.face.emotion import EmotionSettings, impression
from perception.recorded import looked_up
from perception.types import EmotionImpression
from scoring.measures.resting_face import moved, resting_units
from scoring.record.session import Session


def impressions(session: Session) -> list[tuple[float, float, EmotionImpression]]:
    """Time (s), confidence of the face (0...1) and impression, in order of time.

    Formed again from the movements, where the record has them, with what is the face's own shape
    taken out; as they were recorded where it has not.
    """
    rest, settings = resting_units(session.face), _settings(session)
    found = []
    for face in session.faces:
        if face.impression is None:
            continue
        told = face.impression
        if face.action_units:
            told = impression(moved(face.action_units, rest), settings)
        found.append((face.t_s, face.confidence, told))
    return sorted(found, key=lambda each: each[0])


def _settings(session: Session) -> EmotionSettings:
    """How readily the session's perception formed them."""
    table = looked_up(session.meta, "settings", "seeing", "emotion")
    usual = EmotionSettings()
    if not isinstance(table, Mapping):
        return usual
    neutral, sharpness = table.get("neutral"), table.get("sharpness")
    if not isinstance(neutral, int | float) or not isinstance(sharpness, int | float):
        return usual
    return EmotionSettings(neutral=float(neutral), sharpness=float(sharpness))
