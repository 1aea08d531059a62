"""Files of the small models that this project trains: arrays, and a line about where they are from.

They lie in ``assets/models`` and ship with the program; ``run.py models train`` makes them anew.
"""

from __future__ import annotations

import contextlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from perception.errors import ModelError
from perception.paths import ASSETS

T = TypeVar("T")

MODELS = ASSETS / "models"
"""Where they are."""


def read_model(path: Path, training: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Weights, as float32 where they are halves, and what is said of them.

    Args:
        path: of the file.
        training: as in ``models train <training>``, for the message.

    Raises:
        ModelError: the file is missing or damaged.
    """
    with of_this_form(path, training):
        # np.load would leave a damaged file open
        with path.open("rb") as data, np.load(data) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(str(arrays.pop("about")))
    return {
        n: a.astype(np.float32) if a.dtype == np.float16 else a for n, a in arrays.items()
    }, about


def made_of(
    path: Path, training: str, make: Callable[[dict[str, NDArray[Any]], dict[str, Any]], T]
) -> T:
    """What is made of a file's weights and of what is said of them.

    Args:
        path: of the file.
        training: as in ``models train <training>``, for the message.
        make: given both.

    Raises:
        ModelError: the file is missing or damaged, or holds a model of another form.
    """
    weights, about = read_model(path, training)
    with of_this_form(path, training):
        return make(weights, about)


@contextlib.contextmanager
def of_this_form(path: Path, training: str) -> Iterator[None]:
    """Says of a file that cannot be read or holds something else that it is no such model.

    Raises:
        ModelError: in place of whatever the reading of it raised.
    """
    try:
        yield
    except (
        OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error,
        ValueError, TypeError, LookupError, AttributeError,
    ) as error:  # fmt: skip
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise ModelError(
            f"{path}: the model is missing or damaged ({why}); bring it back from the "
            f"repository, or make it: python3 run.py models train {training}"
        ) from None
