"""Who asks and who answers, of people whom a recording keeps apart: by what each of them said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dialogue.types import Feedback, RecruiterAct
from dialogue.understanding.put_questions import is_request
from game.app.heard_questions import as_sentence, final_words, likely_question, text_of
from game.app.whose_voice import named, where
from perception.languages import listed
from perception.pipeline.kept_apart import Speaker
from perception.types import SPEECH, Event, VoiceReading, Word, Words
from scoring.record.heard_recruiter import HEARD, Put, interviewer_acts
from scoring.record.whose_voice import GUESSED

TURN_GAP_S = 1.0
"""s of silence between two turns of one person, where nobody else is heard meanwhile."""
BLEED_DB = 6.0
"""dB by which somebody is further below their own usual level than another is, while words are
heard, from which those are the other's that come through."""
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_CANDIDATE = re.compile(r"\b(candidate|applicant|interviewee|guest|me|myself)\b", re.I)
_ASKER = re.compile(r"\b(interviewer|recruiter|host|moderator|panel)\b", re.I)


@dataclass(frozen=True, slots=True)
class Side:
    """What is heard on one part of a recording's sound."""

    words: tuple[Words, ...]
    voices: tuple[VoiceReading, ...]


def own_words(sides: Sequence[Side]) -> list[list[Words]]:
    """The words of each, without those of others that come through from their parts."""
    usual = [_usual_dbfs(side.voices) for side in sides]
    tracks = [
        (np.array([v.t_s for v in side.voices]), np.array([v.level_dbfs for v in side.voices]))
        for side in sides
    ]

    def under(side: int, word: Word) -> float:
        times, levels = tracks[side]
        inside = levels[(times >= word.start_s - 0.02) & (times < word.end_s)]
        return usual[side] - float(inside.max()) if len(inside) else 99.0

    def theirs(side: int, word: Word) -> bool:
        own = under(side, word)
        others = [under(other, word) for other in range(len(sides)) if other != side]
        return own - min(others, default=99.0) < BLEED_DB

    found = []
    for number, side in enumerate(sides):
        kept = []
        for words in side.words:
            if not words.words:
                kept.append(words)
                continue
            mine = tuple(word for word in words.words if theirs(number, word))
            if len(mine) == len(words.words):
                kept.append(words)
            elif mine:
                kept.append(_only(words, mine))
        found.append(kept)
    return found


def candidate_among(
    speakers: Sequence[Speaker], said: Sequence[Sequence[Words]]
) -> tuple[int, Event]:
    """Which of some people is taken for the candidate, and what the record says of that.

    Who asks is told by questions, who answers by length: it is the one who says most for each
    question of their own. Where that is not who speaks longest it is said that it is open. What a
    file calls its tracks counts for more than both.

    Args:
        speakers: whoever speaks longest first.
        said: what each of them said.
    """
    asked = [_questions(words) for words in said]
    titles = [speaker.title for speaker in speakers]
    told = [who.spoken_s / (1 + count) for who, count in zip(speakers, asked, strict=True)]
    taken = max(range(len(speakers)), key=lambda who: (told[who], -who))
    others_asked = sum(asked) - asked[taken]
    why = "open" if taken else "both" if others_asked > asked[taken] else "longer"
    called = _by_title(titles)
    if called is not None:
        taken, why = called, "title"
    others = [each.part for number, each in enumerate(speakers) if number != taken]
    data = {
        "people": len(speakers),
        "taken": where(speakers[taken].part),
        "other": listed([where(part) for part in others]),
        "option": listed([named(each.part) for each in speakers], joint="or"),
        "why": why,
        "asked": sum(asked) - asked[taken],
        "titles": listed([f"\u201c{title}\u201d" for title in titles if title]),
        "taken_s": round(speakers[taken].spoken_s, 1),
        "other_s": round(sum(s.spoken_s for s in speakers) - speakers[taken].spoken_s, 1),
    }
    return taken, Event(0.0, "microphone", GUESSED, data)


def interviewers_said(sides: Sequence[Sequence[Words]]) -> list[RecruiterAct | Feedback]:
    """What others said on parts of the sound that are theirs alone, as a record has it.

    Args:
        sides: words of each of them; what is not final is passed over.
    """
    puts = []
    for words in sides:
        said = final_words(words)
        for first, last in _turns(said):
            span = (said[first].start_s, said[last].end_s)
            spoken = text_of(said, first, last)
            puts.append(Put(span, spoken, _question_in(spoken), "channel"))
    return interviewer_acts(HEARD, sorted(puts, key=lambda put: put.span))


def _by_title(titles: Sequence[str]) -> int | None:
    """Whom the file itself calls the candidate; None where it calls nobody so."""
    called = [number for number, title in enumerate(titles) if _CANDIDATE.search(title)]
    if len(called) == 1:
        return called[0]
    rest = [number for number, title in enumerate(titles) if not _ASKER.search(title)]
    return rest[0] if len(rest) == 1 else None


def _questions(words: Sequence[Words]) -> int:
    """How much somebody asks: sentences that end in a question mark, and requests."""
    said = final_words(words)
    turns = [text_of(said, first, last) for first, last in _turns(said)]
    sentences = [each.strip() for turn in turns for each in _SENTENCE.findall(turn)]
    return sum(each.endswith("?") or is_request(each) for each in sentences)


def _usual_dbfs(voices: Sequence[VoiceReading]) -> float:
    spoken = [v.level_dbfs for v in voices if v.speech >= SPEECH]
    return float(np.percentile(spoken, 90)) if spoken else 0.0


def _only(words: Words, kept: Sequence[Word]) -> Words:
    text = text_of(kept, 0, len(kept) - 1)
    return replace(
        words, t_start_s=kept[0].start_s, t_end_s=kept[-1].end_s, text=text, words=tuple(kept)
    )


def _question_in(turn: str) -> str | None:
    """The last question of a turn; None where it asks nothing."""
    for sentence in reversed(_SENTENCE.findall(turn)):
        text: str = sentence.strip()
        if text.endswith("?") or is_request(text) or likely_question(text):
            return as_sentence(text)
    return None


def _turns(said: Sequence[Word]) -> list[tuple[int, int]]:
    """First and last word of each stretch without a long silence."""
    found: list[tuple[int, int]] = []
    for number, word in enumerate(said):
        if found and word.start_s - said[number - 1].end_s < TURN_GAP_S:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
