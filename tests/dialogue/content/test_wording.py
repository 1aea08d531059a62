"""Wording: the written variants, and a language model that has to behave."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.content.wording import (
    BankWording,
    LineRequest,
    WordingPlayback,
    WordingRecorder,
    WordingSettings,
    open_wording,
)
from dialogue.content.wording_transformers import TransformersWording, acceptable, first_lines
from dialogue.manager import DialogueManager
from perception.errors import InputError, ModelError

THREE = ("One?", "Two?", "Three, {name}?")


def test_the_same_line_never_comes_twice_running() -> None:
    wording = BankWording(seed=5)
    said = [wording.phrase(LineRequest("ask", THREE)) for _ in range(60)]
    assert all(a != b for a, b in itertools.pairwise(said))
    assert len(set(said)) == 3


def test_a_single_wording_may_come_again_and_names_are_filled_in() -> None:
    wording = BankWording()
    request = LineRequest("ask", ("I am {name}, {other}.",), {"name": "Anna"})
    assert [wording.phrase(request) for _ in range(2)] == ["I am Anna, {other}."] * 2


def test_purposes_draw_from_streams_of_their_own() -> None:
    plain, busy = BankWording(3), BankWording(3)
    for _ in range(7):
        busy.phrase(LineRequest("continuers", ("Mm-hm.", "Okay.", "Right.")))
    request = LineRequest("ask", THREE)
    assert [plain.phrase(request) for _ in range(5)] == [busy.phrase(request) for _ in range(5)]


def test_an_unknown_wording_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"bank, transformers"):
        WordingSettings(engine="poet")


def test_without_settings_lines_are_said_as_they_are_written() -> None:
    assert isinstance(open_wording(), BankWording)


def test_what_was_phrased_is_said_again_without_whoever_phrased_it() -> None:
    requests = [LineRequest("ask", THREE, {"name": str(i)}) for i in range(9)]
    told: list[None] = []
    recorder = WordingRecorder(BankWording(3), lambda: told.append(None))
    said = [recorder.phrase(request) for request in requests]
    assert recorder.lines == said and len(told) == 9
    again = WordingPlayback(said, seed=4)
    assert [again.phrase(request) for request in requests] == said
    assert again.phrase(LineRequest("ask", ("One more?",))) == "One more?"


def _model(folder: Path) -> WordingSettings:
    return WordingSettings(engine="transformers", path=str(folder))


def test_a_missing_model_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="run: hf download"):
        open_wording(_model(tmp_path / "none"))
    (tmp_path / "config.json").write_text("{broken")
    with pytest.raises(ModelError, match="damaged"):
        TransformersWording(_model(tmp_path))
    (tmp_path / "config.json").write_text('{"model_type": "t5", "is_encoder_decoder": true}')
    with pytest.raises(ModelError, match="does not load"):
        TransformersWording(_model(tmp_path))
    with pytest.raises(InputError, match="no model folder"):
        open_wording(WordingSettings(engine="transformers"))


QUESTION = LineRequest("ask", ("How did you get into programming, Anna?",), {"name": "Anna"}, True)


@pytest.mark.parametrize(
    ("line", "fit"),
    [
        ("So, Anna, what made you start programming?", True),
        ("Anna, please tell me how you came to programming.", True),
        ("", False),
        ("Programming is nice, Anna.", False),
        ("What made you start programming?", False),
        ("Anna " * 40 + "?", False),
        ("Anna, what what what what what what what?", False),
        ("Anna, §§§ ### ~~~ |||?", False),
        ("Anna, " + "how did you ever come to such a thing as programming computers " * 4, False),
    ],
)
def test_only_lines_that_may_be_spoken_pass(line: str, fit: bool) -> None:
    assert acceptable(line, QUESTION.variants[0], QUESTION, 280) is fit


def test_the_first_line_with_words_is_taken() -> None:
    assert first_lines('\n\n Interviewer: "How are you?"\nMore.') == "How are you?"
    assert first_lines("  \n") == ""


def _tokenizer(folder: Path) -> int:
    """Writes a small word tokenizer; returns the size of its vocabulary."""
    tokenizers = pytest.importorskip("tokenizers")
    transformers = pytest.importorskip("transformers")
    interview = load_interview("software_developer")
    texts = [line for q in interview.questions for line in q.text]
    plain = tokenizers.Tokenizer(tokenizers.models.WordLevel(unk_token="<unk>"))
    plain.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    trainer = tokenizers.trainers.WordLevelTrainer(special_tokens=["<pad>", "</s>", "<unk>"])
    plain.train_from_iterator(texts, trainer)
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=plain, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
    fast.save_pretrained(folder)
    return plain.get_vocab_size()


def tiny_t5(folder: Path) -> None:
    from transformers import T5Config, T5ForConditionalGeneration

    size = _tokenizer(folder)
    config = T5Config(
        vocab_size=size,
        d_model=16,
        d_kv=8,
        d_ff=32,
        num_layers=1,
        num_heads=2,
        pad_token_id=0,
        eos_token_id=1,
    )
    config.decoder_start_token_id = 0
    T5ForConditionalGeneration(config).save_pretrained(folder)


def _gpt2(folder: Path) -> None:
    from transformers import GPT2Config, GPT2LMHeadModel

    size = _tokenizer(folder)
    config = GPT2Config(
        vocab_size=size, n_embd=16, n_layer=1, n_head=2, bos_token_id=1, eos_token_id=1
    )
    GPT2LMHeadModel(config).save_pretrained(folder)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("make", [tiny_t5, _gpt2], ids=["t5", "gpt2"])
def test_a_real_model_phrases_lines_and_nonsense_falls_back(tmp_path: Path, make) -> None:
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        make(tmp_path)
    interview = load_interview("software_developer")
    requests = [LineRequest("ask", q.text, {}, question=True) for q in interview.questions]
    wording = TransformersWording(_model(tmp_path), 2)
    lines = [wording.phrase(request) for request in requests]
    # an untrained model writes nonsense: whatever is spoken is written or passes the guard
    for line, request in zip(lines, requests, strict=True):
        assert line in request.variants or acceptable(line, request.variants[0], request, 280)
    assert wording.refused
    again = TransformersWording(_model(tmp_path), 2)
    assert [again.phrase(request) for request in requests] == lines
    assert again.refused == wording.refused


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_models_good_line_is_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_t5(tmp_path)
    wording = TransformersWording(_model(tmp_path), 2)
    good = "Would you tell me a little about your work so far?"
    monkeypatch.setattr(wording, "_generate", lambda line: good)
    assert wording.phrase(LineRequest("ask", ("Who are you?",), {}, question=True)) == good
    assert wording.phrase(LineRequest("close", ("Goodbye then.",), {})) == "Goodbye then."
    manager = DialogueManager(
        load_interview("nurse"), load_persona("anna"), seed=1, questions=1, wording=wording
    )
    assert any(good in line for line in manager.upcoming())
