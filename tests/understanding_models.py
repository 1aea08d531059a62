"""Marks of tests that need the models of understanding, trained on texts of this project."""

from __future__ import annotations

import pytest

from dialogue.understanding import acts, answer_quality

needs_acts = pytest.mark.skipif(
    not acts.MODEL.is_file(),
    reason="needs assets/models/acts.npz: python3 run.py models train acts",
)
needs_answers = pytest.mark.skipif(
    not answer_quality.MODEL.is_file(),
    reason="needs assets/models/answers.npz: python3 run.py models train answers",
)
