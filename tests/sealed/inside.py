"""Runs one command where nothing can leave, and writes down whatever tries.

Started by :mod:`tests.sealed.outside` as ``unshare --user --map-root-user --net --mount python
inside.py PLAN``, so it owns a network and a view of the disk that nobody else has. Standard library
only.

Of the network there is the loopback device, which claims every address in the world: a connection
to anywhere is refused at once, and its first packet is read here, whichever library sent it. Names
are asked of a server here too, which writes them down and knows none.

Of the disk all is read-only but what the plan names. The home folder (also the one that the system
has on file for this user), the folders for passing files and the shared memory are empty ones, so
that what is in them afterwards was put there by the command.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import ipaddress
import json
import os
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

OWN_ADDRESSES = ("192.0.2.2", "2001:db8::2")
"""Of this machine (documentation ranges, RFC 5737 and 3849): with none but loopback's, the resolver
would believe that there is no network and would not ask at all."""

_LOOPBACK = 1
"""Index of the loopback device, which is always the first."""

_TCP, _UDP, _ICMP, _ICMP6 = 6, 17, 1, 58


class Log:
    """One JSON line for each attempt; several processes append to the same file."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._seen: set[tuple[str, str]] = set()

    def add(self, kind: str, what: str) -> None:
        """Writes an attempt down, the first time that it is made."""
        if (kind, what) not in self._seen:
            self._seen.add((kind, what))
            line = json.dumps({"by": "the network", "kind": kind, "what": what})
            os.write(self._file, line.encode() + b"\n")


# -- the network -----------------------------------------------------------------------------------


def raise_network() -> None:
    """Brings loopback up and lets it claim every address of both kinds."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        name = struct.pack("16sH14x", b"lo", 0)
        (flags,) = struct.unpack_from("16xH", fcntl.ioctl(any_socket, 0x8913, name))
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH14x", b"lo", flags | 1))  # IFF_UP
    for text in OWN_ADDRESSES:
        address = ipaddress.ip_address(text)
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6
        # where IPv6 is switched off nothing can leave by it
        with contextlib.suppress(OSError) if address.version == 6 else contextlib.nullcontext():
            # struct ifaddrmsg: family, prefix length, flags (no duplicate detection), scope, index
            head = struct.pack("BBBBI", family, address.max_prefixlen, 0x02, 0, _LOOPBACK)
            _netlink(20, head + _attribute(2, address.packed))  # RTM_NEWADDR, IFA_LOCAL
            # struct rtmsg: ... table main, protocol boot, scope host, type local
            head = struct.pack("8BI", family, 0, 0, 0, 254, 3, 254, 2, 0)
            _netlink(24, head + _attribute(4, struct.pack("I", _LOOPBACK)))  # RTM_NEWROUTE, RTA_OIF


def _attribute(kind: int, value: bytes) -> bytes:
    padding = b"\0" * (-len(value) % 4)
    return struct.pack("HH", 4 + len(value), kind) + value + padding


def _netlink(kind: int, body: bytes) -> None:
    """Asks the kernel for one thing (rtnetlink(7)), and waits until it is done.

    Raises:
        OSError: it says no.
    """
    create, request_and_acknowledge = 0x400, 0x5
    head = struct.pack("IHHII", 16 + len(body), kind, create | request_and_acknowledge, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as link:
        link.sendto(head + body, (0, 0))
        (error,) = struct.unpack_from("i", link.recv(4096), 16)
    if error:
        raise OSError(-error, f"rtnetlink {kind}: {os.strerror(-error)}")


def watch_packets(log: Log) -> None:
    """Writes down where packets go, other than to this machine's own loopback addresses."""
    every_protocol = 0x0003
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(every_protocol))
    wire.bind(("lo", every_protocol))

    def watch() -> None:
        while True:
            packet = wire.recv(65536)
            with contextlib.suppress(IndexError, ValueError, struct.error):
                found = destination(packet[14:])  # after the link's own header
                if found is not None:
                    log.add("packet", found)

    threading.Thread(target=watch, daemon=True).start()


def destination(packet: bytes) -> str | None:
    """Where a packet wants to go; None for loopback, and for answers to what was refused."""
    if packet[0] >> 4 == 4:
        protocol, address = packet[9], ipaddress.ip_address(packet[16:20])
        body = packet[(packet[0] & 15) * 4 :]
    else:
        protocol, address = packet[6], ipaddress.ip_address(packet[24:40])
        body = packet[40:]
    if address.is_loopback:
        return None
    if protocol == _TCP:
        (port,) = struct.unpack_from("!H", body, 2)
        begins = body[13] & 0x12 == 0x02  # SYN without ACK
        return f"tcp {address} port {port}" if begins else None
    if protocol == _UDP:
        (port,) = struct.unpack_from("!H", body, 2)
        return f"udp {address} port {port}"
    unreachable = {_ICMP: 3, _ICMP6: 1}.get(protocol)
    return None if body[0] == unreachable else f"protocol {protocol} {address}"


def answer_names(log: Log) -> None:
    """A name server that writes down what it is asked and knows nothing."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))

    def answer() -> None:
        while True:
            query, sender = server.recvfrom(4096)
            labels, at = [], 12
            while at < len(query) and query[at]:
                labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii", "replace"))
                at += 1 + query[at]
            log.add("name", ".".join(labels))
            # the same question back, as a response (RFC 1035) saying that there is no such name
            head = query[:2] + struct.pack("!HHHHH", 0x8183, 1, 0, 0, 0)
            server.sendto(head + query[12 : at + 5], sender)

    threading.Thread(target=answer, daemon=True).start()


# -- the disk --------------------------------------------------------------------------------------


def arrange_disk(plan: dict[str, Any]) -> None:
    """Makes everything read-only, puts the plan's folders and files over the system's.

    What must stay visible is opened first and put back on top, because it may lie under a folder
    that is covered.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def bind(source: str, target: str) -> None:
        bind_recursively = 0x1000 | 0x4000
        if libc.mount(source.encode(), target.encode(), None, bind_recursively, None):
            raise OSError(ctypes.get_errno(), f"{target}: {os.strerror(ctypes.get_errno())}")

    def read_only(folder: str, yes: bool) -> None:
        # mount_setattr(2), which the C library of Debian 12 does not name: set, clear, two unused
        attributes = struct.pack("QQQQ", int(yes), int(not yes), 0, 0)
        number, here, recursive = 442, -100, 0x8000
        if libc.syscall(number, here, folder.encode(), recursive, attributes, len(attributes)):
            raise OSError(ctypes.get_errno(), f"{folder}: {os.strerror(ctypes.get_errno())}")

    places = [*plan["covered"].items(), *((folder, folder) for folder in plan["kept"])]
    opened = [(target, os.open(source, os.O_PATH)) for target, source in places]
    for target, handle in opened:
        os.makedirs(target, exist_ok=True)
        bind(f"/proc/self/fd/{handle}", target)
        os.close(handle)
    for target, text in plan["files"].items():
        if os.path.exists(target):
            source = Path(plan["scratch"], Path(target).name)
            source.write_text(text, encoding="utf-8")
            bind(str(source), os.path.realpath(target))
    read_only("/", True)
    for folder in [*plan["covered"], *plan["writable"]]:
        read_only(folder, False)


def main(plan: dict[str, Any]) -> int:
    """Arranges all of it, then runs the plan's command and returns its status."""
    arrange_disk(plan)
    log = Log(plan["log"])
    raise_network()
    watch_packets(log)
    answer_names(log)
    return subprocess.run(plan["command"], cwd=plan["cwd"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
