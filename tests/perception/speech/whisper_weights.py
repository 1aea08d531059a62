"""Weights of whisper's real file format that say what a test wants them to say.

The layers are there in full and add nothing; what comes out is written into the embeddings of the
positions. So the real loader, prompt, decoder, word times and tokenizer run, and the text is known.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from perception.models.weights import WEIGHTS

torch = pytest.importorskip("torch")
whisper = pytest.importorskip("whisper")

_SPAN_S = 2.5
"""s at which the text ends."""


def make_weights(
    path: Path, text: str = " I went home.", prompt: str = "", multilingual: bool = False
) -> Path:
    """Writes weights that hear ``text`` in any sound, once they are given ``prompt``.

    Layers and heads are as many as in whisper's tiny weights, the widths are smaller.
    """
    torch.manual_seed(1)
    dims = {"n_mels": 80, "n_audio_ctx": 1500, "n_audio_state": 48, "n_audio_head": 6}
    dims |= {"n_audio_layer": 4, "n_vocab": 51865 if multilingual else 51864, "n_text_ctx": 448}
    dims |= {"n_text_state": 96, "n_text_head": 6, "n_text_layer": 4}
    dims["n_audio_state"] = dims["n_text_state"]  # the one attends to the other
    model = whisper.model.Whisper(whisper.model.ModelDimensions(**dims))
    _write_in(model, _tokens(text, prompt, multilingual))
    torch.save({"dims": dims, "model_state_dict": model.state_dict()}, path)
    return path


def _tokens(text: str, prompt: str, multilingual: bool) -> dict[int, int]:
    """Position to the token that follows it."""
    tokenizer = whisper.tokenizer.get_tokenizer(multilingual, language="en", task="transcribe")
    before = [tokenizer.sot_prev, *tokenizer.encode(" " + prompt.strip())] if prompt else []
    start = len(before) + len(tokenizer.sot_sequence) - 1
    begin, end = tokenizer.timestamp_begin, tokenizer.timestamp_begin + int(_SPAN_S / 0.02)
    said = [begin, *tokenizer.encode(text), end, tokenizer.eot]
    return {start + i: token for i, token in enumerate(said)}


def _write_in(model: Any, following: dict[int, int]) -> None:
    decoder = model.decoder
    with torch.no_grad():
        words = torch.nn.functional.normalize(torch.randn_like(decoder.token_embedding.weight))
        decoder.token_embedding.weight.copy_(words)
        decoder.positional_embedding.zero_()
        for position, token in following.items():
            decoder.positional_embedding[position] = 4 * words[token]
        for block in decoder.blocks:
            for last in (block.attn.out, block.cross_attn.out, block.mlp[2]):
                last.weight.zero_()
                last.bias.zero_()
        decoder.ln.weight.fill_(6.0)


def publish(monkeypatch: pytest.MonkeyPatch, name: str, path: Path) -> None:
    """Makes a file count as the published weights of that name."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setitem(WEIGHTS, name, replace(WEIGHTS[name], sha256=sha256))
