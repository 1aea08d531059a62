"""Who asks and who answers, of people who are kept apart, is told by what they say."""

from __future__ import annotations

import pytest

from dialogue.types import RecruiterAct
from game.app.who_asks import Side, candidate_among, interviewers_said, own_words
from perception.microphone.sound_part import SoundPart
from perception.pipeline.kept_apart import Speaker
from perception.types import VoiceReading, Word, Words
from scoring.record.whose_voice import note_of

ASKS = "Why do you want this job? What would you do next?"
TELLS = "I have baked bread since I was twelve. I would like to do it for more people."


def said(text: str, start_s: float = 0.0) -> Words:
    words = tuple(
        Word(w, start_s + 0.3 * i, start_s + 0.3 * i + 0.25, 0.9)
        for i, w in enumerate(text.split())
    )
    return Words(words[0].start_s, words[-1].end_s, text, words, True, "test")


def speakers(*told: tuple[float, str]) -> list[Speaker]:
    return [Speaker(SoundPart(n + 1), s, title) for n, (s, title) in enumerate(told)]


@pytest.mark.parametrize(
    ("spoken", "texts", "taken", "because"),
    [
        ((40, 10), (TELLS, ASKS), 0, "speak longest, and somebody else asks (2 questions)"),
        ((40, 10), (TELLS, TELLS), 0, "as they speak longest;"),
        ((40, 25), (ASKS, TELLS), 1, "somebody else asks (2 questions), though those speak longer"),
        ((90, 25), (f"{TELLS} Is it far?", ASKS), 0, "somebody else asks (2 questions)"),
        ((40, 10, 2), (f"{TELLS} Is it far?", ASKS, "Welcome."), 0, "(2 questions)"),
    ],
)
def test_who_says_most_for_each_question_is_the_candidate(
    spoken: tuple[float, ...], texts: tuple[str, ...], taken: int, because: str
) -> None:
    who = speakers(*((s, "") for s in spoken))
    found, event = candidate_among(who, [[said(text)] for text in texts])
    note = note_of(event)
    assert found == taken and because in note
    assert f"The one on track {taken + 1} was taken for you" in note
    assert note.startswith({2: "two people", 3: "three people"}[len(spoken)])


def test_what_a_file_calls_its_tracks_is_believed() -> None:
    who = speakers((40, "Recruiter (headset)"), (10, "Anna"))
    found, event = candidate_among(who, [[said(TELLS)], [said(TELLS)]])
    assert found == 1 and "\u201cRecruiter (headset)\u201d and \u201cAnna\u201d" in note_of(event)
    who = speakers((40, "Recorder"), (10, "candidate"))
    assert candidate_among(who, [[said(TELLS)], [said(ASKS)]])[0] == 1


def test_words_that_come_through_from_the_other_side_are_the_others() -> None:
    def side(loud_s: tuple[float, float], heard: Words) -> Side:
        times = [0.05 * i for i in range(200)]
        level = [-20.0 if loud_s[0] <= t < loud_s[1] else -45.0 for t in times]
        voices = [VoiceReading(t, 0.05, 0.9, db, None) for t, db in zip(times, level, strict=True)]
        return Side((heard,), tuple(voices))

    asks, tells = said("Why this job?"), said("I like bread.", 5.0)
    both = Words(0.0, 6.0, "Why this job? I like bread.", asks.words + tells.words, True, "test")
    hers, theirs = own_words([side((0.0, 2.0), asks), side((5.0, 6.5), both)])
    assert [w.text for w in hers] == ["Why this job?"]
    assert [w.text for w in theirs] == ["I like bread."] and theirs[0].t_start_s == 5.0


def test_all_who_ask_are_one_interviewer_in_the_record() -> None:
    acts = interviewers_said([[said("What would you do next?", 9.0)], [said("Why this job?")]])
    assert [a.text for a in acts if isinstance(a, RecruiterAct) and a.kind == "ask"] == [
        "Why this job?",
        "What would you do next?",
    ]
