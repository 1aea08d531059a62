"""Conversations with candidates in words whose requests, gaps and facts are known.

    python3 run.py bench conversation
    python3 run.py bench conversation --show 20

Each candidate of ``assets/candidates`` has twenty interviews over all roles, personas and manners,
and some have interviews of 5 to 45 minutes, on a fake clock. Understanding runs within them with
a latency of 60 ms; ``step`` is timed without it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from dialogue.conduct.time_budget import questions_for
from dialogue.content.manner import manners
from dialogue.content.persona import personas
from dialogue.content.script import roles
from game.bench.conversation_exchange import Tally, total
from game.bench.conversation_judged import Judged, judged
from game.bench.conversation_manners import told_apart
from game.bench.conversation_requests import tallied
from game.bench.row import Row
from game.synthetic.conversation.candidate import candidates, load_candidate
from game.synthetic.conversation.inline import KeptUnderstanding
from game.synthetic.conversation.play import Setting, play
from perception.process.pool import process_pool

BENCH = "conversation"
RUNS = 20
"""Of each candidate."""
QUESTIONS = 4
MINUTES = (5.0, 10.0, 15.0, 20.0, 30.0, 45.0)
TALKERS = ("confident", "rambling", "interrupting", "text_only")
"""Candidates of the interviews with a limit."""
ROLE_PLAYERS = ("hostile", "testing")
"""Candidates who try to get her out of her role."""
MOST_FAULTS = 40
"""Faults of one figure that are kept."""


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Plays all interviews and says what was as it should be.

    Args:
        quick: one short interview of each candidate.
        data_dir: unused; the candidates are written.

    Raises:
        ModelError: a model of understanding is missing or damaged.
    """
    del data_dir
    found = play_all(list(settings(quick)))
    return rows(found)


def settings(quick: bool) -> Iterator[Setting]:
    """Which interviews there are, those of one candidate one after another."""
    for number, name in enumerate(candidates()):
        if quick:
            # one role for all: its brief is looked through once, and stories are shared
            one = setting(name, number, number, 2)
            yield replace(one, role=roles()[0])
            continue
        for seed in range(RUNS):
            yield setting(name, number, seed)
    if quick:
        return
    for number, name in enumerate(TALKERS):
        for i, minutes in enumerate(MINUTES):
            one = setting(name, number, 100 + i, questions_for(minutes))
            yield replace(one, minutes=minutes)


def setting(name: str, number: int, seed: int, questions: int = QUESTIONS) -> Setting:
    """One interview: seeds go over manners first, then roles, and personas aslant."""
    all_manners, all_roles, all_personas = manners(), roles(), personas()
    manner = all_manners[seed % len(all_manners)]
    role = all_roles[(seed // len(all_manners) + number) % len(all_roles)]
    persona = all_personas[(seed + number) % len(all_personas)]
    return Setting(load_candidate(name), role, persona, manner, seed, questions)


def play_all(wanted: Sequence[Setting]) -> list[Judged]:
    """Plays interviews, several candidates at a time where there are processors for it."""
    parts: dict[str, list[Setting]] = {}
    for one in wanted:
        parts.setdefault(f"{one.candidate.name}:{bool(one.minutes)}", []).append(one)
    at_once = min(len(parts), max(1, (os.cpu_count() or 1) // 2))
    if at_once == 1:
        kept = KeptUnderstanding()
        return [judged(play(one, kept)) for one in wanted]
    with process_pool(at_once) as pool:
        return [each for part in pool.map(_play_part, parts.values()) for each in part]


def _play_part(wanted: Sequence[Setting]) -> list[Judged]:
    kept = KeptUnderstanding()
    return [judged(play(one, kept)) for one in wanted]


def rows(found: Sequence[Judged]) -> list[Row]:
    """The figures of played interviews."""
    return [
        *_course(found),
        *_requests(found),
        *_follow_ups(found),
        *_words(found),
        *_reactions(found),
        *_manners(found),
        *_pace(found),
    ]


def _course(found: Sequence[Judged]) -> list[Row]:
    ends = total(one.dead_ends for one in found)
    rows = [
        _none("dead ends", ends, "interviews"),
        _none("questions repeated without a cause", total(o.repeated for o in found)),
        _none("questions out of place", total(o.misplaced for o in found)),
    ]
    limited = [one for one in found if one.setting.minutes]
    if limited:
        over = total(one.over for one in limited)
        under = total(one.under for one in limited)
        rows.append(_none("interviews over their time by more than 10 %", over, "interviews"))
        figure = "interviews under it by more than 10 % with questions left"
        rows.append(_none(figure, under, "interviews"))
    return rows


def _requests(found: Sequence[Judged]) -> list[Row]:
    outcomes = [outcome for one in found for outcome in one.outcomes]
    whole, by_act = tallied(outcomes)
    back = sum(outcome.asked_back > 0 for outcome in outcomes)
    rows = [_share(f"requests understood and met, of {whole.of}", whole, 0.98)]
    for act, tally in sorted(by_act.items()):
        rows.append(Row(BENCH, f"  {act}, of {tally.of}", tally.share, ""))
    asked = back / len(outcomes) if outcomes else None
    return [*rows, Row(BENCH, "requests about which she asks back", asked, "")]


def _follow_ups(found: Sequence[Judged]) -> list[Row]:
    recall = total(one.found for one in found)
    precision = total(one.precise for one in found)
    return [
        _share(f"follow-ups on planted gaps, recall of {recall.of}", recall, 0.8),
        _share(f"follow-ups on planted gaps, precision of {precision.of}", precision, 0.8),
    ]


def _words(found: Sequence[Judged]) -> list[Row]:
    said = total(one.quoted for one in found)
    facts = total(one.planted for one in found)
    role = total(one.in_role for one in found)
    hostile = [one for one in found if one.setting.candidate.name in ROLE_PLAYERS]
    ended = total(one.dead_ends for one in hostile)
    return [
        _share(f"words of theirs that she says again and that are right, of {said.of}", said, 0.98),
        Row(BENCH, "  of which planted facts", facts.share, ""),
        _share(f"lines of hers that are her own, of {role.of}", role, 1.0),
        _share(f"interviews with hostile input that end, of {ended.of}", ended, 1.0),
    ]


def _reactions(found: Sequence[Judged]) -> list[Row]:
    cues = total(one.reactions for one in found)
    cooled = total(one.cooled for one in found)
    smiled = [one for one in found if one.smiles.of]
    smiles = total(one.smiles for one in smiled)
    wanted = sum(one.reciprocity * one.smiles.of for one in smiled)
    off = abs(smiles.good - wanted) / smiles.of if smiles.of else None
    kinds = Counter(fault.rsplit(": ", 1)[-1].split()[0] for fault in cues.faults)
    told = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
    missed = f" (missed: {told})" if told else ""
    return [
        _share(f"planted cues answered, of {cues.of}{missed}", cues, 0.9),
        Row.at_most(BENCH, f"smiles returned against her manner's share, of {smiles.of}", off, "",
                    0.15),
        _none("reactions within cool-down", cooled, "reactions"),
    ]  # fmt: skip


def _manners(found: Sequence[Judged]) -> list[Row]:
    free = [one.described for one in found if not one.setting.minutes]
    share, by_manner = told_apart(free)
    if share is None or len(free) < 3 * len(by_manner) * 5:
        return []  # too few to have means
    told = [Row(BENCH, f"  {name}", value, "") for name, value in by_manner.items()]
    figure = f"manners told apart by acts and timing, of {len(free)} interviews"
    return [Row.at_least(BENCH, figure, share, "", 0.9), *told]


def _pace(found: Sequence[Judged]) -> list[Row]:
    steps = np.concatenate([np.asarray(one.step_ms) for one in found])
    slow, usual = np.percentile(steps, (99, 50)) if len(steps) else (None, None)
    replies = np.array([s for one in found for s in one.replies_s])
    cut = total(one.cut_off for one in found)
    session_s = sum(one.session_s for one in found)
    rows = [
        Row.at_most(BENCH, f"step p99, of {len(steps)}", slow, "ms", 2),
        Row(BENCH, "step p50", usual, "ms"),
        Row(BENCH, f"answers she cut off, of {cut.of} questions", float(len(cut.faults)), ""),
        Row(BENCH, "length of all interviews", session_s / 60.0, "min"),
    ]
    if len(replies):
        for percent in (50, 95):
            value = 1000.0 * float(np.percentile(replies, percent))
            figure = f"end of an utterance to her first sound, p{percent} of {len(replies)}"
            rows.append(Row(BENCH, figure, value, "ms"))
    return rows


def _none(figure: str, tally: Tally, of: str = "questions") -> Row:
    """A figure of things that must not be."""
    bad = len(tally.faults)
    name = f"{figure}, of {tally.of} {of}"
    return Row(BENCH, name, float(bad), "", "0", bad == 0, _kept(tally))


def _share(figure: str, tally: Tally, aim: float) -> Row:
    value = tally.share
    met = None if value is None else value >= aim
    return Row(BENCH, figure, value, "", f"≥ {aim:g}", met, _kept(tally))


def _kept(tally: Tally) -> tuple[str, ...]:
    return tuple(tally.faults[:MOST_FAULTS])
