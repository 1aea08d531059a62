"""Reading a recorded session back.

A record may be incomplete: the process was killed, the disk was full, the camera was never there.
So reading forgives: a torn last line and damaged lines become notes, and only a folder that holds
no session at all is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from dialogue.types import Feedback, RecruiterAct
from perception.errors import InputError
from perception.named_file import check_folder, is_file, is_folder
from perception.types import (
    BodyReading,
    Event,
    FaceReading,
    HeadGesture,
    PictureReading,
    ProsodyReading,
    VoiceReading,
    Words,
)
from scoring.record.conversation import Told, find_turns
from scoring.record.heard_recruiter import interviewer_spans, without
from scoring.record.lines import (
    EVENTS_FILE,
    READINGS_FILE,
    SESSION_FILE,
    Arrival,
    Tick,
    act_of,
    feedback_of,
)
from scoring.record.reading import read_lines, read_meta
from scoring.record.tracks import BodyTrack, FaceTrack, VoiceTrack
from scoring.record.transcript import Stretch, read_transcript, with_second_pass
from scoring.record.turns import Answer, Question, Turns
from scoring.record.typed_answers import told_short, typed_answers
from scoring.record.understood import Utterance, find_utterances
from scoring.record.unheard import unheard
from scoring.record.writer import is_in_use, is_unfinished
from scoring.types import Span


@dataclass
class Session:
    """One interview, as recorded. Everything in a report is a pure function of this."""

    folder: Path
    meta: dict[str, Any]
    """``session.json``."""
    arrivals: tuple[Arrival, ...]
    """Every line, in order of arrival."""
    notes: tuple[str, ...] = ()
    """What was damaged or missing, in plain words."""
    second_pass: tuple[Stretch, ...] = ()
    """Stretches of speech that were heard a second time, in order of time."""
    understood_later: tuple[Utterance, ...] = ()
    """What was understood when the report was made, of answers that nobody had understood."""

    def heard_again(self) -> Session:
        """The same with what a second pass has written down since it was read."""
        told: list[str] = []
        found = read_transcript(self.folder, told)
        notes = (*self.notes, *(note for note in told if note not in self.notes))
        return self._changed(notes=notes, second_pass=found)

    def understood(self, later: tuple[Utterance, ...]) -> Session:
        """The same with what was understood when the report was made."""
        return self._changed(understood_later=later)

    def _changed(self, **changes: Any) -> Session:
        """A session of the same record; what rests on its lines alone is not worked out again."""
        other = replace(self, **changes)
        other.__dict__.update((k, v) for k, v in self.__dict__.items() if k in _OF_LINES)
        return other

    @property
    def id(self) -> str:
        """Name of the session; the folder's name where none was recorded."""
        return str(self.meta.get("id") or self.meta.get("session_id") or self.folder.name)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """What happened once, in order of arrival."""
        return tuple(a for a in self.arrivals if isinstance(a, Event))

    @cached_property
    def faces(self) -> tuple[FaceReading, ...]:
        """Face readings, in order of arrival."""
        return tuple(a for a in self.arrivals if isinstance(a, FaceReading))

    @cached_property
    def voices(self) -> tuple[VoiceReading, ...]:
        """Voice readings, in order of arrival."""
        return tuple(a for a in self.arrivals if isinstance(a, VoiceReading))

    @cached_property
    def prosodies(self) -> tuple[ProsodyReading, ...]:
        """How the candidate sounded, four times a second, in order of arrival."""
        return tuple(a for a in self.arrivals if isinstance(a, ProsodyReading))

    @cached_property
    def bodies(self) -> tuple[BodyReading, ...]:
        """Body readings, in order of arrival."""
        return tuple(a for a in self.arrivals if isinstance(a, BodyReading))

    @cached_property
    def pictures(self) -> tuple[PictureReading, ...]:
        """How well the camera's picture served, in order of arrival."""
        return tuple(a for a in self.arrivals if isinstance(a, PictureReading))

    @cached_property
    def gestures(self) -> tuple[HeadGesture, ...]:
        """Nods, shakes, tilts and blinks."""
        return tuple(a for a in self.arrivals if isinstance(a, HeadGesture))

    @cached_property
    def ticks_s(self) -> tuple[float, ...]:
        """When the main loop looked at the candidate."""
        return tuple(a.t_s for a in self.arrivals if isinstance(a, Tick))

    @cached_property
    def words(self) -> tuple[Words, ...]:
        """Final stretches of recognised speech, in order of time, each once.

        Those of the second pass, where there was one; live ones elsewhere. None of an interviewer
        who is heard in the recording.
        """
        heard = with_second_pass(self.live_words, self.second_pass)
        return without(heard, interviewer_spans(self.acts, self.progress))

    @cached_property
    def live_words(self) -> tuple[Words, ...]:
        """Final words as they came during the interview, in order of time, each once."""
        seen: dict[tuple[float, float, str], Words] = {}
        for arrival in self.arrivals:
            if not isinstance(arrival, Words) or arrival.source == "typed":
                continue
            if arrival.final and arrival.text:
                key = (arrival.t_start_s, arrival.t_end_s, arrival.text)
                seen.setdefault(key, arrival)
        return tuple(sorted(seen.values(), key=lambda w: (w.t_start_s, w.t_end_s)))

    @cached_property
    def typed(self) -> tuple[Words, ...]:
        """Typed answers, in order of time, as far as a report takes them."""
        return typed_answers(self.arrivals)

    @cached_property
    def acts(self) -> tuple[RecruiterAct, ...]:
        """What the recruiter did, with her reasons."""
        return tuple(a for a in map(act_of, self.events) if a is not None)

    @cached_property
    def progress(self) -> tuple[Feedback, ...]:
        """What became of each act on screen and loudspeaker."""
        return tuple(f for f in map(feedback_of, self.events) if f is not None)

    @cached_property
    def _recorded(self) -> tuple[tuple[Utterance, ...], int]:
        return find_utterances(self.events)

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """What was understood of the candidate, in order."""
        return (*self._recorded[0], *self.understood_later)

    @property
    def damaged_utterances(self) -> int:
        """Events that ought to tell what was understood and cannot be read."""
        return self._recorded[1]

    @cached_property
    def duration_s(self) -> float:
        """End of the last thing recorded; ``session.json`` says it for a session that ended."""
        said = self.meta.get("duration_s")
        if said is not None and said > 0:
            return float(said)
        times = [_end_of(a) for a in self.arrivals]
        return max(times, default=0.0)

    @cached_property
    def face(self) -> FaceTrack:
        """Face readings as columns."""
        return FaceTrack.of(self.faces)

    @cached_property
    def voice(self) -> VoiceTrack:
        """Voice readings as columns."""
        return VoiceTrack.of(self.voices)

    @cached_property
    def body(self) -> BodyTrack:
        """Body readings as columns."""
        return BodyTrack.of(self.bodies)

    @cached_property
    def turns(self) -> Turns:
        """Who speaks when, and what was asked and answered."""
        told = Told(
            self.acts,
            self.progress,
            self.events,
            self.words,
            self.typed,
            self.voice,
            self.duration_s,
            self.utterances,
        )
        return find_turns(told)

    @cached_property
    def unheard(self) -> tuple[Span, ...]:
        """When nobody listened, as the microphone was lost."""
        return unheard(self.events, self.words, self.duration_s)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Questions in the order asked, with their answers."""
        return self.turns.questions

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Every answer that is held against its question, in order."""
        return self.turns.answers

    @property
    def recruiter_speech(self) -> tuple[Span, ...]:
        """When the recruiter spoke."""
        return self.turns.recruiter

    @property
    def candidate_speech(self) -> tuple[Span, ...]:
        """When the candidate spoke."""
        return self.turns.candidate

    @property
    def sound_origin_s(self) -> float:
        """Session time of the first sample of ``candidate.wav``."""
        return float(self.meta.get("candidate_wav_start_s") or 0.0)

    def file(self, name: str) -> Path | None:
        """A recording such as ``candidate.wav`` where it was kept, else None."""
        path = self.folder / name
        return path if path.is_file() and path.stat().st_size > 0 else None


_OF_LINES = frozenset(
    (
        *("events", "faces", "voices", "prosodies", "bodies", "pictures", "gestures", "ticks_s"),
        *("live_words", "typed", "acts", "progress", "_recorded", "face", "voice", "body"),
    )
)
"""What is worked out of the lines and nothing else."""


def _end_of(arrival: Arrival) -> float:
    if isinstance(arrival, Words | HeadGesture):
        return arrival.t_end_s
    if isinstance(arrival, VoiceReading):
        return arrival.t_s + arrival.span_s
    return arrival.t_s


def read_session(folder: Path) -> Session:
    """Reads a session folder.

    Raises:
        InputError: the folder is missing or holds no session.
    """
    folder = Path(folder)
    check_folder(folder, advice="name the folder of a recorded session")
    present = [n for n in (SESSION_FILE, EVENTS_FILE, READINGS_FILE) if is_file(folder / n)]
    if not present:
        raise InputError(
            f"{folder}: no {SESSION_FILE}, {EVENTS_FILE} or {READINGS_FILE} in it; "
            "name the folder of a recorded session"
        )
    notes: list[str] = []
    meta = read_meta(folder, notes)
    numbered: list[tuple[int, int, Arrival]] = []
    for name in (EVENTS_FILE, READINGS_FILE):
        if name in present:
            numbered.extend(read_lines(folder / name, notes))
        else:
            notes.append(f"{name} is missing; what it would hold is not in the report")
    # ``n`` orders lines over both files; the line number keeps order where a line lacks it.
    numbered.sort(key=lambda item: (item[0], item[1]))
    heard_again = read_transcript(folder, notes)
    arrivals = tuple(item[2] for item in numbered)
    return Session(folder, meta, arrivals, (*notes, *told_short(arrivals)), heard_again)


def iter_inputs(folder: Path) -> Iterator[Arrival]:
    """Yields everything recorded, rebuilt, in order of arrival; a replay takes what it needs.

    Readings go to the fusion, ``Event`` of the devices too, ``feedback_of(event)`` to the dialogue
    manager, and a ``Tick`` says when the main loop stepped.

    Raises:
        InputError: the folder is missing or holds no session.
    """
    yield from read_session(folder).arrivals


def find_unfinished(sessions: Path) -> tuple[Path, ...]:
    """Folders below ``sessions`` whose recording was cut off, oldest first; one that is still being
    recorded was not."""
    if not is_folder(sessions):
        return ()
    found = []
    for path in sorted(sessions.glob(f"*/{SESSION_FILE}")):
        if is_unfinished(path.parent) and not is_in_use(path.parent):
            found.append((path.stat().st_mtime, path.parent))
    return tuple(folder for _, folder in sorted(found))
