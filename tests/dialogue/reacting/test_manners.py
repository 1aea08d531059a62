"""Five manners before the same candidate: what can be counted of them lies apart."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator

import pytest

from dialogue.content.manner import manners
from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.manager import DialogueManager
from dialogue.types import AcknowledgeData
from tests.fakes import Doing, Played, moves, play, smiles, sounds, speaks, why

pytestmark = pytest.mark.slow

SEEDS = range(6)
SMILES = 12


def candidate() -> tuple[list[Doing], list[list[Doing]]]:
    """Smiles all the time, one long answer, one on which silence lies, one that never ends."""
    smiling = [smiles(6 + 9 * i, 7.4 + 9 * i) for i in range(SMILES)]
    talk = [speaks(0.6 + 4.5 * i, 4.2 + 4.5 * i) for i in range(14)]
    restless = [moves(0, 60, fidget=0.9), sounds(0, 60, pitch_sd_st=2.5)]
    return smiling, [[*talk, *restless], [], [], []]


def rates(played: Played) -> dict[str, float]:
    """What of one interview can be counted."""
    first_s = played.answers_from_s[0]
    nods = [
        a for a in played.acts if why(a).rule.startswith("backchannel") and a.t_s < first_s + 63
    ]
    smiled = played.by("return_smile")
    silence = [a for a in played.by("long_silence") if a.t_s > first_s + 60]
    waited = silence[0].t_s - max(t for t in played.answers_from_s if t < silence[0].t_s)
    calming = played.by("fidgeting")
    return {
        "nods per minute": len(nods) / 63 * 60,
        "sounds per minute": sum(bool(a.text) for a in nods) / 63 * 60,
        "size of nods": statistics.mean(
            a.data.strength
            for a in nods
            if isinstance(a.data, AcknowledgeData) and a.data.gesture == "nod"
        )
        if nods
        else 0.0,
        "share of smiles returned": len(smiled) / SMILES,
        "size of smiles": statistics.mean(
            a.data.strength for a in (*smiled, *calming) if isinstance(a.data, AcknowledgeData)
        ),
        "silence before she helps, s": waited,
    }


@pytest.fixture(scope="module")
def counted() -> dict[str, list[dict[str, float]]]:
    """Manner to the rates of one interview per seed."""
    doings, answers = candidate()
    found: dict[str, list[dict[str, float]]] = {}
    for name in manners():
        persona = load_persona("marcus", manner=name)
        for seed in SEEDS:
            m = DialogueManager(load_interview("nurse"), persona, None, seed, questions=2)
            played = play(m, doings, answers, seconds=130)
            found.setdefault(name, []).append(rates(played))
    return found


def apart(one: list[float], other: list[float]) -> bool:
    """Whether every value of the one lies on the same side of every value of the other."""
    return max(one) < min(other) or max(other) < min(one)


def pairs(counted: dict[str, list[dict[str, float]]]) -> Iterator[tuple[str, str, list[str]]]:
    for one, other in itertools.combinations(counted, 2):
        names = counted[one][0]
        yield (
            one,
            other,
            [
                name
                for name in names
                if apart([r[name] for r in counted[one]], [r[name] for r in counted[other]])
            ],
        )


def test_any_two_manners_differ_in_every_interview(
    counted: dict[str, list[dict[str, float]]],
) -> None:
    # six interviews against six, none of which overlap: by chance 2 in 924 for each rate
    for one, other, names in pairs(counted):
        assert names, f"{one} and {other} cannot be told apart"


def test_they_differ_as_their_numbers_say(counted: dict[str, list[dict[str, float]]]) -> None:
    mean = {
        name: {rate: statistics.mean(r[rate] for r in runs) for rate in runs[0]}
        for name, runs in counted.items()
    }
    for rate, number in (
        ("nods per minute", "backchannel_rate"),
        ("size of nods", "nod_amount"),
        ("share of smiles returned", "smile_reciprocity"),
        ("size of smiles", "warmth"),
        ("silence before she helps, s", "patience"),
    ):
        wanted = {n: getattr(load_persona("marcus", manner=n).manner, number) for n in mean}
        for one, other in itertools.combinations(mean, 2):
            if wanted[one] > 1.5 * wanted[other]:
                assert mean[one][rate] > mean[other][rate], (rate, one, other, mean)
