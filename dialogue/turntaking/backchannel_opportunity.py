"""How well a backchannel ("mm-hm", a nod) would fit at this moment.

Speakers invite backchannels by a region of low pitch (Ward & Tsukahara 2000), by a pause, and by
phrases whose pitch falls or rises at the end and whose words are complete; the more of these signs
come together, the likelier a listener answers (Gravano & Hirschberg 2011). A filled pause or a
phrase broken off invites none: they look for a word. The weights are not trained (no recording
tells when a listener might have nodded): they put the signs in the order of those studies.
"""

from __future__ import annotations

from dialogue.turntaking.end_of_turn import TurnCues
from dialogue.turntaking.final_sound import LOW_PERCENTILE

PAUSE = 0.5
LOW_PITCH = 0.5
"""A pause alone, or low pitch alone while they speak on, is just enough."""
FALL = 0.25
RISE = 0.15
COMPLETE = 0.25
HELD = -0.3
INCOMPLETE = -0.2

STEEP_ST_S = 8.0
"""Semitones per second from which the end rises or falls; a whole tone over its 0.25 s."""
FILLER_S = 0.25
"""Seconds of level pitch from which an end is taken for a filler or a vowel drawn out."""


def opportunity(
    cues: TurnCues | None, talking: bool, pause_s: float, low_pitch: bool
) -> tuple[float, str]:
    """Score of this moment, and its strongest sign.

    Args:
        cues: of the pause in progress; None while they talk.
        talking: whether speech is heard now.
        pause_s: seconds since the last sound.
        low_pitch: whether a region of low pitch has just been heard.

    Returns:
        0...1, and "low_pitch", "falling_pitch", "rising_pitch", "complete" or "pause"; empty for 0.
    """
    if talking:
        return (LOW_PITCH, "low_pitch") if low_pitch else (0.0, "")
    if cues is None or pause_s <= 0:
        return 0.0, ""
    signs = {"pause": PAUSE}
    sound, said = cues.sound, cues.said
    slope = sound.slope_st_s
    low = sound.pitch_rank is not None and sound.pitch_rank <= LOW_PERCENTILE
    if low or low_pitch or (slope is not None and slope <= -STEEP_ST_S):
        signs["falling_pitch"] = FALL
    elif slope is not None and slope >= STEEP_ST_S:
        signs["rising_pitch"] = RISE
    if said is not None and said.whole:
        signs["complete"] = COMPLETE
    against = 0.0
    if sound.held_s is not None and sound.held_s >= FILLER_S and not low:
        against += HELD
    if said is not None and (said.holding or said.filler or said.open):
        against += INCOMPLETE
    score = min(1.0, max(0.0, sum(signs.values()) + against))
    named = {sign: weight for sign, weight in signs.items() if sign != "pause"}
    return round(score, 3), max(named, key=lambda sign: named[sign]) if named else "pause"
