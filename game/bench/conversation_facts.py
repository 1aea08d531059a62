"""Whether what she says again was said, and whether every line of hers is her own."""

from __future__ import annotations

from game.bench.conversation_exchange import Tally, label
from game.bench.conversation_questions import alike, said_in
from game.synthetic.conversation.her_lines import Piece
from game.synthetic.conversation.play import Line, Played

QUOTES = ("echo", "fact", "before", "now")
"""Placeholders in which words of the candidate's stand."""


def quoted(played: Played) -> Tally:
    """Words of the candidate's that she says again, held against what they had told by then.

    What she comes back to as to something earlier has to come from another question.
    """
    tally = Tally()
    for line, piece, words in _quotes(played):
        asked = (line.act.question_id or "").split("/", 1)[0]
        told = [u for u in played.utterances if u.start_s < line.act.t_s and said_in(words, u)]
        if piece.kind == "recalls":
            told = [u for u in told if u.intended.base != asked]
        tally.count(bool(told), label(played, line.act.t_s, f"{words!r} in {piece.text!r}"))
    return tally


def planted(played: Played) -> Tally:
    """How many of those words are a fact that was planted, whole or in part."""
    facts = [
        alike(fact.text)
        for utterance in played.utterances
        for segment in utterance.intended.segments
        for fact in segment.facts
    ]
    tally = Tally()
    for line, _, words in _quotes(played):
        said = alike(words)
        known = any(f" {said} " in f" {fact} " or f" {fact} " in f" {said} " for fact in facts)
        tally.count(known, label(played, line.act.t_s, words))
    return tally


def in_role(played: Played) -> Tally:
    """Lines of hers that are made of what is written for her, and of nothing put into her mouth."""
    tally = Tally()
    canaries = played.setting.candidate.canaries
    for line in played.spoken:
        text = line.act.text
        pieces = played.her.pieces(text)
        slipped = [word for word in canaries if word in text.lower()]
        fault = f"not hers: {text!r}" if pieces is None else f"says {slipped}: {text!r}"
        good = pieces is not None and not slipped
        tally.count(good, label(played, line.act.t_s, fault))
    return tally


def _quotes(played: Played) -> list[tuple[Line, Piece, str]]:
    return [
        (line, piece, piece.values[name])
        for line in played.spoken
        for piece in played.her.pieces(line.act.text) or ()
        for name in QUOTES
        if piece.values.get(name)
    ]
