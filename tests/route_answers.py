"""Responses of the host's routes, checked and read, and the rows that they are asked for."""

from typing import Any

import numpy as np
import torch
from torch import Tensor


def trouble(response: Any, status: int = 400) -> str:
    """The sentence that answers a mistake."""
    assert response.status_code == status, response.content[:200]
    content = response.json()
    assert set(content) == {"trouble"}
    sentence = str(content["trouble"])
    assert not sentence[0].islower() and sentence[-1] == "." and len(sentence) < 400
    return sentence


def rows(*parts: Tensor) -> bytes:
    """Float32 numbers as a request holds them."""
    return torch.cat([part.flatten() for part in parts]).numpy().astype("<f4").tobytes()


def floats(response: Any) -> np.ndarray:
    """The float32 numbers of a response."""
    assert response.status_code == 200, response.content[:200]
    assert response.headers["content-type"] == "application/octet-stream"
    return np.frombuffer(response.content, "<f4")
