"""Speech to text with OpenAI's whisper, where its weights have been fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perception.errors import InputError, ModelError
from perception.languages import joined
from perception.models.weights import WEIGHTS, check, path_of
from perception.speech.base import whisper_weights
from perception.speech.vocabulary import Vocabulary
from perception.speech.whisper_text import believable_segment, text_before
from perception.types import Word, Words

_RATE_HZ = 16_000
_SHORTEST_S = 0.1
_THREADS = 2
"""More gain little at these sizes, and the picture needs the rest."""


class WhisperRecogniser:
    """Recognises whole utterances with word times; confidence is whisper's word probability.

    Args:
        language: code of the language spoken; auto finds it out, utterance by utterance.
        vocabulary: terms to lean towards; whisper reads them as text that came before.
        weights: a file of one's own in place of the published ones.

    Raises:
        InputError: there is no such language, or the weights do not know it.
        ModelError: package or weights are missing or damaged.
    """

    name = "whisper"
    wants_clean = False  # it has learned from noisy sound

    def __init__(
        self,
        language: str = "en",
        vocabulary: Vocabulary | None = None,
        weights: Path | None = None,
    ) -> None:
        try:
            import torch
            import whisper
        except ModuleNotFoundError:
            raise ModelError(
                "speech to text 'whisper' needs its package; "
                "install it with: pip install --no-deps openai-whisper"
            ) from None
        torch.set_num_threads(min(_THREADS, torch.get_num_threads()))
        if language != "auto" and language not in whisper.tokenizer.LANGUAGES:
            raise InputError(
                f"language '{language}': whisper does not know it; use a code such as en, de or es"
            )
        path = _published(language) if weights is None else weights
        self._model = _load(path)
        if language not in ("en", "auto") and not self._model.is_multilingual:
            raise InputError(
                f"{path}: knows English only, not '{language}'; use multilingual weights such as "
                "whisper-base"
            )
        self._language = None if language == "auto" and self._model.is_multilingual else language
        if self._language == "auto":
            self._language = "en"
        self._prompt = self._prompt_of(vocabulary or Vocabulary())

    @property
    def prompt(self) -> str:
        """The text that whisper takes for what was said before."""
        return self._prompt

    def transcribe(self, samples: NDArray[np.float32], rate_hz: int, t_start_s: float) -> Words:
        """Recognises one utterance of 16 kHz sound, at most 30 s."""
        if rate_hz != _RATE_HZ:
            raise ValueError(f"whisper hears {_RATE_HZ} Hz, not {rate_hz} Hz")
        t_end_s = t_start_s + len(samples) / rate_hz
        if len(samples) < _SHORTEST_S * rate_hz:
            return Words(t_start_s, t_end_s, "", source=self.name)
        result = self._model.transcribe(
            np.ascontiguousarray(samples, np.float32),
            language=self._language,
            fp16=False,
            temperature=0.0,
            word_timestamps=True,
            condition_on_previous_text=False,
            initial_prompt=self._prompt or None,
        )
        words = tuple(_words(result["segments"], t_start_s, t_end_s))
        if not words:
            return Words(t_start_s, t_end_s, "", source=self.name)
        text = joined(word.text for word in words)
        return Words(words[0].start_s, words[-1].end_s, text, words, source=self.name)

    def _prompt_of(self, vocabulary: Vocabulary) -> str:
        import whisper

        tokenizer = whisper.tokenizer.get_tokenizer(
            self._model.is_multilingual, num_languages=self._model.num_languages
        )
        # half of the context less one token may be text that came before
        most = self._model.dims.n_text_ctx // 2 - 1
        return text_before(
            self._language, vocabulary, lambda text: len(tokenizer.encode(text)), most
        )


def _words(segments: list[Mapping[str, Any]], t_start_s: float, t_end_s: float) -> Iterator[Word]:
    for segment in segments:
        if not believable_segment(segment):
            continue
        for word in segment.get("words", ()):
            text = str(word["word"]).strip()
            # Whisper pads to 30 s, and words may come to stand in what was added.
            start_s = t_start_s + float(word["start"])
            if text and start_s < t_end_s:
                end_s = min(t_start_s + float(word["end"]), t_end_s)
                yield Word(text, start_s, end_s, float(word["probability"]))


def _published(language: str) -> Path:
    """The best weights for a language that are here, whole and as published."""
    names = whisper_weights(language)
    name = next(filter(path_of, names), None)
    if name is None:
        raise ModelError(
            "speech to text 'whisper': its weights are not here; "
            f"fetch them with: python3 run.py models get {names[0]}"
        )
    found = check(name)
    if found.state != "present":
        raise ModelError(
            f"{found.path}: is damaged; delete it and fetch it again with: "
            f"python3 run.py models get {name}"
        )
    return found.path


def _load(path: Path) -> Any:
    """Whisper's network from a file that holds ``dims`` and ``model_state_dict``.

    The file is read without executing anything in it (torch's ``weights_only``). Which of the
    attention heads follow the sound is known for the published weights alone; for others, whisper
    takes the upper half of the layers, and word times are coarser.
    """
    import whisper

    try:
        model = whisper.load_model(str(path), device="cpu")
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); check it") from None
    except Exception as error:  # torch and pickle raise whatever a foreign file leads them to
        what = type(error).__name__
        raise ModelError(
            f"{path}: is damaged or no whisper weights ({what}); use a .pt file of openai-whisper"
        ) from None
    heads = whisper._ALIGNMENT_HEADS.get(_size_of(path))
    if heads is not None:  # loaded by its path, whisper does not know which size it is
        model.set_alignment_heads(heads)
    return model


def _size_of(path: Path) -> str:
    """Name of the published size that a file is, by its checksum; empty for any other file."""
    known = {w.sha256: w.name.removeprefix("whisper-") for w in WEIGHTS.values()}
    with path.open("rb") as file:
        return known.get(hashlib.file_digest(file, "sha256").hexdigest(), "")
