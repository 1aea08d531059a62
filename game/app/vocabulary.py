"""Which words the recogniser leans towards in an interview."""

from __future__ import annotations

from pathlib import Path

from dialogue.content.script import Interview
from perception.errors import InputError
from perception.named_file import check_file
from perception.speech.base import SpeechSettings
from perception.speech.vocabulary import Vocabulary, names_in


def stated_vocabulary(settings: SpeechSettings) -> Vocabulary:
    """Terms of the settings, and names and terms of the CV that they point to.

    Raises:
        InputError: the CV is missing or is no text.
    """
    return Vocabulary.of(settings.vocabulary, _cv(settings.cv))


def interview_vocabulary(interview: Interview, settings: SpeechSettings) -> Vocabulary:
    """The same, and after them the terms of the role.

    Args:
        interview: its title and vocabulary, then the keywords of its questions.
        settings: what the candidate has stated.

    Raises:
        InputError: the CV is missing or is no text.
    """
    questions = (interview.warm_up, *interview.questions)
    keywords = [word for question in questions for word in question.keywords]
    role = (interview.title, *interview.vocabulary)
    return Vocabulary.of(settings.vocabulary, _cv(settings.cv), role, keywords)


def _cv(path: str) -> tuple[str, ...]:
    if not path:
        return ()
    file = Path(path).expanduser()
    check_file(file, f"{path} ([hearing.speech] cv)", may_be_empty=True)
    try:
        return names_in(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{path}: cannot be read as text; save the CV as UTF-8 text") from None
