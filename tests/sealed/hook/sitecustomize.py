"""Writes down, with the lines of code that did it, when Python reaches for the network.

Python imports a module of this name in every process before anything else; its folder is put on
PYTHONPATH by :mod:`tests.sealed.outside`. What native libraries do is seen on its way; this is for
naming the culprit.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any

_LOG = os.environ.get("SEALED_LOG")


def _is_here(host: object) -> bool:
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    return host is None or text in ("", "localhost", "::1") or text.startswith("127.")


def _what(event: str, arguments: tuple[Any, ...]) -> str | None:
    """What an event asks of the network; None for one that stays on this machine."""
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        return None if _is_here(arguments[0]) else str(arguments[0])
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        if not isinstance(address, tuple) or not isinstance(address[0], str):
            return None  # a path, or a socket of the kernel's
        return None if _is_here(address[0]) else f"{address[0]} port {address[1]}"
    return None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    what = _what(event, arguments)
    if what is None or _LOG is None:
        return
    lines = traceback.format_stack()[:-1]
    by = f"{' '.join(sys.argv)[:200]} (process {os.getpid()})\n{''.join(lines)}"
    line = json.dumps({"by": by, "kind": event, "what": what})
    file = os.open(_LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, line.encode() + b"\n")
    os.close(file)


if _LOG:
    sys.addaudithook(_hook)
