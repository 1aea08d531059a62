"""What could be better about a question bank or an employer's brief that loads.

Mistakes that a file must not have are told as it is loaded. Here is what makes an interview poorer:
a request that she cannot meet, a gap that she cannot ask after, a line that is hard to listen to.
Each remark is one plain line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dialogue.content.employer import Employer
from dialogue.content.script import Interview, Question

RESERVED_IDS = ("your_questions", "greeting")
"""Ids that the interview itself uses."""

FEWEST_QUESTIONS = 4
"""Beside the warm-up: with fewer, interviews are all alike."""
FEWEST_TOPICS = 5
FEWEST_ASKS = 4
"""Ways to ask for a topic, from which others can be told."""
LONGEST_SENTENCE = 32
"""Words of a spoken sentence that a listener holds in mind with ease."""
LONGEST_QUESTION = 240
"""Characters of a question: about 15 s of speech."""

_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")


def bank_mistakes(interview: Interview) -> list[str]:
    """What is wrong with a bank although it can be loaded: she would say it as it stands."""
    return [
        f"question id {question.id!r} is the interview's own; choose another"
        for question in _questions(interview)
        if question.id in RESERVED_IDS
    ]


def bank_remarks(interview: Interview) -> list[str]:
    """What could be better about a bank."""
    questions = _questions(interview)
    found = []
    if len(interview.questions) < FEWEST_QUESTIONS:
        found.append(
            f"only {len(interview.questions)} questions beside the warm-up; "
            f"interviews differ from {FEWEST_QUESTIONS} on"
        )
    if len({question.difficulty for question in questions}) == 1:
        found.append(
            f"all questions have difficulty {questions[0].difficulty}; "
            "it cannot follow the answers (difficulty = 1 easy, 3 demanding)"
        )
    if len(interview.questions) > 1 and len({q.competency for q in interview.questions}) == 1:
        found.append("all questions show one competency; a short interview cannot spread over any")
    lists = ("greetings", "transitions", "last_transitions", "closings", "early_closings")
    single = [name for name in lists if len(getattr(interview, name)) == 1]
    if single:
        found.append(f"one wording only of {', '.join(single)}; who comes again hears it again")
    for question in questions:
        found += question_remarks(question, interview.title)
    for what, lines in _all_lines(interview):
        found += _speaking_remarks(what, lines)
    return found


def question_remarks(question: Question, title: str) -> list[str]:
    """What one question lacks.

    Args:
        question: it.
        title: of the role, for which a placeholder may stand.
    """
    lacking = {
        "simple": "no simple wording, for who asks for other words",
        "explains": "no explains, for who asks what she means",
        "help": "no help, for who stays silent",
        "gist": "no gist; whether an answer keeps to the point can hardly be told",
        "points": "no points; what a good answer tells is not known one by one",
        "ratings": "no ratings; what an answer is worth has no anchors at 1, 3 and 5",
        "keywords": "no keywords, by which an answer's content is scored",
        "topic": "no topic; she cannot say what she comes back to",
    }
    found = [words for name, words in lacking.items() if not getattr(question, name)]
    if len(question.text) == 1:
        found.append("one wording only; who comes again hears it again")
    conditions = {follow_up.when for follow_up in question.follow_ups}
    if "short" not in conditions:
        found.append('no follow-up for a short answer (when = "short")')
    if question.asks_episode and "no_result" not in conditions:
        found.append('no follow-up for a missing result (when = "no_result")')
    said = [*question.text, *question.help, *question.simple, *question.explains]
    said += [line for follow_up in question.follow_ups for line in follow_up.text]
    heard = " ".join(said).replace("{title}", title)
    found += [
        f"term {term!r} is in none of the question's words"
        for term, _ in question.terms
        if not said_in(term, heard)
    ]
    found += [
        f"text holds a wording of {len(line)} characters; "
        f"{LONGEST_QUESTION} are long for a question"
        for line in question.text
        if len(line) > LONGEST_QUESTION
    ]
    return [f"{question.id}: {words}" for words in found]


def employer_remarks(employer: Employer) -> list[str]:
    """What could be better about a brief."""
    found = []
    if len(employer.topics) < FEWEST_TOPICS:
        found.append(f"only {len(employer.topics)} topics; of all else she has to find out")
    for topic in employer.topics:
        what = f"topic {topic.id}"
        if len(topic.asks) < FEWEST_ASKS:
            found.append(
                f"{what}: {len(topic.asks)} ways to ask it; write {FEWEST_ASKS} or more, "
                "unlike each other"
            )
        if not topic.words:
            found.append(f"{what}: no words that speak for it")
        found += _speaking_remarks(what, topic.answers)
    found += _speaking_remarks("about", (employer.about,))
    return found


def said_in(term: str, text: str) -> bool:
    """Whether a term's words stand in a text in their order, apart from capitals and plurals.

    A few words may stand between them: "leave a bad figure out" holds "leave out".
    """
    between = r" (?:[^ ]+ ){0,4}"
    wanted = between.join(re.escape(word) for word in _plain_words(term))
    return re.search(rf" {wanted} ", f" {' '.join(_plain_words(text))} ") is not None


def _plain_words(text: str) -> list[str]:
    return [word.removesuffix("s") for word in re.findall(r"[\w'’-]+", text.lower())]


def _questions(interview: Interview) -> tuple[Question, ...]:
    return (interview.warm_up, *interview.questions)


def _all_lines(interview: Interview) -> list[tuple[str, Sequence[str]]]:
    """All that she may say, each with what it is."""
    found: list[tuple[str, Sequence[str]]] = [
        (name, getattr(interview, name))
        for name in ("greetings", "transitions", "last_transitions", "closings", "early_closings")
    ]
    for question in _questions(interview):
        found += [
            (f"{question.id}: {name}", getattr(question, name))
            for name in ("text", "simple", "explains", "help")
        ]
        found.append((f"{question.id}: terms", [meaning for _, meaning in question.terms]))
        found += [
            (f"{question.id}: follow-up {follow_up.when}", follow_up.text)
            for follow_up in question.follow_ups
        ]
    return found


def _speaking_remarks(what: str, lines: Iterable[str]) -> list[str]:
    """What makes lines hard to say or to follow."""
    found = []
    for line in lines:
        longest = max(len(s.split()) for s in _SENTENCE_END.split(line))
        start = f"{what}: {_beginning(line)}"
        if longest > LONGEST_SENTENCE:
            found.append(f"{start} has a sentence of {longest} words; split it")
        if line.strip()[-1:] not in ".?!":
            found.append(f"{start} ends without a full stop or question mark")
        strange = sorted({c for c in line if not c.isascii()})
        if strange:
            found.append(f"{start} holds {' '.join(strange)}; a voice may stumble over that")
    return found


def _beginning(line: str) -> str:
    words = line.split()
    return f'"{" ".join(words[:5])}{" ..." if len(words) > 5 else ""}"'
