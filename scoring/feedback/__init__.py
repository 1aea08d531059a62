"""What is advised: what to keep, what to practise and how, and the candidate's own words for it."""

from __future__ import annotations

from scoring.feedback.advice import Advice
from scoring.feedback.choose import advise
from scoring.feedback.shown import clock, shown

__all__ = ["Advice", "advise", "clock", "shown"]
