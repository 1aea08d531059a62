"""Which of a person's pip settings reach the set-up.

How packages are reached is the machine's to say: the index, the proxy, certificates. Where they go
and which are taken is the set-up's, and a setting meant for a person's own work (``user``,
``target``, ``prefix``, ``upgrade``, ``no-deps`` ...) would put them elsewhere, or others. What a
machine forbids (constraints, builds from source) stays forbidden.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
from pathlib import Path

KEPT = frozenset(
    {
        *("index-url", "extra-index-url", "pypi-url", "find-links", "no-index", "trusted-host"),
        *("proxy", "cert", "client-cert", "keyring-provider", "use-feature", "use-deprecated"),
        *("timeout", "default-timeout", "retries", "resume-retries"),
        *("cache-dir", "no-cache-dir", "prefer-binary"),
        *("constraint", "build-constraint", "only-binary", "uploaded-prior-to"),
    }
)
"""pip's options of the network, of the cache of what came over it, and of what is forbidden."""

_SECTIONS = ("global", "install", ":env:")
"""Of pip's settings, from the weakest on."""

_LINE = re.compile(r"""^(:env:|\w+)\.\.?([\w-]+)=('.*'|".*")$""")


def own() -> dict[str, str]:
    """Variables for a Python of the environment: what it imports and says is not a person's to set.

    It writes UTF-8, as whoever reads it expects.
    """
    taken = {"PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__"}
    kept = {name: value for name, value in os.environ.items() if name not in taken}
    return kept | {"PYTHONIOENCODING": "utf-8", "PYTHONNOUSERSITE": "1"}


def of(python: Path) -> dict[str, str]:
    """Variables for pip: the person's settings that are :data:`KEPT`, and no others.

    Args:
        python: the environment's interpreter, whose pip is asked what is set.
    """
    plain = {k: v for k, v in own().items() if not k.upper().startswith("PIP_")}
    told = {k: v for k, v in own().items() if _option(k) in KEPT | {"config-file"}}
    # three times -v: where a person has set "quiet", nothing would be said else
    asked = subprocess.run(
        [str(python), "-m", "pip", "config", "list", "-vvv"],
        env=plain | told,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if asked.returncode:
        return plain | told  # as it is run, pip says what is wrong with the settings
    return plain | {"PIP_CONFIG_FILE": os.devnull} | _variables(asked.stdout)


def _option(variable: str) -> str:
    """The option that a variable sets; empty where it is not one of pip's."""
    prefix, _, name = variable.partition("_")
    return name.lower().replace("_", "-") if prefix.upper() == "PIP" else ""


def _variables(listed: str) -> dict[str, str]:
    """What ``pip config list`` tells, as variables; what is told for installing goes first."""
    found: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
    for line in listed.splitlines():
        match = _LINE.match(line.strip())
        if match and match[1] in found and match[2] in KEPT:
            found[match[1]][match[2]] = str(ast.literal_eval(match[3]))
    merged: dict[str, str] = {}
    for section in _SECTIONS:
        merged |= found[section]
    return {f"PIP_{name.upper().replace('-', '_')}": value for name, value in merged.items()}
