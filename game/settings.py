"""All settings of the program, each table owned by the module that it sets."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from dialogue.content.persona import Persona
from dialogue.content.wording import WordingSettings
from dialogue.interviewing.settings import DialogueSettings
from game.greenroom.settings import GreenRoomSettings
from game.rooms.catalogue import ROOMS
from game.scene.immersion import ImmersionSettings
from game.scene.settings import CameraSettings, RoomSettings
from game.sound.ambience import AmbienceSettings
from game.sound.film import FilmSettings
from game.stage.settings import FrameGovernorSettings, StageSettings
from game.voice.base import VoiceSettings
from perception.errors import SettingsError
from perception.fusion import FusionSettings
from perception.pipeline.hearing import HearingSettings
from perception.pipeline.seeing import SeeingSettings
from perception.settings import between, checked, read_as
from scoring.classifier_folder import resolved
from scoring.leaving_out import ScoringSettings
from scoring.rubric import own_files, using
from scoring.settings import ImpressionSettings


@checked
@dataclass(frozen=True, slots=True)
class InterviewSettings:
    """What is run when the command line does not say."""

    role: str = "sales_assistant"
    """Interview in ``assets/interviews``."""
    persona: str = "anna"
    """Recruiter in ``assets/personas``, or random."""
    questions: Annotated[int, between(1, 50)] = 5
    """Questions, the warm-up included, 1 to 50."""
    consent: Literal["ask", "yes", "no"] = "ask"
    """Whether picture and sound of the candidate are kept: ask (in the room), yes, or no."""
    speaker: str = "auto"
    """Loudspeaker: auto, pyaudio or silent."""


@checked
@dataclass(frozen=True, slots=True)
class PictureSettings:
    """Size and rate of the picture."""

    width: Annotated[int, between(320, 3840)] = 960
    """Pixels, 320 to 3840, of an offscreen picture."""
    height: Annotated[int, between(180, 2160)] = 540
    """Pixels, 180 to 2160, of an offscreen picture."""
    window_width: Annotated[int, between(160, 15360)] = 1280
    """Pixels of a window when it opens."""
    window_height: Annotated[int, between(90, 8640)] = 720
    """Pixels of a window when it opens."""
    frames_per_s: Annotated[int, between(10, 240)] = 60
    """Most frames a second without a film, 10 to 240."""
    self_view: bool = True
    """Whether the candidate sees their own picture in a corner."""

    def __post_init__(self) -> None:
        if self.width % 2 or self.height % 2:
            size = f"width is {self.width} and height {self.height}"
            raise ValueError(f"{size}; use even numbers, for the film's sake")


@checked
@dataclass(frozen=True, slots=True)
class Settings:
    """The whole settings file: one table per field."""

    interview: InterviewSettings = field(default_factory=InterviewSettings)
    """What is run when the command line does not say."""
    picture: PictureSettings = field(default_factory=PictureSettings)
    """Size and rate of the picture."""
    stage: StageSettings = field(default_factory=StageSettings)
    """How the picture is made."""
    pace: FrameGovernorSettings = field(default_factory=FrameGovernorSettings)
    """How soon the picture gives way where a processor draws it."""
    view: CameraSettings = field(default_factory=CameraSettings)
    """Where the candidate's eye is."""
    room: RoomSettings = field(default_factory=RoomSettings)
    """Which room it is, and when."""
    immersion: ImmersionSettings = field(default_factory=ImmersionSettings)
    """How the view follows the candidate's head."""
    green_room: GreenRoomSettings = field(default_factory=GreenRoomSettings)
    """What is prepared before the interview."""
    ambience: AmbienceSettings = field(default_factory=AmbienceSettings)
    """The sounds of the room."""
    film: FilmSettings = field(default_factory=FilmSettings)
    """How films are encoded."""
    voice: VoiceSettings = field(default_factory=VoiceSettings)
    """Which voice the recruiter speaks with."""
    seeing: SeeingSettings = field(default_factory=SeeingSettings)
    """How the candidate is seen."""
    hearing: HearingSettings = field(default_factory=HearingSettings)
    """How the candidate is heard."""
    fusion: FusionSettings = field(default_factory=FusionSettings)
    """How long a reading speaks for the present."""
    wording: WordingSettings = field(default_factory=WordingSettings)
    """How the recruiter's lines are phrased."""
    dialogue: DialogueSettings = field(default_factory=DialogueSettings)
    """Pace and rules of the interview."""
    scoring: ScoringSettings = field(default_factory=ScoringSettings)
    """What is scored."""
    impressions: ImpressionSettings = field(default_factory=ImpressionSettings)
    """Whether the report says how the candidate may come across."""


def room_of(settings: Settings, persona: Persona) -> RoomSettings:
    """The room of an interview: the settings', or the recruiter's own where they leave it open.

    Raises:
        SettingsError: the recruiter's file names a room that does not exist.
    """
    if settings.room.name != "auto":
        return settings.room
    try:
        return dataclasses.replace(settings.room, name=persona.room)
    except ValueError:
        raise SettingsError(
            f"persona {persona.name}: room '{persona.room}' is not known; use {', '.join(ROOMS)}"
        ) from None


def without_impressions(settings: Settings) -> Settings:
    """The settings with no impression formed of face or voice (``--no-emotion``)."""
    emotion = dataclasses.replace(settings.seeing.emotion, enabled=False)
    seeing = dataclasses.replace(settings.seeing, emotion=emotion)
    impression = dataclasses.replace(settings.hearing.prosody.impression, enabled=False)
    prosody = dataclasses.replace(settings.hearing.prosody, impression=impression)
    hearing = dataclasses.replace(settings.hearing, prosody=prosody)
    return dataclasses.replace(settings, seeing=seeing, hearing=hearing)


def leaving_out(settings: Settings, cues: tuple[str, ...] | None) -> Settings:
    """The settings with other cues left out of the scores (``--leave-out``); None for the same."""
    if cues is None:
        return settings
    scoring = dataclasses.replace(settings.scoring, leave_out=cues)
    return dataclasses.replace(settings, scoring=scoring)


def load_settings(path: Path | None) -> Settings:
    """Reads a settings file; defaults where there is none.

    Raises:
        InputError: the file is missing.
        ModelError: a classifier that it names is missing, or none that can be used.
        SettingsError: it is not TOML, or a key or value is wrong; the message names file and key.
    """
    if path is None:
        return Settings()
    settings = read_as(Settings, path, str(path))
    scoring = settings.scoring
    # as seen from the file that names them, and told before an interview, not after
    if scoring.rubrics:
        folder = (path.parent / scoring.rubrics).resolve()
        own_files(folder)
        scoring = dataclasses.replace(scoring, rubrics=str(folder))
    with using(Path(scoring.rubrics) if scoring.rubrics else None):
        classifiers = resolved(scoring.classifiers, path.parent)
    scoring = dataclasses.replace(scoring, classifiers=classifiers)
    if scoring.reword:
        scoring = dataclasses.replace(scoring, reword=str((path.parent / scoring.reword).resolve()))
    return dataclasses.replace(settings, scoring=scoring)


def as_table(settings: Settings) -> dict[str, Any]:
    """The resolved settings as JSON values, for ``session.json``."""
    return dataclasses.asdict(settings)
