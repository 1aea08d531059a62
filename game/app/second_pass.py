"""The report's words: every stretch of speech heard again, whole, before the report is written.

The sound comes from memory where the interview has just ended, and from ``candidate.wav`` where it
was kept. Each stretch is written down when it is done: a pass that was cut off is gone on with by
``report SESSION``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.content.script import load_interview
from game.app.vocabulary import interview_vocabulary, stated_vocabulary
from perception.errors import InputError, ModelError, RecruiterError
from perception.recorded import looked_up
from perception.settings import build
from perception.signal.pcm import to_floats
from perception.signal.wav import WavReader
from perception.speech.base import SpeechSettings
from perception.speech.second_pass import SecondPass
from perception.speech.utterance import Utterance
from perception.speech.vocabulary import Vocabulary
from scoring.record.content import role_of
from scoring.record.session import Session, read_session
from scoring.record.spans import merge, overlap, total
from scoring.record.transcript import Stretch, append_stretch
from scoring.types import Span

RATE_HZ = 16_000
BRIDGE_S = 2.5
"""s of silence within a stretch: an answer is heard as one."""
EDGE_S = 0.3
"""s of sound beside the speech of a stretch that are heard, too."""
_ENOUGH = 0.9
"""Share of the speech of a stretch that has to be in memory for it to be heard from there."""

Progress = Callable[[str, float], None]


def hear_again(
    session: Session | Path, spoken: Sequence[Utterance] = (), progress: Progress | None = None
) -> int:
    """Writes down what was said in a session, stretch by stretch, where that is not done yet.

    Args:
        session: that has ended, or its folder.
        spoken: its sound, where that is still in memory.
        progress: told what is being done, and the share (0...1) that is done.

    Returns:
        How many stretches were heard; a session that was read before knows of them by
        ``heard_again()``.

    Raises:
        InputError: the folder holds no session.
        StorageError: the transcript cannot be written.
    """
    if not isinstance(session, Session):
        session = read_session(session)
    todo = _to_hear(session)
    if not todo:
        return 0
    settings = _settings_of(session)
    if settings.recogniser == "none":
        return 0
    try:
        second = SecondPass(settings, _vocabulary_of(session, settings))
    except RecruiterError:
        return 0  # what it was heard with is not here any more; its words stay
    told = progress or (lambda _what, _share: None)
    whole_s, done_s, heard = total(todo), 0.0, 0
    with _Sounds(session, spoken) as sounds:
        for span in todo:
            sound = sounds.of(span)
            if sound is not None:
                part = partial(_tell, told, span, done_s / whole_s, whole_s)
                part(0.0)
                speech = overlap(session.candidate_speech, [span])
                try:
                    words = second.transcribe(sound, RATE_HZ, span[0] - EDGE_S, speech, part)
                except ModelError:
                    return heard  # its weights are damaged, which doctor tells; live words stay
                append_stretch(session.folder, Stretch(*span, words))
                heard += 1
            done_s += span[1] - span[0]
    return heard


def _tell(told: Progress, span: Span, before: float, whole_s: float, share: float) -> None:
    """Says how far the pass is, from how far it is in one stretch."""
    minutes, seconds = divmod(int(span[0]), 60)
    what = f"writing down what was said ({minutes}:{seconds:02d})"
    told(what, before + share * (span[1] - span[0]) / whole_s)


def stretches(session: Session) -> tuple[Span, ...]:
    """The stretches of speech of a session that are heard as one, (start_s, end_s)."""
    return merge(session.candidate_speech, BRIDGE_S)


def _to_hear(session: Session) -> list[Span]:
    if session.meta.get("kind") == "analysis" and session.live_words:
        return []  # a recording is heard by a recogniser that takes its time at once
    return [
        span
        for span in stretches(session)
        if not any(stretch.is_of(span) for stretch in session.second_pass)
    ]


def _settings_of(session: Session) -> SpeechSettings:
    """How a session was heard; defaults where it does not say, or says what is not known here."""
    table = looked_up(session.meta, "settings", "hearing", "speech")
    if not isinstance(table, Mapping):
        return SpeechSettings()
    keys = ("recogniser", "language", "vocabulary", "cv")
    known = {key: table[key] for key in keys if key in table}
    try:
        return build(SpeechSettings, known, "session.json")
    except RecruiterError:
        return SpeechSettings()


def _vocabulary_of(session: Session, settings: SpeechSettings) -> Vocabulary | None:
    try:
        role = role_of(session.meta, session.folder)
        if role is None:
            return stated_vocabulary(settings)
        return interview_vocabulary(load_interview(role), settings)
    except RecruiterError:
        return None  # an interview or a CV that has gone since


class _Sounds:
    """The candidate's sound of a session, from memory or from its file."""

    def __init__(self, session: Session, spoken: Sequence[Utterance]) -> None:
        self._session = session
        self._spoken = [each for each in spoken if each.rate_hz == RATE_HZ]
        self._origin_s = session.sound_origin_s
        self._open = contextlib.ExitStack()
        self._wav: WavReader | None = None
        path = session.file("candidate.wav")
        if path is not None:
            with contextlib.suppress(InputError):  # the report has its note on that
                self._wav = self._open.enter_context(WavReader(path))

    def __enter__(self) -> _Sounds:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def of(self, span: Span) -> NDArray[np.float32] | None:
        """(n,) samples from ``EDGE_S`` before a stretch to ``EDGE_S`` behind it; None without."""
        speech = overlap(self._session.candidate_speech, [span])
        here = [(each.t_start_s, each.t_start_s + each.span_s) for each in self._spoken]
        if total(overlap(speech, here)) >= _ENOUGH * total(speech):
            return self._from_memory(span)
        if self._wav is None or self._wav.rate_hz != RATE_HZ:
            return None
        begin = round((span[0] - EDGE_S - self._origin_s) * RATE_HZ)
        end = round((span[1] + EDGE_S - self._origin_s) * RATE_HZ)
        sound = self._wav.read(max(0, begin), end)
        if begin < 0:
            sound = np.concatenate([np.zeros(-begin, np.float32), sound])
        return sound if np.any(sound) else None

    def _from_memory(self, span: Span) -> NDArray[np.float32]:
        begin_s = span[0] - EDGE_S
        sound = np.zeros(round((span[1] - span[0] + 2 * EDGE_S) * RATE_HZ), np.float32)
        for each in self._spoken:
            at = round((each.t_start_s - begin_s) * RATE_HZ)
            samples = to_floats(each.samples)[max(0, -at) :]
            at = max(0, at)
            room = sound[at : at + len(samples)]
            room[:] = samples[: len(room)]
        return sound
