"""The green room's steps of sound: the room's noise, the loudspeaker's echo, the read sentence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from game.greenroom.flow import GreenRoom
from game.greenroom.sentence import SENTENCES, sentence_for, understood
from game.greenroom.settings import GreenRoomSettings
from game.greenroom.steps import Shown
from game.greenroom.summary import Line
from perception.types import Event, Words
from tests.game.greenroom.visitor import LINE_S, NO_ECHO, Person, room

ECHO = {"heard": True, "delay_ms": 92.0, "return_loss_db": 14.0, "level_dbfs": -34.0}
SOUND_ONLY = {"camera": "no camera"}


def heard(**person: Any) -> tuple[Person, GreenRoom]:
    """A visit without a camera, to its summary."""
    given = person.pop("given", {})
    visitor = Person(room(missing={**SOUND_ONLY, **given.pop("missing", {})}, **given), **person)
    return visitor, visitor.run(until_s=60.0)


def line_with(flow: GreenRoom, part: str) -> Line:
    """The summary's line that says this."""
    found = [line for line in flow.summary() if part in line.text]
    assert len(found) == 1, [line.text for line in flow.summary()]
    return found[0]


def shown_during(person: Person, title: str) -> list[tuple[float, Shown]]:
    return [(t_s, shown) for t_s, shown in person.shown if shown.title == title]


# -- the room ----------------------------------------------------------------------------------


def test_the_noise_is_drawn_into_the_meter_once_it_is_known() -> None:
    person, _ = heard()
    seen = [shown for _, shown in shown_during(person, "Your room")]
    assert seen[0].noise_dbfs is None and seen[0].good is None
    assert seen[-1].noise_dbfs == pytest.approx(-62.0) and seen[-1].good is True
    reading = shown_during(person, "Your voice")[0][1]
    assert reading.noise_dbfs == pytest.approx(-62.0)
    assert reading.good_dbfs == (-45.0, -10.0)


@pytest.mark.parametrize(
    ("noise_dbfs", "part", "good"),
    [(-30.0, "much noise", False), (-120.0, "Not a sound", None), (-65.0, "quiet enough", True)],
)
def test_what_the_room_is_like_is_said_at_once(
    noise_dbfs: float, part: str, good: bool | None
) -> None:
    person, _ = heard(noise_dbfs=noise_dbfs)
    last = shown_during(person, "Your room")[-1][1]
    assert part in last.advice and last.good is good


@pytest.mark.parametrize(
    ("person", "verdict", "word"),
    [
        ({"level_dbfs": -52.0}, "quiet", "closer"),
        ({"level_dbfs": -35.0, "noise_dbfs": -40.0}, "noisy", "window"),
        ({"level_dbfs": -25.0, "noise_dbfs": -50.0, "faults": {"hum": "50 Hz"}}, "hum", "socket"),
        ({"voiced_share": 0.05}, "whisper", "across a table"),
        ({"speaks": False}, "unheard", "check the microphone"),
        ({"speaks": False, "noise_dbfs": -120.0}, "muted", "muted"),
    ],
)
def test_what_is_wrong_with_the_sound_is_told_by_its_cause(
    person: dict[str, Any], verdict: str, word: str
) -> None:
    _, flow = heard(**person)
    assert flow.as_table()["sound"] == verdict
    assert line_with(flow, word).mark == "mend"
    assert flow.view(60.0).shown.title == "Almost ready"


def test_an_overdriven_microphone_is_told() -> None:
    person = Person(room(missing=SOUND_ONLY), level_dbfs=-8.0)
    while person.turn_s is None or person.clock.now() < person.turn_s + 1.5:
        person.run(until_s=person.clock.now() + 0.1)
    flow = person.flow
    flow.observe(Event(person.clock.now(), "microphone", "clipping", {"message": "overdriven"}))
    person.run(until_s=80.0)
    assert flow.as_table()["sound"] == "clipping"
    assert "down" in line_with(flow, "overdriven").text


def test_a_recordings_digital_silence_is_no_room_to_stand_above() -> None:
    _, flow = heard(noise_dbfs=-120.0)
    table = flow.as_table()
    assert table["sound"] == "ok" and table["snr_db"] is None
    assert line_with(flow, "microphone is well set").text == "Your microphone is well set."


# -- the loudspeaker -----------------------------------------------------------------------------


def test_an_echo_is_told_with_headphones_as_advice_and_keeps_nobody_back() -> None:
    person, flow = heard(echo=ECHO)
    assert flow.as_table()["echo"] == ECHO
    line = line_with(flow, "headphones")
    assert line.mark == "mend" and not line.needed
    seen = [shown.echo for _, shown in shown_during(person, "Your loudspeaker")]
    assert all(echo is not None for echo in seen)
    assert any(echo.sounding for echo in seen if echo)
    assert {echo.heard for echo in seen if echo} == {None, True}
    assert person.lasted_s("Your loudspeaker") == pytest.approx(0.2 + LINE_S + 2.5, abs=0.2)


def test_without_an_echo_all_is_fine() -> None:
    _, flow = heard()
    assert line_with(flow, "I do not hear myself").mark == "ok"


def test_a_soft_echo_is_fine_and_a_second_stretch_does_not_hide_the_first() -> None:
    soft = {"heard": True, "delay_ms": 80.0, "return_loss_db": 40.0, "level_dbfs": -58.0}
    person = Person(room(missing=SOUND_ONLY), echo=soft)
    person.run(until_s=6.2)
    assert person.flow.as_table()["echo"] == soft
    person.flow.observe(Event(6.3, "microphone", "echo_measured", dict(NO_ECHO)))
    flow = person.run(until_s=60.0)
    assert flow.as_table()["echo"] == soft
    assert line_with(flow, "only softly").mark == "ok"


def test_an_echo_that_cannot_be_told_is_not_guessed() -> None:
    person, flow = heard(echo=None)
    assert flow.as_table()["echo"] is None
    assert line_with(flow, "cannot tell").mark == "none"
    assert person.lasted_s("Your loudspeaker") <= 7.6


def test_without_a_loudspeaker_the_step_is_left_out_and_its_line_says_why() -> None:
    person, flow = heard(given={"missing": {"loudspeaker": "no loudspeaker was found"}})
    assert "Your loudspeaker" not in [title for title, _ in person.steps]
    assert line_with(flow, "loudspeaker") == Line("none", "No loudspeaker was found.", False)
    assert flow.as_table()["left_out"]["echo"] == "no loudspeaker was found"
    assert "loudspeaker" not in flow.view(1.0).note  # nobody has to mend that to go on


def test_a_loudspeaker_that_is_lost_meanwhile_ends_its_step() -> None:
    person = Person(room(missing=SOUND_ONLY))
    person.run(until_s=5.0)
    assert person.steps[-1][0] == "Your loudspeaker"
    person.flow.observe(Event(5.0, "loudspeaker", "lost", {"message": "the loudspeaker was lost"}))
    flow = person.run(until_s=60.0)
    assert person.steps[-2][0] == "Your voice" and person.steps[-2][1] < 5.2
    assert line_with(flow, "The loudspeaker was lost").mark == "none"


def test_the_line_is_cut_off_when_the_step_is_skipped() -> None:
    person = Person(room(missing=SOUND_ONLY))
    person.run(until_s=5.0)
    person.flow.skip(5.0)
    assert [(o.kind, o.on) for o in person.flow.orders if o.kind == "play"] == [("play", False)]


# -- the sentence ----------------------------------------------------------------------------------


def test_reading_then_checking_then_the_result() -> None:
    person, _ = heard()
    assert person.turn_s is not None
    seen = shown_during(person, "Your voice")
    working = [t_s for t_s, shown in seen if shown.working]
    result = [t_s for t_s, shown in seen if shown.understood is not None]
    # read until 6 s after being asked, and a pause; its words come 1.5 s after its end
    assert working[0] - person.turn_s == pytest.approx(7.0, abs=0.15)
    assert result[0] - person.turn_s == pytest.approx(7.5, abs=0.15)
    assert result[-1] - result[0] == pytest.approx(2.5, abs=0.15)
    assert seen[-1][1].advice == "I understood 15 of 15 words."
    assert seen[0][1].sentence == SENTENCES[0].words


def test_words_that_do_not_come_are_not_waited_for_long() -> None:
    person, flow = heard(words_after_s=1e9)
    assert person.turn_s is not None
    assert person.steps[-1][1] - person.turn_s == pytest.approx(7.0 + 4.0 + 2.5, abs=0.2)
    assert line_with(flow, "took too long").mark == "mend"
    assert flow.as_table()["recogniser"]["right"] is None


def test_half_of_the_words_are_no_result() -> None:
    person = Person(room(missing=SOUND_ONLY), words_after_s=1e9)
    while person.turn_s is None or person.clock.now() < person.turn_s + 6.0:
        person.run(until_s=person.clock.now() + 0.1)
    half = " ".join(SENTENCES[0].words[:7])
    for final in (False, True):
        person.flow.observe(Words(person.turn_s + 1.0, person.turn_s + 3.0, half, final=final))
    flow = person.run(until_s=60.0)
    assert line_with(flow, "took too long").mark == "mend"
    assert flow.as_table()["recogniser"]["right"] is None
    assert flow.as_table()["sentence"]["read"] is True  # its syllables tell


def test_words_that_come_after_the_step_still_count() -> None:
    _, flow = heard(words_after_s=9.0)
    assert flow.as_table()["recogniser"]["right"] == 15
    assert line_with(flow, "15 of 15").mark == "ok"


def test_some_words_that_were_missed_are_named() -> None:
    text = SENTENCES[0].text.replace("juice", "use").replace("fresh", "flesh")
    person, flow = heard(says=text)
    assert line_with(flow, "13 of 15").text == "I understood 13 of 15 words (not: fresh, juice)."
    assert flow.as_table()["recogniser"]["errors"] == 2
    last = shown_during(person, "Your voice")[-1][1]
    assert last.understood is not None
    missed = [w for w, ok in zip(last.sentence, last.understood, strict=True) if not ok]
    assert missed == ["fresh", "juice"]


@pytest.mark.parametrize(
    ("recogniser", "noise_dbfs", "part"),
    [
        ("pocketsphinx", -62.0, "models get whisper"),
        ("whisper", -62.0, "type where words matter"),
        ("whisper", -44.0, "quieter room"),
    ],
)
def test_a_recogniser_that_does_not_follow_is_not_the_candidates_fault(
    recogniser: str, noise_dbfs: float, part: str
) -> None:
    says = "on a bright day we choose bread"
    _, flow = heard(says=says, noise_dbfs=noise_dbfs, given={"recogniser": recogniser})
    line = line_with(flow, "I understood 6 of 15 words")
    assert line.mark == "mend" and "not you" in line.text and part in line.text


def test_somebody_who_says_something_else_does_no_harm() -> None:
    person, flow = heard(says="good morning everybody I would rather tell you about my own work")
    assert line_with(flow, "other words").mark == "none"
    table = flow.as_table()
    assert table["sentence"] == {
        "text": SENTENCES[0].text,
        "read": False,
        "words_per_min": None,
    }
    assert table["pitch_hz"] == 120.0  # the voice is their own, whatever was said
    assert shown_during(person, "Your voice")[-1][1].understood is None
    assert flow.view(60.0).shown.title == "Almost ready"  # for want of a camera only


def test_a_language_of_which_no_word_is_known_is_told() -> None:
    _, flow = heard(says="")
    assert line_with(flow, "no English word").mark == "mend"
    assert flow.as_table()["recogniser"] == {
        "name": "whisper",
        "words": 15,
        "right": 0,
        "errors": 15,
    }


def test_without_a_recogniser_syllables_say_whether_it_was_read() -> None:
    person, flow = heard(given={"recogniser": "none"})
    assert flow.as_table()["sentence"]["read"] is True
    assert flow.as_table()["sentence"]["words_per_min"] == 180.0
    assert line_with(flow, "No recogniser").mark == "none"
    # only what the ear learned is waited for, a frame or two
    assert sum(shown.working for _, shown in person.shown) <= 2
    for syllables in (14, 30):
        _, other = heard(given={"recogniser": "none"}, syllables=syllables)
        assert other.as_table()["sentence"]["read"] is False


def test_a_recogniser_that_cannot_be_opened_is_said_and_not_waited_for() -> None:
    person = Person(room(missing=SOUND_ONLY), words_after_s=1e9)
    person.flow.observe(
        Event(0.0, "speech_to_text", "unavailable", {"message": "its weights are damaged"})
    )
    flow = person.run(until_s=60.0)
    assert person.turn_s is not None
    assert person.steps[-1][1] - person.turn_s == pytest.approx(7.0 + 2.5, abs=0.2)
    assert line_with(flow, "Its weights are damaged.").mark == "mend"


def test_whoever_stays_silent_is_waited_for_no_longer_than_it_takes_to_read() -> None:
    person, flow = heard(speaks=False)
    assert person.turn_s is not None
    assert person.steps[-1][1] - person.turn_s == pytest.approx(12.0 + 2.5, abs=0.15)
    assert flow.calibration().voice is None
    assert flow.as_table()["pace_sps"] is None


def test_whispers_leave_no_baseline() -> None:
    _, flow = heard(voiced_share=0.05)
    assert flow.calibration().voice is None


def test_partial_words_end_the_reading_sooner() -> None:
    person = Person(room(missing=SOUND_ONLY), words_after_s=1.5)
    while person.turn_s is None or person.clock.now() < person.turn_s + 6.0:
        person.run(until_s=person.clock.now() + 0.1)
    said = Words(person.turn_s + 1.0, person.turn_s + 6.0, SENTENCES[0].text, final=False)
    person.flow.observe(said)
    person.run(until_s=60.0)
    working = [t_s for t_s, shown in person.shown if shown.working]
    assert working[0] - person.turn_s == pytest.approx(6.6, abs=0.15)


def test_a_microphone_that_is_lost_in_the_midst_ends_its_steps() -> None:
    person = Person(room(missing=SOUND_ONLY))
    while person.turn_s is None or person.clock.now() < person.turn_s + 2.0:
        person.run(until_s=person.clock.now() + 0.1)
    at_s = person.clock.now()
    message = {"message": "the microphone was unplugged"}
    person.flow.observe(Event(at_s, "microphone", "lost", message))
    flow = person.run(until_s=60.0)
    assert person.steps[-1][1] < at_s + 0.2
    assert line_with(flow, "The microphone was unplugged").mark == "none"
    assert "unplugged" in flow.view(60.0).note
    assert flow.calibration().voice is None
    assert person.lessons[-1][:2] == ("voice", False)  # nothing goes on listening


def test_a_microphone_that_comes_back_serves_the_steps_that_follow() -> None:
    person = Person(room(missing=SOUND_ONLY))
    person.run(until_s=1.0)
    message = {"message": "the microphone was unplugged"}
    person.flow.observe(Event(1.0, "microphone", "lost", message))
    person.flow.observe(Event(1.02, "microphone", "restored", {"message": "it is back"}))
    flow = person.run(until_s=60.0)
    assert flow.as_table()["missing"] == SOUND_ONLY
    assert flow.as_table()["sound"] == "ok" and "unplugged" not in flow.view(60.0).note


def test_enter_ends_the_reading_with_what_there_is() -> None:
    person = Person(room(missing=SOUND_ONLY))
    while person.turn_s is None or person.clock.now() < person.turn_s + 4.0:
        person.run(until_s=person.clock.now() + 0.1)
    person.flow.next(person.clock.now())
    flow = person.run(until_s=60.0)
    assert person.steps[-1][1] - person.turn_s < 4.3
    assert flow.calibration().voice is not None and flow.as_table()["sound"] == "ok"


def test_a_skipped_sentence_tells_nothing() -> None:
    person = Person(room(missing=SOUND_ONLY))
    while person.turn_s is None or person.clock.now() < person.turn_s + 4.0:
        person.run(until_s=person.clock.now() + 0.1)
    person.flow.skip(person.clock.now())
    flow = person.run(until_s=60.0)
    assert line_with(flow, "You skipped your voice.").mark == "none"
    table = flow.as_table()
    assert table["sound"] is None and table["pitch_hz"] is None
    assert flow.calibration().voice is None


def test_the_slowest_visit_stays_within_75_seconds() -> None:
    slow = Person(room(), problems=lambda t_s: ("dark",), speaks=True, words_after_s=1e9, echo=None)
    slow.run(until_s=90.0)
    assert slow.steps[-1][0] == "Almost ready" and slow.steps[-1][1] <= 75.0


@pytest.mark.parametrize("wrong", [{"echo_s": -1.0}, {"check_s": -1.0}, {"too_noisy_dbfs": 1.0}])
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        GreenRoomSettings(**wrong)


# -- sentences -------------------------------------------------------------------------------------


def test_the_sentences_are_short_and_rich_in_sounds() -> None:
    pocketsphinx = pytest.importorskip("pocketsphinx")
    dictionary: dict[str, list[str]] = {}
    path = Path(pocketsphinx.get_model_path()) / "en-us/cmudict-en-us.dict"
    for line in path.read_text(encoding="utf-8").splitlines():
        word, *phones = line.split()
        dictionary.setdefault(word, phones)
    for sentence in SENTENCES:
        words = re.findall(r"[a-z']+", sentence.text.lower())
        assert 12 <= len(words) <= 16
        phones = [phone for word in words for phone in dictionary[word]]
        assert len(set(phones)) >= 30
        assert sum(phone[0] in "AEIOU" for phone in phones) == sentence.syllables


def test_seeds_lead_to_all_of_them() -> None:
    assert {sentence_for(seed) for seed in range(3)} == set(SENTENCES)
    assert sentence_for(4) == sentence_for(4)


@pytest.mark.parametrize(
    ("text", "count", "errors"),
    [
        (SENTENCES[0].text.upper(), 15, 0),
        ("", 0, 15),
        ("um " + SENTENCES[0].text, 15, 1),
        ("good coffee and orange juice", 2, 13),
        (
            "on a bride thursday morning we usually chews fresh bread orange juice good coffee",
            12,
            3,
        ),
    ],
)
def test_words_are_compared_in_their_order(text: str, count: int, errors: int) -> None:
    found = understood(SENTENCES[0], text)
    assert (found.count, found.errors) == (count, errors)
    assert len(found.right) == 15
