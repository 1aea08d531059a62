"""Names a camera, microphone or other source by where its class lives.

A worker process cannot be handed an open device, and a room may not import one that stands above
it. So a source is described by a string and its options, travels to the worker, and is imported and
constructed there. This is also how a synthetic candidate, which is drawn by the game, serves as a
camera without this room knowing of it.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from perception.errors import InputError, ModelError

SourceKind = Literal["device", "recording", "synthetic", "none"]
"""What plays the candidate's part: a person before a device, a file, a script, or nobody."""


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A class and the options it is constructed with; picklable when its options are."""

    target: str
    """``package.module:Class``."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments of the constructor."""
    kind: SourceKind = "device"
    """A device goes on from one part of a session to the next; the others begin anew."""

    def load(self) -> None:
        """Imports the class and whatever it needs; constructs and opens nothing.

        Raises:
            InputError, ModelError: as in :meth:`build`.
        """
        self._import()

    def build(self) -> Any:
        """Imports the class and constructs it.

        Raises:
            InputError: the target is not of the form ``package.module:Class``, names nothing, or
                does not take these options.
            ModelError: a package that the module needs is not installed.
        """
        cls = self._import()
        try:
            return cls(**dict(self.options))
        except TypeError as error:
            raise InputError(f"source '{self.target}': {error}; check its options") from None

    def _import(self) -> Any:
        module_name, _, class_name = self.target.partition(":")
        if not module_name or not class_name:
            raise InputError(f"source '{self.target}': write it as package.module:Class")
        try:
            module = importlib.import_module(module_name)
        except ModuleNotFoundError as error:
            if error.name is not None and module_name.startswith(error.name):
                raise InputError(
                    f"source '{self.target}': there is no module '{error.name}'; check the name"
                ) from None
            raise ModelError(
                f"source '{self.target}' needs the package '{error.name}'; "
                f"install it with: pip install {error.name}"
            ) from None
        cls = getattr(module, class_name, None)
        if cls is None:
            raise InputError(f"source '{self.target}': {module_name} has no '{class_name}'")
        return cls

    def open(self, clock: Any) -> Any:
        """Builds the source and starts it on ``clock``.

        Args:
            clock: a :class:`perception.clock.Clock`.

        Returns:
            The started source.

        Raises:
            InputError, ModelError: as in :meth:`build`.
            DeviceError: the device is missing or busy.
        """
        source = self.build()
        source.start(clock)
        return source
