"""Sessions that everyone in the process uses together."""

from __future__ import annotations

import threading
from pathlib import Path
from weakref import WeakValueDictionary

from tryon import models
from tryon.runtime.device import Device
from tryon.runtime.session import InferenceSession, open_session


class SessionPool:
    """Opens each model once for a device; a session is freed when its last user lets go of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: WeakValueDictionary[tuple[str, Device, int], InferenceSession] = WeakValueDictionary()

    def get(self, name: str | Path, *, device: Device = "auto", threads: int = 1) -> InferenceSession:
        """The open session of that name, path, device and thread count; see `open_session`."""
        with self._lock:
            # The path, not the name, so that another TRYON_HOME or TRYON_MODEL_<NAME> is another session.
            known = isinstance(name, str) and name in models.manifest().models
            key = (str(models.path(str(name)) if known else Path(name).resolve()), device, threads)
            session = self._sessions.get(key)
            if session is None:
                session = self._sessions[key] = open_session(name, device=device, threads=threads)
            return session


_POOL = SessionPool()


def shared_session(name: str | Path, *, device: Device = "auto", threads: int = 1) -> InferenceSession:
    """The process's one session of that model on that device, so that many trackers hold its weights once.

    Args and errors as `open_session`.
    """
    return _POOL.get(name, device=device, threads=threads)
