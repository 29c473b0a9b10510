"""A relay to an SMTP server that kills the sender after the server took the mail and before the sender learns it."""

from __future__ import annotations

import os
import signal
import socket
import threading
from contextlib import suppress

END_OF_DATA = b"\r\n.\r\n"


class KillingProxy:
    """Listens on ``port``; set ``victim`` to the process id of the sender before it connects."""

    def __init__(self, target_port: int) -> None:
        self._target = ("127.0.0.1", target_port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.victim = 0
        self._all_sent = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        with suppress(OSError):
            sender, _ = self._listener.accept()
            with sender, socket.create_connection(self._target) as server:
                upward = threading.Thread(target=self._upward, args=(sender, server), daemon=True)
                upward.start()
                self._downward(server, sender)
                upward.join(10)

    def _upward(self, sender: socket.socket, server: socket.socket) -> None:
        tail = b""
        with suppress(OSError):
            while chunk := sender.recv(65536):
                tail = (tail + chunk)[-len(END_OF_DATA) :]
                if tail == END_OF_DATA:
                    self._all_sent.set()
                server.sendall(chunk)

    def _downward(self, server: socket.socket, sender: socket.socket) -> None:
        with suppress(OSError):
            while chunk := server.recv(65536):
                if self._all_sent.is_set() and chunk.startswith(b"250"):
                    os.kill(self.victim, signal.SIGKILL)
                    return
                sender.sendall(chunk)
