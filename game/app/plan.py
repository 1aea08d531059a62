"""What an interview is to be, before anything of it is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialogue.content.persona import Persona
from game.settings import Settings
from perception.calibration import Calibration
from perception.source import SourceSpec


@dataclass(slots=True)
class Candidate:
    """Who sits opposite, as sources of picture and sound."""

    camera: SourceSpec | None
    microphone: SourceSpec | None
    missing: dict[str, str] = field(default_factory=dict)
    """Signal to the line that says why it is missing."""

    @property
    def recorded(self) -> bool:
        """Whether files or a script play the part: nobody has to be asked, and nobody types."""
        kinds = {spec.kind for spec in (self.camera, self.microphone) if spec is not None}
        return bool(kinds & {"recording", "synthetic"})


@dataclass(slots=True)
class Plan:
    """One interview, ready to be run."""

    settings: Settings
    role: str
    persona: Persona
    questions: int
    seed: int
    candidate: Candidate
    folder: Path
    offscreen: bool
    film: Path | None
    voice: str
    quiet: bool
    claims_folder: bool = False
    """Whether the folder is to be made as it begins, under the next number where it is taken."""
    kind: str = "practice"
    files: dict[str, str] = field(default_factory=dict)
    """Whole paths of a person's own ``role``, ``persona`` and ``manner``, by which they are found
    again from any folder."""
    manner: str | None = None
    """In which the recruiter interviews, where it is not their own."""
    start_at: int = 0
    resume: bool = False
    extra: dict[str, Any] = field(default_factory=dict)
    """What else ``session.json`` says."""
    prepared: bool = False
    """Whether the green room was gone through in the interview before this one."""
    calibration: Calibration | None = None
    """What the green room learned of the candidate."""
