"""Finds the class of a back-end by its name in a table."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from perception.errors import InputError, ModelError


def load_backend(what: str, name: str, table: Mapping[str, str]) -> Any:
    """Imports the module of a back-end that was chosen.

    Args:
        what: of what kind it is, for messages: "face", "body".
        name: which was chosen.
        table: name to ``module:Class``.

    Returns:
        The class.

    Raises:
        InputError: no back-end has that name.
        ModelError: its package is not installed.
    """
    if name not in table:
        raise InputError(f"{what} '{name}' is unknown; use one of {', '.join(table)}")
    module_name, _, class_name = table[name].partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise ModelError(
            f"{what} '{name}' needs the package '{error.name}'; "
            f"install it with: pip install {error.name}"
        ) from None
    return getattr(module, class_name)
