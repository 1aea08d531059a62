"""Speech to text with OpenAI's whisper, where its weights have been fetched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from perception.errors import ModelError
from perception.speech import WHISPER_WEIGHTS
from perception.types import Word, Words
from perception.weights import check, path_of

_RATE_HZ = 16_000
_PROMPT = "Um, so, uh, I mean, er, well, you know, hmm, like, I was, um, thinking."
"""Whisper leaves hesitations out unless the text before had them."""


class WhisperRecogniser:
    """Recognises whole utterances with word times; confidence is whisper's word probability.

    Raises:
        ModelError: package or weights are missing or damaged.
    """

    name = "whisper"

    def __init__(self) -> None:
        try:
            import whisper
        except ModuleNotFoundError:
            raise ModelError(
                "speech to text 'whisper' needs its package; "
                "install it with: pip install --no-deps openai-whisper"
            ) from None
        name = next(filter(path_of, WHISPER_WEIGHTS), None)
        if name is None:
            raise ModelError(
                "speech to text 'whisper': its weights are not here; "
                f"fetch them with: python3 run.py models get {WHISPER_WEIGHTS[-1]}"
            )
        # A damaged file would be executed before it is refused, and fails in a hundred ways.
        found = check(name)
        if found.state != "present":
            raise ModelError(
                f"{found.path}: is damaged; delete it and fetch it again with: "
                f"python3 run.py models get {name}"
            )
        self._model = whisper.load_model(str(found.path), device="cpu")

    def transcribe(self, samples: NDArray[np.float32], rate_hz: int, t_start_s: float) -> Words:
        """Recognises one utterance of 16 kHz sound, at most 30 s."""
        if rate_hz != _RATE_HZ:
            raise ValueError(f"whisper hears {_RATE_HZ} Hz, not {rate_hz} Hz")
        result = self._model.transcribe(
            np.ascontiguousarray(samples, np.float32),
            language="en",
            fp16=False,
            temperature=0.0,
            word_timestamps=True,
            condition_on_previous_text=False,
            initial_prompt=_PROMPT,
        )
        words = tuple(
            Word(
                str(word["word"]).strip(),
                t_start_s + float(word["start"]),
                t_start_s + float(word["end"]),
                float(word["probability"]),
            )
            for segment in result["segments"]
            for word in segment.get("words", ())
            if str(word["word"]).strip()
        )
        if not words:
            t_end_s = t_start_s + len(samples) / rate_hz
            return Words(t_start_s, t_end_s, "", source=self.name)
        text = " ".join(word.text for word in words)
        return Words(words[0].start_s, words[-1].end_s, text, words, source=self.name)
