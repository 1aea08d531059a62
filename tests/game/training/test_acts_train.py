"""Training of what understands: material, networks, and files that are read again."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dialogue.understanding import acts as recognition
from dialogue.understanding.acts import ActRecogniser
from dialogue.understanding.corpus import HELD_OUT, parse_utterance, read_utterances
from dialogue.understanding.embedding import embedder
from dialogue.understanding.tagger import LAYERS, TaggerEnsemble
from dialogue.understanding.types import ACTS, FACTS, Asked
from dialogue.understanding.words import words_of
from game.setup.commandline import parse
from game.training import acts, answer_parts
from game.training.acts import examples, forms, judge, of_written, pairs
from game.training.answer_parts import ANSWERS, parse_answer, read_answers
from game.training.confusions_pocketsphinx import mishear
from game.training.confusions_pocketsphinx import misheard as misheard_text
from game.training.read_ahead import ReadAhead, examples_of
from game.training.tagger import (
    Labelled,
    TaggerSettings,
    bare,
    example,
    example_of_two,
    exchanged,
    joined,
    misheard,
)
from perception.errors import InputError, StorageError
from perception.models.modelfile import read_model
from tests.commandline_runs import run_here

LINE = "nurse/handover: [think_time] Hm, let me see. [answer] At {organisation:Lidl}, I did."
OTHER = "nurse/handover: [question] Is there {tool:Excel}?"
QUICK = TaggerSettings(epochs=1, meaning=6, near=6, wide=5, hidden=6, named=4, joined=2)


def written(line: str) -> Labelled:
    return of_written(parse_utterance("anna", line))


def said(utterance: Labelled) -> list[tuple[str, str, str]]:
    """Each word with its act, and its fact where it has one."""
    return [
        (
            word.text,
            ACTS[utterance.labels[word.start]],
            FACTS[kind] if (kind := int(utterance.facts[word.start])) >= 0 else "",
        )
        for word in words_of(utterance.text)
    ]


# -- material --------------------------------------------------------------------------------------


def test_small_letters_without_marks_keep_their_labels() -> None:
    plain = bare(written(LINE))
    assert plain.text == "hm let me see at lidl i did"
    assert said(plain) == [(word.lower(), act, fact) for word, act, fact in said(written(LINE))]


def test_marks_within_words_stay() -> None:
    line = "nurse/handover: [answer] I don't do 24/7, e-mail: no; C++ & £30."
    assert bare(written(line)).text == "i don't do 24/7 e-mail no c++  £30"


def test_what_is_misheard_keeps_the_labels_of_the_words_it_comes_from() -> None:
    utterance = written(LINE)
    rng = random.Random(5)
    for _ in range(40):
        heard = misheard(utterance, 0.4, rng)
        assert len(heard.labels) == len(heard.text) == len(heard.fact)
        acts_heard = [act for _, act, _ in said(heard)]
        # thinking comes first, the answer after it, whatever was lost
        assert acts_heard == sorted(acts_heard, reverse=True)
    assert misheard(utterance, 0.0, rng).text == utterance.text


def test_two_utterances_become_one_with_parts_and_facts_apart() -> None:
    both = joined(written(LINE), written(OTHER))
    assert both.text == f"{written(LINE).text} {written(OTHER).text}"
    assert said(both) == said(written(LINE)) + said(written(OTHER))
    firsts = [int(both.part[word.start]) for word in words_of(both.text)]
    assert sorted(set(firsts)) == [0, 1, 2] and firsts == sorted(firsts)
    facts = [int(both.fact[w.start]) for w in words_of(both.text) if both.fact[w.start] >= 0]
    assert len(set(facts)) == 2


def test_parts_of_one_label_that_meet_are_one() -> None:
    answer = written("nurse/handover: [answer] I did.")
    both = joined(answer, answer)
    assert len(set(both.part.tolist())) == 1


def test_an_answer_is_put_beside_something_else() -> None:
    theirs = [written("nurse/handover: [answer] I did."), written(OTHER)]
    made = pairs([0, 1], theirs, 60, random.Random(1))
    assert len(made) == 60 and {(0, 1), (1, 0)} <= set(made)
    assert pairs([0], theirs, 60, random.Random(1)) == []


def test_two_put_together_are_what_is_read_at_once_but_for_what_words_mean() -> None:
    one, other = written(LINE), written(OTHER)
    both = joined(one, other)
    alone = [example(embedder(), each) for each in (one, other)]
    assert alone[0] is not None and alone[1] is not None
    made, read = example_of_two(both, alone[0], alone[1]), example(embedder(), both)
    assert read is not None and made.states.shape == read.states.shape
    for name in ("cues", "labels", "facts", "begins"):
        assert np.array_equal(getattr(made, name), getattr(read, name))


def test_names_are_exchanged_for_others_of_their_kind() -> None:
    line = "nurse/handover: [answer] At {organisation:Lidl} I met {person:my boss} in {time:May}."
    utterance = written(line)
    rng = random.Random(4)
    texts = set()
    for _ in range(40):
        other = exchanged(utterance, rng)
        texts.add(other.text)
        kinds = [
            FACTS[int(other.facts[w.start])]
            for w in words_of(other.text)
            if other.facts[w.start] >= 0
        ]
        assert list(dict.fromkeys(kinds)) == ["organisation", "person", "time"]
        assert other.text.startswith("At ") and other.text.endswith(" in May.")
        assert len(other.labels) == len(other.text) == len(other.fact)
    assert len(texts) > 20
    bare_answer = written("nurse/handover: [answer] I did.")
    assert exchanged(bare_answer, rng).text == bare_answer.text


def test_words_are_misheard_at_the_rate_and_the_same_for_the_same_seed() -> None:
    words = ("the ward was full and i told my manager about every patient " * 40).split()
    heard = mishear(words, 0.3, random.Random(2))
    wrong = sum(found != [word] for word, found in zip(words, heard, strict=True))
    assert 0.25 < wrong / len(words) < 0.35
    assert mishear(words, 0.0, random.Random(2)) == [[word] for word in words]
    text = "I told my manager about it."
    assert misheard_text(text, 0.5, "a") == misheard_text(text, 0.5, "a")
    assert len({misheard_text(text, 0.5, str(i)) for i in range(20)}) > 10


# -- reading ahead ---------------------------------------------------------------------------------


def test_what_was_read_ahead_is_what_is_read_one_by_one() -> None:
    texts = ["I did it.", "They did it.", "", "... !", "word " * 200]
    ahead = ReadAhead(embedder())
    ahead.read([*texts, texts[0]])
    for text in [*texts, "not read before"]:
        one, other = ahead.token_states(text, LAYERS), embedder().token_states(text, LAYERS)
        assert np.array_equal(one.offsets, other.offsets)
        if len(one.offsets):
            assert np.abs(one.vectors - other.vectors).max() < 1e-5
    other_layers = ahead.token_states(texts[0], (1,))
    assert other_layers.vectors.shape[1] == 384


def test_examples_in_batches_are_those_one_by_one() -> None:
    utterances = [written(LINE), written(OTHER), replace(written(OTHER), author="mei")]
    utterances.append(Labelled("...", *(np.zeros(3, np.int16),) * 4, Asked(), "mei"))  # type: ignore[arg-type]
    told: list[float] = []
    made = examples_of(embedder(), utterances, told.append)
    assert [author for author, _ in made] == ["anna", "anna", "mei"] and told == [1.0]
    for utterance, (_, ours) in zip(utterances, made, strict=False):
        alone = example(embedder(), utterance)
        assert alone is not None
        assert np.allclose(ours.states, alone.states, atol=2e-3)  # halves
        for name in ("cues", "labels", "facts", "begins"):
            assert np.array_equal(getattr(ours, name), getattr(alone, name))


def test_the_same_seed_makes_the_same_examples() -> None:
    few = [u for u in read_utterances() if u.author == "terse_typist"][::17]
    once, again = (examples(few, QUICK, lambda share: None) for _ in range(2))
    assert len(once) == len(again) == len(acts.RECIPES) > 1
    for made, anew in zip(once, again, strict=True):
        assert len(made) > 2 * len(few)  # in other forms, and some joined
        for (author, one), (same, other) in zip(made, anew, strict=True):
            assert author == same == "terse_typist"
            assert np.array_equal(one.states, other.states)
            assert np.array_equal(one.cues, other.cues)
            assert np.array_equal(one.labels, other.labels)


def test_each_network_is_taught_by_its_own_recipe() -> None:
    few = [parse_utterance("anna", f"{LINE} {number}") for number in range(40)]
    made = examples(few, QUICK, lambda share: None)
    counts = []
    for recipe, theirs in zip(acts.RECIPES, made, strict=True):
        # all are of one kind: none is put together
        expected = len(few) * sum(recipe.forms.values())
        assert abs(len(theirs) - expected) <= 0.2 * expected
        counts.append(len(theirs))
        settings = acts.of_recipe(QUICK, recipe)
        assert settings.epochs >= 1 and settings.seed == QUICK.seed + recipe.seed
    assert len({recipe.seed for recipe in acts.RECIPES}) == len(counts) == len(set(counts))
    assert [recipe.facts for recipe in acts.RECIPES].index(True) == 0


def test_an_author_who_only_answers_teaches_all_the_same() -> None:
    line = "nurse/handover: [answer] I told the night shift."
    few = [parse_utterance("anna", f"{line} {number}") for number in range(9)]
    made = examples(few, QUICK, lambda share: None)
    kinds = {kind for u in few for kind, _ in forms(of_written(u), random.Random("x"))}
    assert all(set(recipe.forms) <= kinds for recipe in acts.RECIPES)
    for recipe, theirs in zip(acts.RECIPES, made, strict=True):
        assert len(few) < len(theirs) <= len(few) * len(recipe.forms)  # and none put together


def test_one_utterance_more_leaves_what_is_made_of_the_others() -> None:
    few = [u for u in read_utterances() if u.author == "terse_typist"][:6]
    alone = forms(of_written(few[0]), random.Random("x"))
    again = forms(of_written(few[0]), random.Random("x"))
    assert [form.text for _, form in alone] == [form.text for _, form in again]


# -- answers ---------------------------------------------------------------------------------------


def test_every_written_answer_is_read_and_they_cover_the_gaps() -> None:
    answers = read_answers()
    assert len(answers) >= 300
    assert set(HELD_OUT) <= {answer.author for answer in answers}
    for gap in answer_parts.GAPS:
        assert sum(gap in answer.gaps for answer in answers) >= 15, gap
    assert sum(not answer.gaps for answer in answers) >= 60
    known = answer_parts.questions_asked()
    assert {(answer.role, answer.question) for answer in answers} <= set(known)
    for answer in answers:
        assert answer.spans[-1][2] == len(answer.text)
    assert all(path.read_text("utf-8").strip() for path in ANSWERS.glob("*.txt"))


def test_an_answer_s_parts_lie_where_their_words_are() -> None:
    line = "nurse/error (no_result, vague): [situation] One night. [action] I told them."
    answer = parse_answer("anna", line)
    assert answer.gaps == {"no_result", "vague"} and answer.text == "One night. I told them."
    assert [answer.text[a:b] for _, a, b in answer.spans] == ["One night.", "I told them."]


@pytest.mark.parametrize(
    "line",
    [
        "nurse/error: [action] I did.",
        "nurse/error (no_hope): [action] I did.",
        "nurse/error (): [deed] I did.",
        "nurse/error (): [action] ",
        "nurse/error (): [action] I did ] it.",
    ],
)
def test_an_answer_of_another_form_names_file_and_line(line: str, tmp_path: Path) -> None:
    (tmp_path / "somebody.txt").write_text(f"# x\n{line}\n")
    with pytest.raises(InputError, match=r"somebody\.txt:2: "):
        read_answers(tmp_path)


def test_an_answer_of_which_a_part_is_left_out_lacks_it_and_keeps_the_rest() -> None:
    line = (
        "nurse/error (no_own_role): [situation] One night on the ward with the long corridor. "
        "[task] The drip was wrong. [action] They stopped it and they called him at once. "
        "[result] He was fine. [result] Now there is a list."
    )
    cut = answer_parts.without_a_part(parse_answer("anna", line), asks_episode=True)
    lacking = [answer.gaps for answer in cut]
    assert lacking == [
        {"no_own_role", "no_situation"},
        {"no_own_role", "no_task"},
        # no part that is left hides whose it was
        {"no_action"},
        {"no_own_role", "no_result"},
    ]
    for answer in cut:
        said = [answer.text[a:b] for _, a, b in answer.spans]
        assert " ".join(said) == answer.text and answer.author == "anna"
    assert "list" not in cut[-1].text and "list" in cut[0].text
    brief = "nurse/error (): [situation] One night. [action] I stopped it. [result] He was fine."
    assert answer_parts.without_a_part(parse_answer("anna", brief), asks_episode=True) == []


def test_what_tells_no_episode_is_not_cut() -> None:
    told = "[situation] One night on the ward. [action] I stopped it. [result] He was fine."
    views = "[claim] I like people, and people like me, and so we all like one another here."
    for line, asks_episode in (
        (f"nurse/error (short): {told}", True),
        (f"nurse/why_ward (): {told}", False),
        (f"nurse/error (): {views}", True),
    ):
        assert answer_parts.without_a_part(parse_answer("anna", line), asks_episode) == []


def test_regressions_expect_as_many_gaps_as_were_written() -> None:
    lines = [
        *(f"nurse/error (vague): [claim] I am always number {i} in everything." for i in range(8)),
        *(f"nurse/error (): [action] I rang bell {i} for the old man." for i in range(24)),
    ]
    judged = []
    for number, line in enumerate(lines):
        answer = parse_answer(f"author{number % 4}", line)
        inputs = np.zeros(len(answer_parts.INPUTS), np.float32)
        inputs[answer_parts.INPUTS.index("general")] = "vague" in answer.gaps
        judged.append(answer_parts.Judged(inputs, answer, "written"))
        if number % 2:  # forms that count for less do not shift what is expected
            judged.append(answer_parts.Judged(inputs, answer, "cut"))
    table = np.stack([each.inputs for each in judged]) * 3
    weights, least, f1 = answer_parts.fit_gaps(table, judged)
    row = weights[answer_parts.GAPS.index("vague")]
    share = 1 / (1 + np.exp(-(table @ row[:-1] + row[-1])))
    as_written = [each.form == "written" for each in judged]
    assert share[as_written].sum() == pytest.approx(8, abs=0.1)
    assert f1["vague"] == 1.0 and 0.3 <= least.min() <= least.max() <= 0.9
    # what stands for another gap moves nothing here
    assert row[answer_parts.INPUTS.index("late_results")] == 0


# -- the commands ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["acts", "answers"])
@pytest.mark.parametrize("option", ["--people=3", "--sittings=2"])
def test_options_that_mean_nothing_here_are_refused(name: str, option: str) -> None:
    with pytest.raises(InputError, match="learns from texts"):
        parse(["models", "train", name, option])


@pytest.mark.parametrize("name", ["acts", "answers"])
def test_a_folder_that_cannot_be_written_is_said_before_anything_is_learnt(
    name: str, tmp_path: Path
) -> None:
    file = tmp_path / "taken"
    file.write_text("")
    result = run_here("models", "train", name, "--out", file / "below")
    assert result.status == 3 and "--out" in result.line
    with pytest.raises(StorageError):
        acts.train_acts(QUICK, file / "below", lambda share, what: None)


@pytest.mark.slow
def test_a_recogniser_comes_of_few_utterances(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # of some authors, of each act that they begin with
    authors = [*sorted({u.author for u in read_utterances()} - set(HELD_OUT))[:3], *acts.JUDGES]
    firsts = {(u.author, u.acts[0].act): u for u in read_utterances() if u.author in authors}
    few = list(firsts.values())
    monkeypatch.setattr(acts, "read_utterances", lambda: tuple(few))
    told: list[float] = []
    figures = acts.train_acts(QUICK, tmp_path, lambda share, what: told.append(share))
    assert {"temperature", "switch"} < set(figures)
    assert all(0 <= value <= 5 for value in figures.values())
    assert told == sorted(told) and told[0] == 0.0 and told[-1] <= 1.0
    weights, about = read_model(tmp_path / recognition.MODEL.name, recognition.TRAINING)
    assert tuple(about["acts"]) == ACTS
    assert not set(about["authors"]) & {*HELD_OUT, *acts.JUDGES}
    tagger = TaggerEnsemble.of_weights(weights)
    recogniser = ActRecogniser(tagger, embedder(), about["temperature"], about["switch"])
    scores = judge(recogniser, few[:20])
    assert set(scores.f1) <= set(ACTS) and scores.answers <= 20


@pytest.mark.slow
@pytest.mark.whole
@pytest.mark.parametrize("name", ["acts", "answers"])
def test_the_models_are_made_anew(name: str, tmp_path: Path) -> None:
    result = run_here("models", "train", name, "--out", tmp_path)
    assert result.status == 0 and "F1" in result.out
    assert (tmp_path / f"{name}.npz").is_file()
