"""How the candidate is heard, as the command line says it over the settings file."""

from __future__ import annotations

import argparse
import dataclasses

from game.settings import Settings
from perception.errors import InputError


def heard_as(settings: Settings, options: argparse.Namespace) -> Settings:
    """The settings with the recogniser, the language and the CV that a command was given.

    Raises:
        InputError: one of them cannot be.
    """
    given = {
        "recogniser": options.speech_to_text,
        "language": options.language,
        "cv": None if options.cv is None else str(options.cv),
    }
    speech = settings.hearing.speech
    for option, (key, value) in zip(_OPTIONS, given.items(), strict=True):
        if value is None:
            continue
        try:
            speech = dataclasses.replace(speech, **{key: value})
        except ValueError as error:
            raise InputError(f"{option} {value}: {error}") from None
    hearing = dataclasses.replace(settings.hearing, speech=speech)
    return dataclasses.replace(settings, hearing=hearing)


_OPTIONS = ("--speech-to-text", "--language", "--cv")
