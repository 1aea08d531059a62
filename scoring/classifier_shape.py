"""What ``assets/rubrics/classifiers.toml`` must look like: its keys, and the range of every
number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from perception.settings import InnerShare, Positive, Share, between, checked

_Signed = Annotated[float, between(-1, 1)]


@checked
@dataclass(frozen=True, slots=True)
class _Sentiment:
    own_error: Positive
    own_words: Positive
    labels: dict[str, _Signed]


@checked
@dataclass(frozen=True, slots=True)
class _Inference:
    passed: tuple[str, ...]
    hypothesis: str

    def __post_init__(self) -> None:
        if "{question}" not in self.hypothesis:
            raise ValueError(f"hypothesis is {self.hypothesis!r}; put {{question}} into it")


@checked
@dataclass(frozen=True, slots=True)
class _Relevance:
    beside: Share
    to_the_point: Share
    labels: dict[str, Share]
    inference: _Inference

    def __post_init__(self) -> None:
        if self.beside >= self.to_the_point:
            raise ValueError(
                f"beside is {self.beside} and to_the_point {self.to_the_point}; the second is more"
            )


@checked
@dataclass(frozen=True, slots=True)
class _Emotion:
    agreement: Annotated[float, between(0.01, 0.99)]
    spread: Positive
    stretch_words: Annotated[int, between(1, 500)]
    full_words: Annotated[int, between(1, 1000)]
    labels: dict[str, tuple[_Signed, _Signed]]


@checked
@dataclass(frozen=True, slots=True)
class Classifiers:
    """The whole file."""

    together: Share
    times_own: Positive
    most_chunks: Annotated[int, between(1, 1000)]
    longest_tokens: Annotated[int, between(16, 8192)]
    overlap: Annotated[float, between(0, 0.5)]
    question_share: InnerShare
    sentiment: _Sentiment
    relevance: _Relevance
    emotion: _Emotion
