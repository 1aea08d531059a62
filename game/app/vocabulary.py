"""Which words the recogniser leans towards in an interview."""

from __future__ import annotations

import functools
from pathlib import Path

from dialogue.content.script import Interview
from dialogue.documents.reading import read_document
from perception.named_file import check_file
from perception.speech.base import SpeechSettings
from perception.speech.vocabulary import Vocabulary, names_in


def stated_vocabulary(settings: SpeechSettings) -> Vocabulary:
    """Terms of the settings, and names and terms of the CV that they point to.

    Raises:
        InputError: the CV is missing or cannot be read.
    """
    return Vocabulary.of(settings.vocabulary, _cv(settings.cv))


def interview_vocabulary(interview: Interview, settings: SpeechSettings) -> Vocabulary:
    """The same, and after them the terms of the role.

    Args:
        interview: its title and vocabulary, then the keywords of its questions.
        settings: what the candidate has stated.

    Raises:
        InputError: the CV is missing or cannot be read.
    """
    questions = (interview.warm_up, *interview.questions)
    keywords = [word for question in questions for word in question.keywords]
    role = (interview.title, *interview.vocabulary)
    return Vocabulary.of(settings.vocabulary, _cv(settings.cv), role, keywords)


def _cv(path: str) -> tuple[str, ...]:
    if not path:
        return ()
    file = Path(path).expanduser()
    check_file(file, f"{path} ([hearing.speech] cv)")
    stand = file.stat()
    return _names_of(file, stand.st_mtime_ns, stand.st_size)


@functools.lru_cache(maxsize=4)
def _names_of(file: Path, _written_ns: int, _size: int) -> tuple[str, ...]:
    """Names in a CV as it stands; options are checked, and later used."""
    return names_in(read_document(file).text)
