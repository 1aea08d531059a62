"""Reading TOML files, with errors of one line.

Needs nothing but the standard library: set-up reads a settings file before anything is installed.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from perception.errors import InputError, SettingsError
from perception.named_file import check_file


def read_toml(path: Path) -> dict[str, Any]:
    """Reads a TOML file; the byte order mark that some editors write is passed over.

    What its keys may hold is not looked at: see :func:`perception.settings.read_as`, which does.

    Args:
        path: of the file.

    Raises:
        InputError: the file is missing or cannot be read.
        SettingsError: it is not TOML; the message names the file, line and column.
    """
    check_file(path, may_be_empty=True)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check it") from None
    try:
        return tomllib.loads(_text(data))
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}; mend that line") from None
    except RecursionError:
        raise SettingsError(f"{path}: brackets within brackets without end; mend it") from None
    except ValueError:  # Python's own limit to the digits of a whole number
        raise SettingsError(f"{path}: a number of thousands of digits; mend it") from None


def _text(data: bytes) -> str:
    """Line ends as TOML has them, whatever the editor; a lone carriage return ends no line."""
    return data.decode("utf-8-sig").replace("\r\n", "\n")
