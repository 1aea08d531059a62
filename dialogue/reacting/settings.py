"""Settings of her reactions: thresholds that rules name, and how much she remarks on."""

from __future__ import annotations

from dataclasses import dataclass

from perception.settings import (
    CountOrZero,
    InnerShare,
    NotNegative,
    Positive,
    PositiveShare,
    checked,
    in_order,
)
from perception.smile import SMILE_OFF, SMILE_ON


@checked
@dataclass(frozen=True, slots=True)
class ReactionSettings:
    """How readily a listener reacts; rules in ``assets/personas/rules`` name these."""

    smile_on: InnerShare = SMILE_ON
    """Rise (0...1) of the candidate's smile above their resting face that counts as a smile."""
    smile_off: InnerShare = SMILE_OFF
    """Rise below which the smile is over."""
    smile_gap_s: Positive = 4.0
    """Least seconds between two returned smiles."""
    nod_return_gap_s: Positive = 5.0
    """Least seconds between two returned nods."""
    backchannel_gap_s: Positive = 4.0
    """Mean seconds between backchannels while the candidate talks on, before the persona's
    factor."""
    backchannel_speech_s: Positive = 0.7
    """Least seconds of speech before a backchannel (Ward & Tsukahara 2000)."""
    pause_s: Positive = 0.22
    """Seconds of pause inside an answer that invite a backchannel."""
    pause_speech_s: Positive = 1.5
    """Least seconds of speech before such a pause."""
    opportunity: PositiveShare = 0.5
    """Score (0...1) from which a moment invites a backchannel: see
    ``dialogue/turntaking/backchannel_opportunity.py``."""
    vocal_gap_s: Positive = 12.0
    """Least seconds between two backchannels with a sound."""
    look_away_s: Positive = 7.0
    """Seconds of gaze off the screen without a break that she answers with encouragement."""
    face_gap_s: Positive = 20.0
    """Least seconds between reactions to a missing or averted face."""
    interest_s: Positive = 12.0
    """Seconds of speech in one answer after which she leans in."""
    remarks: CountOrZero = 2
    """Most remarks in an interview on how the candidate comes across ("could you speak up a
    little?"); 0 for none."""
    remark_gap_s: NotNegative = 60.0
    """Least seconds between two of them."""

    def __post_init__(self) -> None:
        in_order(self, "smile_off <= smile_on")
