"""Who speaks when, what was asked, and what was answered.

The recruiter's speech comes from the progress of her acts, the candidate's from the ends of speech
that the microphone's activity detector found. An answer belongs to the question that was open while
it was spoken: from the end of the asking to the next question or the close, without whatever the
recruiter said meanwhile.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dialogue.types import AskData, Feedback, ListenData, RecruiterAct, spoken_s
from perception.languages import joined
from perception.types import Event, Word, Words
from scoring.record.answering import sorted_out
from scoring.record.heard_recruiter import interviewer_spans, not_theirs, spread
from scoring.record.spans import merge, subtract
from scoring.record.tracks import VoiceTrack
from scoring.record.turns import Answer, Line, Question, Turns, TypedText
from scoring.record.understood import Utterance
from scoring.types import Span

SURE_OF_LANGUAGE = 0.6
"""Confidence (0...1) from which a stretch of words is believed to be in a language."""
SPEAKING_KINDS = ("say", "ask", "interrupt", "close")
EARLY_S = 0.3
"""Candidate's speech that outlasts the question by this much is the beginning of an answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a record tells of the conversation, each in order of time."""

    acts: tuple[RecruiterAct, ...]
    progress: tuple[Feedback, ...]
    """What became of each act."""
    events: tuple[Event, ...]
    words: tuple[Words, ...]
    """Final stretches of recognised speech."""
    typed: tuple[Words, ...]
    """Typed answers."""
    voice: VoiceTrack
    duration_s: float
    utterances: tuple[Utterance, ...] = ()
    """What was understood."""


def find_turns(told: Told) -> Turns:
    """Works out the conversation from acts, their progress, speech events and words."""
    lines = _lines(told)
    recruiter = merge((line.start_s, line.end_s) for line in lines)
    theirs = interviewer_spans(told.acts, told.progress)
    candidate = not_theirs(_candidate_speech(told), theirs, told.voice)
    questions = _questions(lines, told.acts, told.duration_s)
    answers: list[Answer] = []
    if questions:
        found = []
        for question in questions:
            answer = _answer(told, question, recruiter, candidate)
            if answer is not None:
                answer = sorted_out(answer, _replies(told, question.id), recruiter)
            found.append(replace(question, answer=answer))
            if answer is not None and answer.counts and question.rated:
                answers.append(answer)
        questions = tuple(found)
    else:
        # A recording without a recruiter: all of it is one answer to nothing in particular.
        whole = Question("", "", 0.0, 0.0, told.duration_s + 1.0, None, None)
        answer = _answer(told, whole, recruiter, candidate)
        if answer is not None:
            answer = replace(answer, question_id=None, response_time_s=None)
            understood = sorted_out(answer, _replies(told, None), recruiter)
            answers.append(understood if understood.counts else answer)
    return Turns(lines, recruiter, candidate, questions, tuple(answers))


def _replies(told: Told, question_id: str | None) -> list[Utterance]:
    """What was understood of the replies to a question."""
    found = [u for u in told.utterances if u.question_id == question_id]
    # whatever was understood later was so because what was understood before did not fit
    later = [u for u in found if not u.live]
    return later or found


def _lines(told: Told) -> tuple[Line, ...]:
    started = {f.act_id: f.t_s for f in reversed(told.progress) if f.phase == "start"}
    ended = {f.act_id: f for f in told.progress if f.phase != "start"}
    spoken = [a for a in told.acts if a.text.strip() and a.kind in SPEAKING_KINDS]
    lines = []
    for i, act in enumerate(spoken):
        start = started.get(act.id, act.t_s)
        feedback = ended.get(act.id)
        if feedback is not None:
            end = feedback.t_s
        else:
            end = start + spoken_s(act.text)
            if i + 1 < len(spoken):
                follower = spoken[i + 1]
                end = min(end, max(start, started.get(follower.id, follower.t_s)))
            end = min(end, max(start, told.duration_s))
        stopped = feedback is not None and feedback.phase == "stopped"
        if stopped and act.id not in started:
            continue  # it waited its turn and was never heard
        lines.append(Line(start, end, act.text, act.id, act.kind, act.question_id, stopped))
    return tuple(sorted(lines, key=lambda line: line.start_s))


def _speech_events(told: Told) -> tuple[Span, ...]:
    spans = []
    start: float | None = None
    for event in told.events:
        if event.kind == "speech_start":
            if start is None:
                start = _when(event)
        elif event.kind == "speech_end" and start is not None:
            spans.append((start, _when(event)))
            start = None
    if start is not None:
        spans.append((start, told.duration_s))
    return merge(spans)


def _when(event: Event) -> float:
    return float(event.data.get("t_s", event.t_s))


def _candidate_speech(told: Told) -> tuple[Span, ...]:
    spans = _speech_events(told)
    if not spans:
        # No detector's events (an older record): the dense readings say the same, less smoothly.
        spans = tuple(s for s in told.voice.speech_spans(bridge_s=0.3) if s[1] - s[0] >= 0.15)
    if not spans:
        spans = merge((w.t_start_s, w.t_end_s) for w in told.words)
    return spans


def _questions(
    lines: Sequence[Line], acts: Sequence[RecruiterAct], duration_s: float
) -> tuple[Question, ...]:
    by_id = {act.id: act for act in acts}
    turns = [
        line
        for line in lines
        if line.kind == "close" or (line.kind == "ask" and not _taken_back(line, acts))
    ]
    questions: list[Question] = []
    for i, line in enumerate(turns):
        if line.kind != "ask":
            continue
        window_end = turns[i + 1].start_s if i + 1 < len(turns) else max(duration_s, line.end_s)
        act = by_id[line.act_id]
        identity = line.question_id or line.act_id
        if questions and questions[-1].id == identity:
            # Asked again: the answer may lie before or after the repetition.
            questions[-1] = replace(questions[-1], window_end_s=window_end)
            continue
        asked = act.data if isinstance(act.data, AskData) else AskData()
        questions.append(
            Question(
                id=identity,
                text=line.text,
                asked_s=line.start_s,
                asked_end_s=line.end_s,
                window_end_s=window_end,
                competency=asked.competency or None,
                follow_up_of=asked.follow_up_of or None,
                because=act.because,
                asks_episode=asked.asks_episode,
                put=asked.question,
            )
        )
    return tuple(questions)


def _taken_back(line: Line, acts: Sequence[RecruiterAct]) -> bool:
    """Whether she gave a question up because the answer before it went on."""
    if not line.stopped:
        return False
    behind = itertools.dropwhile(lambda act: act.id != line.act_id, acts)
    for act in behind:
        if isinstance(act.data, ListenData):
            return act.data.answer == "continues" and act.question_id != line.question_id
    return False


def _answer(
    told: Told, question: Question, recruiter: Sequence[Span], candidate: Sequence[Span]
) -> Answer | None:
    opened, closed = question.asked_end_s, question.window_end_s
    speech: list[Span] = []
    for start, end in candidate:
        if start >= closed or end <= opened + EARLY_S:
            continue
        # An early start counts as it is; speech that was going on before the question does not.
        begin = start if start >= question.asked_s else opened
        holes = [hole for hole in recruiter if hole[0] > opened]
        speech.extend(subtract((begin, min(end, closed)), holes))
    speech = [s for s in speech if s[1] > s[0]]
    written = tuple(
        TypedText(t.t_end_s, " ".join(t.text.split()))
        for t in told.typed
        if opened <= t.t_end_s < closed + EARLY_S
    )
    spoken = _spoken(told, question, speech) if speech else None
    if not written:
        return spoken
    return _written(told, question, written, spoken)


def _spoken(told: Told, question: Question, speech: Sequence[Span]) -> Answer:
    """An answer that was spoken."""
    start, end = speech[0][0], max(s[1] for s in speech)
    words, text, guessed = _words_between(told, start, end)
    return Answer(
        question.id,
        start,
        end,
        tuple(speech),
        words,
        text,
        start - question.asked_end_s,
        estimated_times=guessed,
        language=_language(told, start, end),
    )


def _written(
    told: Told, question: Question, written: tuple[TypedText, ...], spoken: Answer | None
) -> Answer:
    """An answer that was typed, all of it or what was not spoken.

    Sounds beside it without words are no speech: a keyboard clatters. Words of another language are
    left out, for what was typed is judged as English.
    """
    start = written[0].t_s
    text = " ".join(each.text for each in written)
    if spoken is None or not spoken.words or spoken.language not in (None, "en"):
        end = written[-1].t_s
        return Answer(question.id, start, end, (), (), text, None, written=written)
    pieces = [(each.t_s, each.text) for each in written]
    edges = [float("-inf"), *(each.t_s for each in written), float("inf")]
    for since, until in itertools.pairwise(edges):
        words = [w for w in spoken.words if since <= w.start_s < until]
        if words:
            whole = len(words) == len(spoken.words)
            said = spoken.transcript if whole else joined(w.text.strip() for w in words)
            pieces.append((words[0].start_s, said))
    return replace(
        spoken,
        transcript=" ".join(said for _, said in sorted(pieces)),
        response_time_s=spoken.response_time_s if spoken.start_s < start else None,
        written=written,
        beside=_while_typing(told, written, spoken),
        language=None,
    )


def _while_typing(told: Told, written: Sequence[TypedText], spoken: Answer) -> tuple[Span, ...]:
    """Silences between stretches of speech in which something was typed."""
    keys = [e.t_s for e in told.events if e.source == "candidate" and e.kind == "typing"]
    times = [*keys, *(each.t_s for each in written)]
    silences = [(a[1], b[0]) for a, b in itertools.pairwise(spoken.speech)]
    return tuple(s for s in silences if any(s[0] <= t_s <= s[1] for t_s in times))


def _language(told: Told, start: float, end: float) -> str | None:
    """The language in which most of a span was heard with fair certainty."""
    heard: dict[str, float] = {}
    for words in told.words:
        common = min(end, words.t_end_s) - max(start, words.t_start_s)
        sure = words.language_confidence
        if (
            common > 0
            and words.language is not None
            and sure is not None
            and sure >= SURE_OF_LANGUAGE
        ):
            heard[words.language] = heard.get(words.language, 0.0) + common
    return max(heard, key=lambda language: heard[language]) if heard else None


def _words_between(told: Told, start: float, end: float) -> tuple[tuple[Word, ...], str, bool]:
    """Words whose middle lies in the span, with the text as the recogniser wrote it."""
    margin = 0.3  # recognisers place word ends less exactly than detectors place speech
    found: list[Word] = []
    texts: list[str] = []
    guessed = False
    for stretch in told.words:
        words = stretch.words
        begins, ends = stretch.t_start_s, stretch.t_end_s
        if words:
            begins, ends = min(begins, words[0].start_s), max(ends, words[-1].end_s)
        if begins > end + margin or ends < start - margin:
            continue
        if not words and stretch.text.strip():
            guessed = True
            words = spread(stretch.text, stretch.t_start_s, stretch.t_end_s)
        here = [w for w in words if start - margin <= (w.start_s + w.end_s) / 2 <= end + margin]
        if not here:
            continue
        found.extend(here)
        whole = len(here) == len(words) and stretch.text.strip()
        texts.append(stretch.text.strip() if whole else joined(w.text.strip() for w in here))
    return tuple(found), joined(texts), guessed
