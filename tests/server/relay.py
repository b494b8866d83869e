"""A wire between a browser and a server that a test can cut, or leave silent as a network that has changed."""

from __future__ import annotations

import contextlib
import socket
import threading


class Relay:
    """Passes bytes from a port of its own to another one."""

    def __init__(self, port: int) -> None:
        """Listen; `address` is where."""
        self._target = ("127.0.0.1", port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._open: set[socket.socket] = set()
        self._silent: set[socket.socket] = set()
        self.down = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection at once."""
        for each in tuple(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def silence(self) -> None:
        """Let the connections there are stay open and carry nothing; new ones work."""
        self._silent |= self._open

    def close(self) -> None:
        """End all."""
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                try:
                    if self.down:
                        raise ConnectionRefusedError
                    far = socket.create_connection(self._target, timeout=60)
                    far.settimeout(None)
                except OSError:
                    near.close()
                    continue
                self._open |= {near, far}
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                if one not in self._silent:
                    other.sendall(data)
        for each in (one, other):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open -= {one, other}
