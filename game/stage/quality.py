"""Tiers of picture quality: which is taken, and what is taken where the driver refuses."""

from __future__ import annotations

from typing import Any

from game.stage import shading


def tier_for(wanted: str, software: bool) -> str:
    """The tier that a setting means on a driver.

    Args:
        wanted: ``auto``, ``lean`` or ``full``.
        software: whether the processor draws.

    Returns:
        ``lean`` or ``full``; ``auto`` leaves the full one to a GPU.
    """
    if wanted == "auto":
        return "lean" if software else "full"
    return wanted


def settle(base: Any, tier: str) -> tuple[str, str]:
    """Takes the tier, or the best one below it that the driver draws.

    Args:
        base: the ``ShowBase``, its window open.
        tier: ``full`` or ``lean``.

    Returns:
        The tier: ``full``, ``lean`` or, without shaders, ``fixed``; and in one plain line why it
        is not the one that was asked for, empty where it is.
    """
    gsg = base.win.getGsg()
    if not shading.supported(gsg):
        shading.use_tier("fixed")
        return "fixed", "the driver runs no shaders: people are lit by its fixed functions"
    if tier == "full":
        refused = shading.refused("full", gsg)
        if refused:
            shading.use_tier("lean")
            return "lean", f"the driver refuses the program {refused}: drawn in the lean quality"
    shading.use_tier(tier)
    return tier, ""
