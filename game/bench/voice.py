"""How the recruiters sound: how soon, how clearly, and how unlike each other.

Nobody listens here. A recogniser says whether each voice is understood, Praat what sets it apart,
and a network that learned from listeners' ratings how it would be rated.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.content.persona import Persona, load_persona, personas
from dialogue.types import RecruiterAct
from game.behaviour.delivery import BETWEEN_LINES_S, Delivery
from game.bench.dnsmos_onnxruntime import ListenersRating
from game.bench.row import Row
from game.bench.spoken_forms import read_forms, spoken_right
from game.bench.voice_material import LINES, WH_QUESTIONS, YES_OR_NO
from game.bench.voice_timbre_praat import (
    Timbre,
    ends_falling,
    ends_high,
    nearest,
    timbre_of,
)
from game.bench.voice_understood import Listener
from game.sound.speaker import choose_speaker
from game.voice.base import RenderedSpeech, Renderer, Voice, voice_of
from game.voice.hibari_onnxruntime import GUEST
from game.voice.line_cache import LineCache
from perception.clock import SessionClock
from perception.models.borrowed import is_here

QUICK_PEOPLE = ("anna", "mei", "kwame")
FIRST_SOUND_MS = 150.0
WORD_ERROR = 0.03
MOVES_ST = 2.5
RATED = 3.9
MAN_HZ = 155.0
ASKED_WELL = 0.9
SAID_RIGHT = 0.95
APART = 1.0
"""Just noticeable differences."""
TICK_S = 1 / 60
_PAUSE_S = 0.5  # between lines as they are rated
_RATED_S = 30.0  # of speech that are rated at once
_LONGEST_WAIT_S = 5.0


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Has every recruiter speak.

    Args:
        quick: three of them, ten lines each.
        data_dir: not needed.
    """
    del data_dir
    names = QUICK_PEOPLE if quick else personas()
    texts = LINES[::4] if quick else LINES
    rows = _first_sounds(load_persona(names[0]), quick)
    listener = Listener() if Listener.is_here() else None
    rating = ListenersRating() if ListenersRating.is_here() else None
    found: dict[str, Timbre] = {}
    spent_s = spoken_s = 0.0
    for name in names:
        persona = load_persona(name)
        voice = voice_of(persona)
        began = time.thread_time()
        said = [voice.render(text) for text in texts]
        spent_s += time.thread_time() - began
        spoken_s += sum(line.duration_s for line in said)
        found[name] = timbre_of(said, persona.voice_kind)
        rows += _person(f"{name} ({voice.name})", persona, found[name])
        error = None
        if listener is not None:
            error = listener.word_error(texts, [s.samples for s in said], said[0].rate_hz)
        rows += [
            Row.at_most("voice", f"{name}: words misunderstood", error, "", WORD_ERROR),
            Row.at_least(
                "voice",
                f"{name}: rated by DNSMOS P.808",
                None if rating is None else rate(rating, said),
                "",
                RATED,
            ),
        ]
    rows += _between(found)
    rows += _questions(names, quick)
    if not quick:
        rows += _written_forms()
    rows.append(Row("voice", "processor time over speech", spent_s / spoken_s, ""))
    return rows


def rate(rating: ListenersRating, said: list[RenderedSpeech]) -> float:
    """Mean rating of lines, said one after the other with pauses."""
    rate_hz = said[0].rate_hz
    pause = np.zeros(round(_PAUSE_S * rate_hz), np.float32)
    ratings: list[float] = []
    string: list[NDArray[np.float32]] = [pause]
    for place, line in enumerate(said):
        string += [line.samples, pause]
        if place == len(said) - 1 or sum(map(len, string)) > _RATED_S * rate_hz:
            ratings.append(rating.of(np.concatenate(string), rate_hz))
            string = [pause]
    return float(np.mean(ratings))


def _person(who: str, persona: Persona, timbre: Timbre) -> list[Row]:
    first, second, *_ = timbre.formants_hz
    pitch = Row("voice", f"{who}: pitch, median", timbre.pitch_hz, "Hz")
    if persona.voice_kind == "male":
        pitch = Row.at_most("voice", pitch.figure, timbre.pitch_hz, "Hz", MAN_HZ)
    return [
        pitch,
        Row.at_least(
            "voice", f"{persona.name}: pitch, sd within lines", timbre.pitch_sd_st, "st", MOVES_ST
        ),
        Row("voice", f"{persona.name}: first formant", first, "Hz"),
        Row("voice", f"{persona.name}: second formant", second, "Hz"),
        Row("voice", f"{persona.name}: vocal tract", timbre.tract_cm, "cm"),
    ]


def _between(found: dict[str, Timbre]) -> list[Row]:
    one, other, least = nearest(found)
    men = [t.tract_cm for n, t in found.items() if load_persona(n).voice_kind == "male"]
    women = [t.tract_cm for n, t in found.items() if load_persona(n).voice_kind == "female"]
    longer = min(men) - max(women) if men and women else None
    return [
        Row.at_least(
            "voice", f"likest two ({one}, {other}), noticeable steps apart", least, "", APART
        ),
        Row.at_least("voice", "men's vocal tracts longer than women's, least", longer, "cm", 0.0),
    ]


def _questions(names: Sequence[str], quick: bool) -> list[Row]:
    """Of the voice that does it worst: what one of them does well another may not."""
    rows = []
    for texts, figure, fits in (
        (YES_OR_NO, "yes-or-no questions that end high", ends_high),
        (WH_QUESTIONS, "wh-questions that fall", ends_falling),
    ):
        asked = texts[:6] if quick else texts
        shares = {}
        for name in names:
            voice = voice_of(load_persona(name))
            shares[name] = float(np.mean([fits(voice.render(text)) for text in asked]))
        worst = min(shares, key=lambda name: shares[name])
        told = f"{figure}, of {len(asked)}, least of {len(names)} voices ({worst})"
        rows.append(Row.at_least("voice", told, shares[worst], "", ASKED_WELL))
    return rows


def _written_forms() -> list[Row]:
    """Figures, abbreviations and names, heard as they were meant."""
    share: float | None = None
    count = len(read_forms())
    if Listener.is_here() and is_here(GUEST):
        right, _ = spoken_right()
        share = right / count
    return [Row.at_least("voice", f"written forms ({count}) heard as meant", share, "", SAID_RIGHT)]


@contextlib.contextmanager
def _empty_cache(voice: Voice) -> Iterator[None]:
    """While it is open, a voice keeps its lines in an empty folder."""
    cache = getattr(voice, "cache", None)
    with tempfile.TemporaryDirectory(prefix="bench-voice-") as folder:
        if isinstance(cache, LineCache):
            cache.move_to(Path(folder))
        yield


def _first_sounds(persona: Persona, quick: bool) -> list[Row]:
    """From the tick that decides on a line to its first sample, the device's latency left out."""
    lines = persona.lines
    texts = [*lines.acknowledgements, *lines.interruptions, *lines.offers_to_move_on]
    if not quick:
        texts += [*lines.yields, *lines.moves_on, *lines.encouragements, *lines.resume]
    voice = voice_of(persona, fixed=frozenset(texts))
    with _empty_cache(voice):
        new = delays_of(voice, texts, False)
        kept = delays_of(voice, texts, False)
        ready = delays_of(voice, texts, True)
    rows = []
    for what, delays in (
        ("rendered ahead", ready),
        ("from an earlier session", kept),
        ("never said before", new),
    ):
        p50, p95 = (float(np.percentile(delays, share)) for share in (50, 95))
        figure = f"first sound of a line {what}"
        rows += [
            Row("voice", f"{figure}, p50", p50, "ms"),
            Row.at_most("voice", f"{figure}, p95 of {len(delays)}", p95, "ms", FIRST_SOUND_MS),
        ]
    rows[-1] = Row(rows[-1].bench, rows[-1].figure, rows[-1].value, "ms")  # no fixed line
    return rows


def delays_of(voice: Voice, texts: list[str], prepared: bool) -> list[float]:
    """From the tick that decides on a line to its first sample, in ms, of each line.

    Args:
        voice: who speaks.
        texts: what is said.
        prepared: whether the lines are rendered before.
    """
    clock = SessionClock()
    renderer = Renderer(voice, 2 * len(texts))
    if prepared:
        for text in texts:
            renderer.get(text)
    delivery = Delivery(renderer, choose_speaker("silent", clock), lambda *_: None)
    delays = []
    for number, text in enumerate(texts):
        decided_s = clock.now()
        delivery.say(RecruiterAct(decided_s, "say", text, id=str(number)))
        while delivery.line is None and clock.now() < decided_s + _LONGEST_WAIT_S:
            delivery.advance(clock.now())
            clock.sleep(TICK_S)
        started_s = delivery.line.start_s if delivery.line is not None else None
        delays.append(1000 * ((started_s or clock.now()) - decided_s))
        delivery.stop(clock.now())
        clock.sleep(BETWEEN_LINES_S)
    renderer.close()
    return delays
