"""eGeMAPS v02 by its authors' own program, openSMILE, where that is installed.

openSMILE may be used free of charge for research and teaching only, so it is neither installed nor
shipped with this program; who may use it installs it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from perception.errors import ModelError

SHORTEST_S = 0.3
"""Shorter sound gives openSMILE no frame of pitch."""


class OpenSmileFunctionals:
    """All 88 functionals, as openSMILE gives them.

    Raises:
        ModelError: the package is missing, or one that it needs does not fit.
    """

    def __init__(self) -> None:
        try:
            import opensmile
        except ImportError as error:
            missing = isinstance(error, ModuleNotFoundError)
            reason = "is not installed" if missing else f"does not load ({error})"
            raise ModelError(
                f"functionals: openSMILE {reason}; its licence allows research only; where that "
                'fits, install it with: pip install opensmile "pyarrow<19" "pandas<3"'
            ) from None
        self.name = f"opensmile {opensmile.__version__}"
        self._smile = opensmile.Smile(
            feature_set=opensmile.FeatureSet.eGeMAPSv02,
            feature_level=opensmile.FeatureLevel.Functionals,
        )

    def extract(self, samples: NDArray[np.float32], rate_hz: int) -> Mapping[str, float]:
        """Functionals of (n,) mono samples, -1...1; empty for less than 0.3 s."""
        if len(samples) < SHORTEST_S * rate_hz:
            return {}
        table = self._smile.process_signal(samples, rate_hz)
        values = zip(self._smile.feature_names, table.to_numpy()[0], strict=True)
        return {str(name): float(value) for name, value in values if np.isfinite(value)}
