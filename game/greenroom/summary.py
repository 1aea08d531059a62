"""What the green room found, in plain words: one line each.

Praise is kept for what is well; what is not says what to do. A recogniser that does not follow is
never put down to the candidate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from game.greenroom.reading import SentenceStep
from game.greenroom.sentence import Understood
from game.greenroom.sound import ECHO_ADVICE, SOUND_ADVICE, EchoStep, EchoVerdict, SilenceStep
from perception.calibration import GazeCalibration, VoiceBaseline
from perception.face.picture_quality import advice
from perception.types import PictureReading

Mark = Literal["ok", "mend", "none"]

WELL_UNDERSTOOD = 0.7
"""Share of a read sentence's words from which a recogniser follows well; the one without weights
reaches about 0.75 on clean speech."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the summary."""

    mark: Mark
    """ok (a tick), mend (something to do), none (left out)."""
    text: str
    needed: bool = True
    """Whether an interview suffers where this is not well."""


def picture_line(latest: PictureReading | None) -> Line:
    """Of framing and light; None where no picture came."""
    if latest is None:
        return Line("none", "No picture came from the camera.")
    if latest.problems:
        return Line("mend", advice(latest.problems)[0])
    return Line("ok", "Your picture is well lit and well framed.")


def face_line(known: bool) -> Line:
    """Of the resting face."""
    if known:
        return Line("ok", "Your resting face is known.")
    return Line("mend", "Your resting face could not be measured; an average one is used.")


def gaze_line(gaze: GazeCalibration | None) -> Line:
    """Of the dots; None where they could not be fitted."""
    if gaze is None:
        return Line("mend", "Your gaze could not be calibrated; it stays coarse.")
    error = gaze.error_deg
    about = "" if error is None else f", to about {error:.0f} degree{'s' if error >= 1.5 else ''}"
    return Line("ok", f"Your gaze is calibrated{about}.")


def sound_line(sentence: SentenceStep) -> Line:
    """Of the microphone and the room."""
    verdict = sentence.verdict()
    if verdict != "ok":
        return Line("mend", SOUND_ADVICE[verdict])
    snr = sentence.snr_db
    above = "" if snr is None else f": you stand {snr:.0f} dB above the room"
    return Line("ok", f"Your microphone is well set{above}.")


def words_line(sentence: SentenceStep) -> Line | None:
    """Of what was understood; None where nothing was said."""
    if sentence.speech_dbfs is None:
        return None
    found = sentence.understood
    if found is None:
        return _without_words(sentence)
    if found.heard == 0:
        text = "I heard your voice, but no English word; you can always type your answers."
        return Line("mend", text)
    if not sentence.was_read:
        text = "I heard other words than these: yours, another language, or misheard. No harm done."
        return Line("none", text, needed=False)
    told = f"I understood {found.count} of {len(found.right)} words"
    if found.share >= WELL_UNDERSTOOD:
        return Line("ok", f"{told}{_lost(sentence, found)}.")
    return Line("mend", f"{told}. That is the recogniser, not you: {_remedy(sentence)}.")


def _without_words(sentence: SentenceStep) -> Line:
    trouble = sentence.recogniser_trouble
    if sentence.recogniser == "none":
        text = "No recogniser is in use: answers are heard, but not written down."
        return Line("none", text, needed=False)
    if trouble is not None:
        return Line("mend", trouble[0].upper() + trouble[1:].rstrip(".") + ".")
    text = "The words took too long on this machine: they will come late."
    return Line("mend", text, needed=False)


def _lost(sentence: SentenceStep, found: Understood) -> str:
    pairs = zip(sentence.sentence.words, found.right, strict=True)
    lost = [word.strip(".,") for word, right in pairs if not right]
    return f" (not: {', '.join(lost)})" if lost else ""


def _remedy(sentence: SentenceStep) -> str:
    snr = sentence.snr_db
    if snr is not None and snr < 20.0:
        return "come closer to the microphone, or find a quieter room"
    if sentence.recogniser == "pocketsphinx":
        return "better weights are fetched by: python3 run.py models get whisper-base.en"
    return "come closer to the microphone, or type where words matter"


def echo_line(echo: EchoStep) -> Line:
    """Of the loudspeaker, and headphones; an interview goes well with either."""
    marks: dict[EchoVerdict, Mark] = {"strong": "mend", "soft": "ok", "none": "ok"}
    return Line(marks.get(echo.verdict, "none"), ECHO_ADVICE[echo.verdict], needed=False)


def sound_table(
    silence: SilenceStep, echo: EchoStep, sentence: SentenceStep, done: bool
) -> dict[str, Any]:
    """All that was heard, as JSON values.

    Args:
        silence: the room's noise.
        echo: the loudspeaker.
        sentence: what was read.
        done: whether it was; else only what stands by itself is told of it.
    """
    voice = (sentence.voice if done else None) or VoiceBaseline()
    found = sentence.understood
    return {
        "noise_dbfs": silence.noise_dbfs,
        "room": silence.fault,
        "echo": echo.measured,
        "level_dbfs": sentence.speech_dbfs,
        "snr_db": sentence.snr_db,
        "sound": sentence.verdict() if done else None,
        "pace_sps": voice.pace_sps,
        "pitch_hz": voice.pitch_hz,
        "pitch_low_hz": voice.pitch_low_hz,
        "pitch_high_hz": voice.pitch_high_hz,
        "range_semitones": voice.range_semitones,
        "sentence": {
            "text": sentence.sentence.text,
            "read": sentence.was_read if done else None,
            "words_per_min": sentence.words_per_min if done else None,
        },
        "recogniser": {
            "name": sentence.recogniser,
            "words": len(sentence.sentence.words),
            "right": None if found is None else found.count,
            "errors": None if found is None else found.errors,
        },
    }
