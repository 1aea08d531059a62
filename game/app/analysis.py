"""What is asked of the processes of ``analyze``: light enough to be there before their models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from perception.process.calls import CallProcess

if TYPE_CHECKING:  # whoever makes a task has imported them
    from game.app.named_questions import NamedQuestion
    from game.settings import Settings
    from perception.speech.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Task:
    """One recording to be analysed."""

    recording: Path
    """Any video or sound file that PyAV reads."""
    folder: Path
    """Of the session; must not exist or be empty."""
    settings: Settings
    """As for a live interview."""
    vocabulary: Vocabulary | None = None
    """Words that the recogniser should lean towards."""
    functionals: str | None = None
    """Back-end of the table of voice functionals; None for none."""
    questions: tuple[NamedQuestion, ...] = ()
    """What was asked in it, where that was named."""


def start_listener() -> CallProcess:
    """The process that listens to recordings."""
    return CallProcess("listener", "perception.pipeline.recording:RecordingListener")
