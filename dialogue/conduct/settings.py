"""Settings of how she conducts an interview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from dialogue.content.planning import Difficulty
from perception.settings import CountOrZero, NotNegative, Share, between, checked


@checked
@dataclass(frozen=True, slots=True)
class ConductSettings:
    """How she conducts an interview."""

    mode: Literal["adaptive", "structured"] = "adaptive"
    """adaptive: follow-ups on what is missing, difficulty by the answers; structured: the same
    questions in the same order for everybody, without follow-ups."""
    difficulty: Difficulty = "usual"
    """How hard the interview is made: friendly, usual, demanding or stress. Decides how demanding
    questions are, and whether some press or surprise; the recruiter's manner is not set by it."""
    understanding: bool = True
    """Whether what the candidate says is understood, in a process beside the interview; if not, an
    answer's length and a few words of it have to do."""
    minutes: Annotated[float, between(0, 60)] = 0.0
    """Minutes for all of it, 5 to 45 in earnest; 0 for as long as the questions take."""
    your_questions: bool = True
    """Whether she asks at the end for the candidate's own questions."""
    most_questions_back: CountOrZero = 6
    """How many of those she answers before she closes."""
    follow_ups: CountOrZero = 2
    """Most follow-ups to one question."""
    request_confidence: Share = 0.6
    """Confidence (0...1) from which a request is met without asking whether it was one."""
    stop_confidence: Share = 0.5
    """Confidence (0...1) from which she asks whether they want to end the interview."""
    unsure_confidence: Share = 0.36
    """Confidence (0...1) from which an unsure request is asked about; below, it is an answer."""
    heard_confidence: Share = 0.35
    """Mean confidence (0...1) of recognised words below which she says that she did not hear."""
    requests_per_question: CountOrZero = 3
    """How often she repeats or explains one question before she offers to move on."""
    understanding_wait_s: NotNegative = 0.6
    """Seconds she waits for what was understood of a spoken answer."""
    typed_wait_s: NotNegative = 4.0
    """Seconds she waits, and shows that she thinks, for what was understood of a typed one: nobody
    hears a silence behind it, and on a busy machine it comes late."""
