"""End-of-turn detection on its own, and turn taking over many answers with natural pauses."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.manager import DialogueManager
from dialogue.turntaking.settings import TurnSettings
from dialogue.turntaking.turn import TurnDetector, TurnView
from tests.fakes import Doing, play, speaks, timeline


def views(doings: list[Doing], seconds: float) -> list[tuple[float, TurnView]]:
    detector = TurnDetector()
    detector.begin(0.0)
    return [(s.t_s, detector.step(s)) for s in timeline(doings, seconds)]


def ended_s(doings: list[Doing], seconds: float = 30.0) -> float:
    """Silence after the last speech at which the turn counts as ended."""
    last = max(d.end_s for d in doings)
    return next(t for t, v in views(doings, seconds) if t > last and v.ended) - last


WARM = [speaks(0.5, 5.0), speaks(5.4, 9.0)]
"""Enough speech for the speaker's pitch range to be known."""


def likely(doings: list[Doing], after_s: float = 0.7) -> float:
    """Probability that the answer is over so long after its last speech."""
    last = max(d.end_s for d in doings)
    seen = next(v for t, v in views(doings, last + after_s + 0.1) if t >= last + after_s)
    assert seen.probability is not None
    return seen.probability


def test_falling_pitch_makes_an_end_likelier_and_level_pitch_less_likely() -> None:
    final = likely([*WARM, speaks(9.4, 13.0, ending="final")], 1.5)
    unknown = likely([*WARM, speaks(9.4, 13.0)], 1.5)
    held = likely([*WARM, speaks(9.4, 13.0, ending="held")], 1.5)
    assert final > unknown > held


@pytest.mark.parametrize("word", ["and", "um", "because", "the"])
def test_a_word_that_holds_the_turn_is_given_time(word: str) -> None:
    done = "then I went back to the team"
    plain = likely([*WARM, speaks(9.4, 13.0, done, words_delay_s=0.1)], 1.5)
    held = likely([*WARM, speaks(9.4, 13.0, f"{done} {word}", words_delay_s=0.1)], 1.5)
    assert held < 0.7 * plain


def test_asking_for_time_is_given_time_and_a_closing_phrase_ends_the_turn() -> None:
    def after(text: str) -> float:
        return likely([*WARM, speaks(9.4, 13.0, text, words_delay_s=0.1)])

    assert after("let me think about that") < 0.05
    assert after("and we finished in time so yeah that was it") > 10 * after("and we finished")


def test_late_words_change_nothing_before_they_come() -> None:
    plain = ended_s([*WARM, speaks(9.4, 13.0)])
    late = ended_s([*WARM, speaks(9.4, 13.0, "I went there and", words_delay_s=5.0)])
    assert late == plain


def test_little_speech_gets_more_patience() -> None:
    hesitation = ended_s([speaks(0.5, 0.9)])
    word = ended_s([speaks(0.5, 1.6)])
    answer = ended_s([speaks(0.5, 12.0)])
    assert hesitation > word > answer
    assert hesitation >= 2.0
    assert word >= 0.8


def test_the_speakers_own_pauses_are_learnt() -> None:
    slow = [speaks(0.5 + 3.7 * i, 2.3 + 3.7 * i) for i in range(8)]  # pauses of 1.9 s
    quick = [speaks(0.5 + 2.1 * i, 2.3 + 2.1 * i) for i in range(8)]  # pauses of 0.3 s
    assert likely(slow, 1.5) < 0.8 * likely(quick, 1.5)


def test_who_pauses_for_four_seconds_is_waited_for_after_the_second_time() -> None:
    stutters = [speaks(0.5 + 6.5 * i, 3.0 + 6.5 * i) for i in range(4)]
    early = [v.floor_s for t, v in views(stutters[:1], 3.5)][-1]
    late = [v.floor_s for t, v in views(stutters, 23.0)][-1]
    assert early < 4.0 < late < 6.5


def test_speech_and_pauses_are_measured() -> None:
    _, last = views([speaks(1.0, 3.0), speaks(3.5, 6.0)], 7.0)[-1]
    assert last.heard and not last.talking
    assert last.speech_s == pytest.approx(4.5, abs=0.25)
    assert last.stretch_s == pytest.approx(2.5, abs=0.1)
    assert last.pause_s == pytest.approx(1.0, abs=0.05)


def test_speech_that_only_spills_over_is_no_answer() -> None:
    detector = TurnDetector()
    states = timeline([speaks(1.0, 3.2)], 6.0)
    heard = False
    for state in states:
        if 3.0 <= state.t_s < 3.0 + 1 / 30:
            detector.begin(state.t_s)
        heard = detector.step(state).heard
    assert not heard


def test_low_pitch_is_a_cue_for_a_backchannel() -> None:
    seen = views([*WARM, speaks(9.4, 13.0, ending="final")], 13.2)
    assert any(v.opportunity_cue == "low_pitch" for t, v in seen if 12.8 < t < 13.0)


def test_settings_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="over_late"):
        TurnSettings(over=0.9, over_late=0.5)
    with pytest.raises(ValueError, match="follow each other"):
        TurnSettings(unknown_s=2.0)
    with pytest.raises(ValueError, match="direct_s"):
        TurnSettings(direct_s=0.3)
    with pytest.raises(ValueError, match="floor_most_s"):
        TurnSettings(floor_most_s=1.0)


@dataclass
class TurnTaking:
    """What a run of many answers gave."""

    delays_s: list[float]
    """End of answer to her first sound."""
    next_s: list[float]
    """End of answer to her next question's first sound."""
    answers: int
    taken_early: int
    """Answers in which she took the floor before the end."""
    continuers: int
    """Sounds of listening inside answers."""


def answer(rng: random.Random) -> list[Doing]:
    """An answer of 2 to 9 phrases.

    Pauses between them are lognormal with a median of 0.5 s, one in eight longer than 1 s, about
    as in spontaneous speech (Campione & Veronis 2002). One phrase in seven sounds finished though
    it is not, one in three at the end does not sound finished though it is. No words are known.
    """
    phrases, t, doings = rng.randint(2, 9), rng.uniform(0.4, 1.5), []
    for i in range(phrases):
        length = rng.uniform(1.0, 4.0)
        last = i == phrases - 1
        shares = (0.67, 0.33, 0.0) if last else (0.15, 0.65, 0.2)
        ending = rng.choices(["final", "unknown", "held"], shares)[0]
        doings.append(speaks(t, t + length, ending=ending))
        t += length + max(0.15, rng.lognormvariate(-0.69, 0.6))
    return doings


def simulate(interviews: int, seed: int = 0) -> TurnTaking:
    rng = random.Random(seed)
    found = TurnTaking([], [], 0, 0, 0)
    bank = load_interview("software_developer")
    for i in range(interviews):
        answers = [answer(rng) for _ in range(12)]
        manager = DialogueManager(bank, load_persona("anna"), None, seed + i, questions=6)
        played = play(manager, answers=answers, seconds=900)
        assert manager.finished
        asks = [played.heard_s(a) for a in played.acts if a.kind in ("ask", "close")]
        for from_s, said in zip(played.answers_from_s, answers, strict=False):
            end = from_s + said[-1].end_s
            found.answers += 1
            found.taken_early += any(from_s < t < end for t in asks)
            found.continuers += sum(
                from_s < a.t_s < end for a in played.acts if a.kind == "acknowledge" and a.text
            )
            first, following = played.first_sound_after(end), [t for t in asks if t > end]
            if first is not None and following:
                found.delays_s.append(first - end)
                found.next_s.append(following[0] - end)
    return found


def quantile(values: list[float], q: float) -> float:
    return sorted(values)[int(q * (len(values) - 1))]


@pytest.mark.slow
def test_turns_are_taken_in_time_and_seldom_too_early() -> None:
    found = simulate(6)
    assert found.answers >= 36
    assert quantile(found.delays_s, 0.5) <= 0.8
    assert quantile(found.delays_s, 0.95) <= 1.5
    assert found.taken_early / found.answers <= 0.15


if __name__ == "__main__":
    run = simulate(30)
    print(f"answers {run.answers}, taken early {run.taken_early / run.answers:.3f}")
    print(f"continuers inside answers {run.continuers / run.answers:.2f} each")
    for name, values in (("first sound", run.delays_s), ("next question", run.next_s)):
        print(f"{name}: p50 {quantile(values, 0.5):.2f} s, p95 {quantile(values, 0.95):.2f} s")
