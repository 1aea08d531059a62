"""Fusion of readings into the candidate's state."""

from __future__ import annotations

from perception.fusion import Fusion
from perception.types import Event, FaceReading, HeadGesture, VoiceReading, Words


def face(t_s: float, smile: float = 0.0, confidence: float = 0.9) -> FaceReading:
    return FaceReading(
        t_s, 0.02, confidence, expressions={"mouthSmileLeft": smile, "mouthSmileRight": smile}
    )


def test_silence_counts_from_the_true_end_of_speech() -> None:
    fusion = Fusion()
    assert fusion.state(0.0).silence_s is None
    fusion.add(Event(1.1, "microphone", "speech_start", {"t_s": 1.0}))
    fusion.add(VoiceReading(1.2, 0.032, 0.9, -20.0))
    speaking = fusion.state(1.3)
    assert speaking.speaking and speaking.silence_s == 0.0
    fusion.add(Event(3.25, "microphone", "speech_end", {"t_s": 3.0}))
    quiet = fusion.state(3.5)
    assert not quiet.speaking
    assert quiet.silence_s == 0.5
    assert quiet.speech_ended_s == 3.0


def test_a_nod_is_told_once() -> None:
    fusion = Fusion()
    fusion.add(HeadGesture("nod", 1.0, 1.4, 8.0, 1.5))
    assert fusion.state(1.5).nod
    assert not fusion.state(1.6).nod


def test_a_stale_or_untrusted_face_smiles_not_at_all() -> None:
    fusion = Fusion()
    fusion.add(face(1.0, smile=0.8))
    assert fusion.state(1.1).smile == 0.8
    assert fusion.state(2.0).smile is None
    fusion.add(face(2.1, smile=0.8, confidence=0.2))
    assert fusion.state(2.1).smile is None


def test_a_face_that_goes_missing_is_trouble_and_its_return_ends_it() -> None:
    fusion = Fusion()
    fusion.add(face(0.0))
    assert fusion.state(0.2).trouble == ()
    assert fusion.state(2.0).trouble == ("face",)
    fusion.add(face(2.1))
    assert fusion.state(2.1).trouble == ()


def test_a_lost_camera_is_said_instead_of_a_missing_face() -> None:
    fusion = Fusion()
    fusion.add(Event(0.0, "camera", "lost", {"message": "gone"}))
    assert fusion.state(9.0).trouble == ("camera",)
    fusion.add(Event(9.5, "camera", "restored", {}))
    fusion.add(face(9.6))
    assert fusion.state(9.7).trouble == ()


def test_words_belong_to_the_answer_they_were_spoken_in() -> None:
    fusion = Fusion()
    fusion.add(Words(1.0, 2.0, "hello there"))
    fusion.begin_answer(5.0)
    fusion.add(Words(3.0, 4.5, "late words of before"))
    fusion.add(Words(6.0, 7.0, "I worked"))
    fusion.add(Words(7.0, 8.0, "in a", final=False))
    assert fusion.state(8.0).answer == "I worked in a"
    fusion.add(Words(7.0, 8.2, "in a shop"))
    state = fusion.state(8.5)
    assert state.answer == "I worked in a shop"
    assert state.answer_final


def test_words_so_far_never_outlive_what_they_announced() -> None:
    def partial(fusion: Fusion) -> str:
        fusion.add(Words(7.0, 8.0, "in a", final=False))
        assert fusion.state(8.0).answer == "in a"
        assert not fusion.state(8.0).answer_final
        return fusion.state(8.0).answer

    nothing_after_all, answered, died = Fusion(), Fusion(), Fusion()
    for fusion in (nothing_after_all, answered, died):
        fusion.add(Event(7.1, "speech_to_text", "pending", {"count": 1}))
        partial(fusion)
    nothing_after_all.add(Words(7.0, 8.2, ""))
    answered.add(Event(8.5, "speech_to_text", "pending", {"count": 0}))
    died.add(Event(8.5, "speech_to_text", "lost", {"message": "gone"}))
    for fusion in (nothing_after_all, answered, died):
        assert fusion.state(9.0).answer == ""
    assert nothing_after_all.state(9.0).words == Words(7.0, 8.0, "in a", final=False)
    assert answered.state(9.0).answer_final


def test_words_so_far_of_an_answer_before_are_not_counted() -> None:
    fusion = Fusion()
    fusion.add(Words(3.0, 4.0, "good morning", final=False))
    fusion.begin_answer(5.0)
    assert fusion.state(5.1).answer == ""
    fusion.add(Words(6.0, 7.0, "I", final=False))
    fusion.add(Words(6.0, 7.6, "I worked", final=False))
    assert fusion.state(8.0).answer == "I worked"


def test_an_answer_is_not_final_while_speech_waits_to_be_recognised() -> None:
    fusion = Fusion()
    fusion.add(Event(1.0, "speech_to_text", "pending", {"count": 1}))
    assert not fusion.state(1.0).answer_final
    fusion.add(Event(2.0, "speech_to_text", "pending", {"count": 0}))
    assert fusion.state(2.0).answer_final


def test_a_typed_answer_is_told_once_and_kept_as_the_answer() -> None:
    fusion = Fusion()
    fusion.begin_answer(1.0)
    fusion.add(Words(4.0, 4.0, "I like people.", source="typed"))
    assert fusion.state(4.0).typed == "I like people."
    later = fusion.state(4.1)
    assert later.typed is None
    assert later.answer == "I like people."


def test_typing_lasts_while_keys_are_pressed_and_ends_with_the_answer() -> None:
    fusion = Fusion()
    fusion.add(Event(1.0, "candidate", "typing", {"characters": 4}))
    assert fusion.state(5.0).typing
    assert not fusion.state(20.0).typing
    fusion.add(Event(21.0, "candidate", "typing", {"characters": 9}))
    fusion.add(Words(22.0, 22.0, "All done.", source="typed"))
    assert not fusion.state(22.0).typing


def test_a_microphone_is_opening_until_it_is_open_or_cannot_be() -> None:
    for end in ("settled", "unavailable", "lost"):
        fusion = Fusion()
        assert not fusion.state(0.5).opening
        fusion.add(Event(1.0, "microphone", "opening"))
        fusion.add(Event(1.5, "camera", "unavailable", {"message": "gone"}))
        assert fusion.state(2.0).opening
        fusion.add(Event(3.0, "microphone", end, {"message": "gone"}))
        assert not fusion.state(3.0).opening, end
