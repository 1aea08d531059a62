"""How much processor time a process has used, asked of the system."""

from __future__ import annotations

import psutil


def processor_s(pid: int | None) -> float | None:
    """Seconds of processor time that a process has used; None where it is gone."""
    if pid is None:
        return None
    try:
        used = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return None
    return float(used.user + used.system)
