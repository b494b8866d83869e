"""Inference: sessions on CPU or CUDA, shared across the process, with batches gathered from many callers."""

from tryon.runtime.batcher import Batcher
from tryon.runtime.device import DEVICES, Device
from tryon.runtime.session import InferenceSession, open_session
from tryon.runtime.shared import SessionPool, shared_session

__all__ = ["DEVICES", "Batcher", "Device", "InferenceSession", "SessionPool", "open_session", "shared_session"]
