"""Voices that a user has on disk: reading their files, and networks that nobody here has tried."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.voice.onnx_graph import inputs_of
from perception.errors import InputError, ModelError, RecruiterError
from perception.models.network_onnxruntime import open_network


def parted_name(given: str) -> tuple[Path, str]:
    """Place and speaker of a voice as a user writes them: ``FOLDER#af_heart``."""
    place, _, speaker = given.partition("#")
    return Path(place).expanduser(), speaker


def read_model(path: Path, user: str) -> bytes:
    """What is in a network's file.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{user}: {path} cannot be read ({error.strerror})") from None


def read_json(path: Path, user: str) -> dict[str, Any]:
    """A JSON file that holds an object.

    Raises:
        InputError: it is missing or no such file.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{user}: {path} cannot be read ({error.strerror})") from None
    except ValueError:  # a bad letter is one, too
        raise InputError(f"{user}: {path} is no JSON; fetch it anew") from None
    if not isinstance(found, dict):
        raise InputError(f"{user}: {path} holds no JSON object; fetch it anew")
    return found


class UsersNetwork:
    """A network that somebody brings: what it is not, it says in one line.

    Args:
        model: the file's bytes.
        user: what needs it, for messages.

    Raises:
        ModelError: it cannot be opened, or onnxruntime is missing.
    """

    def __init__(self, model: bytes, user: str) -> None:
        self._user = user
        try:
            self._session = open_network(model, user)
        except RecruiterError:
            raise
        except Exception as error:
            # onnxruntime's own errors have no ancestor in common but this one
            raise ModelError(f"{user}: its network cannot be opened ({_first(error)})") from None
        self._inputs = tuple(each.name for each in self._session.get_inputs())

    def run(self, fed: Mapping[str, Any]) -> list[NDArray[Any]]:
        """All outputs.

        Args:
            fed: name to value; what it does not take is left out.

        Raises:
            ModelError: it fails, or takes what is not given.
        """
        missing = [name for name in self._inputs if name not in fed]
        if missing:
            raise ModelError(f"{self._user}: its network takes '{missing[0]}', which is not known")
        try:
            found = self._session.run(None, {name: fed[name] for name in self._inputs})
        except Exception as error:
            # as above
            raise ModelError(f"{self._user}: its network failed ({_first(error)})") from None
        return [np.asarray(each) for each in found]


def require_inputs(model: bytes, names: set[str], user: str) -> None:
    """Says in one line that a network is another one.

    Raises:
        ModelError: it does not take what it should.
    """
    missing = names - set(inputs_of(model))
    if missing:
        raise ModelError(
            f"{user}: its network takes no '{sorted(missing)[0]}', so it is another kind of model"
        )


def _first(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:140]
