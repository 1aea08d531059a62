"""The mouth follows the sounds: shut where they are shut, open where they are open, no jumps."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from dialogue.content.persona import Speech
from game.voice.base import RenderedSpeech, choose_voice
from game.voice.mouth import MouthTrack
from game.voice.visemes import Viseme, VisemeName
from perception.errors import ModelError
from perception.models.borrowed import is_here

ARKIT_MOUTH = {
    "jawOpen",
    "mouthClose",
    "mouthFunnel",
    "mouthPucker",
    "mouthRollLower",
    "mouthRollUpper",
    "tongueOut",
    *(
        f"mouth{part}{side}"
        for part in ("LowerDown", "UpperUp", "Stretch", "Press")
        for side in ("Left", "Right")
    ),
}
LINE = (
    "Hello, my name is Maria. Could you tell me about a problem that both of your teams have had?"
)


def said(*names: VisemeName, each_s: float = 0.12) -> RenderedSpeech:
    visemes = tuple(Viseme(i * each_s, (i + 1) * each_s, n) for i, n in enumerate(names))
    samples = np.zeros(round(len(names) * each_s * 16_000), np.float32)
    return RenderedSpeech("", samples, 16_000, visemes, ())


def middle(viseme: Viseme) -> float:
    return (viseme.start_s + viseme.end_s) / 2


@pytest.fixture(params=["hibari", "flite", "silent"])
def rendered(request) -> RenderedSpeech:
    if request.param == "hibari" and not is_here("hibari-heart"):
        pytest.skip("needs: python3 run.py models get hibari-heart")
    if request.param == "flite" and shutil.which("flite") is None:
        pytest.skip("needs flite: apt-get install flite")
    return choose_voice(request.param).render(LINE)


def test_lips_shut_for_every_p_b_and_m(rendered):
    mouth = MouthTrack(rendered)
    closures = [v for v in rendered.visemes if v.name == "PP"]
    assert len(closures) >= 8
    for viseme in closures:
        assert mouth.opening(middle(viseme)) <= 0.1


CLOSING_LINE = "Maybe Bob and my mum bumped the big pump; perhaps Pam mopped it up."


@pytest.mark.parametrize(
    "engine", ["hibari", "flite:slt", "flite:rms", "flite:awb", "pyttsx3", "silent"]
)
@pytest.mark.parametrize("pace", [0.8, 1.0, 1.4])
def test_lips_shut_for_every_voice_at_every_pace_and_between_pictures(engine, pace):
    try:
        voice = choose_voice(engine, speech=Speech(pace=pace))
    except ModelError as error:
        pytest.skip(str(error))
    said_so = voice.render(CLOSING_LINE)
    mouth = MouthTrack(said_so)
    frames = np.arange(-0.3, said_so.duration_s + 0.3, 1 / 30)
    widest = max(mouth.opening(t) for t in frames)
    closures = [v for v in said_so.visemes if v.name == "PP"]
    assert len(closures) >= 14
    for viseme in closures:
        # 30 pictures a second: one of those that the sound touches shows the lips shut
        near = frames[(frames > viseme.start_s - 1 / 60) & (frames < viseme.end_s + 1 / 60)]
        assert min(mouth.opening(t) for t in near) <= 0.1 * widest


def test_fast_talk_moves_the_mouth_less_not_faster():
    def travel(each_s):
        names: tuple[VisemeName, ...] = ("aa", "I") * 8
        mouth = MouthTrack(said(*names, each_s=each_s))
        gap = np.array([mouth.opening(t) for t in np.arange(0.1, 16 * each_s - 0.1, 0.005)])
        return np.ptp(gap), np.abs(np.diff(gap)).max() / 0.005

    slow, fast = travel(0.18), travel(0.05)
    assert fast[0] < 0.5 * slow[0]
    assert fast[1] < 1.2 * slow[1]


def test_the_mouth_opens_before_the_sound_and_closes_after_it():
    mouth = MouthTrack(said("E", "aa", "E"))
    assert mouth.opening(-0.11) < 0.05 < mouth.opening(-0.02)
    assert mouth.opening(0.36) > 0.05 > mouth.opening(0.56)


def test_lips_part_for_breath_in_a_pause_but_rest_before_and_after_a_line():
    def with_pause(pause_s):
        names: tuple[VisemeName, ...] = ("sil", "aa", "PP", "sil", "PP", "aa", "sil")
        ends = np.cumsum([0.3, 0.12, 0.12, pause_s, 0.12, 0.12, 0.3])
        starts = [0.0, *ends[:-1]]
        visemes = tuple(Viseme(*each) for each in zip(starts, ends, names, strict=True))
        samples = np.zeros(round(ends[-1] * 16_000), np.float32)
        return MouthTrack(RenderedSpeech("", samples, 16_000, visemes, ()))

    long, short = with_pause(0.4), with_pause(0.12)
    assert 0.02 < long.opening(0.54 + 0.2) < 0.3
    assert short.opening(0.54 + 0.06) < 0.02
    assert long.opening(0.1) < 0.02 and long.opening(1.4) < 0.02


def test_vowels_open_the_mouth(rendered):
    mouth = MouthTrack(rendered)
    open_vowels = [mouth.opening(middle(v)) for v in rendered.visemes if v.name == "aa"]
    others = [mouth.opening(middle(v)) for v in rendered.visemes if v.name in ("SS", "FF", "U")]
    assert np.median(open_vowels) > 0.35
    assert np.median(others) < 0.6 * np.median(open_vowels)


def test_weights_are_arkits_and_in_range(rendered):
    mouth = MouthTrack(rendered)
    seen = set()
    for t_s in np.arange(-0.5, rendered.duration_s + 0.5, 0.01):
        for name, weight in mouth.at(t_s).items():
            assert 0.0 <= weight <= 1.0
            seen.add(name)
    assert seen == ARKIT_MOUTH


def test_nothing_jumps_between_two_pictures(rendered):
    mouth = MouthTrack(rendered)
    names = sorted(ARKIT_MOUTH)
    times = np.arange(-0.3, rendered.duration_s + 0.5, 1 / 60)
    rows = np.array([[mouth.at(t).get(n, 0.0) for n in names] for t in times])
    assert np.abs(np.diff(rows, axis=0)).max() < 0.15


def test_at_rest_before_and_after(rendered):
    mouth = MouthTrack(rendered)
    assert mouth.at(mouth.start_s - 0.01) == {}
    assert mouth.at(mouth.end_s) == {}
    assert mouth.end_s - rendered.duration_s < 0.3
    assert mouth.opening(mouth.end_s + 1) == 0.0
    just_before = mouth.at(mouth.end_s - 0.02)
    assert max(just_before.values(), default=0.0) < 0.02


@pytest.mark.parametrize(
    ("viseme", "slider", "at_least"),
    [
        ("FF", "mouthRollLower", 0.2),
        ("TH", "tongueOut", 0.3),
        ("nn", "tongueOut", 0.1),
        ("FF", "mouthUpperUpLeft", 0.3),
        ("U", "mouthPucker", 0.4),
        ("O", "mouthPucker", 0.2),
        ("CH", "mouthFunnel", 0.12),
        ("I", "mouthStretchLeft", 0.15),
        ("PP", "mouthPressRight", 0.08),
        ("aa", "jawOpen", 0.2),
    ],
)
def test_each_sound_has_its_articulator(viseme, slider, at_least):
    with_it, without = MouthTrack(said("E", viseme, "E")), MouthTrack(said("E", "E", "E"))
    assert with_it.at(0.18)[slider] > at_least
    assert with_it.at(0.18)[slider] > without.at(0.18).get(slider, 0.0) + 0.04


def test_rounding_of_a_vowel_begins_in_the_consonant_before_it():
    # "stew" against "stay": the s of the first is already rounded (Cohen & Massaro 1993)
    round_s = MouthTrack(said("SS", "DD", "U", each_s=0.07)).at(0.07)["mouthPucker"]
    spread_s = MouthTrack(said("SS", "DD", "I", each_s=0.07)).at(0.07)["mouthPucker"]
    assert round_s > spread_s + 0.03


def test_louder_vowels_open_wider():
    quiet = said("nn", "aa", "nn", "aa", "nn")
    tone = np.sin(np.arange(len(quiet.samples)) * 0.05).astype(np.float32)
    loudness = np.where(np.arange(len(tone)) < len(tone) // 2, 0.05, 0.4).astype(np.float32)
    mouth = MouthTrack(RenderedSpeech("", tone * loudness, 16_000, quiet.visemes, ()))
    assert mouth.opening(0.42) > mouth.opening(0.18) + 0.05


def test_an_utterance_of_silence_keeps_the_mouth_shut():
    mouth = MouthTrack(said("sil"))
    assert all(mouth.opening(t) < 0.01 for t in np.arange(-0.2, 0.5, 0.02))
