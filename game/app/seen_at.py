"""Where in the picture the candidate is, as the command line says it over the settings file."""

from __future__ import annotations

import dataclasses

from game.settings import Settings
from perception.errors import InputError


def seen_at(settings: Settings, face: str | None) -> Settings:
    """The settings with the part of the picture that a command was given.

    Args:
        settings: as the file has them.
        face: as ``--face`` has it; None where it was not given.

    Raises:
        InputError: there can be no such part.
    """
    if face is None:
        return settings
    try:
        seeing = dataclasses.replace(settings.seeing, tile=face)
    except ValueError as error:
        raise InputError(f"--face {face}: {error}") from None
    return dataclasses.replace(settings, seeing=seeing)
