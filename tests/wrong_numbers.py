"""What stands in a TOML file where a number should, and is none that anything could use."""

from __future__ import annotations

WRONG_NUMBERS = (
    *("nan", "inf", "-inf", "1e308", "-1e308", "1e999", "0x" + 64 * "F"),
    *("true", '"3"', "[1.0]", "{ of = 1 }", "1979-05-27"),
)
"""TOML values."""
