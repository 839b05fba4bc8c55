"""The flows that consultations are pinned to, read from their stored text."""

from functools import lru_cache

from flows.flow import Flow
from flows.load import read_flow

MOST_KEPT = 64


@lru_cache(MOST_KEPT)
def pinned_flow(source: str, name: str) -> Flow:
    """The flow with this text. Kept once read: reading takes longer than counting a hundred conversations."""
    return read_flow(source, name)
