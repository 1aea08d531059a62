"""Wording by a local language model (T5, LLaMA and the like, through Hugging Face transformers).

The model puts a written line in other words. It runs from a folder, never from the network, and
never has the last word: what it writes is spoken only if it passes ``acceptable``, otherwise the
written line is.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from dialogue.content.wording import BankWording, LineRequest, WordingSettings
from perception import environment
from perception.errors import InputError, ModelError

PURPOSES = frozenset({"greeting", "ask", "follow_up", "help"})
"""Lines that the model may phrase; farewells and short sounds stay as written."""

PROMPT = (
    "Rephrase what a friendly job interviewer says. Keep the meaning, use everyday spoken English, "
    "at most two short sentences.\nInterviewer: {line}\nRephrased:"
)
"""``{line}`` stands for the written line."""

REQUEST = re.compile(
    r"^(please |could|can|would|tell|describe|think|imagine|explain|give|take|let|talk|walk)",
    re.IGNORECASE,
)
"""How a request begins that is no question in form."""


class TransformersWording:
    """Phrases lines with a sequence-to-sequence or causal language model.

    Args:
        settings: where the model lies, and its limits.
        seed: of the session; the same seed and requests give the same lines on the same machine.

    Raises:
        InputError: no folder is named.
        ModelError: the folder, its weights or the package is missing; the message says what to run.
        StorageError: no cache can be written.
    """

    def __init__(self, settings: WordingSettings, seed: int = 0) -> None:
        self._settings = settings
        self._bank = BankWording(seed)
        self._seed = seed
        self._count = 0
        self.refused: list[str] = []
        """Lines of the model's that were not fit to be spoken."""
        if not self._settings.path:
            raise InputError(
                "wording 'transformers': no model folder; set path in the settings' [wording]"
            )
        folder = Path(self._settings.path)
        self._seq2seq = _is_seq2seq(folder)
        self._tokenizer, self._model = self._load(folder)

    def phrase(self, request: LineRequest) -> str:
        """The line in the model's words, or as written where those will not do."""
        written = self._bank.phrase(request)
        if request.purpose not in PURPOSES:
            return written
        line = self.put_otherwise(written, PROMPT)
        if acceptable(line, written, request, self._settings.longest_chars):
            return line
        self.refused.append(line)
        return written

    def put_otherwise(self, line: str, prompt: str) -> str:
        """The first line that the model writes; nobody has looked yet whether it will do.

        Args:
            line: to be put in other words.
            prompt: in which ``{line}`` stands for it.
        """
        return first_lines(self._generate(prompt.replace("{line}", line)))

    def _load(self, folder: Path) -> tuple[Any, Any]:
        environment.prepare()  # read when transformers is imported; nothing may ask the network
        try:
            import torch
            import transformers
        except ImportError as error:
            raise ModelError(
                f"wording 'transformers': package {error.name} is missing; "
                f"run: pip install {error.name}"
            ) from None
        torch.set_num_threads(self._settings.threads)
        kind = (
            transformers.AutoModelForSeq2SeqLM
            if self._seq2seq
            else transformers.AutoModelForCausalLM
        )
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(
                str(folder), local_files_only=True
            )
            model = kind.from_pretrained(str(folder), local_files_only=True)
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise ModelError(
                f"wording 'transformers': {folder} does not load ({reason}); {_fetch(folder)}"
            ) from None
        return tokenizer, model.eval()

    def _generate(self, prompt: str) -> str:
        import torch

        self._count += 1
        # seeding torch's global generator would disturb others' draws; a fork leaves them alone
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            torch.manual_seed(self._seed * 1000 + self._count)
            tokens = self._tokenizer(prompt, return_tensors="pt")
            chosen: dict[str, Any] = {"do_sample": self._settings.temperature > 0}
            if self._settings.temperature > 0:
                chosen |= {"temperature": self._settings.temperature, "top_p": 0.9}
            out = self._model.generate(
                input_ids=tokens["input_ids"],
                attention_mask=tokens["attention_mask"],
                max_new_tokens=self._settings.max_new_tokens,
                pad_token_id=_pad_id(self._tokenizer),
                **chosen,
            )[0]
        if not self._seq2seq:
            out = out[tokens["input_ids"].shape[1] :]
        text: str = self._tokenizer.decode(out, skip_special_tokens=True)
        return text


def first_lines(text: str) -> str:
    """The first line of a model's output that holds words, without quotes or a speaker's name."""
    for raw in text.strip().splitlines():
        line = re.sub(r"^(interviewer|recruiter|rephrased)\s*:\s*", "", raw.strip(), flags=re.I)
        line = line.strip("\"' ")
        if line:
            return line
    return ""


def acceptable(line: str, written: str, request: LineRequest, longest_chars: int) -> bool:
    """Whether a model's line may be spoken instead of the written one.

    It has to be neither empty nor overlong, be made of ordinary characters, keep the names that
    the written line holds, hold no placeholder, and ask something where a question is wanted.
    """
    if not 8 <= len(line) <= longest_chars or len(line) > 2 * len(written) + 60:
        return False
    letters = sum(ch.isalpha() or ch in " ,.;:!?'-" for ch in line)
    if letters < 0.95 * len(line) or "{" in line:
        return False
    words = line.lower().split()
    if len(words) < 3 or len(set(words)) < 0.5 * len(words):
        return False
    if any(value in written and value not in line for value in request.values.values()):
        return False
    asks = "?" in line or any(REQUEST.match(s.strip()) for s in re.split(r"[.!,]", line))
    return asks or not request.question


def _is_seq2seq(folder: Path) -> bool:
    config = folder / "config.json"
    if not config.is_file():
        raise ModelError(f"wording 'transformers': no model in {folder}; {_fetch(folder)}")
    try:
        return bool(json.loads(config.read_text(encoding="utf-8")).get("is_encoder_decoder"))
    except ValueError:
        raise ModelError(f"wording 'transformers': {config} is damaged; {_fetch(folder)}") from None


def _fetch(folder: Path) -> str:
    return f"run: hf download google/flan-t5-base --local-dir {folder}"


def _pad_id(tokenizer: Any) -> int:
    for token in (tokenizer.pad_token_id, tokenizer.eos_token_id):
        if token is not None:
            return int(token)
    return 0
