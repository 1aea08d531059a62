"""Lines become sound with the times of their mouth shapes and words."""

from __future__ import annotations

import importlib.util
import shutil
import threading
from pathlib import Path

import numpy as np
import parselmouth
import pytest

from dialogue.content.persona import Speech
from game.voice import voice_pyttsx3
from game.voice.alignment_pocketsphinx import align
from game.voice.base import RenderedSpeech, Renderer, VoiceSettings, choose_voice
from game.voice.pronunciation import tokens
from game.voice.visemes import (
    VISEMES,
    Phone,
    phones_from_envelope,
    visemes_from_phones,
    voiced_spans,
    words_from_phones,
)
from perception.errors import InputError, ModelError
from perception.models import borrowed

LINE = (
    "Please tell me about a problem that you've met, and how both of you solved it in 25 minutes."
)

needs_flite = pytest.mark.skipif(
    shutil.which("flite") is None, reason="needs flite: apt-get install flite"
)
needs_pyttsx3 = pytest.mark.skipif(
    importlib.util.find_spec("pyttsx3") is None,
    reason="needs pyttsx3: python3 run.py doctor --mend",
)
needs_pocketsphinx = pytest.mark.skipif(
    importlib.util.find_spec("pocketsphinx") is None,
    reason="needs pocketsphinx: python3 run.py doctor --mend",
)

needs_hibari = pytest.mark.skipif(
    not borrowed.is_here("hibari-heart"), reason="needs: python3 run.py models get hibari-heart"
)

ENGINES = [
    pytest.param("hibari", marks=needs_hibari),
    pytest.param("hibari:male", marks=needs_hibari),
    pytest.param("flite", marks=needs_flite),
    pytest.param("flite:rms", marks=needs_flite),
    pytest.param("pyttsx3", marks=needs_pyttsx3),
    "silent",
]


def closures(utterance_visemes) -> np.ndarray:
    return np.array([(v.start_s + v.end_s) / 2 for v in utterance_visemes if v.name == "PP"])


@pytest.mark.parametrize("engine", ENGINES)
def test_an_utterance_is_whole(engine):
    said = choose_voice(engine).render(LINE)
    assert 3.0 < said.duration_s < 12.0
    assert said.samples.dtype == np.float32
    assert said.visemes[0].start_s == 0.0
    assert said.visemes[-1].end_s == pytest.approx(said.duration_s)
    for before, after in zip(said.visemes, said.visemes[1:], strict=False):
        assert before.end_s == after.start_s
        assert before.name != after.name
    assert {v.name for v in said.visemes} <= set(VISEMES)
    assert [w.text for w in said.words] == LINE.split()
    for word, following in zip(said.words, said.words[1:], strict=False):
        assert word.start_s < word.end_s <= following.start_s
    assert said.words[-1].end_s <= said.duration_s


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_text_gives_the_same_utterance(engine):
    voice = choose_voice(engine)
    one, other = voice.render(LINE), voice.render(LINE)
    assert np.array_equal(one.samples, other.samples)
    assert one.visemes == other.visemes
    assert one.words == other.words


@pytest.mark.parametrize("engine", ENGINES[:5])
def test_speech_has_one_loudness_and_no_dead_ends(engine):
    said = choose_voice(engine).render(LINE)
    speech = np.concatenate(
        [
            said.samples[int(s * said.rate_hz) : int(e * said.rate_hz)]
            for s, e in voiced_spans(said.samples, said.rate_hz)
        ]
    )
    level_dbfs = 20 * np.log10(np.sqrt(np.mean(speech.astype(float) ** 2)))
    assert level_dbfs == pytest.approx(-20, abs=0.7)
    assert np.abs(said.samples).max() < 1.0
    spans = voiced_spans(said.samples, said.rate_hz)
    assert spans[0][0] < 0.05
    assert said.duration_s - spans[-1][1] < 0.1


@needs_flite
def test_flite_women_and_men_differ():
    woman, man = choose_voice("flite", "female"), choose_voice("flite", "male")
    assert (woman.name, man.name) == ("flite:slt", "flite:rms")
    assert not np.array_equal(woman.render("Hello.").samples, man.render("Hello.").samples)


@needs_flite
def test_two_sentences_keep_one_time_line():
    said = choose_voice("flite").render("I see. What happened then? Tell me, please!")
    spoken = [v for v in said.visemes if v.name != "sil"]
    assert spoken[-1].end_s > said.duration_s - 0.4
    assert sum(v.name == "sil" for v in said.visemes) >= 3


HOSTILE = [
    "`; rm -rf $HOME; echo done",
    "100% of $25.50 at 10:30 a.m.",
    "-o /etc/passwd --voice nobody",
    "She said \"it's fine\" & 'left' <b>early</b>",
    "I 😀 naïve cafés — “really”…",
    "/etc/passwd",
]


@pytest.mark.parametrize(
    ("engine", "text"),
    [
        *(
            pytest.param(e, text, marks=needs_flite)
            for e in ("flite", "flite:rms")
            for text in HOSTILE
        ),
        # two texts are enough for the slowest engine
        *(pytest.param("pyttsx3", text, marks=needs_pyttsx3) for text in HOSTILE[:2]),
        *(("silent", text) for text in HOSTILE),
        *(pytest.param("hibari", text, marks=needs_hibari) for text in HOSTILE),
    ],
)
def test_hostile_text_is_only_spoken(engine, text):
    said = choose_voice(engine).render(text)
    assert said.text == text
    assert said.duration_s > 0.4
    assert said.words


@pytest.mark.parametrize("engine", ENGINES[2:])  # hibari is silent then
@pytest.mark.parametrize("text", ["", "   \n", "😀 — …", "?!"])
def test_nothing_to_say_is_an_input_error(engine, text):
    with pytest.raises(InputError, match="nothing that can be spoken"):
        choose_voice(engine).render(text)


def test_unknown_voices_are_named_with_those_known():
    with pytest.raises(InputError, match=r"'hal9000' is unknown.*flite"):
        choose_voice("hal9000")
    with pytest.raises(ValueError, match="hal9000"):
        VoiceSettings(engine="hal9000")


@pytest.mark.parametrize("engine", ["flite", "pyttsx3", "hibari"])
def test_unknown_speakers_are_an_input_error(engine):
    if engine == "hibari" and not borrowed.is_here("hibari-heart"):
        pytest.skip("needs: python3 run.py models get hibari-heart")
    if engine == "flite" and shutil.which("flite") is None:
        pytest.skip("needs flite: apt-get install flite")
    with pytest.raises(InputError, match="no speaker 'nobody'"):
        choose_voice(engine, "nobody")


def test_a_missing_engine_names_its_command(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(ModelError, match="apt-get install flite"):
        choose_voice("flite")


@needs_pyttsx3
@pytest.mark.parametrize("kept", [0.3, 0.8])
def test_a_part_of_a_line_is_noticed_and_the_line_rendered_again(monkeypatch, kept):
    voice = choose_voice("pyttsx3")
    whole = voice.render(LINE)
    real = voice_pyttsx3._run
    cut: list[Path] = []

    def run(job):
        reply = real(job)
        if len(cut) < 1:  # as if it had been ended within its first file
            path = Path(job["path"])
            data = path.read_bytes()
            path.write_bytes(data[: 2 * int(kept * len(data) / 2)])
            cut.append(path)
        return reply

    monkeypatch.setattr(voice_pyttsx3, "_run", run)
    again = voice.render(LINE)
    assert len(cut) == 1
    assert np.array_equal(again.samples, whole.samples)


@needs_pyttsx3
def test_a_line_that_never_comes_whole_is_shown_and_told(monkeypatch):
    voice = choose_voice("pyttsx3")
    real, tries = voice_pyttsx3._run, []

    def run(job):
        reply = real(job)
        data = Path(job["path"]).read_bytes()
        tries.append(job["path"])
        Path(job["path"]).write_bytes(data[: len(data) // 2 - 2000 * len(tries)])
        return reply

    renderer = Renderer(voice)
    with monkeypatch.context() as patched:
        patched.setattr(voice_pyttsx3, "_run", run)
        said = renderer.get(LINE, 60.0)
    assert len(tries) == 3
    assert not said.samples.any()
    assert [w.text for w in said.words] == LINE.split()
    assert "part of a line" in (renderer.trouble or "")
    assert renderer.get("Thank you.", 60.0).samples.any()
    assert renderer.trouble is None
    renderer.close()


def test_without_any_engine_lines_are_shown(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None)
    voice = choose_voice("auto")
    assert voice.name == "silent"
    assert "install" in (voice.notice or "")


@needs_pyttsx3
def test_without_flite_its_speakers_lend_their_kind_of_voice_and_say_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(borrowed.DataFile, "path", lambda self: None)
    try:
        choose_voice("pyttsx3", "female")
    except ModelError as error:
        pytest.skip(str(error))
    voice = choose_voice("auto", "slt", Speech(), "female")
    assert voice.name == "pyttsx3:female"
    assert "no speaker 'slt'" in (voice.notice or "")
    assert "female voice" in (voice.notice or "")
    assert choose_voice("auto", "rms", Speech(), "male").name == "pyttsx3:male"


def test_without_any_engine_a_recruiter_of_flites_is_silent_and_says_so(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None)
    voice = choose_voice("auto", "slt", Speech(pace=0.93), "female")
    assert voice.name == "silent"
    assert "install flite" in (voice.notice or "")


def test_the_silent_voice_takes_the_time_of_speech():
    said = choose_voice("silent").render(LINE)
    words_per_min = 60 * len(LINE.split()) / said.duration_s
    assert 120 < words_per_min < 230
    assert not said.samples.any()


def test_phones_become_shapes_without_gaps():
    phones = [Phone(0.1, 0.2, "hh"), Phone(0.2, 0.4, "ay"), Phone(0.5, 0.6, "m")]
    shapes = visemes_from_phones(phones, 0.8)
    assert [v.name for v in shapes] == ["sil", "aa", "I", "sil", "PP", "sil"]
    assert shapes[1].start_s == pytest.approx(0.1)  # h takes the vowel's shape
    assert shapes[-1].end_s == 0.8


@needs_flite
@needs_pocketsphinx
def test_alignment_and_envelope_agree_with_the_phones_that_were_spoken():
    said = choose_voice("flite").render(LINE)
    line = tokens(LINE)
    truth = closures(said.visemes)
    found = align(line, said.samples, said.rate_hz)
    aligned = closures(visemes_from_phones(found, said.duration_s))
    assert len(aligned) == len(truth)
    assert np.abs(aligned - truth).max() < 0.06
    envelope = phones_from_envelope(line, said.samples, said.rate_hz)
    guessed = closures(visemes_from_phones(envelope, said.duration_s))
    nearest = np.abs(guessed[:, None] - truth[None, :]).min(axis=1)
    assert np.median(nearest) < 0.15
    starts = [w.start_s for w in words_from_phones(line, found)]
    errors = [abs(a - w.start_s) for a, w in zip(starts, said.words, strict=True)]
    assert np.median(errors) < 0.05


@needs_pocketsphinx
def test_alignment_of_silence_is_empty():
    assert align(tokens("Hello there."), np.zeros(800, np.float32), 16_000) == ()


class Slow:
    """A voice that waits to be let go, to see what the renderer does meanwhile."""

    name = "slow"
    notice: str | None = None

    def __init__(self) -> None:
        self.go = threading.Event()
        self.order: list[str] = []

    def render(self, text: str) -> RenderedSpeech:
        self.go.wait(10)
        self.order.append(text)
        return choose_voice("silent").render(text)


def test_the_renderer_never_makes_a_tick_wait():
    voice = Slow()
    renderer = Renderer(voice)
    renderer.request("One.", "Two.", "Three.")
    assert renderer.poll("Four.") is None  # asked for now, so before Two and Three
    voice.go.set()
    assert renderer.get("Three.").text == "Three."
    renderer.get("Two.")
    assert renderer.poll("Four.") is not None
    assert voice.order.index("Four.") < voice.order.index("Two.") or voice.order[0] == "Four."
    renderer.request("One.")  # ready: not rendered again
    renderer.get("Five.")
    renderer.close()
    assert sorted(voice.order) == ["Five.", "Four.", "One.", "Three.", "Two."]


@needs_hibari
def test_a_line_is_the_same_with_its_authors_marks_or_without_and_stands_out():
    renderer = Renderer(choose_voice("hibari"))
    plain = renderer.get("I would really like that.")
    renderer.close()
    renderer = Renderer(choose_voice("hibari"))
    renderer.request("I would *really* like that.")
    stressed = renderer.get("I would really like that.")
    assert renderer.ready("I would *really* like that.")
    assert renderer.poll("I would *really* like that.") is stressed
    renderer.close()
    assert stressed.text == "I would really like that."
    assert [word.text for word in stressed.words] == stressed.text.split()
    long, short = stressed.words[2], plain.words[2]
    assert long.end_s - long.start_s > short.end_s - short.start_s


def test_the_renderer_hands_errors_to_the_asker_and_lives_on():
    renderer = Renderer(choose_voice("silent"))
    with pytest.raises(InputError):
        renderer.get("")
    assert renderer.get("Hello.").words[0].text == "Hello."
    renderer.close()


def test_the_renderer_keeps_only_so_many_lines():
    renderer = Renderer(choose_voice("silent"), cached_lines=2)
    for text in ("One.", "Two.", "Three."):
        renderer.get(text)
    assert not renderer.ready("One.")
    assert renderer.ready("Three.")
    renderer.close()


def test_a_line_that_takes_too_long_is_an_error():
    voice = Slow()
    renderer = Renderer(voice)
    with pytest.raises(ModelError, match="not ready"):
        renderer.get("Hello.", timeout_s=0.05)
    voice.go.set()
    renderer.close()


@needs_flite
def test_one_speaker_lends_its_voice_to_several_people():
    plain = choose_voice("flite:slt").render(LINE)
    large = choose_voice("flite:slt", speech=Speech(pace=0.8, pitch=0.9, tract=1.1)).render(LINE)
    assert large.duration_s == pytest.approx(plain.duration_s / 0.8, rel=0.03)
    assert _pitch(large) == pytest.approx(0.9 * _pitch(plain), rel=0.05)
    # the spectrum's weight moves down with the longer tract, beyond what pitch and pace do
    slow = choose_voice("flite:slt", speech=Speech(pace=0.8, pitch=0.9)).render(LINE)
    assert _centroid(large) < 0.96 * _centroid(slow)
    # the mouth's times go with the sound: closures lie at the same share of the line
    for some, other in zip(closures(plain.visemes), closures(large.visemes), strict=True):
        assert other / large.duration_s == pytest.approx(some / plain.duration_s, abs=0.015)


@needs_flite
@needs_pyttsx3
def test_a_speaker_that_an_engine_lacks_gives_way_and_says_so():
    with pytest.raises(InputError, match="no speaker 'slt'"):
        choose_voice("pyttsx3", "slt")
    voice = choose_voice("pyttsx3", "slt", kind="female")
    assert "speaking with its female voice" in (voice.notice or "")
    assert voice.render("Hello.").duration_s > 0.2
    assert choose_voice("flite", "slt", kind="female").notice is None


def _pitch(said: RenderedSpeech) -> float:
    sound = parselmouth.Sound(said.samples.astype(float), said.rate_hz)
    found = sound.to_pitch().selected_array["frequency"]
    return float(np.median(found[found > 0]))


def _centroid(said: RenderedSpeech) -> float:
    power = np.abs(np.fft.rfft(said.samples)) ** 2
    return float((power * np.fft.rfftfreq(len(said.samples), 1 / said.rate_hz)).sum() / power.sum())
