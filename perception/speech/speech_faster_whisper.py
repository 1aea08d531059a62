"""Speech to text with Whisper through CTranslate2 (faster-whisper), on borrowed weights.

Whisper was made for 30 s at a time. Here it hears as much as there is, with a second of silence
behind it, which costs a third of that for an answer as people give them. While an utterance is
being spoken, its newest seconds are decoded again and again. Words on which two decodings in a row
agree are settled (local agreement: Macháček, Dabre and Bojar, 2023): they are told as they are from
then on, the next decoding is made to begin with them, and what lies well before them is not heard
again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perception.errors import InputError, ModelError
from perception.languages import plain
from perception.models.borrowed import read_files
from perception.signal.levels import level_dbfs
from perception.signal.pcm import to_floats
from perception.speech.base import FASTER_WHISPER
from perception.speech.hallucination import repeated_runs
from perception.speech.local_agreement import (
    Token,
    agreed_words,
    plain_text,
    spliced,
    tokens_of,
)
from perception.speech.spoken_language import LEAST_S, DetectedLanguage, detected
from perception.speech.vocabulary import Vocabulary
from perception.speech.whisper_text import BEFORE, believable_segment, text_before
from perception.types import Words

RATE_HZ = 16_000
LONGEST_S = 28.0
"""s of sound that are decoded at once; Whisper hears 30 s."""

_PAD_S = 1.0
"""s of silence behind the sound: without it Whisper looks for more words, and finds some."""
_SHORTEST_S = 0.1
_FAINTEST_DBFS = -65.0
"""Below this level no speech can be understood."""
_WINDOW_S = 6.0
"""s of unsettled sound from which settled words are left behind."""
_KEPT_S = 1.0
"""s of settled words that stay in the window, so that it does not begin in the middle of one."""
_OPEN_END_S = 0.25
"""s before the end of the sound in which no word is settled: it may be half of a longer one."""
_LEAST_SO_FAR_S = 0.8
"""s of an utterance below which its words so far would be invented."""
_TOKENS_PER_S = 12
"""Tokens a second that nobody exceeds; fast speech has 7."""
_SPARE_TOKENS = 16
_CUT_S = 0.3
"""s over which the quietest place is looked for where sound is cut."""
_LEAST_WORD_S = 0.03
"""s that any word takes, by where Whisper's attention stood; text that it repeats takes none."""
_CIRCLES = 3
"""Times that words may not come in a row without a second look."""
_ECHO = 5
"""Words at its beginning that make a text an echo of what it was given to imitate."""
_HASTY_SHARE = 0.2
"""Share of words that may take less: short ones sometimes do."""
_SAID_BEFORE_S = 4.0
"""s since the last utterance within which its words are told to Whisper: what goes on after a short
pause is understood better by what it goes on from."""
_SAME_LANGUAGE_S = 20.0
"""s since the last utterance within which its language is the one to be expected."""
_SAID_BEFORE = 40
"""Tokens of it, the newest; some ten seconds of speech."""


class FasterWhisperRecogniser:
    """Recognises whole utterances, or utterances as they come; with word times.

    Confidence of a word is the mean probability of its tokens.

    Args:
        language: code of the language spoken; auto finds it out, utterance by utterance. Where one
            is named and another is clearly spoken, that utterance is written in the other, and its
            words say which it is.
        vocabulary: terms to lean towards.
        size: key of ``FASTER_WHISPER``.
        beam: how many candidates the search keeps; 1 takes the likeliest token each time.

    Raises:
        InputError: there is no such language, or the weights do not know it.
        ModelError: package or weights are missing or damaged.
    """

    name = "faster-whisper"
    wants_clean = False  # it has learned from noisy sound

    def __init__(
        self,
        language: str = "en",
        vocabulary: Vocabulary | None = None,
        size: str = "base",
        beam: int = 1,
    ) -> None:
        self._model = load_model(size)
        self._beam = beam
        self._vocabulary = vocabulary or Vocabulary()
        known = self._model.supported_languages
        if language not in ("auto", *known):
            raise InputError(
                f"language '{language}': {FASTER_WHISPER[size]} does not know it; "
                + ("use a code such as en, de or es" if len(known) > 1 else "it knows English only")
            )
        self._expected = None if language == "auto" and len(known) > 1 else language
        if self._expected == "auto":
            self._expected = "en"
        self._tokenizers: dict[str, Any] = {}
        self._prompts: dict[str, list[int]] = {}
        self.renew()

    def renew(self) -> None:
        """Forgets what was said before, as if newly loaded."""
        self._t_start_s = 0.0
        self._said_before = _SaidBefore()
        self._forget()

    def transcribe(self, samples: NDArray[np.float32], rate_hz: int, t_start_s: float) -> Words:
        """Recognises one utterance of 16 kHz sound; more than 28 s in parts."""
        _check_rate(rate_hz)
        self._forget()
        self._t_start_s = t_start_s
        if len(samples) < _SHORTEST_S * rate_hz or level_dbfs(samples) < _FAINTEST_DBFS:
            return self._nothing(t_start_s, t_start_s + len(samples) / rate_hz)
        parts = [
            self._decode(samples[begin:end], t_start_s + begin / rate_hz, [], final=True)
            for begin, end in _parts(samples)
        ]
        found = [token for part in parts for token in part.tokens]
        words = self._words(found, t_start_s, t_start_s + len(samples) / rate_hz)
        surest = max((part.language for part in parts), key=lambda each: each.confidence or 0.0)
        self._remember(found, surest, t_start_s + len(samples) / rate_hz)
        return replace(words, language=surest.code, language_confidence=surest.confidence)

    def begin(self, rate_hz: int, t_start_s: float) -> None:
        """Starts an utterance of 16 kHz sound whose first sample is at ``t_start_s``."""
        _check_rate(rate_hz)
        self._forget()
        self._t_start_s = t_start_s

    def feed(self, samples: NDArray[np.int16]) -> None:
        """Takes the next (n,) samples, full scale 32768."""
        self._sound.append(samples)
        self._length += len(samples)

    def so_far(self) -> Words:
        """What is understood by now, not final; the first ``settled`` words of it will stay."""
        if self._length >= _LEAST_SO_FAR_S * RATE_HZ:
            self._listen(final=False)
        told = [*self._settled, *self._open]
        words = self._words(told, self._t_start_s, self._now_s())
        return replace(words, final=False, settled=len(self._settled))

    def finish(self) -> Words:
        """Ends the utterance and gives its words."""
        self._listen(final=True)
        found, end_s = [*self._settled, *self._open], self._now_s()
        words = self._words(found, self._t_start_s, end_s)
        last = self._last
        self._forget()
        if last is None:
            return words
        language = last.language
        self._remember(found, language, end_s)
        return replace(words, language=language.code, language_confidence=language.confidence)

    def _forget(self) -> None:
        self._sound: list[NDArray[np.int16]] = []
        self._length = 0
        self._from = 0  # first sample that is still listened to
        self._settled: list[Token] = []
        self._left = 0  # settled words that lie before it
        self._open: list[Token] = []
        self._last: _Decoding | None = None
        self._language_at_end: str | None = None  # what it would be if no more came

    def _remember(self, said: Sequence[Token], language: DetectedLanguage, end_s: float) -> None:
        tokens = tuple(t for token in said for t in token.tokens)[-_SAID_BEFORE:]
        self._said_before = _SaidBefore(tokens, language, end_s)

    def _now_s(self) -> float:
        return self._t_start_s + self._length / RATE_HZ

    def _listen(self, final: bool) -> None:
        """Decodes the window anew, and settles what this decoding and the last one agree on."""
        last = self._last
        at_end = self._language_at_end
        if (
            last is not None
            and last.to == self._length
            and not (final and at_end not in (None, last.language.code))
        ):
            return  # the pause at its end was heard already
        if self._length - self._from < _SHORTEST_S * RATE_HZ:
            return
        window = to_floats(np.concatenate(self._sound)[self._from : self._length])
        if len(window) > LONGEST_S * RATE_HZ:  # nothing was settled for so long: music, a murmur
            self._from = self._length - round(LONGEST_S * RATE_HZ)
            window = window[-round(LONGEST_S * RATE_HZ) :]
        if level_dbfs(window) < _FAINTEST_DBFS:
            return
        start_s = self._t_start_s + self._from / RATE_HZ
        kept = self._settled[self._left :]
        found = self._decode(window, start_s, kept, final)
        if self._settled and found.language.code != self._language_before():
            # what was settled in another language was not said
            self._settled, self._open, self._left, self._from = [], [], 0, 0
            window = to_floats(np.concatenate(self._sound)[-round(LONGEST_S * RATE_HZ) :])
            start_s = self._now_s() - len(window) / RATE_HZ
            found = self._decode(window, start_s, [], final)
            kept = []
        found = replace(found, to=self._length)
        self._last = found
        # times of settled words are better known now; their text stays
        self._settled[self._left :] = found.tokens[: len(kept)]
        newer = list(found.tokens[len(kept) :])
        if final:
            self._open = newer
            return
        agreed = agreed_words(self._open, newer) if found.language.clear else 0
        while agreed and newer[agreed - 1].word.end_s > self._now_s() - _OPEN_END_S:
            agreed -= 1
        self._settled += newer[:agreed]
        self._open = newer[agreed:]
        self._leave_behind()

    def _language_before(self) -> str | None:
        return self._expected if self._last is None else self._last.language.code

    def _leave_behind(self) -> None:
        now_s = self._now_s()
        if now_s - (self._t_start_s + self._from / RATE_HZ) < _WINDOW_S or not self._settled:
            return
        edge_s = self._settled[-1].word.end_s - _KEPT_S
        left = self._left
        while left < len(self._settled) and self._settled[left].word.end_s <= edge_s:
            left += 1
        if left > self._left:
            self._left = left
            begin_s = self._settled[left - 1].word.end_s - self._t_start_s
            self._from = max(self._from, round(begin_s * RATE_HZ))

    def _decode(
        self, sound: NDArray[np.float32], start_s: float, kept: Sequence[Token], final: bool
    ) -> _Decoding:
        """Words of some sound, the first of them those that are settled already."""
        padded = np.concatenate([sound, np.zeros(round(_PAD_S * RATE_HZ), np.float32)])
        features = self._model.feature_extractor(padded)
        frames = features.shape[-1] // 2 * 2
        encoded = self._model.encode(features[:, :frames])
        found_in = self._language_of(encoded, len(sound) / RATE_HZ, final)
        language = found_in.code
        if language != self._language_before():
            kept = ()
        heard = _Heard(encoded, frames, start_s, len(sound) / RATE_HZ)
        before = list(self._text_before(language))
        if (
            self._said_before.goes_on(self._t_start_s)
            and self._said_before.language.code == language
        ):
            before += self._said_before.tokens
        if self._left:
            left = [t for token in self._settled[: self._left] for t in token.tokens]
            room = self._model.max_length // 2 - 1 - len(left)
            before = [*(before[:room] if room > 0 else []), *left]
        found = self._attempt(heard, language, before, kept)
        said = [plain_text(token) for token in found or ()]
        imitated = [plain(word) for word in BEFORE.get(language, "").split()]
        echoed = len(said) >= _ECHO and said[:_ECHO] == imitated[:_ECHO]
        if found is None or echoed or repeated_runs(said, _CIRCLES):
            # it went round in circles, or people did: once more without what led it astray
            again = self._attempt(heard, language, [], ())
            if again or echoed:
                found = spliced(kept, again or ())
        if found is None:
            found = spliced(kept, self._attempt(heard, language, [], (), no_repeat=3) or ())
        return _Decoding(tuple(found), found_in)

    def _attempt(
        self,
        heard: _Heard,
        language: str,
        before: list[int],
        kept: Sequence[Token],
        no_repeat: int = 0,
    ) -> list[Token] | None:
        """Words, with what is kept before them; None for text that goes round in circles.

        It does where its words took no time, or where there are more than anybody says in that.

        Args:
            heard: the sound.
            language: code.
            before: tokens of the text that came before.
            kept: what the words begin with.
            no_repeat: tokens of a run that may not come twice; 0 for any.
        """
        from faster_whisper.transcribe import merge_punctuations

        tokenizer = self._tokenizer(language)
        prefix = [t for token in kept for t in token.tokens]
        prompt = self._model.get_prompt(tokenizer, before, without_timestamps=True) + prefix
        most = round(heard.span_s * _TOKENS_PER_S) + _SPARE_TOKENS
        tokens, segment = self._generate(heard.encoded, prompt, tokenizer, most, no_repeat)
        last_try = no_repeat > 0
        if not last_try and len(tokens) >= len(prefix) + most:
            return None
        if not tokens or not believable_segment(segment):
            return list(kept)
        aligned = self._model.find_alignment(tokenizer, [tokens], heard.encoded, heard.frames)[0]
        merge_punctuations(aligned, "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、…")
        found = tokens_of(aligned, heard.start_s, heard.start_s + heard.span_s)
        hasty = sum(t.word.end_s - t.word.start_s < _LEAST_WORD_S for t in found)
        if hasty > max(1, _HASTY_SHARE * len(found)):
            if not last_try:
                return None
            found = [t for t in found if t.word.end_s - t.word.start_s >= _LEAST_WORD_S]
        timed, newer = found[: len(kept)], found[len(kept) :]
        same = [t.tokens for t in timed] == [t.tokens for t in kept]
        return [*(timed if same else kept), *newer]

    def _generate(
        self, encoded: Any, prompt: list[int], tokenizer: Any, most: int, no_repeat: int = 0
    ) -> tuple[list[int], dict[str, float]]:
        """Tokens, from what the prompt begins them with on; and what Whisper thinks of them."""
        result = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=self._beam,
            max_length=min(self._model.max_length, len(prompt) + most),
            no_repeat_ngram_size=no_repeat,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
        # Text that goes round in circles is known by the time it takes, see _attempt. That it can
        # be compressed is no proof: people do say a sentence again.
        return tokens, {
            "no_speech_prob": result.no_speech_prob,
            "avg_logprob": result.scores[0],
            "compression_ratio": 0.0,
        }

    def _language_of(self, encoded: Any, span_s: float, final: bool) -> DetectedLanguage:
        """The language of some sound; one that was clear already stays while it is spoken.

        At the end it is looked for once more, where the whole utterance is still listened to.
        """
        if self._last is not None and self._last.language.clear and (self._from or not final):
            return self._last.language
        if not self._model.model.is_multilingual:
            return DetectedLanguage("en", None, clear=True)
        before = self._said_before.clear_language(self._t_start_s)
        if span_s < LEAST_S:
            code = before or self._language_before() or "en"
            return DetectedLanguage(code, None, clear=final)
        chances = {
            mark.strip("<|>"): float(chance)
            for mark, chance in self._model.model.detect_language(encoded)[0]
        }
        self._language_at_end = detected(chances, self._expected, span_s, True, before).code
        return detected(chances, self._expected, span_s, final, before)

    def _tokenizer(self, language: str) -> Any:
        if language not in self._tokenizers:
            from faster_whisper.tokenizer import Tokenizer

            self._tokenizers[language] = Tokenizer(
                self._model.hf_tokenizer,
                self._model.model.is_multilingual,
                task="transcribe",
                language=language,
            )
        return self._tokenizers[language]

    def _text_before(self, language: str) -> list[int]:
        if language not in self._prompts:
            tokenizer = self._tokenizer(language)
            most = self._model.max_length // 2 - 1
            text = text_before(
                language, self._vocabulary, lambda text: len(tokenizer.encode(text)), most
            )
            self._prompts[language] = tokenizer.encode(" " + text) if text else []
        return self._prompts[language]

    def _words(self, found: Sequence[Token], start_s: float, end_s: float) -> Words:
        words = tuple(token.word for token in found if token.word.text)
        if not words:
            return self._nothing(start_s, end_s)
        text = "".join(token.written for token in found).strip()
        return Words(words[0].start_s, words[-1].end_s, text, words, source=self.name)

    def _nothing(self, start_s: float, end_s: float) -> Words:
        return Words(start_s, end_s, "", source=self.name)


@dataclass(frozen=True, slots=True)
class _SaidBefore:
    """The end of the last utterance."""

    tokens: tuple[int, ...] = ()
    language: DetectedLanguage = field(default_factory=lambda: DetectedLanguage("en", None))
    end_s: float = float("-inf")
    """Session time."""

    def goes_on(self, t_start_s: float) -> bool:
        """Whether an utterance that begins then goes on from it."""
        return -0.05 <= t_start_s - self.end_s <= _SAID_BEFORE_S

    def clear_language(self, t_start_s: float) -> str | None:
        """The language it was in, where that was clear and not long before."""
        lately = -0.05 <= t_start_s - self.end_s <= _SAME_LANGUAGE_S
        return self.language.code if self.language.sure and lately else None


@dataclass(frozen=True, slots=True)
class _Heard:
    """Sound as Whisper's decoder takes it."""

    encoded: Any
    frames: int
    start_s: float
    """Session time of its beginning."""
    span_s: float
    """Seconds of it, without the silence behind it."""


@dataclass(frozen=True, slots=True)
class _Decoding:
    """What one decoding found."""

    tokens: tuple[Token, ...]
    language: DetectedLanguage
    to: int = 0
    """Samples of the utterance that it heard."""


def load_model(size: str) -> Any:
    """Whisper from borrowed weights, whose sums are compared; takes about a second.

    Args:
        size: key of ``FASTER_WHISPER``.

    Raises:
        InputError: no weights of that size.
        ModelError: package or weights are missing or damaged.
    """
    if size not in FASTER_WHISPER:
        raise InputError(
            f"faster-whisper '{size}': unknown size; use one of {', '.join(FASTER_WHISPER)}"
        )
    files = read_files(FASTER_WHISPER[size])
    try:
        import faster_whisper
    except ModuleNotFoundError:
        raise ModelError(
            "speech to text 'faster-whisper' needs its package; install it with: "
            "python3 run.py doctor --mend"
        ) from None
    parts = sorted(name for name in files if name.startswith("model.bin"))
    files["model.bin"] = b"".join([files.pop(name) for name in parts])
    try:
        # One thread: a second gains nothing at these sizes, and the picture needs it. The name is
        # no path and never looked up, since the files are given.
        return faster_whisper.WhisperModel(
            FASTER_WHISPER[size], device="cpu", compute_type="int8", cpu_threads=1, files=files
        )
    except (RuntimeError, ValueError) as error:
        what = str(error).splitlines()[0]
        raise ModelError(
            f"speech to text 'faster-whisper' cannot load {FASTER_WHISPER[size]} ({what}); "
            "use --speech-to-text pocketsphinx"
        ) from None


def _parts(samples: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    """Cuts sound into parts that can be decoded at once, at their quietest places."""
    begin, most, window = 0, round(LONGEST_S * RATE_HZ), round(_CUT_S * RATE_HZ)
    while len(samples) - begin > most:
        first = begin + most * 2 // 3
        power = np.cumsum(samples[first : begin + most].astype(np.float64) ** 2)
        end = first + int(np.argmin(power[window:] - power[:-window])) + window // 2
        yield begin, end
        begin = end
    yield begin, len(samples)


def _check_rate(rate_hz: int) -> None:
    if rate_hz != RATE_HZ:
        raise ValueError(f"faster-whisper hears {RATE_HZ} Hz, not {rate_hz} Hz")
