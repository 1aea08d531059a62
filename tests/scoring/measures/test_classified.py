"""Classifiers of one's own judge what was said: tiny BERT and RoBERTa that really classify."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from game.settings import as_table, load_settings
from perception.errors import ModelError, SettingsError
from scoring.classifier_folder import Purpose, classifiers_of, described, with_classifiers
from scoring.content_score import answer_points
from scoring.emotion.course import course
from scoring.leaving_out import asked_for, without_emotion
from scoring.measures import classifier_transformers
from scoring.measures.classified import Text, own_error
from scoring.measures.classifier_transformers import open_classifier
from scoring.measures.measure import MeasureSet, measure
from scoring.pooling import pool
from scoring.record.session import read_session
from scoring.report.analysis import build_report
from scoring.report.write import write_report
from scoring.rubric import RUBRICS, load, using
from scoring.settings import ClassifierSettings
from scoring.understood import understood
from tests.commandline_runs import run_here
from tests.scoring.emotion.test_course import Planted
from tests.scoring.sessions import Answer, Script
from tests.tiny_classifiers import (
    BAD,
    FLAT,
    GOOD,
    TOPICS,
    make_classifier,
    pair_samples,
    relabel,
    tone_samples,
)

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

TONES = ("negative", "neutral", "positive")
TOLD = "We were happy and it was a great success and a good time and I enjoyed it so very much"
"""Five toned words of this program's own list, all of them good."""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders: bert, distilbert and roberta (tone), pairs (relevance, one output), emotions."""
    folder = tmp_path_factory.mktemp("models")
    make_classifier(folder / "bert", "bert", TONES, tone_samples())
    make_classifier(folder / "roberta", "roberta", TONES, tone_samples())
    make_classifier(folder / "distilbert", "distilbert", TONES, tone_samples())
    make_classifier(folder / "pairs", "bert", ("beside", "to it"), pair_samples(), outputs=1)
    shutil.copytree(folder / "roberta", folder / "emotions")
    relabel(folder / "emotions", ("sadness", "neutral", "joy"))
    return folder


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Whoever tries to reach anything fails, and is told of."""
    tried: list[Any] = []

    def refuse(self: socket.socket, address: Any) -> None:
        tried.append(address)
        raise OSError("nothing may be reached")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: refuse(socket.socket(), a))
    yield tried
    assert tried == []


def named(purpose: Purpose, folder: Path) -> ClassifierSettings:
    """Settings that name one classifier."""
    table: dict[str, Any] = {purpose: str(folder), "threads": 1}
    return ClassifierSettings(**table)


def words(kind: tuple[str, ...], count: int = 30) -> str:
    """Every third word of a kind, the rest says nothing."""
    return " ".join(
        kind[i // 3 % len(kind)] if i % 3 == 0 else FLAT[i % len(FLAT)] for i in range(count)
    )


def interview(folder: Path, answers: dict[str, str], **script: Any) -> Path:
    """A record of questions about a thing each, and what was said."""
    asked: list[tuple[str, str, Answer | None]] = [
        (f"q{i}", f"Tell me about your {about}.", Answer(said))
        for i, (about, said) in enumerate(answers.items())
    ]
    return Script(asked, **script).write(folder)


def measured(folder: Path, settings: ClassifierSettings) -> MeasureSet:
    session = read_session(folder)
    session.meta = with_classifiers(session.meta, settings)
    return measure(understood(session, []))


@pytest.mark.parametrize("kind", ["bert", "distilbert", "roberta"])
def test_a_classifier_of_tone_moves_the_tone(models: Path, tmp_path: Path, kind: str) -> None:
    settings = ClassifierSettings(sentiment=str(models / kind), threads=1)
    tones = {}
    for name, said in {"good": words(GOOD), "flat": words(FLAT), "bad": words(BAD)}.items():
        folder = interview(tmp_path / name, {"work": said})
        assert measured(folder, ClassifierSettings())["sentiment"].value is None
        tones[name] = measured(folder, settings)["sentiment"].value or 0.0
    assert tones["bad"] < -0.8 < -0.2 < tones["flat"] < 0.2 < 0.8 < tones["good"]


def test_tone_is_pooled_by_stated_errors_and_doubted_where_judges_contradict(
    models: Path, tmp_path: Path
) -> None:
    folder = interview(tmp_path, {"work": f"{TOLD} {TOLD} {words(BAD, 80)}"})
    own = measured(folder, ClassifierSettings())["sentiment"]
    settings = ClassifierSettings(sentiment=str(models / "bert"), threads=1)
    assumed = measured(folder, settings)["sentiment"]
    sure = measured(folder, replace(settings, sentiment_error=0.1))["sentiment"]
    assert own.value == 1.0
    assert assumed.value is not None and sure.value is not None
    assert sure.value < assumed.value - 0.2 and assumed.value < own.value - 0.2
    assert "judges_apart" in sure.doubts and sure.trust < own.trust
    assert "judges_apart" not in own.doubts


def test_relevance_is_pooled_and_less_sure_where_judges_contradict(
    models: Path, tmp_path: Path
) -> None:
    folder = interview(
        tmp_path, {"garden": words(TOPICS["garden"]), "boat": words(TOPICS["kitchen"])}
    )
    own = measured(folder, ClassifierSettings()).answers
    settings = ClassifierSettings(relevance=str(models / "pairs"), threads=1)
    assumed = measured(folder, settings).answers
    sure = measured(folder, replace(settings, relevance_error=0.03)).answers
    error = float(load("scores")["content"]["relevance"]["error"])
    table = load("classifiers")["relevance"]
    means = (table["to_the_point"], table["beside"])
    for a, b, c, mean in zip(own, assumed, sure, means, strict=True):
        assert None not in (a.relevance, b.relevance, c.relevance)
        assert b.own_relevance == a.relevance and a.relevance_error is None
        # each step of trust brings it nearer to what such answers are worth on average
        far = [abs((each.relevance or 0.0) - mean) for each in (a, b, c)]
        assert far[0] > far[1] > far[2]
        assert b.relevance_error is not None and c.relevance_error is not None
        contradicted = far[0] > 1.5 * error
        assert (c.relevance_error > error) == contradicted
    # points follow what was pooled, and their error the error of that
    points = [answer_points(each[1])[0] for each in (own, assumed, sure)]
    moved = [(each[1].relevance or 0.0) for each in (own, assumed, sure)]
    assert (points[2] - points[0]) * (moved[2] - moved[0]) > 0.0


def test_a_model_of_inference_takes_the_answer_for_its_premise(tmp_path: Path) -> None:
    hypothesis = load("classifiers")["relevance"]["inference"]["hypothesis"]
    inferred = [
        (answer or "", hypothesis.replace("{question}", asked), 2 * label)
        for asked, answer, label in pair_samples()
    ]
    names = ("contradiction", "neutral", "entailment")
    folder = make_classifier(tmp_path / "inference", "bert", names, inferred)
    classifier = open_classifier(
        described("relevance", ClassifierSettings(relevance=str(folder))), 1
    )
    taught = pair_samples()[:60]
    reads = classifier.read([Text(a or "", q) for q, a, _ in taught], lambda share: None)
    right = [
        (read.likely or ())[2 * label] > 0.5
        for read, (_, _, label) in zip(reads, taught, strict=True)
    ]
    assert sum(right) >= 55, "in the order in which it learnt them"


def test_a_contradiction_widens_and_agreement_does_not_promise_too_much() -> None:
    one, other = 0.09, 0.18
    agreed, apart = pool([0.3, 0.3], [one, other], 0.5), pool([0.6, 0.1], [one, other], 0.5)
    assert agreed.value == pytest.approx(0.3) and agreed.agreement == 1.0
    assert one < agreed.error < 0.1, "a second, less sure judge of the same words adds hardly any"
    assert apart.error > 1.5 * agreed.error and apart.agreement < 0.7
    assert apart.value == pytest.approx(0.8 * 0.6 + 0.2 * 0.1), "by what was stated of each"
    even = pool([0.3, 0.3], [one, one], 1.0)
    assert (even.value, even.error) == (pytest.approx(0.3), pytest.approx(one))
    alone = pool([0.4], [one], 0.5)
    assert (alone.value, alone.error) == (pytest.approx(0.4), pytest.approx(one))


def test_scores_move_with_the_classifier_and_the_report_says_which(
    models: Path, tmp_path: Path
) -> None:
    answers = {"garden": words(TOPICS["garden"], 60), "boat": words(TOPICS["kitchen"], 60)}
    folder = interview(tmp_path / "s", answers)
    settings = ClassifierSettings(
        sentiment=str(models / "roberta"), relevance=str(models / "pairs"), threads=1
    )
    usual = build_report(folder)
    assert "classifiers" not in usual and not any("classifier" in n for n in usual["notes"])
    first = write_report(folder, classifiers=settings)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    classifier_transformers._opened.cache_clear()
    write_report(folder, classifiers=replace(settings, threads=2))
    after = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert before == after, "the same bytes, however many threads judged"
    said = json.loads(after["report.json"])["classifiers"]
    assert said["relevance"]["model"] == "pairs" and not said["relevance"]["measured"]
    assert said["relevance"]["architecture"] == "BertForSequenceClassification"
    assert said["sentiment"]["labels"] == list(TONES)
    assert len(said["sentiment"]["sha256"]) == 64
    judged = said["relevance"]["answers"]
    assert judged[0]["classifier"] > 0.9 and judged[1]["classifier"] < 0.1
    assert judged[1]["own"] == pytest.approx(usual["measures"]["relevance"]["value"], abs=0.3)
    notes = [n for n in first["notes"] if "your classifier" in n]
    assert any("pairs" in n and said["relevance"]["sha256"][:12] in n for n in notes)
    assert any("roberta" in n and "assumed" in n for n in notes)
    assert "your classifier pairs" in after["report.html"].decode()


def test_doubt_of_the_words_still_holds(models: Path, tmp_path: Path) -> None:
    answers = {"garden": words(TOPICS["garden"], 60), "boat": words(TOPICS["boat"], 60)}
    settings = ClassifierSettings(relevance=str(models / "pairs"), threads=1, relevance_error=0.05)
    sure, unsure = (
        measured(interview(tmp_path / str(c), answers, confidence=c), settings)["relevance"]
        for c in (0.9, 0.4)
    )
    assert unsure.value == sure.value
    assert unsure.trust < 0.5 * sure.trust and "unsure_words" in unsure.doubts


@pytest.mark.parametrize(
    ("purpose", "labels", "values"),
    [
        ("sentiment", ("POSITIVE", "NEGATIVE"), ((1.0,), (-1.0,))),
        ("sentiment", ("neg", "NEU", "pos"), ((-1.0,), (0.0,), (1.0,))),
        ("sentiment", tuple(f"{n} star{'s' * (n > 1)}" for n in range(1, 6)),
         ((-1.0,), (-0.5,), (0.0,), (0.5,), (1.0,))),
        ("relevance", ("not_relevant", "relevant"), ((0.0,), (1.0,))),
        ("relevance", ("entailment", "not_entailment"), ((1.0,), (0.0,))),
        ("relevance", ("CONTRADICTION", "NEUTRAL", "ENTAILMENT"), ((0.0,), None, (1.0,))),
        ("emotion", ("joy", "anger"), ((0.8, 0.4), (-0.6, 0.8))),
    ],
)  # fmt: skip
def test_labels_are_read_by_what_they_mean(
    tmp_path: Path, purpose: Any, labels: tuple[str, ...], values: tuple[Any, ...]
) -> None:
    folder = bare(tmp_path / "m", labels)
    found = described(purpose, named(purpose, folder))
    assert found.values == values
    assert bool(found.hypothesis) == ("CONTRADICTION" in labels)


def bare(folder: Path, labels: tuple[str, ...]) -> Path:
    """A folder that describes a classifier and holds none."""
    folder.mkdir()
    config = {
        "architectures": ["BertForSequenceClassification"],
        "id2label": {str(i): name for i, name in enumerate(labels)},
    }
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    (folder / "model.safetensors").touch()
    return folder


Change = Callable[[Path], None]


def spoil(config: dict[str, Any]) -> Change:
    """Changes some keys of ``config.json``."""

    def change(folder: Path) -> None:
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | config), "utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (lambda f: relabel(f, ("LABEL_0", "LABEL_1", "LABEL_2")), SettingsError,
         "label 'label 0' of"),
        (lambda f: relabel(f, ("happy", "so so", "sad")), SettingsError, "'happy' of"),
        (lambda f: relabel(f, ("neutral", "neu", "mixed")), SettingsError, "tell nothing apart"),
        (shutil.rmtree, ModelError, "no model in"),
        (lambda f: (f / "config.json").write_text("{", "utf-8"), ModelError, "is damaged"),
        (spoil({"architectures": ["BertForMaskedLM"]}), ModelError, "no text classifier"),
        (spoil({"problem_type": "multi_label_classification"}), ModelError, "several labels"),
        (lambda f: (f / "model.safetensors").rename(f / "pytorch_model.bin"), ModelError,
         "no model.safetensors"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_one_line_before_the_interview(
    models: Path, tmp_path: Path, change: Change, error: type[Exception], said: str
) -> None:
    shutil.copytree(models / "bert", tmp_path / "mine")
    change(tmp_path / "mine")
    settings = tmp_path / "study.toml"
    settings.write_text('[scoring.classifiers]\nsentiment = "mine"\n', "utf-8")
    with pytest.raises(error) as caught:
        load_settings(settings)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_the_settings_name_labels_that_the_folder_does_not(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "bert", tmp_path / "mine")
    relabel(tmp_path / "mine", ("LABEL_0", "LABEL_1", "LABEL_2"))
    file = tmp_path / "study.toml"
    named = '[scoring.classifiers]\nsentiment = "mine"\nsentiment_labels = '
    file.write_text(f"{named}{json.dumps(TONES)}\n", "utf-8")
    settings = load_settings(file)
    assert settings.scoring.classifiers.sentiment == str((tmp_path / "mine").resolve())
    assert classifiers_of({"settings": json.loads(json.dumps(as_table(settings)))}) == (
        settings.scoring.classifiers
    )
    folder = interview(tmp_path / "s", {"work": words(GOOD)})
    assert (measured(folder, settings.scoring.classifiers)["sentiment"].value or 0.0) > 0.8
    file.write_text(f'{named}["negative", "positive"]\n', "utf-8")
    with pytest.raises(SettingsError, match=r"names 2, but .* has 3 outputs"):
        load_settings(file)


def cut(folder: Path) -> None:
    """Half of the weights are gone."""
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def headless(folder: Path) -> None:
    """Weights of a model that was never trained to classify."""
    import transformers

    model = transformers.BertForSequenceClassification.from_pretrained(folder)
    model.bert.save_pretrained(folder)
    spoil({"architectures": ["BertForSequenceClassification"]})(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (shutil.rmtree, "no model in"),
        (cut, "does not load"),
        (headless, "lacks weights"),
        (lambda f: (f / "tokenizer.json").write_text("{}", "utf-8"), "does not load"),
    ],
)
def test_a_record_whose_classifier_is_gone_is_judged_without(
    models: Path, tmp_path: Path, change: Change, said: str
) -> None:
    shutil.copytree(models / "bert", tmp_path / "mine")
    folder = interview(tmp_path / "s", {"work": f"{TOLD} {words(BAD)}"})
    settings = ClassifierSettings(sentiment=str(tmp_path / "mine"), threads=1)
    usual = build_report(folder)
    change(tmp_path / "mine")
    session = read_session(folder)
    session.meta = with_classifiers(session.meta, settings)
    report = build_report(session)
    (note,) = [n for n in report["notes"] if "classifier" in n]
    assert said in note and "\n" not in note and "judged without your classifier" in note
    assert report["measures"] == usual["measures"] and "classifiers" not in report


def test_a_folder_that_goes_while_it_is_read_is_one_line(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "bert", tmp_path / "mine")
    folder = described("sentiment", named("sentiment", tmp_path / "mine"))
    shutil.rmtree(tmp_path / "mine")
    with pytest.raises(ModelError, match="cannot be read"):
        open_classifier(folder, 1)


def test_long_answers_are_read_in_a_bounded_number_of_stretches(
    models: Path, tmp_path: Path
) -> None:
    most = int(load("classifiers")["most_chunks"])
    both: tuple[Purpose, Purpose] = ("sentiment", "relevance")
    for purpose, name in zip((both[0], *both), ("bert", "roberta", "pairs"), strict=True):
        classifier = open_classifier(described(purpose, named(purpose, models / name)), 1)
        shares: list[float] = []
        long = Text(words(GOOD, 20_000), "Tell me about your garden. " * 200)
        short = Text(words(GOOD, 12), "Tell me about your garden.")
        found = classifier.read([long, short], shares.append)
        assert [each.stretches for each in found] == [most, 1]
        assert shares == sorted(shares) and shares[-1] == 1.0
        # what is read together with others is read as it would be alone
        assert classifier.read([short], shares.append)[0] == found[1]


def test_the_end_of_a_long_answer_counts_as_much_as_its_beginning(models: Path) -> None:
    settings = ClassifierSettings(sentiment=str(models / "roberta"))
    classifier = open_classifier(described("sentiment", settings), 1)
    text = f"{words(GOOD, 150)} {words(BAD, 150)}"
    (read,) = classifier.read([Text(text)], lambda share: None)
    assert read.likely is not None
    assert read.likely[0] == pytest.approx(0.5, abs=0.15)
    assert read.likely[2] == pytest.approx(0.5, abs=0.15)


def test_a_classifier_of_emotions_speaks_for_the_words(models: Path, tmp_path: Path) -> None:
    planted = Planted(valence=lambda t: 0.0, lively=lambda t: 0.15, words=(words(GOOD), words(BAD)))
    folder = planted.write(tmp_path)
    session = read_session(folder)
    settings = ClassifierSettings(emotion=str(models / "emotions"), emotion_agreement=0.8)
    session.meta = with_classifiers(session.meta, settings)
    measures = measure(session)
    without, found = course(session), course(session, (), measures.judged["emotion"])
    assert without is not None and found is not None
    assert "classifier" in found.sources and "classifier" not in without.sources
    glad, grim = (a.stretch.valence for a in found.answers)
    assert glad.mean > 0.05 > -0.05 > grim.mean
    assert {a.stretch.valence.leaning for a in without.answers} == {0}
    out = without_emotion(asked_for(session.meta))
    assert measure(session, left_out=out).judged == {}, "nothing is read where nothing is formed"


def test_where_there_was_nothing_to_judge_no_classifier_is_said_to_have_judged(
    models: Path, tmp_path: Path
) -> None:
    folder = interview(tmp_path, {"work": "I like it"})
    session = read_session(folder)
    session.meta = with_classifiers(session.meta, named("relevance", models / "pairs"))
    notes = [n for n in build_report(session)["notes"] if "classifier" in n]
    assert notes == ["your classifier pairs had nothing to judge of relevance"]


def test_report_and_a_settings_file_go_together(models: Path, tmp_path: Path) -> None:
    folder = interview(tmp_path / "s", {"work": words(BAD)})
    file = tmp_path / "study.toml"
    file.write_text(
        f"[scoring.classifiers]\nsentiment = {json.dumps(str(models / 'bert'))}\n", "utf-8"
    )
    assert run_here("report", str(folder), "--quiet", "--settings", str(file)).status == 0
    report = json.loads((folder / "report.json").read_text("utf-8"))
    assert report["measures"]["sentiment"]["value"] < -0.8
    assert any(
        "the tone of the words was judged by your classifier bert" in n for n in report["notes"]
    )
    file.write_text('[scoring.classifiers]\nsentiment = "none"\n', "utf-8")
    outcome = run_here("report", str(folder), "--quiet", "--settings", str(file))
    assert outcome.status == 3 and outcome.err.count("\n") == 1 and "no model in" in outcome.err


def test_a_study_whose_curves_leave_relevance_out_can_still_have_it_judged(tmp_path: Path) -> None:
    usual = own_error("relevance")
    text = (RUBRICS / "scores.toml").read_text("utf-8")
    head, _, rest = text.partition("[content.relevance]")
    without = head + rest[rest.index("[content.structure_star]") :]
    (tmp_path / "scores.toml").write_text(without, "utf-8")
    with using(tmp_path):
        assert "relevance" not in load("scores")["content"]
        assert own_error("relevance") == usual > 0
