"""Keys per data class, from one mounted file. A service holds only the classes it needs; the active key seals,
older ones still open (V47). Beside them, for services that seal for persons, the way to the subjects' own keys
(V58)."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel


class KeyMissing(RuntimeError):
    """This service was not given the data class or key: a deployment fault, not a request's."""


class _KeyEntry(BaseModel):
    algorithm: str
    secret: str


class _ClassEntry(BaseModel):
    active: str
    keys: dict[str, _KeyEntry]


@dataclass(frozen=True, slots=True)
class Key:
    """One key: `secret` is 32 bytes, `algorithm` a name of shared.security.sealing.ALGORITHMS."""

    id: str
    algorithm: str
    secret: bytes


class SubjectSecrets(Protocol):
    """Where the keys of subjects are; shared.security.subject_keys.SubjectKeys."""

    async def find(self, subject: UUID) -> bytes: ...
    async def take(self, subject: UUID) -> bytes: ...


class Keyring:
    """All keys of one process."""

    def __init__(
        self, classes: Mapping[str, tuple[str, Mapping[str, Key]]], subjects: SubjectSecrets | None = None
    ) -> None:
        self._classes = classes
        self._subjects = subjects

    @classmethod
    def load(cls, path: Path, subjects: SubjectSecrets | None = None) -> "Keyring":
        """Read the file; raises ValueError naming what is wrong (never the content)."""
        raw = json.loads(path.read_text(encoding="utf-8"))
        classes: dict[str, tuple[str, dict[str, Key]]] = {}
        for name, value in raw.items():
            entry = _ClassEntry.model_validate(value)
            keys = {i: Key(i, k.algorithm, base64.b64decode(k.secret)) for i, k in entry.keys.items()}
            if entry.active not in keys or any(len(key.secret) != 32 for key in keys.values()):
                raise ValueError(f"keyring class {name}: active key missing or a key is not 32 bytes")
            classes[name] = (entry.active, keys)
        return cls(classes, subjects)

    @property
    def subjects(self) -> SubjectSecrets:
        """The keys of subjects. Raises KeyMissing."""
        if self._subjects is None:
            raise KeyMissing("no store of subject keys was given to this service")
        return self._subjects

    def active(self, data_class: str) -> Key:
        """The key that seals now. Raises KeyMissing."""
        active, keys = self._class(data_class)
        return keys[active]

    def others(self, data_class: str) -> list[Key]:
        """The keys that open but do not seal, by their ids."""
        active, keys = self._class(data_class)
        return [keys[key_id] for key_id in sorted(keys) if key_id != active]

    def find(self, data_class: str, key_id: str) -> Key:
        """The key named in a ciphertext. Raises KeyMissing."""
        try:
            return self._class(data_class)[1][key_id]
        except KeyError:
            raise KeyMissing(f"no key {key_id} of class {data_class}") from None

    def _class(self, data_class: str) -> tuple[str, Mapping[str, Key]]:
        try:
            return self._classes[data_class]
        except KeyError:
            raise KeyMissing(f"no keys of class {data_class} in this service") from None
