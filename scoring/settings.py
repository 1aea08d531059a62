"""Settings of what is told of a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from perception.settings import above, between, checked


@checked
@dataclass(frozen=True, slots=True)
class ImpressionSettings:
    """Whether impressions are given at all."""

    enabled: bool = False
    """Whether the report says how somebody may come across. It is for researchers and whoever asks
    for it (``--impressions``), and no part of what a candidate is told."""


@checked
@dataclass(frozen=True, slots=True)
class ClassifierSettings:
    """Text classifiers of one's own, from this machine's disk, that judge what was said beside the
    program's own measures. They never replace these: see ``assets/rubrics/classifiers.toml``."""

    sentiment: str = ""
    """Folder of a Hugging Face classifier of tone (BERT, RoBERTa, DistilBERT and the like):
    config.json, model.safetensors and the tokenizer's files. Its labels are positive, neutral and
    negative, or 1 star to 5 stars. Empty for none."""
    relevance: str = ""
    """Folder of one that judges pairs of question and answer: a cross-encoder with one output, or
    with labels such as relevant and not_relevant; or one of inference, with entailment and
    contradiction. Empty for none."""
    emotion: str = ""
    """Folder of one of emotions: joy, sadness, anger and the like. It speaks for the words in how
    somebody may come across, and is part of no score. Empty for none."""
    sentiment_labels: tuple[str, ...] = ()
    """What its outputs mean, in order of their numbers, where its config.json does not say
    (LABEL_0 ...). Empty for what config.json says."""
    relevance_labels: tuple[str, ...] = ()
    """The same of the one that judges pairs."""
    emotion_labels: tuple[str, ...] = ()
    """The same of the one of emotions."""
    sentiment_error: Annotated[float, above(0, 2)] | None = None
    """Standard error of its tone of an interview (-1...1), where somebody has measured it; twice
    this program's own where nobody has."""
    relevance_error: Annotated[float, above(0, 1)] | None = None
    """Standard error of its relevance of an answer, on the scale of the program's own (0...1, half
    of right answers above 0.28), where somebody has measured it; twice this program's own where
    nobody has."""
    emotion_agreement: Annotated[float, between(0.01, 0.99)] | None = None
    """Correlation with people's ratings of how pleasant and how lively somebody came across, where
    somebody has measured it; that of this program's own words where nobody has."""
    threads: Annotated[int, between(1, 64)] = 2
    """Processor threads that they may use."""
