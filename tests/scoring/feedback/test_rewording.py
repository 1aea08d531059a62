"""A language model may word feedback; what it writes is told only where it says the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialogue.content.wording import WordingSettings
from game.settings import load_settings
from game.synthetic.planted import Exchange, Manner, write_planted
from scoring.feedback.rewording import Rewording, rewording_of, says_the_same
from scoring.record.session import read_session
from scoring.report.analysis import analyse
from scoring.rubric import load
from tests.commandline_runs import report_of, run_here
from tests.dialogue.content.test_wording import tiny_t5

OURS = "You spoke at 95 words a minute; listeners may wait for your next thought."
GENERAL = "Your answers stayed general."
BETTER = "Your answers stayed rather general."


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("You spoke at 95 words a minute, so listeners may wait for your next thought.", True),
        ("You spoke at 95 words a minute; listeners may be waiting for a next thought.", True),
        ("You spoke at 59 words a minute; listeners may wait for your next thought.", False),
        ("You spoke at ninety words a minute; listeners may wait for your next thought.", False),
        ("You spoke slowly, Anna; listeners at 95 words a minute may wait for thought.", False),
        ("You spoke at 95 words a minute; listeners may not wait for your next thought.", False),
        ("You spoke at 95 words a minute; listeners may fail to wait for your thought.", False),
        ("You spoke at 95 words a minute; listeners prefer enthusiastic colleagues anyway.", False),
        ("You spoke at 95 words a minute.", False),
        (OURS + " " + OURS, False),
        ("You spoke at 95 words a minute; listeners may wait “for” your next thought.", False),
        ("You spoke at 95 words a minute; you seem anxious, listeners wait for thought.", False),
        ("You spoke faster, at 95 words a minute; listeners may wait for your thought.", False),
        ("", False),
        ("{line} {line} {line} {line} {line} {line} {line} {line} {line} {line}", False),
    ],
)
def test_the_guard_lets_through_what_says_the_same(line: str, told: bool) -> None:
    assert says_the_same(line, OURS) is told


def test_quotes_and_negations_stay() -> None:
    ours = "If you need time, say so: “Let me think.” Do not hurry with the 2 parts."
    assert says_the_same("Say so if you need time: “Let me think.” Do not hurry the 2 parts.", ours)
    assert not says_the_same("Say so if you need time: “I will think.” Do not hurry 2 parts.", ours)
    assert not says_the_same("Say so if you need time: “Let me think.” Do hurry the 2 parts.", ours)


def _sentences() -> Iterator[str]:
    for name in ("feedback", "coaching", "understood"):
        yield from _texts({k: v for k, v in load(name).items() if k not in ("reword", "asked")})


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for key, value in found.items():
            if key not in ("because", "source", "words", "stories"):
                yield from _texts(value)
    elif isinstance(found, list | tuple):
        for each in found:
            yield from _texts(each)


def test_no_sentence_of_ours_holds_a_word_that_feedback_may_not() -> None:
    forbidden = tuple(load("coaching")["reword"]["forbidden"])
    told = list(_sentences())
    assert len(told) > 300
    bad = [(text, w) for text in told for w in text.lower().split() if w.startswith(forbidden)]
    assert not bad


def _write(folder: Path) -> Path:
    vague = "I am a people person and I always do my best in whatever comes along every day."
    asked = [Exchange(f"q{n}", "Why our shop?", vague, "motivation", False) for n in range(2)]
    return write_planted(folder, asked, Manner(words_per_min=90.0, pause_s=1.9))


def _train(folder: Path, pairs: list[tuple[str, str]]) -> None:
    """A T5 of a few kilobytes that has learnt to put some sentences in other words."""
    import torch
    from transformers import AutoTokenizer, T5Config, T5ForConditionalGeneration

    tokenizers = pytest.importorskip("tokenizers")
    transformers = pytest.importorskip("transformers")
    plain = tokenizers.Tokenizer(tokenizers.models.WordLevel(unk_token="<unk>"))
    plain.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    trainer = tokenizers.trainers.WordLevelTrainer(special_tokens=["<pad>", "</s>", "<unk>"])
    plain.train_from_iterator([text for pair in pairs for text in pair], trainer)
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=plain, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    ).save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        config = T5Config(
            vocab_size=plain.get_vocab_size(), d_model=32, d_kv=8, d_ff=64, num_layers=1,
            num_heads=4, pad_token_id=0, eos_token_id=1, dropout_rate=0.0,
        )  # fmt: skip
        config.decoder_start_token_id = 0
        model = T5ForConditionalGeneration(config)
        steps = torch.optim.Adam(model.parameters(), lr=0.01)
        prompt = load("coaching")["reword"]["prompt"]
        for _ in range(60):
            for ours, better in pairs:
                given = tokenizer(prompt.replace("{line}", ours), return_tensors="pt")
                wanted = tokenizer(better + " </s>", return_tensors="pt")
                loss = model(
                    input_ids=given["input_ids"],
                    attention_mask=given["attention_mask"],
                    labels=wanted["input_ids"],
                ).loss
                steps.zero_grad()
                loss.backward()
                steps.step()
        model.save_pretrained(folder)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_model_that_learnt_a_sentence_words_it_and_may_not_change_its_sense(
    tmp_path: Path,
) -> None:
    pytest.importorskip("torch")
    from dialogue.content.wording_transformers import TransformersWording

    turned = "Your answers stayed not general."
    ours = "Little in your answers could be pictured or checked."
    _train(tmp_path, [(GENERAL, BETTER), (ours, turned)])
    model = TransformersWording(WordingSettings("transformers", str(tmp_path), 24, 400, 0.0))
    rewording = Rewording(model, "tiny")
    assert rewording(GENERAL) == BETTER
    assert rewording(ours) == ours and (rewording.taken, rewording.refused) == (1, 1)
    assert "1 of 2 sentences" in rewording.note and "tiny" in rewording.note


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nonsense_falls_back_to_ours_and_the_report_says_so(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        tiny_t5(tmp_path / "model")
    session = read_session(_write(tmp_path / "s"))
    ours = analyse(session).report
    session.meta["settings"] = {"scoring": {"reword": str(tmp_path / "model")}}
    theirs = analyse(session).report
    assert theirs["improvements"] == ours["improvements"] and ours["improvements"]
    (note,) = set(theirs["notes"]) - set(ours["notes"])
    assert note.startswith("0 of ") and "the language model model" in note


def test_a_model_that_is_not_there_is_a_note(tmp_path: Path) -> None:
    notes: list[str] = []
    meta = {"settings": {"scoring": {"reword": str(tmp_path / "gone")}}}
    assert rewording_of(meta, notes) is None
    assert "feedback stands as this program words it" in notes[0] and "no model in" in notes[0]
    assert rewording_of({}, notes) is None and len(notes) == 1
    (tmp_path / "mine.toml").write_text('[scoring]\nreword = "models/t5"\n', "utf-8")
    settings = load_settings(tmp_path / "mine.toml")
    assert settings.scoring.reword == str(tmp_path / "models" / "t5")


def test_a_settings_file_names_one_for_a_report_that_is_written_again(tmp_path: Path) -> None:
    folder = _write(tmp_path / "s")
    (tmp_path / "mine.toml").write_text('[scoring]\nreword = "gone"\n', "utf-8")
    done = run_here("report", folder, "--quiet", "--settings", tmp_path / "mine.toml")
    assert done.status == 0
    (note,) = [n for n in report_of(folder)["notes"] if n.startswith("feedback stands")]
    assert str(tmp_path / "gone") in note
