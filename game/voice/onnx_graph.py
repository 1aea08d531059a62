"""A part of an ONNX model, cut out of the file's bytes between tensors that are named.

A model offers what its makers thought of. What lies between, such as how long each sound is to be
held, has a name all the same: a model that begins or ends there is the same file with other
inputs, other outputs, and without the nodes that then lead nowhere. ONNX files are protocol
buffers, whose fields are read here by number (onnx.proto3, IR version 8), so that the package onnx
need not be installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from perception.errors import ModelError

_MODEL_GRAPH = 7
_NODE, _INITIALIZER, _INPUT, _OUTPUT, _VALUE_INFO = 1, 5, 11, 12, 13
_NODE_INPUT, _NODE_OUTPUT, _NODE_OPERATOR = 1, 2, 4
_TENSOR_NAME = 8
_VALUE_NAME, _VALUE_TYPE = 1, 2
_NO_MODEL = "a model's file cannot be read as ONNX; fetch it anew"
_BYTES = 2  # wire type of strings and messages


@dataclass(frozen=True, slots=True)
class Tensor:
    """What a part takes in at a place where the whole model works it out itself."""

    kind: int
    """Element type by ONNX's number: 1 for float32, 7 for int64."""
    shape: tuple[int, ...]
    """Its dimensions; 0 for one of any length."""


@dataclass(frozen=True, slots=True)
class Node:
    """One step of a model."""

    operator: str
    inputs: tuple[str, ...]
    """Tensors by name; "" for one that is left out."""
    outputs: tuple[str, ...]


def nodes(model: bytes) -> tuple[Node, ...]:
    """The steps of a model in their order.

    Raises:
        ModelError: the file is no ONNX model.
    """
    try:
        graph = next(body for number, _, body in _fields(model) if number == _MODEL_GRAPH)
        return tuple(
            Node(
                "".join(_names(body, _NODE_OPERATOR)),
                tuple(_names(body, _NODE_INPUT)),
                tuple(_names(body, _NODE_OUTPUT)),
            )
            for number, _, body in _fields(graph)
            if number == _NODE
        )
    except (IndexError, UnicodeDecodeError, StopIteration):
        raise ModelError(_NO_MODEL) from None


def inputs_of(model: bytes) -> tuple[str, ...]:
    """Names of what a model takes; older files name their weights among them.

    Raises:
        ModelError: the file is no ONNX model.
    """
    return _listed(model, _INPUT)


def outputs_of(model: bytes) -> tuple[str, ...]:
    """Names of what a model gives.

    Raises:
        ModelError: the file is no ONNX model.
    """
    return _listed(model, _OUTPUT)


def _listed(model: bytes, field: int) -> tuple[str, ...]:
    try:
        graph = next(body for number, _, body in _fields(model) if number == _MODEL_GRAPH)
        return tuple(
            name
            for number, _, body in _fields(graph)
            if number == field
            for name in _names(body, _VALUE_NAME)
        )
    except (IndexError, UnicodeDecodeError, StopIteration):
        raise ModelError(_NO_MODEL) from None


def cut(model: bytes, inputs: Mapping[str, Tensor], outputs: Sequence[str]) -> bytes:
    """The part of a model that leads from some tensors to others.

    Args:
        model: the whole file.
        inputs: name to tensor, for what the part takes in; of the model's own inputs those that
            are named here get the shape that is given, the others stay while they are needed.
        outputs: names of what it gives.

    Returns:
        A model file.

    Raises:
        ModelError: the file is no ONNX model, or has no tensor of such a name.
    """
    try:
        return _cut(model, inputs, outputs)
    except (IndexError, UnicodeDecodeError, StopIteration):
        raise ModelError(_NO_MODEL) from None


def _cut(model: bytes, inputs: Mapping[str, Tensor], outputs: Sequence[str]) -> bytes:
    parts = list(_fields(model))
    graph = list(_fields(next(body for number, _, body in parts if number == _MODEL_GRAPH)))
    nodes = [body for number, _, body in graph if number == _NODE]
    made = {name: place for place, node in enumerate(nodes) for name in _names(node, _NODE_OUTPUT)}
    kept: set[int] = set()
    needed: set[str] = set()
    waiting = list(outputs)
    while waiting:
        name = waiting.pop()
        if name in needed:
            continue
        needed.add(name)
        if name in inputs or name not in made:
            continue
        kept.add(made[name])
        waiting += [each for each in _names(nodes[made[name]], _NODE_INPUT) if each]
    missing = [name for name in outputs if name not in made]
    if missing:
        raise ModelError(f"a model has no tensor '{missing[0]}'; it is not the model expected")
    place = 0
    written: list[bytes] = []
    for number, whole, body in graph:
        if number == _NODE:
            written.append(whole if place in kept else b"")
            place += 1
        elif number == _INITIALIZER:
            written.append(whole if _names(body, _TENSOR_NAME)[0] in needed else b"")
        elif number == _INPUT:
            name = _names(body, _VALUE_NAME)[0]
            written.append(whole if name in needed and name not in inputs else b"")
        elif number not in (_OUTPUT, _VALUE_INFO):
            written.append(whole)
    for name, tensor in inputs.items():
        written.append(_field(_INPUT, _value(name, tensor)))
    for name in outputs:
        written.append(_field(_OUTPUT, _field(_VALUE_NAME, name.encode())))
    head = b"".join(whole for number, whole, _ in parts if number != _MODEL_GRAPH)
    return head + _field(_MODEL_GRAPH, b"".join(written))


def _value(name: str, tensor: Tensor) -> bytes:
    """ValueInfoProto: name (1) and type (2) > tensor_type (1) > elem_type (1), shape (2) > dim."""
    dims = b"".join(
        _field(1, bytes([0x08]) + _varint(size) if size else b"") for size in tensor.shape
    )
    typed = bytes([0x08]) + _varint(tensor.kind) + _field(2, dims)
    return _field(_VALUE_NAME, name.encode()) + _field(_VALUE_TYPE, _field(1, typed))


def _names(message: bytes, field: int) -> list[str]:
    return [body.decode() for number, _, body in _fields(message) if number == field]


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, the field as it stands, and its content where it is a string or a message."""
    at = 0
    while at < len(message):
        begin = at
        key, at = _read_varint(message, at)
        body = b""
        if key & 7 == _BYTES:
            size, at = _read_varint(message, at)
            body = message[at : at + size]
            at += size
        elif key & 7 == 0:
            _, at = _read_varint(message, at)
        else:
            at += 8 if key & 7 == 1 else 4
        if at > len(message):
            raise IndexError
        yield key >> 3, message[begin:at], body


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(body)) + body


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
