"""A text classifier of one's own (BERT, RoBERTa, DistilBERT and the like), run by Hugging Face's
transformers.

It runs from a folder, never from the network, on the processor, in few threads. Weights are read
from safetensors only, which hold numbers and nothing that could be executed, and no code that lies
in the folder is run. The same folder and texts give the same figures, rounded to what a classifier
can tell.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import inspect
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from perception import environment
from perception.errors import ModelError
from scoring.classifier_folder import ClassifierFolder
from scoring.measures.classified import Read, Text
from scoring.rubric import load

BATCH = 8
"""Stretches that are read at once: more takes memory and gains no time on few threads."""
_AFTER_PADDING = ("roberta", "xlm-roberta", "camembert", "longformer", "xlm-roberta-xl")
"""Model types whose positions are counted from the padding token's number on."""
_DIGITS = 4
"""Of a figure: sums differ in the seventh with threads and how texts are put together."""
_LEAST_TOKENS = 8
_SEGMENTS = 2
"""That a model has to know for the two texts of a pair to be told apart by them."""


class TransformersClassifier:
    """A loaded classifier.

    Args:
        folder: of the model, as it describes itself.
        threads: processor threads that it may use.

    Raises:
        ModelError: package, weights or tokenizer are missing or damaged; the message says what to
            do.
        StorageError: no cache can be written.
    """

    def __init__(self, folder: ClassifierFolder, threads: int) -> None:
        self._folder = folder
        self._threads = threads
        self.sha256 = _digest(folder.path)
        self._tokenizer, self._model = self._load()
        self._longest = self._most_tokens()
        self._pad_id = int(self._tokenizer.pad_token_id or 0)
        self._inputs = set(inspect.signature(self._model.forward).parameters)
        if getattr(self._model.config, "type_vocab_size", 0) < _SEGMENTS:
            self._inputs.discard("token_type_ids")  # whatever the tokenizer says of segments

    def read(self, texts: Sequence[Text], told: Callable[[float], None]) -> list[Read]:
        """What texts are taken for: as many stretches of each as are needed, by their words.

        Args:
            texts: in any order; the result does not depend on it.
            told: takes the share (0...1) that is done.
        """
        pieces: list[tuple[int, dict[str, list[int]], int]] = []
        for number, text in enumerate(texts):
            pieces += [(number, *piece) for piece in self._stretches(text)]
        # long with long and short with short, so that little is padded
        order = sorted(range(len(pieces)), key=lambda i: (len(pieces[i][1]["input_ids"]), i))
        figures = np.zeros((len(pieces), self._outputs))
        with self._few_threads():
            for start in range(0, len(order), BATCH):
                taken = order[start : start + BATCH]
                figures[taken] = self._run([pieces[i][1] for i in taken])
                told(min(1.0, (start + BATCH) / len(order)))
        found = []
        for number in range(len(texts)):
            rows = [i for i, piece in enumerate(pieces) if piece[0] == number]
            words = np.array([pieces[i][2] for i in rows], dtype=np.float64)
            if not words.sum():
                found.append(Read(None, len(rows)))
                continue
            mean = (figures[rows] * words[:, None]).sum(axis=0) / words.sum()
            found.append(Read(tuple(round(float(v), _DIGITS) for v in mean), len(rows)))
        return found

    @property
    def _outputs(self) -> int:
        return max(1, len(self._folder.labels))

    # -- loading ---------------------------------------------------------------------------------

    def _load(self) -> tuple[Any, Any]:
        environment.prepare()  # read when transformers is imported; nothing may ask the network
        try:
            import torch
            import transformers
        except ImportError as error:
            raise ModelError(
                f"classifier '{self._folder.purpose}': package {error.name} is missing; "
                f"run: pip install {error.name}"
            ) from None
        path = str(self._folder.path)
        local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        with _silent(transformers):
            try:
                tokenizer = transformers.AutoTokenizer.from_pretrained(path, **local)
                model, report = transformers.AutoModelForSequenceClassification.from_pretrained(
                    path,
                    use_safetensors=True,
                    output_loading_info=True,
                    dtype=torch.float32,
                    **local,
                )
            except Exception as error:  # of somebody else's file: it may be damaged in any way
                raise ModelError(self._wrong(f"does not load ({_first_line(error)})")) from None
        lacking = sorted(report["missing_keys"]) + sorted(map(str, report["mismatched_keys"]))
        if lacking:
            raise ModelError(self._wrong(f"lacks weights ({lacking[0]})"))
        if not tokenizer.is_fast:
            raise ModelError(self._wrong("has no tokenizer.json"))
        if model.config.num_labels != self._outputs:
            raise ModelError(self._wrong(f"has {model.config.num_labels} outputs"))
        return tokenizer, model.eval()

    def _wrong(self, what: str) -> str:
        return (
            f"classifier '{self._folder.purpose}': {self._folder.path} {what}; bring the whole "
            "folder there again, with model.safetensors, config.json and tokenizer.json"
        )

    def _most_tokens(self) -> int:
        """Tokens that the model reads at once, and no more than the rubric lets it."""
        config = self._model.config
        most = int(load("classifiers")["longest_tokens"])
        positions = getattr(config, "max_position_embeddings", None)
        if isinstance(positions, int) and positions > 0:
            if config.model_type in _AFTER_PADDING:
                positions -= int(config.pad_token_id or 0) + 1
            most = min(most, positions)
        most = min(most, int(self._tokenizer.model_max_length))
        if most < _LEAST_TOKENS:
            raise ModelError(self._wrong(f"reads {most} tokens at once, which is too few"))
        return most

    # -- reading ---------------------------------------------------------------------------------

    def _stretches(self, text: Text) -> list[tuple[dict[str, list[int]], int]]:
        """Tokens of each stretch of a text, and how many of its words begin there."""
        table = load("classifiers")
        asked = self._question(text.question, float(table["question_share"]))
        first, second, long = text.text, None, 0
        if self._folder.purpose == "relevance" and self._folder.hypothesis:
            second = self._folder.hypothesis.replace("{question}", asked)
        elif self._folder.purpose == "relevance":
            first, second, long = asked, text.text, 1
        room = self._longest - self._tokenizer.num_special_tokens_to_add(pair=second is not None)
        beside = first if long else second
        room -= len(self._places(beside)) if beside else 0
        encoded = self._tokenizer(
            first,
            second,
            truncation="only_second" if long else "only_first",
            max_length=self._longest,
            stride=min(int(self._longest * float(table["overlap"])), max(0, room // 2)),
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        starts = _word_starts(text.text)
        found = []
        for i in range(len(encoded["input_ids"])):
            row = {
                name: list(encoded[name][i])
                for name in ("input_ids", "attention_mask", "token_type_ids")
                if name in encoded
            }
            sides = encoded.sequence_ids(i)
            places = [
                place
                for place, side in zip(encoded["offset_mapping"][i], sides, strict=True)
                if side == long and place[1] > place[0]
            ]
            if places:
                low, high = places[0][0], places[-1][1]
                found.append((row, sum(low <= at < high for at in starts)))
        return _evenly(found, int(table["most_chunks"]))

    def _question(self, question: str, share: float) -> str:
        """A question as far as there is room for it beside an answer."""
        if not question:
            return ""
        most = max(1, int(self._longest * share) - len(self._folder.hypothesis.split()) * 2)
        places = self._places(question)
        return question if len(places) <= most else question[: places[most - 1][1]]

    def _places(self, text: str) -> list[tuple[int, int]]:
        """Where the tokens of a text begin and end, in characters."""
        encoded = self._tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        found: list[tuple[int, int]] = encoded["offset_mapping"]
        return found

    def _run(self, rows: Sequence[dict[str, list[int]]]) -> Any:
        """(rows, labels) how likely each label is; (rows, 1) the probability of one output."""
        import torch

        longest = max(len(row["input_ids"]) for row in rows)
        filler = {"input_ids": self._pad_id, "attention_mask": 0, "token_type_ids": 0}
        names = [name for name in rows[0] if name in self._inputs]
        batch = {
            name: torch.tensor(
                [row[name] + [filler[name]] * (longest - len(row[name])) for row in rows]
            )
            for name in names
        }
        with torch.inference_mode():
            logits = self._model(**batch).logits.double()
            if self._folder.one_output:
                return torch.sigmoid(logits).numpy()
            return torch.softmax(logits, dim=-1).numpy()

    @contextlib.contextmanager
    def _few_threads(self) -> Iterator[None]:
        import torch

        before = torch.get_num_threads()
        torch.set_num_threads(self._threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)


def open_classifier(folder: ClassifierFolder, threads: int) -> TransformersClassifier:
    """A classifier, loaded once for as long as its files stay as they are.

    Raises:
        ModelError: package, weights or tokenizer are missing, damaged or not to be read.
        StorageError: no cache can be written.
    """
    try:
        stats = [(path.name, path.stat()) for path in _files(folder.path)]
        files = tuple((name, each.st_size, each.st_mtime_ns) for name, each in stats)
        return _opened(folder, threads, files)
    except OSError as error:
        raise ModelError(
            f"classifier '{folder.purpose}': {folder.path} cannot be read ({error.strerror}); "
            "check the folder and its permissions"
        ) from None


@functools.lru_cache(maxsize=3)
def _opened(
    folder: ClassifierFolder, threads: int, files: tuple[tuple[str, int, int], ...]
) -> TransformersClassifier:
    return TransformersClassifier(folder, threads)


def _files(folder: Path) -> list[Path]:
    """What a classifier is made of: numbers and words, never code."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.suffix in (".json", ".txt", ".safetensors", ".model")
    )


def _digest(folder: Path) -> str:
    """SHA-256 of all files of a classifier, names and contents."""
    whole = hashlib.sha256()
    for path in _files(folder):
        with path.open("rb") as file:
            whole.update(
                f"{path.name} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode()
            )
    return whole.hexdigest()


def _word_starts(text: str) -> list[int]:
    """Where words begin, in characters."""
    return [i for i, c in enumerate(text) if not c.isspace() and (i == 0 or text[i - 1].isspace())]


def _evenly(
    found: Sequence[tuple[dict[str, list[int]], int]], most: int
) -> list[tuple[dict[str, list[int]], int]]:
    """All, or as many as are read at most, the first and the last among them."""
    if len(found) <= most:
        return list(found)
    chosen = np.unique(np.linspace(0, len(found) - 1, most).round().astype(int))
    return [found[i] for i in chosen]


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:160] if lines else type(error).__name__


@contextlib.contextmanager
def _silent(transformers: Any) -> Iterator[None]:
    """Neither bars nor warnings while it loads: a person looks there for our one line."""
    logging = transformers.utils.logging
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
