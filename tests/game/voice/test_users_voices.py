"""Voices that a user brings: Piper's and Kokoro's, small ones made here and the real ones.

``RECRUITER_TEST_VOICES`` names real ones, as ``--voice`` takes them, separated by commas.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from game.bench.voice_material import LINES
from game.voice import live
from game.voice.alignment_pocketsphinx import align
from game.voice.base import VoiceSettings, choose_voice
from game.voice.ipa import joined
from game.voice.kokoro_network import RATE_HZ, KokoroNetwork
from game.voice.live import require_live
from game.voice.phonemes_espeak import clauses, sentences
from game.voice.piper_network import PiperNetwork
from game.voice.pronunciation import tokens
from game.voice.visemes import visemes_from_phones, words_from_phones
from perception.errors import InputError, ModelError
from perception.models import borrowed
from tests.game.voice.small_networks import small_kokoro, small_piper

pytest.importorskip("onnxruntime")

needs_espeak = pytest.mark.skipif(
    shutil.which("espeak-ng") is None, reason="needs: apt-get install espeak-ng"
)
needs_lexicon = pytest.mark.skipif(
    not borrowed.is_here("hibari-heart"), reason="needs: python3 run.py models get hibari-heart"
)

SYMBOLS = " !,.?_^$ˈˌːabdefhijklmnopstuvwzæðŋɐɑɔəɚɛɜɡɪɹʃʊʌʒθ"
REAL = [name for name in os.environ.get("RECRUITER_TEST_VOICES", "").split(",") if name]


def told(**changes: object) -> dict[str, object]:
    """What lies beside a Piper voice, in JSON."""
    return {
        "audio": {"sample_rate": 22050},
        "espeak": {"voice": "en-us"},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_id_map": {symbol: [at] for at, symbol in enumerate(SYMBOLS)},
        **changes,
    }


def piper_in(folder: Path, model: bytes, **changes: object) -> Path:
    """A small Piper voice."""
    path = folder / "small.onnx"
    path.write_bytes(model)
    path.with_name("small.onnx.json").write_text(json.dumps(told(**changes)), "utf-8")
    return path


def kokoro_in(folder: Path, model: bytes, *names: str) -> Path:
    """A small Kokoro, with speakers that differ."""
    (folder / "voices").mkdir()
    (folder / "model.onnx").write_bytes(model)
    for at, name in enumerate(names):
        np.full((510, 1, 256), 0.1 * (at + 1), "<f4").tofile(folder / "voices" / f"{name}.bin")
    return folder


def test_letters_that_are_one_sound_become_one_with_all_of_its_time() -> None:
    symbols, held = joined(
        [" ", "", "t", "", "ʃ", "", "ˈ", "", "e", "", "ɪ", "", "n", "ː", "", " "], [0.1] * 16
    )
    assert symbols == (" ", "ʧ", "ˈ", "A", "n", " ")
    assert held == pytest.approx((0.2, 0.4, 0.2, 0.4, 0.3, 0.1))


def test_a_line_is_parted_where_its_marks_are() -> None:
    found = clauses(tokens("Well, I worked on the API. What happened then? Tell me"))
    assert [(c.spoken, c.mark) for c in found] == [
        ("Well", ","),
        ("I worked on the ay P I", "."),
        ("What happened then", "?"),
        ("Tell me", ""),
    ]


@needs_espeak
def test_espeak_says_how_sentences_sound() -> None:
    one, other = sentences(tokens("Well, hello there. What did you do?"), "en-us")
    assert one.endswith(".")
    assert one.count(",") == 1
    assert "həlˈoʊ" in one
    assert other.endswith("?")
    with pytest.raises(ModelError, match="espeak-ng failed on voice 'xx-nowhere'"):
        sentences(tokens("Hello."), "xx-nowhere")


def test_pipers_durations_add_up_and_the_same_sentence_sounds_the_same() -> None:
    network = PiperNetwork(small_piper(), "voice piper")
    assert network.tells_durations
    ids = np.arange(1, 21, dtype=np.int64)
    one, other = network.speak(ids, (0.6, 1.0, 0.8)), network.speak(ids, (0.6, 1.0, 0.8))
    assert np.array_equal(one.samples, other.samples)
    assert one.units is not None
    assert len(one.units) == len(ids)
    assert len(set(one.units.tolist())) > 1  # drawn, each for itself
    assert one.units.sum() * 256 == len(one.samples)
    slow = network.speak(ids, (0.6, 2.0, 0.8))
    assert len(slow.samples) > 1.5 * len(one.samples)


def test_a_piper_that_cannot_be_parted_is_run_whole_without_chance() -> None:
    network = PiperNetwork(small_piper(noise_for_durations=False), "voice piper")
    assert not network.tells_durations
    ids = np.arange(1, 21, dtype=np.int64)
    one, other = network.speak(ids, (0.6, 1.0, 0.8)), network.speak(ids, (0.6, 1.0, 0.8))
    assert one.units is None
    assert np.array_equal(one.samples, other.samples)
    assert np.ptp(one.samples) == 0.0


@needs_espeak
def test_a_small_piper_speaks_a_line(tmp_path: Path) -> None:
    voice = choose_voice(f"piper:{piper_in(tmp_path, small_piper())}")
    said = voice.render("Thank you. What happened then?")
    assert (voice.name, voice.notice, said.rate_hz) == ("piper:small", None, 22050)
    assert [word.text for word in said.words] == ["Thank", "you.", "What", "happened", "then?"]
    assert said.visemes[-1].end_s == pytest.approx(said.duration_s)
    assert said.words[-1].end_s <= said.duration_s
    with pytest.raises(InputError, match="nothing that can be spoken"):
        voice.render("…")


@needs_espeak
def test_a_piper_that_hides_its_durations_says_that_lips_are_guessed(tmp_path: Path) -> None:
    model = small_piper(noise_for_durations=False)
    voice = choose_voice(f"piper:{piper_in(tmp_path, model)}")
    assert voice.notice is not None
    assert "guess" in voice.notice


def test_what_is_wrong_with_a_piper_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match=r"--voice piper:FILE\.onnx"):
        choose_voice("piper")
    with pytest.raises(InputError, match=r"none\.onnx cannot be read"):
        choose_voice(f"piper:{tmp_path / 'none.onnx'}")
    path = piper_in(tmp_path, small_piper())
    beside = path.with_name("small.onnx.json")
    for bad, message in (
        ("{", "is no JSON"),
        ("[]", "holds no JSON object"),
        ("{}", "not the description of a Piper voice"),
        (json.dumps(told(espeak={"voice": "de"})), "made for de"),
        (json.dumps(told(phoneme_type="text")), "made for plain text"),
        (json.dumps(told(phoneme_id_map={"a": [1]})), "not the description"),
    ):
        beside.write_text(bad, "utf-8")
        with pytest.raises(InputError, match=message):
            choose_voice(f"piper:{path}")
    beside.unlink()
    with pytest.raises(InputError, match=r"small\.onnx\.json cannot be read"):
        choose_voice(f"piper:{path}")
    piper_in(tmp_path, small_piper())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ModelError, match="apt-get install espeak-ng"):
        choose_voice(f"piper:{path}")


@needs_espeak
def test_another_network_is_not_taken_for_a_piper(tmp_path: Path) -> None:
    path = piper_in(tmp_path, b"not a model")
    with pytest.raises(ModelError, match="cannot be read as ONNX"):
        choose_voice(f"piper:{path}")
    piper_in(tmp_path, small_kokoro())
    with pytest.raises(ModelError, match="another kind of model"):
        choose_voice(f"piper:{path}")
    piper_in(tmp_path, small_piper(), speaker_id_map={"ann": 0, "bob": 1})
    with pytest.raises(InputError, match="no speaker 'eve' in it; it has ann, bob"):
        choose_voice(f"piper:{path}#eve")


def test_kokoros_durations_add_up() -> None:
    network = KokoroNetwork(small_kokoro(), "voice kokoro")
    samples, held_s = network.speak([5, 6, 7], np.zeros(256, np.float32), 1.0)
    assert held_s is not None
    assert held_s.tolist() == pytest.approx([0.1] * 5)
    assert held_s.sum() == pytest.approx(len(samples) / RATE_HZ)
    hidden = KokoroNetwork(small_kokoro(tells_durations=False), "voice kokoro")
    assert not hidden.tells_durations
    assert hidden.speak([5, 6, 7], np.zeros(256, np.float32), 1.0)[1] is None


@needs_lexicon
def test_a_small_kokoro_speaks_with_the_speaker_of_its_kind(tmp_path: Path) -> None:
    folder = kokoro_in(tmp_path, small_kokoro(), "af_heart", "am_adam", "bf_emma")
    assert choose_voice(f"kokoro:{folder}").name == "kokoro:af_heart"
    assert choose_voice(f"kokoro:{folder}", kind="male").name == "kokoro:am_adam"
    voice = choose_voice(f"kokoro:{folder}#bf_emma")
    assert (voice.name, voice.notice) == ("kokoro:bf_emma", None)
    said = voice.render("Thank you. What happened then?")
    assert [word.text for word in said.words] == ["Thank", "you.", "What", "happened", "then?"]
    assert said.visemes[-1].end_s == pytest.approx(said.duration_s)
    assert voice.render("…").words == ()


@needs_lexicon
def test_kokoros_speakers_may_lie_in_one_archive(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(small_kokoro())
    with (tmp_path / "voices-v1.0.bin").open("wb") as file:
        np.savez(file, am_onyx=np.ones((510, 1, 256), np.float32))
    assert choose_voice(f"kokoro:{tmp_path}").name == "kokoro:am_onyx"


@needs_lexicon
def test_what_is_wrong_with_a_kokoro_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--voice kokoro:FOLDER"):
        choose_voice("kokoro")
    with pytest.raises(InputError, match="there is no folder"):
        choose_voice(f"kokoro:{tmp_path / 'none'}")
    with pytest.raises(InputError, match=r"holds no \.onnx file"):
        choose_voice(f"kokoro:{tmp_path}")
    (tmp_path / "model.onnx").write_bytes(small_kokoro())
    with pytest.raises(InputError, match="holds no speakers"):
        choose_voice(f"kokoro:{tmp_path}")
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "af_short.bin").write_bytes(b"\0" * 100)
    with pytest.raises(InputError, match="'af_short' is damaged"):
        choose_voice(f"kokoro:{tmp_path}")
    with pytest.raises(InputError, match="there is no speaker 'eve'; it has af_short"):
        choose_voice(f"kokoro:{tmp_path}#eve")


@needs_lexicon
def test_a_voice_that_takes_too_long_is_refused_and_told_how_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = choose_voice(f"kokoro:{kokoro_in(tmp_path, small_kokoro(), 'af_heart')}")
    require_live(voice)
    monkeypatch.setattr(live, "SLOWEST_LIVE", 0.0)
    with pytest.raises(ModelError, match=r"takes 0\.\d\d s for a second of speech here"):
        require_live(voice)
    require_live(choose_voice("silent"))  # the program's own are not timed


def test_settings_may_name_a_voice_of_the_users() -> None:
    assert VoiceSettings("piper:/voices/joe.onnx").engine == "piper:/voices/joe.onnx"
    assert VoiceSettings("kokoro:/voices/kokoro").engine == "kokoro:/voices/kokoro"
    with pytest.raises(ValueError, match=r"piper:FILE\.onnx"):
        VoiceSettings("pipe:/voices/joe.onnx")


@pytest.mark.slow
@pytest.mark.skipif(not REAL, reason="needs RECRUITER_TEST_VOICES=piper:FILE.onnx,kokoro:FOLDER")
@pytest.mark.parametrize("name", REAL)
def test_real_ones_say_what_is_written_when_they_say_it(name: str) -> None:
    pytest.importorskip("pocketsphinx")
    voice = choose_voice(name)
    assert voice.notice is None
    starts: list[float] = []
    closures: list[float] = []
    for text in LINES[1:6]:
        said = voice.render(text)
        assert [word.text for word in said.words] == text.split()
        assert np.array_equal(said.samples, voice.render(text).samples)
        found = align(tokens(text), said.samples, said.rate_hz)
        heard = words_from_phones(tokens(text), found)
        starts += [a.start_s - b.start_s for a, b in zip(said.words, heard, strict=True)]
        shut = [v.start_s for v in said.visemes if v.name == "PP"]
        also = [v.start_s for v in visemes_from_phones(found, said.duration_s) if v.name == "PP"]
        if len(shut) == len(also):
            closures += [a - b for a, b in zip(shut, also, strict=True)]
    assert abs(np.median(starts)) < 0.03
    assert len(closures) > 6
    assert abs(np.median(closures)) < 0.03
