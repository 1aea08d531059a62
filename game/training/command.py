"""Command ``models train``: makes the models that ship anew, and prints what they are worth."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from perception.errors import InputError
from perception.interrupt import interrupt_says


def train_models(options: argparse.Namespace) -> int:
    """Command ``models train``: makes one of the models that ship anew.

    Raises:
        InputError: the settings do not fit, or there is nothing to learn from.
        ModelError: data that the training needs are missing.
    """
    trainers = {
        "expression": _train_expression,
        "fillers": _train_fillers,
        "turns": _train_turns,
        "acts": _train_acts,
        "answers": _train_answers,
        "order": _train_word_order,
        "relevance": _train_relevance,
        "impressions": _train_impressions,
        "hidden": _train_hidden,
    }
    with interrupt_says("no model was changed"):
        return trainers[options.names[0]](options)


def _train_expression(options: argparse.Namespace) -> int:
    """Trains the networks that read faces, on people that are drawn for it."""
    from game.progressbar import ProgressBar
    from game.training.material import TrainingSettings
    from game.training.train import train

    usual = TrainingSettings()
    people = tuple(range(1, options.people + 1)) if options.people else usual.people
    settings = TrainingSettings(
        people=people,
        held_out=min(usual.held_out, max(1, len(people) // 4)),
        sittings=options.sittings or usual.sittings,
    )
    with ProgressBar("training", options.quiet) as bar:
        figures = train(settings, options.out, bar.set_progress)
    if not options.quiet:
        _print_figures(figures, settings.held_out)
    return 0


def _train_fillers(options: argparse.Namespace) -> int:
    """Trains the network that tells filled pauses, on speech that is made for it."""
    from game.progressbar import ProgressBar
    from game.training.fillers import FillerTraining, train_fillers
    from perception.paths import data_dir

    usual = FillerTraining()
    talkers = options.people or usual.talkers
    settings = FillerTraining(
        talkers=talkers,
        held_out=min(usual.held_out, max(1, talkers // 4)),
        scenes=options.sittings * talkers if options.sittings else usual.scenes,
    )
    with ProgressBar("training", options.quiet) as bar:
        figures = train_fillers(settings, data_dir(), options.out, bar.set_progress)
    _tell(figures, options.quiet)
    return 0


def _train_turns(options: argparse.Namespace) -> int:
    """Trains the models that tell when an answer is over, on interviews that were transcribed."""
    from game.progressbar import ProgressBar
    from game.training.turns import TurnTrainingSettings, train_turns

    usual = TurnTrainingSettings()
    try:
        settings = TurnTrainingSettings(
            people=options.people, draws=options.sittings or usual.draws
        )
    except ValueError as error:
        raise InputError(f"models train turns: {error}") from None
    folder = _learned_from("turns", "recordings")
    with ProgressBar("training", options.quiet) as bar:
        figures = train_turns(folder, settings, options.out, bar.set_progress)
    if not options.quiet:
        print(
            f"{figures['answers']} answers with {figures['pauses']} pauses of "
            f"{figures['people']} people: at a probability of {figures['needed']:.2f} "
            f"she would cut in on {100 * figures['cut_in_share']:.3g} % of the pauses "
            f"and wait {figures['delay_s'][0]:.2f} s after half of the answers"
        )
    return 0


def _train_acts(options: argparse.Namespace) -> int:
    """Trains the recogniser of dialogue acts and facts, on utterances written for it."""
    from game.progressbar import ProgressBar
    from game.training.acts import train_acts
    from game.training.tagger import TaggerSettings

    with ProgressBar("training", options.quiet) as bar:
        figures = train_acts(TaggerSettings(), options.out, bar.set_progress)
    _tell(figures, options.quiet)
    return 0


def _train_answers(options: argparse.Namespace) -> int:
    """Trains what tells the parts and gaps of answers, on answers written for it."""
    from game.progressbar import ProgressBar
    from game.training.answer_parts import EPOCHS, train_answers
    from game.training.tagger import TaggerSettings

    with ProgressBar("training", options.quiet) as bar:
        figures = train_answers(TaggerSettings(epochs=EPOCHS), options.out, bar.set_progress)
    _tell(figures, options.quiet)
    return 0


def _train_word_order(options: argparse.Namespace) -> int:
    """Makes the model of word order, from all that was written for this project."""
    from game.progressbar import ProgressBar
    from game.training.word_order import train_word_order

    with ProgressBar("training", options.quiet) as bar:
        figures = train_word_order(options.out, bar.set_progress)
    _tell(figures, options.quiet)
    return 0


def _train_relevance(options: argparse.Namespace) -> int:
    """Trains what tells how far an answer takes up its question, on answers written for it."""
    from game.progressbar import ProgressBar
    from game.training.relevance import train_relevance

    with ProgressBar("training", options.quiet) as bar:
        figures = train_relevance(options.out, bar.set_progress)
    _tell(figures, options.quiet)
    return 0


def _train_impressions(options: argparse.Namespace) -> int:
    """Trains what predicts judges' impressions, on interviews that they rated."""
    from game.progressbar import ProgressBar
    from game.training.impressions import ImpressionTraining, train_impressions

    with ProgressBar("training", options.quiet) as bar:
        about = train_impressions(options.data, ImpressionTraining(), options.out, bar.set_progress)
    if not options.quiet:
        print(
            f"{about['interviews']} interviews of {about['people']} people; by cross-validation "
            f"that leaves out all of a person ({about['rounds']} x {about['folds']} folds):"
        )
        for name, told in about["impressions"].items():
            print(
                f"{name}: r {told['r']:.2f} (90 % interval {told['r_low']:.2f} to "
                f"{told['r_high']:.2f}), from {', '.join(told['features'])}"
            )
        for name, told in about["without_voice"].items():
            print(f"{name}, where nothing is known of the voice: r {told['r']:.2f}")
    return 0


def _train_hidden(options: argparse.Namespace) -> int:
    """Trains what tells the parts of a face from what hides them, on filmed people."""
    from game.progressbar import ProgressBar
    from game.training.hidden import DRAWN, figures_in_words, train_hidden

    folder = _learned_from("hidden", "pictures of people")
    drawn = DRAWN if options.people is None else tuple(range(1, options.people + 1))
    with ProgressBar("training", options.quiet) as bar:
        figures = train_hidden(folder, options.out, bar.set_progress, drawn=drawn)
    if not options.quiet:
        print(*figures_in_words(figures), sep="\n")
    return 0


def _learned_from(model: str, what: str) -> Path:
    """The folder of real recordings.

    Raises:
        InputError: there is none.
    """
    from perception.paths import data_dir

    folder = data_dir()
    if folder is None:
        raise InputError(
            f"models train {model}: no {what} to learn from; "
            "name their folder in RECRUITER_TEST_DATA"
        )
    return folder


def _tell(figures: Mapping[str, float], quiet: bool) -> None:
    """A line for each figure."""
    if not quiet:
        for name, value in figures.items():
            print(f"{name.replace('_', ' ')}: {value:.3g}")


_FIGURES = {
    "coefficients_r": "expression: correlation of its coefficients",
    "coefficients_r_unrested": "expression, resting face unknown: correlation",
    "turn_error_deg": "head pose: error about x, y, z, °",
    "turn_error_deg_unrested": "head pose, resting face unknown: error, °",
    "turn_error_deg_without": "head pose of the mesh alone: error, °",
    "gaze_error_deg": "gaze: error, °",
    "gaze_yaw_pitch_error_deg": "gaze: error in yaw and pitch, °",
    "closure_r": "eyes shut: correlation",
}
"""What training reports, for people."""


def _print_figures(figures: Mapping[str, Any], held_out: int) -> None:
    """What the networks are worth; of many correlations the middle, the least and the best."""
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=f"on {held_out} of {figures['people']} people, {figures['pictures']} pictures in all",
        title_justify="left",
        box=None,
        header_style="bold",
        pad_edge=False,
    )
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        if name in ("people", "pictures"):
            continue
        if isinstance(value, Mapping):
            ordered = sorted(value.values())
            low, middle, high = (_figure(ordered[i]) for i in (0, len(ordered) // 2, -1))
            shown = f"{middle} ({low} to {high})"
        else:
            shown = " ".join(map(_figure, value if isinstance(value, list) else [value]))
        table.add_row(_FIGURES.get(name, f"{name.removesuffix('_r')}: correlation"), shown)
    Console().print(table)


def _figure(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"
