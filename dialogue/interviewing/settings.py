"""Settings of the interview: its pace, and the tables of its parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from dialogue.conduct.settings import ConductSettings
from dialogue.interviewing.ducking import DuckingSettings
from dialogue.interviewing.follow_ups import FollowUpSettings
from dialogue.reacting.settings import ReactionSettings
from dialogue.turntaking.settings import TurnSettings
from perception.settings import (
    CountOrZero,
    NotNegative,
    Positive,
    Share,
    between,
    checked,
    in_order,
)


@checked
@dataclass(frozen=True, slots=True)
class DialogueSettings:
    """Pace and rules of the interview."""

    turn: TurnSettings = field(default_factory=TurnSettings)
    """Table [turn]."""
    reactions: ReactionSettings = field(default_factory=ReactionSettings)
    """Table [reactions]."""
    follow_ups: FollowUpSettings = field(default_factory=FollowUpSettings)
    """Table [follow_ups]."""
    ducking: DuckingSettings = field(default_factory=DuckingSettings)
    """Table [ducking]."""
    conduct: ConductSettings = field(default_factory=ConductSettings)
    """Table [conduct]."""
    settle_s: NotNegative = 1.0
    """Least seconds before the greeting."""
    settle_most_s: NotNegative = 4.0
    """Seconds after which she greets even if nobody is seen or heard."""
    greeting_gap_s: NotNegative = 1.3
    """Seconds left after the greeting for a word of the candidate's: people take up to 0.9 s for
    it, and it is heard a little later."""
    hold_s: Annotated[float, between(0.05, 10)] = 0.17
    """Seconds of the candidate's speech over hers after which she holds her line: falls silent,
    ready to yield or to go on."""
    hold_quiet_s: Positive = 0.3
    """Seconds of silence after which she goes on with a line that she held: it was but a word."""
    barge_in_s: Positive = 0.7
    """Seconds of the candidate's speech over hers after which she yields; a word of assent is over
    by then ("mm-hm" lasts 0.4 s), and she has been silent since ``hold_s``."""
    resume_s: NotNegative = 1.5
    """Seconds from the start of her line in which speech counts as the answer before going on."""
    resume_barge_in_s: Positive = 0.3
    """Seconds of such speech after which she yields."""
    heard_share: Share = 0.6
    """Share (0...1) of a question that has to be out for it not to be asked again."""
    yields_per_question: CountOrZero = 2
    """How often she lets one question be broken off before she speaks it through."""
    encourage_s: Positive = 6.0
    """Seconds of silence after a question before an encouraging look."""
    help_s: Positive = 10.0
    """Seconds of silence before she puts the question in another way."""
    offer_s: Positive = 22.0
    """Seconds of silence before she offers to move on."""
    move_on_s: Positive = 5.0
    """Seconds she waits after that offer."""
    typing_patience: Positive = 3.0
    """Factor on the four times above while there is no microphone, for people who type."""
    part_over_s: NotNegative = 1.2
    """Seconds of silence before she closes when the candidate has nothing more to play."""
    late_sound_s: NotNegative = 1.1
    """Seconds of silence before her first sound when she made one only a moment before."""
    words_wait_s: NotNegative = 0.3
    """Seconds she waits for late words, where they may decide on the next question, before she
    goes by those so far."""
    wandering_s: Positive = 75.0
    """Seconds of an answer after which she comes in where little of what is said lately tells
    anything, before the manner's factor (``interrupts_after``)."""
    too_long_grace_s: NotNegative = 15.0
    """Seconds past the longest that she lets an answer be after which she cuts in without a
    pause."""

    def __post_init__(self) -> None:
        in_order(
            self,
            "settle_s <= settle_most_s",
            "encourage_s < help_s < offer_s",
            "hold_s <= barge_in_s",
        )
