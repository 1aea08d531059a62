"""Sentence vectors are those of the library that the model was published with."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from dialogue.understanding import embedding_minilm
from dialogue.understanding.embedding_minilm import MAX_TOKENS, PACKAGE, MiniLmEmbedder
from perception import environment
from perception.errors import ModelError
from perception.paths import ROOT

TEXTS = [
    "Tell me about a time when you solved a problem at work.",
    "um",
    "",
    "The server went down, so I called the team; we had it back within 20 minutes — café, naïve.",
    "我在医院工作了三年。",
    "word " * 400,
]


@pytest.fixture(scope="module")
def model() -> MiniLmEmbedder:
    return MiniLmEmbedder()


def test_vectors_are_those_of_transformers(model: MiniLmEmbedder) -> None:
    environment.prepare()
    import torch
    from transformers import AutoModel, AutoTokenizer

    spec = find_spec(PACKAGE)
    assert spec is not None and spec.origin is not None
    folder = Path(spec.origin).parent / "model"
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    network = AutoModel.from_pretrained(folder, local_files_only=True).eval()
    ours = model.embed(TEXTS)
    assert ours.shape == (len(TEXTS), 384) and ours.dtype == np.float32
    for text, vector in zip(TEXTS, ours, strict=True):
        batch = tokenizer([text], truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        with torch.inference_mode():
            mean = network(**batch).last_hidden_state[0].mean(0)
        theirs = torch.nn.functional.normalize(mean, dim=0).numpy()
        assert np.abs(vector - theirs).max() < 1e-5, text[:20]


def test_like_sentences_are_near_and_a_text_does_not_depend_on_its_neighbours(
    model: MiniLmEmbedder,
) -> None:
    asked, near, far = model.embed(
        [
            "How do you handle an unhappy customer?",
            "When a client complains, I listen first and then offer a solution.",
            "Photosynthesis takes place in the chloroplasts.",
        ]
    )
    assert asked @ near > 0.3 > asked @ far
    assert np.array_equal(model.embed(["How do you handle an unhappy customer?"])[0], asked)
    assert model.embed([]).shape == (0, 384)


def test_several_texts_at_once_tell_the_same_as_one_by_one(model: MiniLmEmbedder) -> None:
    texts = [*TEXTS, "I ran the till.", "you ran the till.", "She rang a bell!", TEXTS[0]]
    together = model.token_states_of(texts, (3, 6))
    assert len(together) == len(texts)
    for text, found in zip(texts, together, strict=True):
        alone = model.token_states(text, (3, 6))
        assert np.array_equal(found.offsets, alone.offsets)
        assert found.vectors.shape == alone.vectors.shape == (len(alone.offsets), 768)
        if len(alone.offsets):
            assert np.abs(found.vectors - alone.vectors).max() < 1e-5, text[:20]
    assert model.token_states_of([], (3, 6)) == []


def test_many_texts_have_the_vectors_of_each_alone_in_their_order(model: MiniLmEmbedder) -> None:
    texts = [*TEXTS, *(f"How many {what} are there?" for what in "ABCDEFGHIJKLMNOPQ"), TEXTS[0]]
    assert len(texts) >= embedding_minilm.MANY
    together = model.embed(texts)
    alone = np.concatenate([model.embed([text]) for text in texts])
    assert together.shape == alone.shape and np.abs(together - alone).max() < 1e-5


def test_vectors_that_are_kept_are_the_same_and_the_oldest_go(
    model: MiniLmEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding_minilm, "_KEPT", 3)
    monkeypatch.setattr(model, "_kept", type(model._kept)())
    first = model.embed(["one"])
    assert np.array_equal(model.embed(["one", "two", "one"]), model.embed(["one", "two", "one"]))
    model.embed(["one", "three", "four"])
    assert list(model._kept) == ["one", "three", "four"], "the one that was asked for long ago"
    assert np.array_equal(model.embed(["one"]), first)


def test_no_library_of_networks_is_loaded_for_it() -> None:
    code = (
        "import sys\n"
        "from dialogue.understanding.embedding import embedder\n"
        "embedder().embed(['a sentence'])\n"
        "print([m for m in ('torch', 'transformers', 'tensorflow') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_missing_and_damaged_weights_are_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "minilm_of_a_test"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(embedding_minilm, "PACKAGE", package.name)
    with pytest.raises(ModelError, match=r"cannot be loaded .*; run: pip install"):
        MiniLmEmbedder()
    (package / "model/model.safetensors").write_bytes(b"\x10" * 40)
    with pytest.raises(ModelError, match=r"cannot be loaded .*; run: pip install"):
        MiniLmEmbedder()
    monkeypatch.setattr(embedding_minilm, "PACKAGE", "no_such_package_anywhere")
    with pytest.raises(ModelError, match="is not installed; run: pip install"):
        MiniLmEmbedder()
