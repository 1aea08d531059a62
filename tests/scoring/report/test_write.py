"""Measures, scores and the report, on sessions whose truth is known."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import wave
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from perception.errors import InputError, StorageError
from perception.types import BodyReading, Event, FaceReading
from scoring.curves import curve, points_at
from scoring.grammar import find_issues
from scoring.measures.content import is_behavioural
from scoring.measures.fillers import find_fillers
from scoring.measures.language import mtld, tone, toned
from scoring.measures.measure import UNITS, measure
from scoring.measures.story import star_parts
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from scoring.report.analysis import build_report
from scoring.report.write import write_report
from scoring.rubric import load, norms
from tests.scoring.sessions import META, MOTIVE, STORY, Answer, Script, interview

FILES = ("report.json", "report.html", "report.pdf", "captions.vtt")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = interview().write(tmp_path_factory.mktemp("scoring") / "s")
    write_report(folder)
    return folder


@pytest.fixture(scope="module")
def report(folder: Path) -> dict:
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def empty(folder: Path) -> Path:
    SessionWriter(folder, META).close()
    return folder


# ── measures equal the truth ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("wpm", [90.0, 120.0, 190.0])
def test_pace_is_that_of_the_script(tmp_path: Path, wpm: float) -> None:
    text = " ".join(["we build good houses"] * 25)
    Script([("q", "What do you do?", Answer(text, wpm))]).write(tmp_path / "s")
    found = measure(read_session(tmp_path / "s"))
    assert found["speech_rate_wpm"].value == pytest.approx(wpm, rel=0.01)
    assert found["silence_share"].value == 0.0
    assert found["pause_max_s"].value is None and found["pause_mean_s"].value is None


def test_words_lost_with_the_microphone_are_not_counted_as_slowness(tmp_path: Path) -> None:
    text = " ".join(["we build good houses"] * 25)  # 50 s, from 5.8 s on
    Script([("q", "What do you do?", Answer(text, 120.0))]).write(tmp_path / "s")
    with SessionWriter(tmp_path / "s", {}, resume=True) as writer:
        writer.event(Event(10.8, "microphone", "lost", {"message": "the microphone has died"}))
        writer.event(Event(15.8, "microphone", "restored", {}))
    path = tmp_path / "s" / "readings.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        if line["k"] == "words":  # what was being said when it died is unknown
            line["words"] = line["words"][20:]
            line["text"] = " ".join(line["text"].split()[20:])
            line["t_start_s"] += 10.0
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = measure(read_session(tmp_path / "s"))
    assert found["speech_rate_wpm"].value == pytest.approx(120.0, rel=0.02)
    assert found["speech_rate_wpm"].coverage == pytest.approx(0.8, abs=0.02)
    assert found["silence_share"].coverage == pytest.approx(0.8, abs=0.02)


def test_pauses_are_those_of_the_script(tmp_path: Path) -> None:
    text = " ".join(["word"] * 40)
    answer = Answer(text, 120.0, pauses={9: 1.0, 19: 2.0, 29: 0.1})
    Script([("q", "What?", answer)]).write(tmp_path / "s")
    session = read_session(tmp_path / "s")
    found = measure(session)
    assert found["pause_mean_s"].value == pytest.approx(1.5, abs=0.05)
    assert found["pause_max_s"].value == pytest.approx(2.0, abs=0.05)
    assert found["silence_share"].value == pytest.approx(3.0 / 23.1, abs=0.01)
    (longest,) = found["pause_max_s"].evidence
    assert longest == pytest.approx((5.0 + 0.8 + 11.0, 5.0 + 0.8 + 13.0), abs=0.05)


def test_fillers_and_response_time_are_those_of_the_script(tmp_path: Path) -> None:
    text = " ".join((["um"] + ["word"] * 39) * 3)  # one in 20 s at 120 words a minute
    script = Script(
        [("a", "One?", Answer(text, 120.0, 0.5)), ("b", "Two?", Answer("word " * 20, 120.0, 2.5))]
    )
    script.write(tmp_path / "s")
    found = measure(read_session(tmp_path / "s"))
    assert found["fillers_per_min"].value == pytest.approx(3 / (70 / 60), rel=0.01)
    assert found["response_time_s"].value == pytest.approx(1.5, abs=0.01)


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_gaze_smile_and_nods_are_those_of_the_script(tmp_path: Path, share: float) -> None:
    script = Script(
        [("q", "What do you do all day long?", Answer("word " * 200, 120.0, 1.0))],
        gaze_cycle=(2 * share, 2 * (1 - share)),
        smile_cycle=(0.5, 1.5),
        nods=5,
        ask_s=20.0,
    )
    script.write(tmp_path / "s")
    found = measure(read_session(tmp_path / "s"))
    assert found["gaze_on_screen_share"].value == pytest.approx(share, abs=0.02)
    assert found["gaze_on_screen_listening_share"].value == pytest.approx(share, abs=0.03)
    assert found["smile_share"].value == pytest.approx(0.25, abs=0.02)
    assert found["brow_activity"].value == pytest.approx(0.25, abs=0.02)
    assert found["nods"].value == 5 and found["shakes"].value == 0
    assert found["face_share"].value == pytest.approx(1.0, abs=0.01)
    assert found["head_pitch_deg"].value == -2.0
    assert found["head_yaw_deg"].value == pytest.approx(8.0, abs=0.4)


def test_voice_is_that_of_the_script(tmp_path: Path) -> None:
    script = Script([("q", "What?", Answer("word " * 60, 120.0))], level_dbfs=-31.0)
    script.write(tmp_path / "s")
    found = measure(read_session(tmp_path / "s"))
    assert found["loudness_dbfs"].value == pytest.approx(-31.0, abs=2.0)
    assert found["loudness_sd_db"].value == pytest.approx(2.0, abs=0.05)
    # Half the frames at 110 Hz and half at 130 Hz: half the distance in semitones.
    assert found["pitch_sd_st"].value == pytest.approx(6 * np.log2(130 / 110), abs=0.05)


def test_body_is_measured_where_there_are_readings(tmp_path: Path) -> None:
    script = Script([("q", "What?", Answer("word " * 60, 120.0))], camera=False, finish=False)
    script.write(tmp_path / "s")
    with SessionWriter(tmp_path / "s", {}, resume=True) as writer:
        for i in range(int(script.end_s * 10)):
            t = i / 10
            writer.reading(BodyReading(t, 0.0, 0.05, 2, 1.0 if t % 4 < 1 else 0.1, t % 10 < 1))
    found = measure(read_session(tmp_path / "s"))
    assert found["posture_lean_m"].value == pytest.approx(0.05)
    assert found["gesture_share"].value == pytest.approx(0.25, abs=0.03)
    assert found["hand_to_face_share"].value == pytest.approx(0.1, abs=0.04)


def test_posture_is_measured_with_hysteresis_and_without_a_norm(tmp_path: Path) -> None:
    script = Script([("q", "What?", Answer("word " * 60, 120.0))], camera=False, finish=False)
    script.write(tmp_path / "s")
    # sunk at first, then between the thresholds (still slouching), then up, then between (not)
    slouch = (0.3, 0.15, 0.0, 0.15)
    with SessionWriter(tmp_path / "s", {}, resume=True) as writer:
        for i in range(int(script.end_s * 8)):
            t = i / 8
            part = int(t % 8 / 2)
            writer.reading(
                BodyReading(
                    t,
                    shoulders_roll_deg=-4.0,
                    lean_m=0.0,
                    hands_visible=int(part == 0),
                    hand_speed=3.0 if part == 0 else None,
                    hand_to_face=False,
                    slouch=slouch[part],
                    fidget=0.6 if part == 3 else 0.1,
                    gesturing=False,
                    confidence=0.9,
                )
            )
    found = measure(read_session(tmp_path / "s"))
    assert found["shoulder_tilt_deg"].value == -4.0
    assert found["slouch_share"].value == pytest.approx(0.5, abs=0.04)
    assert found["fidget_share"].value == pytest.approx(0.25, abs=0.04)
    assert found["hands_visible_share"].value == pytest.approx(0.25, abs=0.04)
    assert found["gesture_share"].value == 0.0, "a reading that tells gestures is believed"
    start, end = found["slouch_share"].evidence[0]
    assert end - start == pytest.approx(4.0, abs=0.2)
    names = ("shoulder_tilt_deg", "slouch_share", "fidget_share", "hands_visible_share")
    assert all(found[name].norm is None for name in names)


def test_what_the_camera_cut_off_is_no_posture(tmp_path: Path) -> None:
    with SessionWriter(tmp_path / "s", META) as writer:
        for i in range(400):
            writer.reading(BodyReading(i / 8, hands_visible=0, hand_to_face=False, confidence=0.1))
    found = measure(read_session(tmp_path / "s"))
    assert found["hands_visible_share"].value == 0.0
    assert found["shoulder_tilt_deg"].value is None and found["slouch_share"].value is None
    assert found["posture_lean_m"].value is None and found["fidget_share"].value is None


def test_only_a_measured_smile_counts_as_no_smile(tmp_path: Path) -> None:
    with SessionWriter(tmp_path / "s", META) as writer:
        for i in range(300):
            writer.reading(FaceReading(i / 30, 0.01, 0.9, 0.0, 0.0, 0.0))
    found = measure(read_session(tmp_path / "s"))
    assert found["smile_share"].value is None and found["blinks_per_min"].value is None
    assert found["head_yaw_deg"].value == 0.0


# ── words ────────────────────────────────────────────────────────────────────────────────────────


def test_fillers_are_told_from_words_that_mean_something() -> None:
    from perception.types import Word

    def count(text: str) -> int:
        return len(find_fillers([Word(w, i, i + 0.4) for i, w in enumerate(text.split())]))

    assert count("I like my work and do you know what I mean by a kind of plan") == 0
    assert count("it was um like really uh you know hard") == 4


@pytest.mark.parametrize(
    "text", ["I am agree with this.", "We discussed about the plan.", "I have many informations."]
)
def test_learner_errors_are_found(text: str) -> None:
    assert find_issues(text)


def test_clean_speech_raises_no_alarm() -> None:
    assert find_issues("Um, we finished the project on time and the customer was happy.") == []


def test_lexical_diversity_follows_the_definition() -> None:
    # "a a" falls to a ratio of 0.5 at once: each factor is two tokens long.
    assert mtld(["a"] * 120) == pytest.approx(2.0)
    assert mtld([f"w{i}" for i in range(120)]) is None


@pytest.mark.parametrize(
    ("said", "signs"),
    [
        ("i cannot complain", [1]),
        ("nobody was happy", [-1]),
        ("nobody in the team was happy", [-1]),
        ("none of the customers were happy", [-1]),
        ("it was neither good nor helpful", [-1, -1]),
        ("i have never had any problem", [1]),
        ("we shouldn't fail", [1]),
        ("i havent failed", [1]),
        ("it is seldom good", [-1]),
        ("not only good but great", [1, 1]),
        ("i was not there but it was great", [1]),
        ("i did not go because it was boring", [-1]),
        ("that was great and nobody complained", [1, 1]),
    ],
)
def test_a_negation_turns_the_words_of_its_clause(said: str, signs: list[int]) -> None:
    assert [sign for _, sign in toned(said.split())] == signs


def test_tone_turns_with_a_negation() -> None:
    words = ["good", "great", "not", "bad", "excellent", "never", "happy"]
    assert tone(words, 1.0).value == pytest.approx((1 + 1 + 1 + 1 - 1) / 5)
    assert tone(["good"], 1.0).value is None


def test_parts_of_a_story_are_found() -> None:
    assert star_parts(STORY) == ("situation", "task", "action", "result")
    assert star_parts("Reliability matters.") == ()
    assert is_behavioural("Tell me about a time when you failed.")
    assert not is_behavioural("Why this company?")


def test_relevance_tells_an_answer_from_an_aside(tmp_path: Path) -> None:
    aside = "The weather in the mountains was cold and we ate cheese with bread every morning."
    questions = "Why do you want this project manager job?"
    Script([("q", questions, Answer(MOTIVE)), ("p", questions, Answer(aside))]).write(
        tmp_path / "s"
    )
    found = measure(read_session(tmp_path / "s")).answers
    on, off = (a.relevance for a in found)
    low = norms()["relevance"].low
    assert on is not None and off is not None and low is not None
    assert off < low < on


# ── content files ────────────────────────────────────────────────────────────────────────────────


def test_curves_are_monotone_on_either_side_of_the_band() -> None:
    for group in ("content", "delivery", "nonverbal", "responsiveness"):
        for name in load("scores")[group]:
            entry = curve(group, name)
            assert entry is not None
            norm, xs = norms()[name], [c[0] for c in entry["points"]]
            assert xs == sorted(xs), name
            assert {norm.low, norm.high} - {None} <= set(xs), f"{name}: the norm's ends are corners"
            grid = np.linspace(min(xs) - 1, max(xs) + 1, 400)
            below = [points_at(entry["points"], x) for x in grid if norm.low and x <= norm.low]
            above = [points_at(entry["points"], x) for x in grid if norm.high and x >= norm.high]
            assert below == sorted(below) and above == sorted(above, reverse=True), name
            inside = [points_at(entry["points"], x) for x in (norm.low, norm.high) if x is not None]
            assert min(inside) >= 60, name


def test_every_measure_has_a_label_and_a_place() -> None:
    labels = load("labels")
    assert sorted(labels["measure"]) == sorted(UNITS)
    assert sorted(n for names in labels["group"].values() for n in names) == sorted(UNITS)
    assert set(norms()) <= set(UNITS)


# ── the report ───────────────────────────────────────────────────────────────────────────────────


def check_shape(report: dict) -> None:
    assert list(report["measures"]) == list(UNITS)
    for entry in report["measures"].values():
        assert set(entry) == {
            *(
                "value",
                "unit",
                "coverage",
                "evidence",
                "norm",
                "trust",
                "doubts",
                "why",
                "baseline",
            ),
            "between_answers",
        }
        assert 0 <= entry["coverage"] <= 1 and 0 <= entry["trust"] <= 1
        assert bool(entry["doubts"]) <= (entry["trust"] < 1)
        assert entry["norm"] is None or entry["norm"]["source"]
    assert list(report["scores"]) == [
        "content",
        "delivery",
        "nonverbal",
        "responsiveness",
        "overall",
    ]
    for entry in report["scores"].values():
        assert (entry["value"] is None) == bool(entry["why"])
        if entry["value"] is not None:
            assert 0 <= entry["low"] <= entry["value"] <= entry["high"] <= 100
    assert "impressions" not in report, "they are for whoever asks for them"
    for part in ("reaction_ms", "first_audio_ms"):
        assert set(report["latency"][part]) == {"p50", "p95"}
    for key in ("session_id", "created", "duration_s", "role", "persona", "versions", "questions"):
        assert key in report
    assert report["disclaimers"]


def test_the_report_has_the_contract_s_shape(report: dict) -> None:
    check_shape(report)
    assert report["session_id"] == "test-1" and report["role"] == "Project manager"
    motive, story, typed, future = report["questions"]
    assert motive["answer"]["response_time_s"] == pytest.approx(0.8)
    assert story["ratings"]["structure"]["value"] >= 4.0, "a whole episode"
    assert typed["answer"]["transcript"] == "I plan <b>well</b>."
    assert typed["answer"]["response_time_s"] is None
    assert future["answer"] is None and future["feedback"]
    assert report["latency"]["first_audio_ms"]["p50"] == pytest.approx(600)
    assert report["latency"]["reaction_ms"]["p50"] == pytest.approx(100)
    assert report["scores"]["overall"]["value"] is not None
    assert report["reactions"][0]["because"]["cue"]


def test_advice_quotes_what_was_said(report: dict) -> None:
    said = " ".join((MOTIVE, STORY))
    advice = [*report["strengths"], *report["improvements"]]
    quotes = [each["quote"]["text"] for each in advice if each["quote"] is not None]
    assert quotes
    for quoted in quotes:
        assert quoted.removesuffix(" …") in said
    assert any("I am agree" in line for line in report["questions"][0]["feedback"])


def test_a_session_without_anything_is_a_valid_report(tmp_path: Path) -> None:
    report = write_report(empty(tmp_path / "s"))
    check_shape(report)
    assert all(m["value"] is None for m in report["measures"].values())
    assert all(s["value"] is None for s in report["scores"].values())
    assert report["strengths"] == report["improvements"] == []
    assert "not enough" in (tmp_path / "s" / "report.html").read_text(encoding="utf-8")


def test_without_a_camera_nothing_is_said_of_the_face(tmp_path: Path) -> None:
    script = interview()
    script.camera, script.nods = False, 0
    report = build_report(script.write(tmp_path / "s"))
    for name in ("face_share", "gaze_on_screen_share", "smile_share", "nods", "head_yaw_deg"):
        assert report["measures"][name]["value"] is None
    assert report["scores"]["nonverbal"]["value"] is None
    assert report["scores"]["content"]["value"] is not None
    whole = interview()
    whole.gaze_error_deg = 1.5
    full = build_report(whole.write(tmp_path / "full"))
    assert full["scores"]["nonverbal"]["value"] is not None
    widths = [
        r["scores"]["overall"]["high"] - r["scores"]["overall"]["low"] for r in (report, full)
    ]
    assert widths[0] > widths[1]


def test_typed_answers_alone_are_rated_by_content(tmp_path: Path) -> None:
    script = Script([("q", "Tell me about a time you led a project.", Answer(STORY, typed=True))])
    report = build_report(script.write(tmp_path / "s"))
    assert report["measures"]["speech_rate_wpm"]["value"] is None
    assert report["measures"]["structure_star"]["value"] >= 0.6
    assert report["scores"]["content"]["value"] is not None
    assert report["scores"]["delivery"]["value"] is None


def test_a_recording_without_a_recruiter_is_measured_too(tmp_path: Path) -> None:
    script = Script([("q", "x", Answer("word " * 60))])
    script.write(tmp_path / "s")
    events = tmp_path / "s" / "events.jsonl"
    kept = [x for x in events.read_text().splitlines(True) if '"dialogue"' not in x]
    events.write_text("".join(kept))
    report = build_report(tmp_path / "s")
    (whole,) = report["questions"]
    assert whole["id"] == "recording" and whole["answer"]["transcript"] == "word " * 59 + "word"
    assert whole["ratings"]["pace"]["value"] is not None
    assert whole["ratings"]["relevance"]["value"] is None, "nobody knows what was asked"
    assert report["measures"]["speech_rate_wpm"]["value"] == pytest.approx(120, rel=0.01)
    assert report["measures"]["response_time_s"]["value"] is None
    write_report(tmp_path / "s")
    page = (tmp_path / "s" / "report.html").read_text("utf-8")
    assert "1 question<" not in page and " questions<" not in page, "nobody asked any"


def test_device_trouble_and_damage_are_told(tmp_path: Path) -> None:
    script = interview()
    script.finish = False
    script.write(tmp_path / "s")
    with open(tmp_path / "s" / "readings.jsonl", "ab") as file:
        file.write(b"{half")
    with SessionWriter(tmp_path / "s", {}, resume=True) as writer:
        writer.event(Event(9.0, "camera", "lost", {"message": "the camera was unplugged"}))
    with open(tmp_path / "s" / "events.jsonl", "ab") as file:
        file.write(b"nonsense\n")
    notes = " ".join(build_report(tmp_path / "s")["notes"])
    assert "unplugged" in notes and "damaged" in notes


def test_the_same_folder_gives_the_same_bytes(folder: Path) -> None:
    before = {name: (folder / name).read_bytes() for name in FILES}
    write_report(folder)
    for name in FILES:
        assert (folder / name).read_bytes() == before[name], name


class _Links(HTMLParser):
    """Collects everything a browser would fetch, and the ids that links may point to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: set[str] = set()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.add(value or "")
            elif name in ("src", "href", "srcset", "data", "action", "poster"):
                self.found.append(value or "")


def test_the_page_needs_nothing_from_outside(folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    links = _Links()
    links.feed(text)
    assert links.found
    for link in links.found:
        assert link.startswith("#") and link[1:] in links.ids, link
    assert "url(" not in text and "@import" not in text and "fetch(" not in text
    assert "b>well" not in text.replace("&lt;b&gt;well", "")


def test_the_page_lets_a_browser_run_nothing_but_its_own_scripts(folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert "default-src 'none'" in policy
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    assert len(hashes) == 2
    named = " ".join(f"'sha256-{each}'" for each in hashes)
    assert f"script-src {named};" in policy
    assert not re.search(r"\son\w+=", text), "a script in an attribute would not run"


def test_hostile_and_foreign_text_is_shown_as_text(tmp_path: Path) -> None:
    text = '<script>alert(1)</script> & "naïve" 你好 مرحبا \x00\x1b \ud800 </blockquote>'
    script = Script([("q", "Was <i>nun</i>? & 你好", Answer(text, typed=True))])
    write_report(script.write(tmp_path / "s"))
    page = (tmp_path / "s" / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page and "<i>nun" not in page
    assert page.count("<script") == 3, "the page's own two, and its data"
    assert "&lt;script&gt;" in page and "你好" in page and "مرحبا" in page and "\x00" not in page
    assert "<script" not in (tmp_path / "s" / "captions.vtt").read_text(encoding="utf-8")


def test_the_pdf_opens_and_has_pages(folder: Path, tmp_path: Path) -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("needs pdftoppm: apt-get install poppler-utils")
    subprocess.run(
        ["pdftoppm", "-r", "20", "-png", folder / "report.pdf", tmp_path / "p"], check=True
    )
    assert len(list(tmp_path.glob("p*.png"))) >= 2
    text = subprocess.run(
        ["pdftotext", folder / "report.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "Keep doing" in text and "Practice aid" in text


def test_captions_are_in_order_and_whole(folder: Path) -> None:
    text = (folder / "captions.vtt").read_text(encoding="utf-8")
    assert text.startswith("WEBVTT\n\n")
    starts = re.findall(r"^(\S+) --> (\S+)$", text, re.MULTILINE)
    assert starts == sorted(starts) and all(a < b for a, b in starts)
    assert "<v Recruiter>Why do you want" in text and "<v Candidate>I am agree" in text


def test_a_report_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        write_report(tmp_path)


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    empty(tmp_path / "s")
    (tmp_path / "s" / "report.html").mkdir()
    with pytest.raises(StorageError, match=r"report\.html"):
        write_report(tmp_path / "s")


@pytest.mark.data
def test_syllables_are_counted_in_real_speech(tmp_path: Path, data_dir: Path) -> None:
    """The sound of a real speaker, as candidate.wav, decides articulation rate and steadiness."""
    import av

    source = data_dir / "speech" / "disfluent" / "acoustic_corpus.wav"
    if not source.is_file():
        pytest.skip(f"needs {source}, which is not among the real recordings")
    resampler = av.AudioResampler("s16", "mono", 16000)
    with av.open(str(source)) as container:
        blocks = [
            r.to_ndarray()[0] for f in container.decode(audio=0) for r in resampler.resample(f)
        ]
    samples = np.concatenate(blocks)[: 16000 * 20]
    script = Script([("q", "What?", Answer("word " * 40, 120.0, 0.0))], ask_s=0.0)
    script.write(tmp_path / "s")
    with wave.open(str(tmp_path / "s" / "candidate.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(np.concatenate([np.zeros(16000, np.int16), samples]).tobytes())
    found = measure(read_session(tmp_path / "s"))
    rate, jitter = found["articulation_rate_sps"].value, found["jitter_pct"].value
    assert rate is not None and 1.5 < rate < 7.0
    assert jitter is not None and 0.2 < jitter < 6.0
    assert found["shimmer_pct"].value is not None


def test_a_measure_that_is_not_equal_for_all_says_so(report: dict) -> None:
    uneven = load("fairness")
    assert uneven, "the bench of seeing found some; without any, this test and its file go"
    for name, table in uneven.items():
        assert name in UNITS
        warned = [n for n in report["notes"] if f"{table['gap_pct']:.0f} %" in n]
        assert bool(warned) == (report["measures"][name]["value"] is not None), name
