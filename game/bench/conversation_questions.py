"""Which of her questions were out of place, asked twice, or about what an answer does not lack."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dialogue.reacting.rules import shipped_rules
from dialogue.types import AskData
from game.bench.conversation_exchange import (
    Exchange,
    Tally,
    exchanges,
    label,
    short,
    told_by,
)
from game.synthetic.conversation.composing import missing
from game.synthetic.conversation.play import Line, Played
from game.synthetic.conversation.utterance import Segment, Utterance

MOST_FOLLOW_UPS = 2
"""To one question."""
THIN_WORDS = 20
"""Words up to which an answer is short, and a reply one on which she may insist."""
PUT_AGAIN = ("repeat", "rephrase", "explain", "trouble", "other_language", "assent", "none")
"""Acts of a candidate's after which a question may come again, sounds without sense among them."""
GAPS = (
    *("no_situation", "no_task", "no_action", "no_result", "no_own_role"),
    *("vague", "short", "off_topic", "number_no_context"),
)


@dataclass(slots=True)
class Questions:
    """What there is to say about one interview's questions."""

    repeated: list[str] = field(default_factory=list)
    """Main questions asked again with no cause."""
    misplaced: list[str] = field(default_factory=list)
    precise: Tally = field(default_factory=Tally)
    """Follow-ups about something that the answer lacks."""
    found: Tally = field(default_factory=Tally)
    """Answers that lack something, and were followed up."""
    cut_off: list[str] = field(default_factory=list)
    """Answers into which she began a question."""


def judge(played: Played) -> Questions:
    """Looks at every question of an interview."""
    run = exchanges(played)
    asks = [line for line in played.spoken if line.act.kind == "ask"]
    questions = Questions()
    questions.repeated = _repeated(played, asks)
    questions.cut_off = _cut_off(played, asks)
    for line in asks:
        if "/" in (line.act.question_id or ""):
            _follow_up(played, line, questions)
    questions.misplaced += _too_many(played, asks)
    questions.misplaced += _after_the_end(played, run, asks)
    questions.misplaced += _unanswered(played, run)
    questions.misplaced += _recalled_too_soon(played)
    _recall(played, run, questions.found)
    return questions


def lacking(played: Played, base: str, t_s: float) -> tuple[frozenset[str], frozenset[str]]:
    """What the answer to a question lacks at a moment, and what one may find that it lacks.

    Args:
        played: the interview.
        base: id of the main question.
        t_s: session time.
    """
    told, question = told_by(played, base, t_s), played.plan.question(base)
    parts = {segment.part for segment in told}
    lacks = missing([segment.part for segment in told], question)
    also: set[str] = set()
    if 0 < sum(len(segment.text.split()) for segment in told) <= THIN_WORDS:
        lacks |= {"short"}  # whatever it says
    if not question.asks_episode:
        also |= {"no_result"} if not parts & {"result", "number"} else set()
        also |= {"no_own_role"} if "group" in parts and "action" not in parts else set()
    if any(segment.part == "tangent" for segment in told):
        also |= {"off_topic", "vague"}  # it wandered, whatever else it told
    if _told_before(played, base, told):
        also.add("told_before")
    return lacks, lacks | also


def _follow_up(played: Played, line: Line, questions: Questions) -> None:
    act = line.act
    base, about = (act.question_id or "").split("/", 1)
    _, allowed = lacking(played, base, act.t_s)
    if about in ("contradiction", "told_before"):
        fits = about in allowed
        if not fits:
            said = f"asks about a {about} that there is none of: {act.text!r}"
            questions.misplaced.append(label(played, act.t_s, said))
        return
    told = told_by(played, base, act.t_s)
    if about in {rule.name for rule in shipped_rules()}:
        return  # a question about how they come across, not about what they told
    if about == "always" and not allowed:
        return  # out of interest, after an answer that lacks nothing
    if not told and _made_noise(played, base, act.t_s):
        return
    if not told:
        said = f"follows up an answer that was not given: {act.text!r}"
        questions.misplaced.append(label(played, act.t_s, said))
        return
    last = _last_words(played, base, act.t_s)
    fits = about in allowed or (about not in GAPS and (bool(allowed) or last <= THIN_WORDS))
    answer = " ".join(segment.text for segment in told)
    said = f"{about} after {short(answer, 60)!r}: {act.text!r}"
    questions.precise.count(fits, label(played, act.t_s, said))


def _made_noise(played: Played, base: str, t_s: float) -> bool:
    """Whether what was said to a question had no sense, so that anything may be asked."""
    return any(
        u.intended.purpose == "noise" and u.intended.base == base and u.start_s < t_s
        for u in played.utterances
    )


def _last_words(played: Played, base: str, t_s: float) -> int:
    """Words of the last utterance about a question."""
    said = [u for u in played.utterances if u.intended.base == base and u.start_s < t_s]
    return len(said[-1].text.split()) if said else 0


def _told_before(played: Played, base: str, told: tuple[Segment, ...]) -> bool:
    texts = {s.text for s in told if s.part not in ("nothing", "tangent")}
    return any(
        segment.text in texts
        for utterance in played.utterances
        if utterance.intended.base != base
        for segment in utterance.said
    )


def _repeated(played: Played, asks: list[Line]) -> list[str]:
    found = []
    for number, line in enumerate(asks):
        base = line.act.question_id or ""
        data = line.act.data
        put = data.question if isinstance(data, AskData) else ""
        for before in asks[:number]:
            was = before.act.data
            same = before.act.question_id == base
            words = isinstance(was, AskData) and was.question == put and "/" not in base
            if (same or words) and not _caused(played, before, line):
                found.append(label(played, line.act.t_s, f"asked again: {line.act.text!r}"))
                break
    return found


def _caused(played: Played, before: Line, line: Line) -> bool:
    """Whether something calls for the same question once more."""
    if before.stopped or before.start_s is None:
        return True
    since_s, until_s = before.start_s, line.act.t_s
    said = [u for u in played.utterances if since_s - 1.0 <= u.start_s <= until_s]
    return any(s.act in PUT_AGAIN for u in said for s in u.intended.segments)


def _too_many(played: Played, asks: list[Line]) -> list[str]:
    found, counts = [], dict[str, set[str]]()
    for line in asks:
        base, _, about = (line.act.question_id or "").partition("/")
        if not about:
            continue
        seen = counts.setdefault(base, set())
        seen.add(about)
        if len(seen) > MOST_FOLLOW_UPS:
            said = f"follow-up number {len(seen)} to {base}: {line.act.text!r}"
            found.append(label(played, line.act.t_s, said))
    return found


def _after_the_end(played: Played, run: tuple[Exchange, ...], asks: list[Line]) -> list[str]:
    """Questions after the candidate has confirmed that they want to stop, or refused this one."""
    found = []
    for exchange in run:
        intended, end_s = exchange.utterance.intended, exchange.utterance.end_s
        later = [line for line in asks if (line.start_s or 0.0) > end_s]
        if intended.purpose == "assent" and intended.offer == "stop" and intended.assents:
            late = [line for line in later if line.act.t_s > end_s]
        elif any(s.act == "decline" for s in intended.segments):
            late = [e for e in later if (e.act.question_id or "").split("/")[0] == exchange.base]
        else:
            continue
        found += [label(played, e.act.t_s, f"asks all the same: {e.act.text!r}") for e in late]
    return found


def _unanswered(played: Played, run: tuple[Exchange, ...]) -> list[str]:
    """Main questions that she left although a request stood, with no answer and no word of it."""
    found = []
    for number, exchange in enumerate(run):
        intended = exchange.utterance.intended
        acts = {segment.act for segment in intended.segments}
        waits = acts & {"repeat", "rephrase", "explain", "think_time", "aside", "upset", "joke"}
        answered = any(e.base == exchange.base for e in run[number + 1 :])
        told = told_by(played, exchange.base, exchange.utterance.end_s)
        if waits and exchange.moved_on and not told and not answered and not exchange.closed:
            said = f"goes on without an answer after {intended.text!r}: {short(exchange.said)!r}"
            found.append(label(played, exchange.utterance.end_s, said))
    return found


def _recalled_too_soon(played: Played) -> list[str]:
    """Facts that she comes back to as to something earlier, though the same question is open."""
    found = []
    for line in played.spoken:
        base = (line.act.question_id or "").split("/", 1)[0]
        for piece in played.her.pieces(line.act.text) or ():
            if piece.kind != "recalls":
                continue
            echo = piece.values.get("echo", "")
            bases = {
                u.intended.base
                for u in played.utterances
                if u.start_s < line.act.t_s and said_in(echo, u)
            }
            if bases and bases == {base}:
                found.append(label(played, line.act.t_s, f"recalls at once: {line.act.text!r}"))
    return found


def _cut_off(played: Played, asks: list[Line]) -> list[str]:
    """Answers into which she began a question before they were over."""
    found = []
    for line in asks:
        start_s = line.start_s or 0.0
        for utterance in played.utterances:
            inside = utterance.start_s < line.act.t_s and start_s < utterance.end_s - 0.3
            if utterance.intended.purpose in ("answer", "follow_up") and inside:
                said = f"begins {short(line.act.text, 8)!r} into {short(utterance.intended.text)!r}"
                found.append(label(played, start_s, said))
    return found


def _recall(played: Played, run: tuple[Exchange, ...], tally: Tally) -> None:
    """Whether answers that lack something were followed up."""
    for exchange in run:
        utterance = exchange.utterance
        if utterance.intended.purpose != "answer" or utterance.cut or "/" in exchange.put_id:
            continue
        first = _first_answer(played, exchange.base)
        if first is not utterance or exchange.base == "your_questions":
            continue
        lacks, _ = lacking(played, exchange.base, utterance.end_s)
        interrupted = any(act.kind == "interrupt" for act in exchange.acts)
        if not lacks or interrupted:
            continue
        asked = {
            (line.act.question_id or "").split("/", 1)[1]
            for line in played.spoken
            if line.act.kind == "ask"
            and (line.act.question_id or "").startswith(f"{exchange.base}/")
        }
        said = f"lacks {', '.join(sorted(lacks))}, asked {', '.join(sorted(asked)) or 'nothing'}: "
        said += repr(short(utterance.text, 60))
        tally.count(bool(asked & lacks), label(played, utterance.end_s, said))


def _first_answer(played: Played, base: str) -> Utterance | None:
    return next(
        (
            u
            for u in played.utterances
            if u.intended.purpose == "answer" and u.intended.base == base
        ),
        None,
    )


_TURNED = {
    **dict.fromkeys(("i", "me", "we", "us", "you"), "you"),
    **dict.fromkeys(("my", "our", "your"), "your"),
    **dict.fromkeys(("mine", "ours", "yours"), "yours"),
    **dict.fromkeys(("myself", "ourselves", "yourself", "yourselves"), "yourself"),
    **dict.fromkeys(("am", "are"), "are"),
    **dict.fromkeys(("i'm", "we're", "you're"), "you're"),
    **dict.fromkeys(("i've", "we've", "you've"), "you've"),
    **dict.fromkeys(("i'd", "we'd", "you'd"), "you'd"),
    **dict.fromkeys(("i'll", "we'll", "you'll"), "you'll"),
}


def alike(text: str) -> str:
    """A text's words, whoever speaks them: "my team" and "your team" are the same."""
    words = re.findall(r"[\w'’%]+", text.lower().replace("’", "'"))
    return " ".join(_TURNED.get(word, word) for word in words)


def said_in(echo: str, utterance: Utterance) -> bool:
    """Whether words of hers are the candidate's own, from what they told of themselves."""
    told = alike(" ".join(s.text for s in utterance.intended.segments if s.part))
    words = alike(re.sub(r"^the ", "", echo.lower()))  # "a shop" is "the shop" from then on
    return bool(words) and f" {words} " in f" {told} "
