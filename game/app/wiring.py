"""Parts chosen and put together as settings and a session's own words say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dialogue.conduct.settings import ConductSettings
from dialogue.content.employer import load_employer
from dialogue.content.lines import Lines
from dialogue.content.persona import Persona, load_persona
from dialogue.content.planning import plan_of
from dialogue.content.script import load_interview
from dialogue.content.wording import (
    BankWording,
    Wording,
    WordingPlayback,
    WordingRecorder,
    WordingSettings,
    open_wording,
)
from dialogue.manager import DialogueManager
from dialogue.reacting.suppositions import Supposition
from game.app.vocabulary import interview_vocabulary
from game.bake.identity import load_identity
from game.settings import Settings
from perception.calibration import Calibration, VoiceBaseline
from perception.errors import InputError
from scoring.leaving_out import left_out, without_emotion
from scoring.rubric import load, rubrics_of, using


def make_manager(
    meta: Mapping[str, Any],
    settings: Settings,
    start_at: int = 0,
    supposed: Sequence[Supposition] = (),
) -> DialogueManager:
    """The dialogue manager that a session's ``session.json`` describes.

    Args:
        meta: of the session.
        settings: those that it was held with.
        start_at: index of the question to begin with.
        supposed: values of cues that stand in for those that are measured.

    Raises:
        InputError: role or persona are not there any more, or a key is missing.
        SettingsError: a rubric of the study's own is wrong.
    """
    try:
        role, persona = str(meta["role"]), str(meta["persona"])
        seed, questions = int(meta["seed"]), int(meta["questions"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"session.json: {error} is missing or wrong; not a live session") from None
    manner = meta.get("manner")
    passed_over, fillers = gone_by(settings)
    return DialogueManager(
        load_interview(role),
        load_persona(persona, seed, manner=None if manner is None else str(manner)),
        settings.dialogue,
        seed=seed,
        questions=questions,
        start_at=start_at,
        wording=_wording_of(meta, seed),
        voice=_voice_of(meta),
        employer=load_employer(role),
        understands=meta.get("understanding") is True,
        supposed=supposed,
        left_out=passed_over,
        fillers=fillers,
    )


def check_content(role: str, persona: Persona, settings: Settings) -> None:
    """Reads all that an interview goes by: what is wrong with it is told before anything begins.

    Args:
        role: of the interview.
        persona: who leads it.
        settings: of the interview.

    Raises:
        InputError: role or identity is not there, or a CV cannot be read.
        SettingsError: a content file or a rubric of the study's own is wrong.
    """
    interview_vocabulary(load_interview(role), settings.hearing.speech)
    load_employer(role)
    load_identity(persona.identity)
    gone_by(settings)


def gone_by(settings: Settings) -> tuple[frozenset[str], Mapping[str, Any]]:
    """The cues that the candidate asked to have left out, and what counts as a filler: what the
    report does not tell she does not react to, and what it counts she counts.

    Raises:
        SettingsError: a rubric of the study's own is wrong.
    """
    rubrics, _ = rubrics_of({"settings": {"scoring": {"rubrics": settings.scoring.rubrics}}})
    with using(rubrics):
        out = left_out(settings.scoring.leave_out)
        impressed = settings.seeing.emotion.enabled or settings.hearing.prosody.impression.enabled
        if not impressed:
            out = without_emotion(out)
        return out.reactions, load("cues")["fillers"]


def untold(settings: Settings) -> frozenset[str]:
    """Kinds of trouble that are not told while the interview runs: where it was asked that nothing
    is made of the face, neither that it is not to be seen.

    Raises:
        SettingsError: a rubric of the study's own is wrong.
    """
    return frozenset({"no_face"} if "face_missing" in gone_by(settings)[0] else ())


def phrase_lines(
    role: str,
    persona: Persona,
    questions: int,
    seed: int,
    settings: WordingSettings,
    conduct: ConductSettings,
    progress: Callable[[float], None],
) -> list[str] | None:
    """Has a language model phrase what the recruiter may say in an interview.

    Args:
        role: of the interview.
        persona: whose lines they are.
        questions: how many.
        seed: of the session.
        settings: which model.
        conduct: which questions are asked.
        progress: takes the share (0...1) that is done.

    Returns:
        The lines, for ``phrased`` in ``session.json``, so that neither a replay nor taking the
        interview up again needs the model; None where lines are said as they are written.

    Raises:
        InputError: there is no such role, or no model is named.
        ModelError: the model, or a package that it needs, is missing.
    """
    if settings.engine == "bank":
        return None
    plan = plan_of(
        load_interview(role), questions, seed, conduct.mode == "structured", conduct.difficulty
    )
    written = WordingRecorder(BankWording(seed))
    Lines(plan, persona, seed, written)
    count = len(written.lines)
    phrased: WordingRecorder = WordingRecorder(
        open_wording(settings, seed), lambda: progress(len(phrased.lines) / count)
    )
    Lines(plan, persona, seed, phrased)
    return phrased.lines


def _wording_of(meta: Mapping[str, Any], seed: int) -> Wording | None:
    """What phrased the lines, where they were not said as they are written."""
    lines = meta.get("phrased")
    if lines is None:
        return None
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise InputError("session.json: phrased is no list of lines; it cannot be said again")
    return WordingPlayback(lines, seed)


def _voice_of(meta: Mapping[str, Any]) -> VoiceBaseline | None:
    """What the green room learned of the candidate's voice."""
    table = (meta.get("green_room") or {}).get("calibration")
    return None if table is None else Calibration.of_table(table).voice
