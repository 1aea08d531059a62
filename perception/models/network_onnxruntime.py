"""Small networks in ONNX, run by onnxruntime on one thread."""

from __future__ import annotations

from typing import Any

from perception import environment
from perception.errors import ModelError


def open_network(model: str | bytes, user: str) -> Any:
    """A session of onnxruntime.

    One call is a fraction of a millisecond of work; a pool of threads would only cost.

    Args:
        model: path of the network's file, or what is in it.
        user: what needs it, for the message.

    Raises:
        ModelError: onnxruntime is missing.
        StorageError: no cache can be written.
    """
    environment.prepare()  # as it is imported, onnxruntime looks whether it may report
    try:
        import onnxruntime
    except ModuleNotFoundError:
        raise ModelError(
            f"{user} needs onnxruntime; install it with: pip install onnxruntime"
        ) from None
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
