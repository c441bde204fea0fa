"""What the host's routes answer, checked and read."""

from typing import Any

import numpy as np
import torch
from torch import Tensor


def trouble(response: Any, status: int) -> str:
    """The sentence that answers a mistake."""
    assert response.status_code == status, response.content[:200]
    told = response.json()
    assert set(told) == {"trouble"}
    sentence = str(told["trouble"])
    assert not sentence[0].islower() and sentence[-1] == "." and len(sentence) < 400
    return sentence


def rows(*parts: Tensor) -> bytes:
    return torch.cat([part.flatten() for part in parts]).numpy().astype("<f4").tobytes()


def floats(response: Any) -> np.ndarray:
    assert response.status_code == 200, response.content[:200]
    assert response.headers["content-type"] == "application/octet-stream"
    return np.frombuffer(response.content, "<f4")
