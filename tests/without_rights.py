"""What may not be read, where the tests run as root, who may read everything."""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator

import pytest

_VERSION = 0x20080522
"""Of the form in which Linux tells capabilities: 64 bits, in two halves."""
_READS_ALL = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH."""


class _Head(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint32) for name in ("effective", "permitted", "inherited"))


@contextlib.contextmanager
def without_rights() -> Iterator[None]:
    """Runs with no more than the mode of files and folders grants their owner.

    Root stays root, so that code can be imported on the way, but lays the right to read
    everything down meanwhile.
    """
    if os.name != "posix":
        pytest.skip("rights of other systems are others")
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    head, sets = _Head(_VERSION, 0), (_Sets * 2)()
    if not hasattr(libc, "capset") or libc.capget(ctypes.byref(head), sets):
        pytest.skip("root, on a system that does not let it lay down its rights")
    before = sets[0].effective
    sets[0].effective = before & ~_READS_ALL
    assert libc.capset(ctypes.byref(head), sets) == 0
    try:
        yield
    finally:
        sets[0].effective = before
        assert libc.capset(ctypes.byref(head), sets) == 0
