"""The voice hibari: what it says, when each sound comes, who it can be, and what is kept of it."""

from __future__ import annotations

import itertools
import os
import stat
from pathlib import Path

import numpy as np
import pytest

from dialogue.content.persona import HibariSpeech, Persona, Speech, load_persona, personas
from game.bench.voice_material import LINES, WH_QUESTIONS, YES_OR_NO
from game.bench.voice_timbre_praat import (
    Timbre,
    apart,
    ending_of,
    ends_falling,
    ends_high,
    timbre_of,
)
from game.voice import voice_hibari
from game.voice.alignment_pocketsphinx import align
from game.voice.base import EmphasizingVoice, RenderedSpeech, choose_voice, voice_of
from game.voice.hibari_onnxruntime import GUEST, MODEL_FILE, UNIT_S, HibariNetwork
from game.voice.intonation import rises
from game.voice.line_cache import LineCache
from game.voice.onnx_graph import cut
from game.voice.pronunciation import tokens
from game.voice.visemes import visemes_from_phones, voiced_spans, words_from_phones
from game.voice.vocoder import RATE_HZ, synthesize
from perception.errors import ModelError, SettingsError
from perception.models import borrowed
from perception.settings import build

needs_hibari = pytest.mark.skipif(
    not borrowed.is_here(GUEST), reason=f"needs: python3 run.py models get {GUEST}"
)

SYMBOLS = "həlˈO ðˈɛɹ, wˌʌt dˈɪd ju dˈu?"
"""Hello there, what did you do?"""


def kept_in(folder: Path, name: str, fixed: tuple[str, ...]) -> voice_hibari.HibariVoice:
    """A recruiter's voice that keeps its lines in a folder."""
    voice = voice_of(load_persona(name), fixed=fixed)
    assert isinstance(voice, voice_hibari.HibariVoice)
    voice.cache.move_to(folder)
    return voice


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guest is not on this machine."""
    monkeypatch.setattr(borrowed.DataFile, "path", lambda self: None)


def test_without_the_guest_another_voice_speaks_and_hibari_says_how_to_get_it(absent: None) -> None:
    assert not choose_voice("auto").name.startswith("hibari")
    anna = voice_of(load_persona("anna"))
    assert anna.name in ("flite:slt", "pyttsx3:female", "silent")
    with pytest.raises(ModelError, match=f"models get {GUEST}"):
        choose_voice("hibari")


@needs_hibari
def test_a_damaged_guest_is_left_unused(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    bad = tmp_path / "bad.onnx"
    bad.write_bytes(b"not a model")
    monkeypatch.setattr(borrowed.DataFile, "path", lambda self: bad)
    assert not choose_voice("auto").name.startswith("hibari")
    with pytest.raises(ModelError, match="sha256 differs"):
        choose_voice("hibari")


@needs_hibari
def test_it_is_the_first_choice_and_the_others_can_still_be_chosen() -> None:
    assert choose_voice("auto").name == "hibari:female"
    assert voice_of(load_persona("david")).name == "hibari:male"
    assert voice_of(load_persona("david")).notice is None
    assert voice_of(load_persona("david"), "silent").name == "silent"


@needs_hibari
@pytest.mark.parametrize("text", ["", "   ", "😀 — …", "?!"])
def test_what_cannot_be_said_is_a_moment_of_silence(text: str) -> None:
    said = choose_voice("hibari").render(text)
    assert (said.text, said.words) == (text, ())
    assert said.duration_s > 0.05
    assert not said.samples.any()
    assert [v.name for v in said.visemes] == ["sil"]


@needs_hibari
def test_durations_add_up_to_the_sound() -> None:
    network = HibariNetwork()
    for rate in (0.8, 1.0, 1.2):
        planned = network.plan(SYMBOLS, np.full(len(SYMBOLS), rate))
        sound = synthesize(network.speak(planned), planned.pitch_hz)
        assert len(planned.units) == len(SYMBOLS) + 2
        assert float(planned.units.sum()) * UNIT_S == pytest.approx(len(sound) / RATE_HZ)
    own = network.plan(SYMBOLS, np.ones(len(SYMBOLS))).units[1:-1].sum()
    slow = network.plan(SYMBOLS, np.full(len(SYMBOLS), 0.8)).units[1:-1].sum()
    assert slow == pytest.approx(own / 0.8, rel=0.03)


@needs_hibari
def test_the_parts_of_the_network_say_what_the_whole_says() -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    whole = onnxruntime.InferenceSession(
        borrowed.read_file(GUEST, MODEL_FILE), providers=["CPUExecutionProvider"]
    )
    network = HibariNetwork()
    planned = network.plan(SYMBOLS, np.ones(len(SYMBOLS)))
    given = {"ids": planned.ids[None], "speed": np.ones(1, np.float32)}
    *_, pitch = whole.run(None, given)
    np.testing.assert_allclose(planned.pitch_hz, pitch[0], atol=2.0)
    ours = network.speak(planned).harmonic
    np.testing.assert_allclose(ours, whole.run(["lh"], given)[0][0], atol=0.6)


def test_a_file_that_is_no_model_is_an_error_of_one_line() -> None:
    with pytest.raises(ModelError, match="cannot be read as ONNX"):
        cut(b"\x3a\xff\xff\xff", {}, ["x"])
    with pytest.raises(ModelError, match="no tensor 'x'"):
        cut(b"\x3a\x00", {}, ["x"])


@needs_hibari
def test_the_same_line_is_the_same_to_the_bit_kept_or_not(tmp_path) -> None:
    line = LINES[3]
    first = voice_of(load_persona("marcus")).render(line)
    keeping = kept_in(tmp_path, "marcus", (line,))
    for again in (keeping.render(line), keeping.render(line)):
        assert np.array_equal(first.samples, again.samples)
        assert first.visemes == again.visemes
        assert first.words == again.words
    assert len(list(tmp_path.iterdir())) == 1


@needs_hibari
def test_words_and_lips_come_when_a_recogniser_hears_them() -> None:
    pytest.importorskip("pocketsphinx")
    voice = voice_of(load_persona("anna"))
    starts: list[float] = []
    closures: list[float] = []
    for text in LINES[1:6]:
        said = voice.render(text)
        assert [word.text for word in said.words] == text.split()
        found = align(tokens(text), said.samples, said.rate_hz)
        heard = words_from_phones(tokens(text), found)
        starts += [a.start_s - b.start_s for a, b in zip(said.words, heard, strict=True)]
        shut = [v.start_s for v in said.visemes if v.name == "PP"]
        aligned = visemes_from_phones(found, said.duration_s)
        also = [v.start_s for v in aligned if v.name == "PP"]
        if len(shut) == len(also):
            closures += [a - b for a, b in zip(shut, also, strict=True)]
    assert np.abs(np.median(starts)) < 0.03
    assert np.percentile(np.abs(starts), 90) < 0.09
    assert len(closures) > 6
    assert np.abs(np.median(closures)) < 0.03


@needs_hibari
def test_a_line_longer_than_the_network_takes_is_said_whole() -> None:
    clause = "and then we went on with the plan that we had made together the week before"
    text = ", ".join([clause] * 9) + ". Was that right?"
    said = choose_voice("hibari").render(text)
    assert [word.text for word in said.words] == text.split()
    assert said.visemes[-1].end_s == pytest.approx(said.duration_s)
    for before, after in itertools.pairwise(said.words):
        assert before.start_s < before.end_s <= after.start_s + 1e-9
    endless = choose_voice("hibari").render("a" * 900)
    assert endless.duration_s > 1.0


@needs_hibari
def test_sentences_of_a_line_are_parted_by_a_pause_but_not_a_long_one() -> None:
    said = choose_voice("hibari").render("I see, thank you. What happened then? Tell me, please.")
    spans = voiced_spans(said.samples, said.rate_hz)
    pauses = [b[0] - a[1] for a, b in itertools.pairwise(spans)]
    assert sum(pause > 0.25 for pause in pauses) == 2
    assert max(pauses) < 0.8


@needs_hibari
def test_seven_people_have_seven_voices_that_move_and_fit_them() -> None:
    found: dict[str, Timbre] = {}
    for name in personas():
        persona = load_persona(name)
        voice = voice_of(persona)
        found[name] = timbre_of([voice.render(text) for text in LINES[20:24]], persona.voice_kind)
        assert found[name].pitch_sd_st >= 2.5, name
        if persona.voice_kind == "male":
            assert found[name].pitch_hz < 155, name
    likest = min(apart(found[a], found[b]) for a in found for b in found if a < b)
    assert likest > 0.8
    men = [found[n].tract_cm for n in found if load_persona(n).voice_kind == "male"]
    women = [found[n].tract_cm for n in found if load_persona(n).voice_kind == "female"]
    assert min(men) > max(women)


def test_personas_choose_their_voices_in_their_files() -> None:
    chosen = [load_persona(name).speech.hibari for name in personas()]
    assert len({(each.formant_ratio, each.pitch_hz) for each in chosen}) == len(chosen)
    table = {"formant_ratio": 0.4}
    with pytest.raises(SettingsError, match=r"formant_ratio.*0\.75"):
        build(HibariSpeech, table, "odd.toml")


@needs_hibari
def test_a_persona_of_a_users_own_sounds_like_its_kind() -> None:
    anna = load_persona("anna")

    def of_kind(kind: str) -> Timbre:
        own = Persona("Sam", "anna", "slt", anna.lines, kind, Speech())  # type: ignore[arg-type]
        return timbre_of([voice_of(own).render(text) for text in LINES[:3]], kind)

    woman, man = of_kind("female"), of_kind("male")
    assert man.pitch_hz < 150 < woman.pitch_hz


@pytest.mark.parametrize("question", YES_OR_NO)
def test_questions_for_a_yes_or_no_rise(question: str) -> None:
    assert rises(question)


@pytest.mark.parametrize(
    "sentence",
    [
        *WH_QUESTIONS,
        "Did you.",
        "Do you prefer to work alone, or with others?",
        "To begin with, what did you study?",
    ],
)
def test_other_sentences_fall(sentence: str) -> None:
    assert not rises(sentence)


@needs_hibari
def test_the_melody_of_questions_is_heard() -> None:
    voice = voice_of(load_persona("anna"))
    asked = [voice.render(text) for text in YES_OR_NO[2:8]]
    told = [voice.render(text) for text in WH_QUESTIONS[2:8]]
    assert np.mean([ends_high(line) for line in asked]) >= 0.8
    assert np.mean([ends_falling(line) for line in told]) >= 0.8


@needs_hibari
@pytest.mark.parametrize("name", ["marcus", "david", "ingrid"])
def test_a_fall_stays_in_voice_until_it_is_heard(name: str) -> None:
    """Told to fall, the network went over to creak, in which nothing falls."""
    voice = voice_of(load_persona(name))
    texts = (
        "How did your manager react?",
        "How do you handle pressure?",
        "What made you apply for this position?",
        "Where do you see yourself in five years?",
    )
    for text in texts:
        height, _ = ending_of(voice.render(text))
        assert height < -3.0, text


@needs_hibari
def test_a_word_that_stands_out_is_longer_and_higher() -> None:
    text = "We had a plan for every single day."
    at = text.index("plan")
    voice = choose_voice("hibari")
    assert isinstance(voice, EmphasizingVoice)
    plain = voice.render(text)
    stressed = voice.render_emphasized(text, [(at, at + 4)])

    def span(said: RenderedSpeech) -> tuple[float, float]:
        word = next(word for word in said.words if word.text == "plan")
        return word.start_s, word.end_s

    def pitch(said: RenderedSpeech) -> float:
        import parselmouth

        sound = parselmouth.Sound(said.samples.astype(float), said.rate_hz)
        hz = sound.extract_part(*span(said)).to_pitch().selected_array["frequency"]
        return float(np.percentile(hz[hz > 0], 80))

    longer = np.subtract(*span(stressed)[::-1]) / np.subtract(*span(plain)[::-1])
    assert longer > 1.05
    assert 12 * np.log2(pitch(stressed) / pitch(plain)) > 0.5


@needs_hibari
class TestKeptLines:
    """Fixed lines on disk."""

    TEXT = "Thank you."

    def _voice(self, folder, fixed=(TEXT,)):
        return kept_in(folder, "anna", fixed)

    def test_a_line_from_an_earlier_session_needs_no_network(self, tmp_path, monkeypatch) -> None:
        first = self._voice(tmp_path).render(self.TEXT)
        monkeypatch.setattr(voice_hibari, "_network", lambda: pytest.fail("rendered again"))
        assert np.array_equal(self._voice(tmp_path).render(self.TEXT).samples, first.samples)

    def test_only_fixed_lines_are_kept(self, tmp_path) -> None:
        self._voice(tmp_path, ()).render(self.TEXT)
        assert not any(tmp_path.iterdir())

    @pytest.mark.skipif(os.name != "posix", reason="modes say nothing there")
    def test_only_their_user_may_read_them(self, tmp_path) -> None:
        folder = tmp_path / "spoken"
        self._voice(folder).render(self.TEXT)
        (path,) = folder.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    @pytest.mark.parametrize("harm", ["cut", "changed", "emptied"])
    def test_a_torn_file_is_rendered_anew(self, tmp_path, harm: str) -> None:
        first = self._voice(tmp_path).render(self.TEXT)
        (path,) = tmp_path.iterdir()
        data = path.read_bytes()
        half = len(data) // 2
        broken = {"cut": data[:half], "emptied": b""}
        path.write_bytes(broken.get(harm, data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :]))
        assert np.array_equal(self._voice(tmp_path).render(self.TEXT).samples, first.samples)
        assert path.read_bytes() == data

    def test_a_folder_that_cannot_be_written_costs_nothing_but_time(self, tmp_path) -> None:
        in_the_way = tmp_path / "file"
        in_the_way.write_text("")
        assert self._voice(in_the_way / "spoken").render(self.TEXT).duration_s > 0.3

    def test_the_least_recently_used_go_first(self, tmp_path) -> None:
        said = self._voice(tmp_path, ()).render(self.TEXT)
        size = len(said.samples) * 2
        cache = LineCache("x", tmp_path, most_bytes=4 * size)
        for number in range(12):
            cache.put(said, number)
            for path in tmp_path.iterdir():
                os.utime(path, ns=(1, path.stat().st_mtime_ns - 10**9))
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 6 * size
        assert cache.get(self.TEXT, 11) is not None
        assert cache.get(self.TEXT, 0) is None
