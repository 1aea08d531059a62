"""``models train impressions``: what was planted is found, on people it did not know."""

from __future__ import annotations

import csv
import pickle
from pathlib import Path

import numpy as np
import pytest

from game.training.impressions import ImpressionTraining, folds_by_person, train_impressions
from game.training.rated_interviews import person_of, read_rated
from game.training.regressors import NetworkSettings, fit
from perception.errors import InputError
from scoring.impression_features import FEATURES
from scoring.impression_model import MODEL, ImpressionModel
from tests.commandline_runs import run
from tests.rated_folders import chalearn_folder, mit_folder

QUICK = ImpressionTraining(
    rounds=1, folds=4, inner_folds=3, bootstraps=200, networks=NetworkSettings(2, 2, epochs=60)
)


def quiet(share: float, what: str) -> None:
    assert 0.0 <= share <= 1.0 and what


def test_a_planted_relation_is_found_in_people_it_did_not_know(tmp_path: Path) -> None:
    about = train_impressions(mit_folder(tmp_path / "data", 32), QUICK, tmp_path / "out", quiet)
    assert about["people"] == 32 and about["interviews"] == 64
    for name in ("invite_again", "excited"):
        told = about["impressions"][name]
        assert told["r"] > 0.8 and told["r_low"] < told["r"] < told["r_high"]
        assert 0.8 < told["covered"] <= 1.0
    assert "shimmer_pct" in about["impressions"]["excited"]["features"]
    model = ImpressionModel(tmp_path / "out" / MODEL.name)
    assert model.about == about
    card = (tmp_path / "out" / "impressions.md").read_text("utf-8")
    assert f"{about['impressions']['excited']['r']:.2f}" in card and "32 people" in card


def test_ratings_that_go_with_nothing_are_not_predicted(tmp_path: Path) -> None:
    """Each person's two interviews are rated alike, at random: only who knew them could tell."""
    folder = mit_folder(tmp_path / "data")
    path = folder / "scores.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    draw = np.random.default_rng(8)
    rating = {person_of(row["Participant"]): draw.normal(5.0, 1.0) for row in rows}
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for row in rows:
            value = rating[person_of(row["Participant"])]
            writer.writerow({**row, "Overall": value, "Excited": value})
    about = train_impressions(folder, QUICK, tmp_path / "out", quiet)
    assert all(abs(told["r"]) < 0.45 for told in about["impressions"].values())
    assert all(told["error"] > 0.85 for told in about["impressions"].values())


def test_both_interviews_of_a_person_are_left_out_together() -> None:
    people = np.array([person_of(name) for name in ("P7", "pp7", "p8", "PP8", "p70", "pp70")])
    ids = np.unique(people, return_inverse=True)[1]
    masks = list(folds_by_person(ids, 3, seed=1))
    assert np.sum(masks, axis=0).tolist() == [1] * 6
    for left in masks:
        assert not set(people[left]) & set(people[~left])


def test_a_direction_is_kept_against_what_a_sample_says() -> None:
    draw = np.random.default_rng(2)
    rows = draw.normal(size=(40, len(FEATURES)))
    wanted = -rows[:, 0] + 0.5 * rows[:, 2]
    uses = np.ones(len(FEATURES), bool)
    fitted = fit(rows, wanted, uses, 0.1, {0: 1}, NetworkSettings(4, 3, epochs=80))
    swept = np.tile(rows[3], (9, 1))
    swept[:, 0] = np.linspace(-2.5, 2.5, 9)
    assert (np.diff(fitted(swept)) >= -1e-9).all()
    swept = np.tile(rows[3], (9, 1))
    swept[:, 2] = np.linspace(-2.5, 2.5, 9)
    assert (np.diff(fitted(swept)) > 0).all(), "what is free follows the sample"


def test_clips_with_words_alone_are_learned_from_as_well(tmp_path: Path) -> None:
    folder = chalearn_folder(tmp_path / "data")
    about = train_impressions(folder, QUICK, tmp_path / "out", quiet)
    assert about["people"] == 30 and about["interviews"] == 60
    told = about["impressions"]
    assert set(told) == {
        *("openness", "conscientiousness", "extraversion", "agreeableness", "calmness"),
        "invite_again",
    }
    for each in told.values():
        assert each["r"] > 0.6 and "word_length" in each["features"]
        assert not {"speech_rate_wpm", "jitter_pct", "shimmer_pct"} & set(each["features"])


def test_nervousness_is_turned_round(tmp_path: Path) -> None:
    for nervous in (False, True):
        rated = read_rated(chalearn_folder(tmp_path / str(nervous), nervous=nervous)).interviews
        both = np.array([[r.ratings["calmness"], r.ratings["invite_again"]] for r in rated])
        assert np.corrcoef(both.T)[0, 1] > 0.5


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    folder = chalearn_folder(tmp_path / "data")
    harmed = tmp_path / "harmed"

    class Harm:
        def __reduce__(self) -> tuple:
            return (type(harmed).touch, (harmed,))

    (folder / "annotation_validation.pkl").write_bytes(pickle.dumps({"interview": Harm()}))
    with pytest.raises(InputError, match=r"annotation_validation\.pkl: not read") as caught:
        read_rated(folder)
    assert not harmed.exists() and "\n" not in str(caught.value)


def test_a_wrong_folder_gives_one_plain_line(tmp_path: Path) -> None:
    result = run("models", "train", "impressions", "--data", tmp_path, "--out", tmp_path / "out")
    assert result.status == 2 and "no rated interviews" in result.line
    result = run("models", "train", "impressions", "--data", tmp_path / "nowhere")
    assert result.status == 2 and "no such folder" in result.line
    result = run("models", "train", "impressions")
    assert result.status == 2 and "--data" in result.line
    result = run("models", "train", "turns", "--data", tmp_path)
    assert result.status == 2 and "--data" in result.line
    result = run("models", "train", "impressions", "--data", tmp_path, "--people", 4)
    assert result.status == 2 and "--people" in result.line


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("scores.csv", "Overall", "Sum", "no column Overall"),
        ("scores.csv", "\np3,", "\np3,x", "is not a number"),
        ("transcripts.csv", "transcript", "text", "no column transcript"),
        ("prosodic_features.csv", "duration", "length", "no column duration"),
        ("prosodic_features.csv", "P", "X", "nobody is in"),
    ],
)
def test_a_damaged_folder_gives_one_plain_line(
    file: str, old: str, new: str, said: str, tmp_path: Path
) -> None:
    folder = mit_folder(tmp_path / "data", people=9)
    path = folder / file
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(InputError, match=said) as caught:
        read_rated(folder)
    assert str(folder) in str(caught.value) and "\n" not in str(caught.value)


def test_too_few_people_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="5 people"):
        train_impressions(mit_folder(tmp_path / "data", 5), QUICK, tmp_path / "out", quiet)


@pytest.mark.slow
@pytest.mark.data
def test_the_real_interviews_are_predicted_as_the_shipped_model_says(
    data_dir: Path, tmp_path: Path
) -> None:
    once = ImpressionTraining(rounds=1)
    about = train_impressions(data_dir / "mit_interview", once, tmp_path, quiet)
    shipped = ImpressionModel().about
    assert about["people"] == shipped["people"] == 48 and about["interviews"] == 96
    for name, told in shipped["impressions"].items():
        assert about["impressions"][name]["r"] == pytest.approx(told["r"], abs=0.08)
        assert told["r_low"] > 0.3
