"""Reading TOML files, with errors of one line.

Needs nothing but the standard library: set-up reads a settings file before anything is installed.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from perception.errors import InputError, SettingsError


def read_toml(path: Path) -> dict[str, Any]:
    """Reads a TOML file.

    Raises:
        InputError: the file is missing or cannot be read.
        SettingsError: it is not TOML; the message names file, line and column.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the path") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check it") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}; mend that line") from None
    except ValueError:  # Python's own limit to the digits of a whole number
        raise SettingsError(f"{path}: a number of thousands of digits; mend it") from None
