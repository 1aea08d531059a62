"""Reading TOML files, with errors of one line.

Needs nothing but the standard library: set-up reads a settings file before anything is installed.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from perception.errors import InputError, SettingsError
from perception.named_file import check_file


def read_toml(path: Path, finite: bool = True) -> dict[str, Any]:
    """Reads a TOML file; the byte order mark that some editors write is passed over.

    Args:
        path: of the file.
        finite: whether numbers that are none are refused here. Those who know what each key may be
            refuse them themselves and say what to use.

    Raises:
        InputError: the file is missing or cannot be read.
        SettingsError: it is not TOML, or holds a number that is none (``nan``) or has no end
            (``inf``); the message names the file, and line and column or the key.
    """
    check_file(path, may_be_empty=True)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check it") from None
    try:
        found = tomllib.loads(_text(data))
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}; mend that line") from None
    except RecursionError:
        raise SettingsError(f"{path}: brackets within brackets without end; mend it") from None
    except ValueError:  # Python's own limit to the digits of a whole number
        raise SettingsError(f"{path}: a number of thousands of digits; mend it") from None
    for key, value in _endless(found, "") if finite else ():
        raise SettingsError(f"{path}: {key} = {value}: not a finite number; mend it")
    return found


def _text(data: bytes) -> str:
    """Line ends as TOML has them, whatever the editor; a lone carriage return ends no line."""
    return data.decode("utf-8-sig").replace("\r\n", "\n")


def _endless(value: object, key: str) -> Iterator[tuple[str, float]]:
    """Numbers that are not finite, with the keys that lead to them."""
    if isinstance(value, float) and not math.isfinite(value):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _endless(inner, f"{key}.{name}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _endless(inner, f"{key}[{number}]")
