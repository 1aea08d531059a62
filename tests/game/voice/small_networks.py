"""Small networks in ONNX that have the shape of the voices that users bring, written byte by byte.

They are run by the same runtime as the real ones; what they say is noise of the right length.
"""

from __future__ import annotations

import struct

FLOAT, INT64 = 1, 7
_HOP = 256


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _part(field: int, body: bytes | str) -> bytes:
    data = body.encode() if isinstance(body, str) else body
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _tensor(kind: int, dims: tuple[int, ...], *values: float, name: str = "") -> bytes:
    """TensorProto: dims (1), data_type (2), name (8), raw_data (9)."""
    raw = struct.pack(f"<{len(values)}{'f' if kind == FLOAT else 'q'}", *values)
    head = b"".join(_number(1, dim) for dim in dims) + _number(2, kind)
    return head + (_part(8, name) if name else b"") + _part(9, raw)


def _attribute(name: str, value: int | list[int] | bytes) -> bytes:
    """AttributeProto: name (1), i (3), t (5), ints (8), type (20)."""
    if isinstance(value, int):
        return _part(1, name) + _number(3, value) + _number(20, 2)
    if isinstance(value, bytes):
        return _part(1, name) + _part(5, value) + _number(20, 4)
    return _part(1, name) + b"".join(_number(8, each) for each in value) + _number(20, 7)


def _node(operator: str, taken: str, given: str, **attributes: int | list[int] | bytes) -> bytes:
    """NodeProto: input (1), output (2), op_type (4), attribute (5)."""
    body = b"".join(_part(1, name) for name in taken.split())
    body += b"".join(_part(2, name) for name in given.split()) + _part(4, operator)
    return body + b"".join(_part(5, _attribute(*each)) for each in attributes.items())


def _value(name: str, kind: int, *dims: str | int) -> bytes:
    """ValueInfoProto: name (1), type (2) > tensor_type (1) > elem_type (1), shape (2)."""
    shape = b"".join(
        _part(1, _number(1, dim) if isinstance(dim, int) else _part(2, dim)) for dim in dims
    )
    return _part(1, name) + _part(2, _part(1, _number(1, kind) + _part(2, shape)))


def _model(
    nodes: list[bytes], constants: list[bytes], inputs: list[bytes], outputs: list[bytes]
) -> bytes:
    """ModelProto: ir_version (1), graph (7), opset_import (8)."""
    graph = b"".join(_part(1, node) for node in nodes) + _part(2, "small")
    graph += b"".join(_part(5, each) for each in constants)
    graph += b"".join(_part(11, each) for each in inputs)
    graph += b"".join(_part(12, each) for each in outputs)
    return _number(1, 7) + _part(7, graph) + _part(8, _part(1, "") + _number(2, 11))


def small_piper(noise_for_durations: bool = True) -> bytes:
    """A graph with Piper's inputs: durations and sound drawn, both within it.

    Args:
        noise_for_durations: False for a graph that cannot be parted, whose durations are fixed.
    """
    drawn = (
        [_node("RandomNormalLike", "two", "drawn")]
        if noise_for_durations
        else [_node("Mul", "two zero", "drawn")]
    )
    nodes = [
        _node("Cast", "input", "real", to=FLOAT),
        _node("Unsqueeze", "real", "one", axes=[1]),
        _node("Concat", "one one", "two", axis=1),
        *drawn,
        _node("Abs", "drawn", "size"),
        _node("ReduceMean", "size", "mean", axes=[1], keepdims=1),
        _node("Gather", "scales second", "length", axis=0),
        _node("Add", "mean half", "more"),
        _node("Mul", "more length", "scaled"),
        _node("Mul", "scaled four", "wide"),
        _node("Ceil", "wide", "held"),
        _node("ReduceSum", "held", "sum", keepdims=0),
        _node("Cast", "sum", "total", to=INT64),
        _node("Mul", "total hop", "samples"),
        _node("Concat", "ones samples", "shape", axis=0),
        _node("ConstantOfShape", "shape", "zeros"),
        _node("RandomNormalLike", "zeros", "noise"),
        _node("Gather", "scales first", "loud", axis=0),
        _node("Mul", "noise loud", "quiet"),
        _node("Add", "quiet tenth", "output"),
    ]
    constants = [
        _tensor(INT64, (), 0, name="first"),
        _tensor(INT64, (), 1, name="second"),
        _tensor(INT64, (1,), _HOP, name="hop"),
        _tensor(INT64, (2,), 1, 1, name="ones"),
        _tensor(FLOAT, (), 0.5, name="half"),
        _tensor(FLOAT, (), 4.0, name="four"),
        _tensor(FLOAT, (), 0.1, name="tenth"),
        _tensor(FLOAT, (), 0.0, name="zero"),
    ]
    inputs = [
        _value("input", INT64, "batch", "phonemes"),
        _value("input_lengths", INT64, "batch"),
        _value("scales", FLOAT, 3),
    ]
    return _model(nodes, constants, inputs, [_value("output", FLOAT, "batch", 1, 1, "time")])


def small_kokoro(tells_durations: bool = True) -> bytes:
    """A graph with Kokoro's inputs, which holds every symbol for 4 units of 600 samples."""
    nodes = [
        _node("Cast", "tokens", "real", to=FLOAT),
        _node("Mul", "real zero", "nothing"),
        _node("Add", "nothing four", "length"),
        _node("Div", "length speed", "wanted"),
        _node("Round" if tells_durations else "Floor", "wanted", "held"),
        _node("ReduceSum", "held", "sum", keepdims=0),
        _node("Cast", "sum", "total", to=INT64),
        _node("Mul", "total hop", "samples"),
        _node("ConstantOfShape", "samples", "zeros"),
        _node("ReduceMean", "style", "colour", keepdims=0),
        _node("Add", "zeros colour", "audio"),
    ]
    constants = [
        _tensor(INT64, (1,), 600, name="hop"),
        _tensor(FLOAT, (), 4.0, name="four"),
        _tensor(FLOAT, (), 0.0, name="zero"),
    ]
    inputs = [
        _value("tokens", INT64, 1, "symbols"),
        _value("style", FLOAT, 1, 256),
        _value("speed", FLOAT, 1),
    ]
    return _model(nodes, constants, inputs, [_value("audio", FLOAT, "time")])
