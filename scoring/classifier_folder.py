"""Text classifiers that somebody named in the settings: where they lie, and what their labels mean.

A folder as Hugging Face's transformers write it: ``config.json``, ``model.safetensors`` and the
tokenizer's files. All that can be told without loading the model is told here, so that a slip comes
to light before an interview and not after it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from perception.errors import ModelError, SettingsError
from perception.recorded import looked_up
from perception.settings import build
from scoring.recorded_settings import with_scoring
from scoring.rubric import load
from scoring.settings import ClassifierSettings

Purpose = Literal["sentiment", "relevance", "emotion"]
"""What a classifier judges: the tone of answers, how far they are to the point, what emotion their
words are taken for."""

PURPOSES: tuple[Purpose, ...] = ("sentiment", "relevance", "emotion")

_NAMELESS = re.compile(r"label \d+")
_HEAD = "ForSequenceClassification"
"""How architectures of transformers are called that classify texts."""
_WEIGHTS = ("model.safetensors", "model.safetensors.index.json")


@dataclass(frozen=True, slots=True)
class ClassifierFolder:
    """A classifier, as its folder describes it."""

    purpose: Purpose
    path: Path
    architecture: str
    """``BertForSequenceClassification`` and the like."""
    labels: tuple[str, ...]
    """Of its outputs in order, plainly written; one output that is a probability has none."""
    values: tuple[tuple[float, ...] | None, ...]
    """What each label is worth: (tone,), (to the point,) or (valence, arousal); None for labels
    that are left out of account."""
    hypothesis: str = ""
    """For a model of inference: what may follow from the answer, with ``{question}``."""

    @property
    def name(self) -> str:
        """Of the folder."""
        return self.path.name

    @property
    def one_output(self) -> bool:
        """Whether its one output is the logit of a probability."""
        return not self.labels


def named_folders(settings: ClassifierSettings) -> dict[Purpose, Path]:
    """The folders that settings name."""
    folders = {purpose: getattr(settings, purpose) for purpose in PURPOSES}
    return {purpose: Path(folder) for purpose, folder in folders.items() if folder}


def resolved(settings: ClassifierSettings, beside: Path) -> ClassifierSettings:
    """The settings with folders as seen from another one, each looked at.

    Raises:
        ModelError: a folder is missing, or holds no classifier that can be used.
        SettingsError: what its labels mean is not known.
    """
    named = named_folders(settings)
    folders: dict[str, Any] = {p: str((beside / path).resolve()) for p, path in named.items()}
    changed = replace(settings, **folders)
    for purpose in named:
        described(purpose, changed)
    return changed


def classifiers_of(meta: Mapping[str, Any]) -> ClassifierSettings:
    """The classifiers that the settings of a session name; none where they cannot be read.

    Args:
        meta: ``session.json``.
    """
    table = looked_up(meta, "settings", "scoring", "classifiers")
    if not isinstance(table, Mapping):
        return ClassifierSettings()
    try:
        return build(ClassifierSettings, table, "session.json [scoring.classifiers]")
    except SettingsError:
        return ClassifierSettings()


def with_classifiers(meta: Mapping[str, Any], settings: ClassifierSettings) -> dict[str, Any]:
    """``session.json`` as if its settings named other classifiers."""
    told = json.loads(json.dumps(asdict(settings)))  # as a record has it: lists for tuples
    return with_scoring(meta, classifiers=told)


def described(purpose: Purpose, settings: ClassifierSettings) -> ClassifierFolder:
    """A classifier as its folder describes it; nothing is loaded.

    Args:
        purpose: which of those that the settings name.
        settings: name it.

    Raises:
        ModelError: the folder is missing, or holds no classifier that can be used.
        SettingsError: what its labels mean is not known.
    """
    folder = named_folders(settings)[purpose]
    config = _config(purpose, folder)
    told = config.get("architectures")
    names = [each for each in told if isinstance(each, str)] if isinstance(told, list) else []
    fitting = [name for name in names if name.endswith(_HEAD)]
    if not fitting:
        raise ModelError(
            f"classifier '{purpose}': {folder} holds no text classifier (its config.json says "
            f"{', '.join(names) or 'nothing of an architecture'}); name one that was trained to "
            f"classify, of an architecture that ends in {_HEAD}"
        )
    if not any((folder / name).is_file() for name in _WEIGHTS):
        raise ModelError(
            f"classifier '{purpose}': no model.safetensors in {folder}; save the model with "
            "save_pretrained, which writes it (other forms of weights may hold code)"
        )
    if config.get("problem_type") == "multi_label_classification":
        raise ModelError(
            f"classifier '{purpose}': {folder} gives several labels to one text at once; name a "
            "classifier that gives one"
        )
    found = ClassifierFolder(purpose, folder, fitting[0], (), ())
    given: tuple[str, ...] = getattr(settings, f"{purpose}_labels")
    labels = _labels(config)
    if purpose == "relevance" and len(labels) == 1 and not given:
        return found
    if given and len(given) != len(labels):
        raise SettingsError(
            f"[scoring.classifiers] {purpose}_labels names {len(given)}, but {folder} has "
            f"{len(labels)} outputs; name each once, in order of their numbers"
        )
    return _meaning(found, tuple(_plainly(label) for label in given or labels))


def _config(purpose: Purpose, folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    if not path.is_file():
        raise ModelError(
            f"classifier '{purpose}': no model in {folder}; check [scoring.classifiers] {purpose}, "
            "which names a folder with config.json, model.safetensors and the tokenizer's files"
        )
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        config = None
    if not isinstance(config, dict):
        raise ModelError(
            f"classifier '{purpose}': {path} is damaged; bring the model's folder there again"
        )
    return config


def _labels(config: Mapping[str, Any]) -> list[str]:
    """Names of the outputs, in order of their numbers; two without a name by default."""
    named = config.get("id2label")
    if isinstance(named, Mapping) and all(str(key).isdigit() for key in named):
        return [str(named[key]) for key in sorted(named, key=lambda key: int(str(key)))]
    count = config.get("num_labels")
    return [f"LABEL_{i}" for i in range(count if isinstance(count, int) and count > 0 else 2)]


def _plainly(label: str) -> str:
    """A label in small letters, with spaces for what stands between words."""
    return " ".join(re.sub(r"[_\-./]+", " ", label).lower().split())


def _meaning(found: ClassifierFolder, labels: Sequence[str]) -> ClassifierFolder:
    """The classifier with what its labels are worth.

    Raises:
        SettingsError: that of one is not known, or none or only one side is there.
    """
    purpose = found.purpose
    table = load("classifiers")[purpose]
    known: Mapping[str, Any] = table["labels"]
    passed: Sequence[str] = ()
    hypothesis = ""
    if purpose == "relevance" and {"entailment", "contradiction"} <= set(labels):
        passed, hypothesis = table["inference"]["passed"], table["inference"]["hypothesis"]
    values: list[tuple[float, ...] | None] = []
    for label in labels:
        if label in passed:
            values.append(None)
        elif label in known:
            worth = known[label]
            values.append(tuple(worth) if isinstance(worth, list | tuple) else (float(worth),))
        else:
            raise SettingsError(_unknown(found, label, list(known)))
    apart = {value for value in values if value is not None}
    if len(apart) < 2:
        raise SettingsError(
            f"classifier '{purpose}': labels {', '.join(labels)} of {found.path} tell nothing "
            f"apart; name a model with some of {', '.join(known)}"
        )
    return replace(found, labels=tuple(labels), values=tuple(values), hypothesis=hypothesis)


def _unknown(found: ClassifierFolder, label: str, known: Sequence[str]) -> str:
    what = "does not say what it means" if _NAMELESS.fullmatch(label) else "is not known"
    return (
        f"classifier '{found.purpose}': label '{label}' of {found.path} {what}; name the labels in "
        f"its config.json (id2label), or with [scoring.classifiers] {found.purpose}_labels in "
        f"order of their numbers, of: {', '.join(known)}"
    )
