"""Vault: small secrets that must be read again (unlike passwords), encrypted with a key of the installation."""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12
_PURPOSE = b"grappe vault 1"


class Vault:
    """Seals and opens texts with AES-256-GCM under a key derived from the secret key."""

    def __init__(self, secret_key: str) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret_key.encode())
        self._cipher = AESGCM(derived)

    def seal(self, text: str, *, about: str) -> str:
        """The text encrypted; it opens only where the same thing is told that it is about."""
        nonce = os.urandom(_NONCE)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())).decode()

    def open(self, sealed: str, *, about: str) -> str:
        """The text again; raise ValueError for another key, another subject or a changed byte."""
        data = base64.b64decode(sealed)
        try:
            return self._cipher.decrypt(data[:_NONCE], data[_NONCE:], about.encode()).decode()
        except InvalidTag as error:
            raise ValueError("this was sealed with another secret key, or for something else") from error
