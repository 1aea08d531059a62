"""Figures of hearing over a loudspeaker: her own voice, and whoever interrupts it.

Her voice says lines of a real interview (flite), through simulated loudspeakers and rooms; those
who interrupt are real recordings. Everything from the microphone's samples to the act by which she
falls silent is the program's own.
"""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import numpy as np

from dialogue.interviewing.ducking import DuckingSettings
from game.bench.echoscenes import (
    BLOCK_S,
    Interruptions,
    Reaction,
    Session,
    at_level,
    first_signs,
    interview_lines,
    speech_starts,
    spoken,
)
from game.bench.hearing_activity import edges_s
from game.bench.row import Row
from game.synthetic.loudspeakers import CANDIDATE_DBFS, PLACES, Place, Sound
from perception.echo.stage import Cleaned, EchoStage
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.microphone.decoding import read_sound
from perception.speech.base import create
from perception.speech.word_error_rate import plain_words, word_errors
from perception.types import AudioBlock

INTERRUPTING = (
    "speech/sb_spk1_snt1.wav",
    "speech/librivox_0880.wav",
    "speech/lj_LJ050-0131.wav",
    "speech/pace_english_slow.wav",
    "speech/librispeech_61-70968-0000.flac",
    "speech/sb_spk2_snt2.wav",
    "speech/accent_mandarin/010990087.wav",
    "speech/librivox_0870.wav",
)
"""Recordings of people, men and women, near and far from their microphones, whose first sound
stands out of their room (and agrees with a forced alignment of what they say)."""

WORDS = {
    "speech/sb_spk1_snt1.wav": "the child almost hurt the small dog",
    "speech/sb_spk1_snt3.wav": "at that high level the air is pure",
    "speech/sb_spk2_snt2.wav": "what joy there is in living",
    "speech/librivox_0880.wav": "he was not an ill disposed young man",
}
"""Recordings and what is read in them."""

GREEN_ROOM_S = 7.5
"""Seconds for which the green room plays her voice, by its settings."""

LEVELS_DB = (-5.0, 0.0, 5.0, 10.0)
"""Of the interrupting voice re the echo at the microphone."""


def measure_echo(data_dir: Path | None, quick: bool = False) -> list[Row]:
    """Measures hearing over a loudspeaker.

    Args:
        data_dir: folder of the real recordings; without it nobody interrupts.
        quick: a smaller sample, in some ten seconds.

    Raises:
        ModelError: flite is not installed: there is no voice to be heard.
    """
    rows = _alone(20.0 if quick else 600.0, PLACES[:1] if quick else PLACES)
    rows += _headphones(6.0 if quick else 30.0)
    if data_dir is None:
        return rows
    rows += _interrupted(data_dir, quick)
    rows += _first_line(data_dir, quick)
    if not quick:
        rows += _words(data_dir)
    return rows


def _alone(seconds: float, places: tuple[Place, ...]) -> list[Row]:
    """She speaks, and nobody else does."""
    lines = interview_lines()
    starts = unguarded = lowered = muted = 0
    evidence = DuckingSettings().voice_evidence
    echo_db: list[float] = []
    spent_s = sounding_s = 0.0
    for number, place in enumerate(places):
        stage = _Watched()
        session = Session(place, number, stage)
        coming = itertools.cycle(lines[number:] + lines[:number])
        heard, left = 0.0, 0.0
        signs: list[float] = []
        while session.t_s < seconds / len(places):
            if not session.speaker.busy:
                # lines follow each other; now and then she listens for a while
                pause = np.zeros(RATE_HZ // 4 if session.blocks % 3 else 2 * RATE_HZ, np.float32)
                session.speaker.say("", np.concatenate([pause, spoken(next(coming))]))
            block = session.step()
            starts += speech_starts(block)
            signs.append(first_signs(block))
            if session.t_s > 10.0 and np.any(block.echo):
                heard += float(np.sum(block.microphone**2))
                left += float(np.sum(stage.left**2))
        lowered += _stretches([sign > 0 for sign in signs])
        muted += _stretches([sign >= evidence for sign in signs])
        echo_db.append(10 * np.log10(heard / left))
        spent_s, sounding_s = spent_s + stage.spent_s, sounding_s + stage.sounding_s
    bare = Session(places[0], 0)
    bare.tell = False
    pause = np.zeros(RATE_HZ, np.float32)
    bare.speaker.say("", np.concatenate([each for x in lines[:8] for each in (spoken(x), pause)]))
    while bare.speaker.busy:
        unguarded += speech_starts(bare.step())
    minutes = seconds / 60
    return [
        _row(
            f"her own voice through {len(places)} simulated loudspeakers taken for the "
            f"candidate's, in {minutes:.2g} min",
            starts,
            "times",
            0.0,
        ),
        Row("hearing", "the same, for a sound beside hers, which lowers it", lowered, "times"),
        Row("hearing", "the same, for a voice's first signs, which mute it", muted, "times"),
        Row("hearing", "the same in eight lines, were her voice not known", unguarded, "times"),
        Row("hearing", "echo taken out (ERLE), mean over rooms", float(np.mean(echo_db)), "dB"),
        Row("hearing", "the same, worst room", min(echo_db), "dB"),
        _row("echo stage while she speaks", spent_s / sounding_s, "of real time", 0.04),
    ]


def _stretches(told: list[bool]) -> int:
    return sum(now and not before for before, now in itertools.pairwise([False, *told]))


class _Watched(EchoStage):
    """An echo stage that is timed, and whose work can be looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.spent_s = self.sounding_s = 0.0
        self.changed = 0
        self.left: Sound = np.zeros(0, np.float32)

    def process_block(self, block: AudioBlock) -> Cleaned:
        began_s = time.thread_time()
        cleaned = super().process_block(block)
        if cleaned.near_end is not None:
            self.spent_s += time.thread_time() - began_s
            self.sounding_s += BLOCK_S
        self.left = cleaned.block.samples
        self.changed += not np.array_equal(cleaned.block.samples, block.samples)
        return cleaned


def _headphones(seconds: float) -> list[Row]:
    """She is heard by the candidate only: nothing may be touched."""
    stage = _Watched()
    session = Session(None, 0, stage)
    for line in interview_lines()[:8]:
        session.speaker.say("", spoken(line))
    while session.t_s < seconds and session.speaker.busy:
        session.step()
    return [_row("blocks changed where she is heard by headphones", stage.changed, "blocks", 0.0)]


def _interrupted(data_dir: Path, quick: bool) -> list[Row]:
    """Real voices speak over her, until the dialogue has her fall silent."""
    files = INTERRUPTING[: 2 if quick else None]
    sounds = [_beginning(read_sound(data_dir / name)) for name in files]
    levels = LEVELS_DB[1:2] if quick else LEVELS_DB
    by_level: dict[float, list[Reaction]] = {level: [] for level in levels}
    count = 0
    for number, place in enumerate(PLACES[: 1 if quick else None]):
        scene = Interruptions(place, number)
        for level, (sound, onset_s) in itertools.product(levels, sounds):
            count += 1
            reaction = scene.reaction(sound, onset_s, level)
            if reaction is not None:
                by_level[level].append(reaction)
    found = list(itertools.chain(*by_level.values()))
    noticed = f"interruptions over a loudspeaker noticed, of {count}"
    rows = [Row.at_least("hearing", noticed, len(found) / count, "", 0.95)]
    rows += _percentiles("candidate's first sound to her falling silent", _silent_ms(found), 250.0)
    rows += _percentiles(
        "the same, to her voice being lowered", [1000 * each.lowered_s for each in found], None
    )
    rows += _percentiles(
        "the same, to the decision alone", [1000 * each.decided_s for each in found], None
    )
    if not quick:
        for level, some in by_level.items():
            rows += _percentiles(
                f"silent, candidate at {level:+.0f} dB re echo", _silent_ms(some), None
            )
    plain = Interruptions(None, 9)
    reactions = [plain.reaction(sound, onset_s, 0.0) for sound, onset_s in sounds]
    heard = [each for each in reactions if each is not None]
    return rows + _percentiles("silent, with headphones", _silent_ms(heard), None)


def _silent_ms(reactions: list[Reaction]) -> list[float]:
    return [1000 * each.silent_s for each in reactions]


def _first_line(data_dir: Path, quick: bool) -> list[Row]:
    """The same in the first line of a session, from 1.2 s on; and that line by itself."""
    sounds = [_beginning(read_sound(data_dir / name)) for name in INTERRUPTING]
    places = PLACES[: 1 if quick else None]
    trials = list(itertools.product(enumerate(places), sounds[: 2 if quick else None]))
    found: list[Reaction] = []
    after: list[Reaction] = []
    starts = 0
    for number, ((at, place), (sound, onset_s)) in enumerate(trials):
        scene = Interruptions(place, 100 * at + number, greet=False)
        reaction = scene.reaction(sound, onset_s, LEVELS_DB[1])
        if reaction is not None:
            found.append(reaction)
        scene = Interruptions(place, 100 * at + number, greet=False, green_room_s=GREEN_ROOM_S)
        reaction = scene.reaction(sound, onset_s, LEVELS_DB[1])
        if reaction is not None:
            after.append(reaction)
        session = Session(place, 100 * at + number)
        for _ in range(round(1.0 / BLOCK_S)):  # the room before she speaks
            session.step()
        for line in interview_lines()[number % 8 : number % 8 + 2]:
            session.speaker.say("", spoken(line))
        while session.t_s < 6.0:
            starts += speech_starts(session.step())
    noticed = f"interruptions of her first line noticed, of {len(trials)}"
    own = f"her own voice in {len(trials)} first lines taken for the candidate's"
    return [
        Row.at_least("hearing", noticed, len(found) / len(trials), "", 0.95),
        *_percentiles("the same, first sound to her falling silent", _silent_ms(found), 250.0),
        Row.at_least(
            "hearing", f"{noticed}, after the green room", len(after) / len(trials), "", 0.95
        ),
        *_percentiles(
            "the same, first sound to her falling silent (green room)", _silent_ms(after), 250.0
        ),
        _row(own, starts, "times", 0.0),
    ]


def _beginning(sound: Sound) -> tuple[Sound, float]:
    """The first 1.6 s of speech, from 50 ms before its first sound, and where in it that is."""
    onset_s, _ = edges_s(sound)
    begin_s = max(0.0, onset_s - 0.05)
    begin = round(begin_s * RATE_HZ)
    return sound[begin : begin + round(1.6 * RATE_HZ)], onset_s - begin_s


def _words(data_dir: Path) -> list[Row]:
    """What her voice costs in words: sentences spoken over her, at the level of the echo."""
    recogniser = create("pocketsphinx")
    errors = {"alone": 0, "over her, cleaned": 0, "over her, as heard": 0}
    count = 0
    for number, (name, text) in enumerate(WORDS.items()):
        place = PLACES[number % 2]
        sound = at_level(read_sound(data_dir / name), CANDIDATE_DBFS + place.echo_db)
        stage = _Watched()
        session = Session(place, number, stage)
        session.speaker.say("", np.concatenate([spoken(line) for line in interview_lines()[:6]]))
        while session.t_s < 9.0:
            session.step()
        session.speak(sound)
        cleaned, heard = [], []
        for _ in range(-(-len(sound) // BLOCK_SAMPLES)):
            heard.append(session.step().microphone)
            cleaned.append(stage.left)
        truth = text.split()
        count += len(truth)
        for what, samples in (
            ("alone", sound),
            ("over her, cleaned", np.concatenate(cleaned)),
            ("over her, as heard", np.concatenate(heard)),
        ):
            words = recogniser.transcribe(samples, RATE_HZ, 0.0)
            errors[what] += word_errors(truth, plain_words(words.text))
    return [
        Row("hearing", f"pocketsphinx, word error rate, {what}", wrong / count, "")
        for what, wrong in errors.items()
    ]


def _percentiles(figure: str, found_ms: list[float], aim: float | None) -> list[Row]:
    rows = []
    for percent in (50, 95):
        value = float(np.percentile(found_ms, percent)) if found_ms else None
        name = f"{figure}, p{percent}"
        if aim is None:
            rows.append(Row("hearing", name, value, "ms"))
        else:
            rows.append(_row(name, value, "ms", aim))
    return rows


def _row(figure: str, value: float | None, unit: str, aim: float) -> Row:
    return Row.at_most("hearing", figure, value, unit, aim)
