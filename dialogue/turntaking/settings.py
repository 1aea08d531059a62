"""Settings of turn taking: how sure she has to be that an answer is over, how long she waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from perception.settings import InnerShare, NotNegative, between, checked, in_order


@checked
@dataclass(frozen=True, slots=True)
class TurnSettings:
    """When an answer counts as ended."""

    over: InnerShare = 0.46
    """Probability (0...1) that the answer is over at which she takes the floor at once, without a
    first sound."""
    direct_s: Annotated[float, between(0.2, 2)] = 0.68
    """Seconds of silence up to which she does so."""
    over_late: InnerShare = 0.85
    """Probability (0...1) at which she takes it after that. By then the candidate has heard a sound
    of hers and waits at ease, while who pauses for so long thinks and would mind most."""
    over_most: InnerShare = 0.4
    """Probability (0...1) at which she takes it once ``floor_most_s`` has passed: only where nearly
    everything says that they will go on she still waits."""
    over_most_unjudged: InnerShare = 0.6
    """The same where Smart Turn has not judged the pause, so that she knows less."""
    least_s: Annotated[float, between(0.2, 5)] = 0.62
    """Least silence before she makes any sound, in seconds. Words come until then, and two pauses
    in three are over."""
    unknown_s: Annotated[float, between(0.2, 5)] = 0.7
    """Seconds of silence before her first sound, where the floor is hers only later, when nothing
    tells whether the answer was finished; when it sounded finished, it is ``least_s``."""
    short_speech_s: NotNegative = 2.0
    """Seconds of speech below which an answer has hardly begun and gets more patience."""
    short_s: Annotated[float, between(0.2, 5)] = 0.85
    """Least silence before her first sound after so little speech, in seconds."""
    held_s: Annotated[float, between(0.2, 5)] = 1.3
    """Seconds of silence before her first sound when the end sounded held."""
    fragment_s: NotNegative = 0.7
    """Seconds of speech below which there was no more than a hesitation."""
    fragment_wait_s: Annotated[float, between(0.2, 5)] = 2.2
    """Least silence before her first sound after a hesitation, in seconds."""
    floor_most_s: Annotated[float, between(0.2, 10)] = 1.92
    """Silence after which she takes the floor unless it is likely that they go on, in seconds."""
    floor_unjudged_most_s: Annotated[float, between(0.2, 10)] = 2.4
    """Most silence before she takes it even then, where Smart Turn has not judged the pause."""
    floor_held_most_s: Annotated[float, between(0.2, 10)] = 4.2
    """The same where it has, and where all that was heard says that they will go on."""
    own_margin: Annotated[float, between(1, 2)] = 1.15
    """Factor on the speaker's own longest pauses that those two have to outlast, within reason."""
    patience_log_odds: Annotated[float, between(0, 20)] = 2.0
    """Log odds added to those of ``over`` by a persona of patience e (2.7); taken away by 1/e."""
    resumed_log_odds: Annotated[float, between(0, 20)] = 0.0
    """Log odds added each time the speaker went on after a first sound, up to three times; the
    pauses themselves are weighed anyway."""
    cut_in_log_odds: Annotated[float, between(0, 20)] = 1.0
    """Log odds added, for the rest of an answer, each time she took the floor in it too early, up
    to twice: who is cut in on once minds the second time more."""
    cut_in_kept_log_odds: Annotated[float, between(0, 20)] = 0.15
    """Log odds that remain of it for all later answers of this candidate, up to five times."""

    def __post_init__(self) -> None:
        in_order(
            self,
            "over <= over_late",
            "least_s <= unknown_s <= short_s <= held_s <= fragment_wait_s",
            "least_s <= direct_s <= floor_most_s",
            "held_s <= floor_most_s <= floor_unjudged_most_s <= floor_held_most_s",
            "fragment_wait_s < floor_held_most_s",
        )
