"""Encryption at rest: a key per case, wrapped by a master key from a ring that can be rotated while running.

AES-256-GCM. Each sealed value is bound to its row and column, so that a value moved elsewhere does not open.
Disposal destroys the wrapped key, and with it everything the case ever said. Names, numbers, places and properties
are found through keyed digests (HMAC-SHA256 of the normal form), never through the sealed content.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_NONCE_BYTES = 12
_KEY_BYTES = 32

#: The name in the ring of the key behind the keyed indexes.
INDEX = "index"


class Unreadable(Exception):
    """The content was sealed with another key, was moved, or its key has been destroyed."""


class DataKey:
    """The key of one case, draft or contact item, unwrapped. Keep it no longer than a transaction."""

    __slots__ = ("_aead", "id")

    def __init__(self, key_id: str, secret: bytes):
        self.id = key_id
        self._aead = AESGCM(secret)

    def seal(self, content: object, *, place: str) -> bytes:
        """Encrypt JSON `content` for `place` ("table.column:row id")."""
        text = _to_json(content).encode("utf-8", "surrogatepass")
        return self.seal_bytes(text, place=place)

    def unseal(self, sealed: bytes, *, place: str) -> Any:
        """Decrypt what `seal` made for the same place. Raises `Unreadable`."""
        return json.loads(self.unseal_bytes(sealed, place=place))

    def seal_bytes(self, content: bytes, *, place: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, content, place.encode())

    def unseal_bytes(self, sealed: bytes, *, place: str) -> bytes:
        try:
            return self._aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
        except InvalidTag:
            raise Unreadable(place) from None


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as it lies in the database."""

    id: str
    ring_id: str
    wrapped: bytes


class KeyRing:
    """Master keys by id, the newest first used for wrapping, and the secret of the keyed indexes.

    `masters` maps a short id to 32 bytes; the last one wraps new keys, all can unwrap. `index_secret` never rotates
    with them: a new one means that every index row must be written again.
    """

    def __init__(self, masters: Mapping[str, bytes], index_secret: bytes):
        if not masters:
            raise ValueError("a key ring needs at least one master key")
        self._masters = {ring_id: AESGCM(secret) for ring_id, secret in masters.items()}
        self._current = list(masters)[-1]
        self._index_secret = index_secret
        # Unwrapping costs some 10 microseconds; a journey asks for the same key a dozen times in a row. Who asks has
        # just read the wrapped form from the database, so a key that was destroyed there is not found here.
        self._unwrap = lru_cache(maxsize=2048)(self._unwrap_secret)

    @classmethod
    def from_setting(cls, setting: str) -> "KeyRing":
        """Read `id:hex,id:hex`; the last key wraps.

        The index secret comes from the key named `index`, which wraps nothing and never changes; where there is none,
        from the first key, which then can never leave the ring. Raises `ValueError` with what is wrong.
        """
        keys: dict[str, bytes] = {}
        for part in setting.split(","):
            ring_id, _, text = part.strip().partition(":")
            secret = bytes.fromhex(text)
            if not ring_id or len(secret) != _KEY_BYTES:
                raise ValueError("each key is written as a name, a colon and 64 hexadecimal digits")
            keys[ring_id] = secret
        root = keys.pop(INDEX) if INDEX in keys else next(iter(keys.values()))
        return cls(keys, hmac.digest(root, b"eservices keyed indexes", "sha256"))

    @property
    def current_ring_id(self) -> str:
        return self._current

    def make_key(self, key_id: str) -> tuple[DataKey, WrappedKey]:
        """A new data key under `key_id`, ready to use and ready to store."""
        secret = os.urandom(_KEY_BYTES)
        nonce = os.urandom(_NONCE_BYTES)
        wrapped = nonce + self._masters[self._current].encrypt(nonce, secret, key_id.encode())
        return DataKey(key_id, secret), WrappedKey(key_id, self._current, wrapped)

    def open(self, wrapped: WrappedKey) -> DataKey:
        """Unwrap a stored key. Raises `Unreadable` when the ring lacks its master key."""
        return self._unwrap(wrapped.id, wrapped.ring_id, wrapped.wrapped)

    def forget(self) -> None:
        """Drop all unwrapped keys from memory: one of them has been destroyed."""
        self._unwrap.cache_clear()

    def rewrap(self, wrapped: WrappedKey) -> WrappedKey:
        """The same data key under the newest master key: one step of a rotation."""
        secret = self._secret(wrapped.id, wrapped.ring_id, wrapped.wrapped)
        nonce = os.urandom(_NONCE_BYTES)
        body = nonce + self._masters[self._current].encrypt(nonce, secret, wrapped.id.encode())
        return WrappedKey(wrapped.id, self._current, body)

    def digest(self, kind: str, normal_form: str) -> str:
        """The keyed digest (64 hexadecimal digits) under which `normal_form` is found in an index of this kind."""
        text = f"{kind}\x00{normal_form}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._index_secret, text, "sha256").hex()

    def _unwrap_secret(self, key_id: str, ring_id: str, wrapped: bytes) -> DataKey:
        return DataKey(key_id, self._secret(key_id, ring_id, wrapped))

    def _secret(self, key_id: str, ring_id: str, wrapped: bytes) -> bytes:
        master = self._masters.get(ring_id)
        if master is None:
            raise Unreadable(f"master key {ring_id} is not in the ring")
        try:
            return master.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], key_id.encode())
        except InvalidTag:
            raise Unreadable(key_id) from None


def fingerprint(content: bytes) -> str:
    """SHA-256 of public content, 64 hexadecimal digits: definition versions, chain links."""
    return hashlib.sha256(content).hexdigest()
