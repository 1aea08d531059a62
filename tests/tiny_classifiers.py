"""Text classifiers of a few kilobytes that really classify: made, trained and saved in a second."""

from __future__ import annotations

import importlib
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

GOOD = ("zebra", "yellow", "violin", "walnut")
BAD = ("copper", "drizzle", "kettle", "anvil")
"""Words that no list of toned words holds: only who has learnt them knows."""
FLAT = ("table", "window", "paper", "corner", "shelf", "ticket", "street", "carpet")

TOPICS: Mapping[str, tuple[str, ...]] = {
    "garden": ("rose", "soil", "spade", "hedge"),
    "boat": ("sail", "harbour", "anchor", "deck"),
    "kitchen": ("oven", "flour", "spoon", "dough"),
}
_MOST_STEPS = 900
_LEARNT = 0.06
"""Mean loss of the last twenty steps at which it has learnt enough."""
_POSITIONS = 48
"""Tokens that they read at once: an answer of a minute takes several stretches."""

Sample = tuple[str, str | None, int]
"""Text, its pair, and the number of its label."""


def filled(words: Sequence[str], count: int, rng: random.Random, share: float = 0.4) -> str:
    """A text of so many words, a share of which are some of those given."""
    return " ".join(rng.choice(words if rng.random() < share else FLAT) for _ in range(count))


def tone_samples(count: int = 240) -> list[Sample]:
    """Texts that are negative (0), neutral (1) or positive (2)."""
    rng = random.Random(5)
    return [
        (filled((BAD, FLAT, GOOD)[label], rng.randint(8, 40), rng), None, label)
        for label in (rng.randrange(3) for _ in range(count))
    ]


def pair_samples(count: int = 720) -> list[Sample]:
    """Questions and answers beside the point (0) or to it (1)."""
    rng = random.Random(6)
    found: list[Sample] = []
    for _ in range(count):
        asked, label = rng.choice(list(TOPICS)), rng.randrange(2)
        told = asked if label else rng.choice([t for t in TOPICS if t != asked])
        found.append(
            (f"tell me about your {asked}", filled(TOPICS[told], rng.randint(9, 28), rng), label)
        )
    return found


def make_classifier(
    folder: Path,
    kind: str,
    labels: Sequence[str],
    samples: Sequence[Sample],
    outputs: int | None = None,
) -> Path:
    """Trains and saves a classifier as ``save_pretrained`` does.

    Args:
        folder: where it is to lie.
        kind: "bert", "distilbert" (both of WordPiece) or "roberta" (bytes).
        labels: in order of their numbers.
        samples: that it learns.
        outputs: 1 for one logit; as many as labels by default.
    """
    import torch

    transformers: Any = importlib.import_module("transformers")
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = (_bytes if kind == "roberta" else _word_pieces)(
        [t for s in samples for t in s[:2] if t]
    )
    size: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "pad_token_id": tokenizer.pad_token_id,
        "initializer_range": 0.15,  # wide, so that it soon leaves the plateau
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
    }
    names: dict[str, Any] = {
        "id2label": dict(enumerate(labels)),
        "label2id": {name: i for i, name in enumerate(labels)},
    }
    if outputs == 1:
        names = {"id2label": {0: "LABEL_0"}, "label2id": {"LABEL_0": 0}}
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so that it learns the same on any machine
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        if kind == "bert":
            config: Any = transformers.BertConfig(
                max_position_embeddings=_POSITIONS, **size, **names
            )
            model: Any = transformers.BertForSequenceClassification(config)
        elif kind == "distilbert":
            config = transformers.DistilBertConfig(
                vocab_size=len(tokenizer),
                max_position_embeddings=_POSITIONS,
                dim=32,
                n_layers=2,
                n_heads=2,
                hidden_dim=64,
                pad_token_id=tokenizer.pad_token_id,
                initializer_range=0.15,
                **names,
            )
            model = transformers.DistilBertForSequenceClassification(config)
        else:
            config = transformers.RobertaConfig(
                max_position_embeddings=_POSITIONS + tokenizer.pad_token_id + 1, **size, **names
            )
            model = transformers.RobertaForSequenceClassification(config)
        _train(model, tokenizer, samples, outputs == 1)
    torch.set_num_threads(threads)
    transformers.utils.logging.disable_progress_bar()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _train(model: Any, tokenizer: Any, samples: Sequence[Sample], one: bool) -> None:
    import torch

    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    rng = random.Random(1)
    losses: list[float] = []
    while len(losses) < _MOST_STEPS and (len(losses) < 20 or sum(losses[-20:]) > 20 * _LEARNT):
        batch = rng.sample(list(samples), 32)
        pairs = [s[1] for s in batch]
        tokens = tokenizer(
            [s[0] for s in batch],
            None if pairs[0] is None else pairs,
            padding=True,
            truncation=True,
            max_length=_POSITIONS,
            return_tensors="pt",
        )
        if model.config.model_type == "distilbert":
            del tokens["token_type_ids"]
        logits = model(**tokens).logits
        right = torch.tensor([s[2] for s in batch])
        loss = (
            torch.nn.functional.binary_cross_entropy_with_logits(logits[:, 0], right.float())
            if one
            else torch.nn.functional.cross_entropy(logits, right)
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert sum(losses[-20:]) <= 20 * _LEARNT, "it has not learnt what it should have"


def _word_pieces(texts: Sequence[str]) -> Any:
    tokenizers: Any = importlib.import_module("tokenizers")
    transformers: Any = importlib.import_module("transformers")

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    # not by the library's trainer, which breaks ties by chance
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    pieces = [*special, *letters, *(f"##{each}" for each in letters), *".,:?!'"]
    known = sorted({word.strip(".,:?!'") for text in texts for word in text.lower().split()})
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys([*pieces, *known]))}
    plain = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocabulary, unk_token="[UNK]"))
    plain.normalizer = tokenizers.normalizers.BertNormalizer()
    plain.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    ends = [(name, plain.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    plain.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends
    )
    return transformers.BertTokenizerFast(tokenizer_object=plain, model_max_length=_POSITIONS)


def _bytes(texts: Sequence[str]) -> Any:
    tokenizers: Any = importlib.import_module("tokenizers")
    transformers: Any = importlib.import_module("transformers")

    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    plain = tokenizers.Tokenizer(tokenizers.models.BPE())
    plain.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=True)
    plain.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=500,
        special_tokens=special,
        show_progress=False,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
    )
    plain.train_from_iterator(texts, trainer)
    ends = [(name, plain.token_to_id(name)) for name in ("</s>", "<s>")]
    plain.post_processor = tokenizers.processors.RobertaProcessing(
        ends[0], ends[1], add_prefix_space=True
    )
    # with no limit of its own, as some folders have it: that of the model then counts
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=plain,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
        mask_token="<mask>",
        model_input_names=["input_ids", "attention_mask"],
    )


def relabel(folder: Path, labels: Sequence[str]) -> None:
    """Writes other names of its outputs into a folder's ``config.json``."""
    path = folder / "config.json"
    config = json.loads(path.read_text("utf-8"))
    config["id2label"] = {str(i): name for i, name in enumerate(labels)}
    config["label2id"] = {name: i for i, name in enumerate(labels)}
    path.write_text(json.dumps(config), "utf-8")
