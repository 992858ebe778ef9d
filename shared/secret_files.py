"""Secrets that live in files and are read anew whenever they are asked for, so that they can be exchanged while a
process runs (V53). A setting `x` that holds a secret may be given as `x_file`, a path, instead."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, model_validator


class SecretUnreadable(OSError):
    """The file of a secret is missing, closed to this process, or empty; the message names the file only."""


class SecretFile(SecretStr):
    """A secret in a file. What was read is not kept: who holds this object holds the secret of this moment."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get_secret_value(self) -> str:
        """The file's text without the line's end. Raises SecretUnreadable."""
        try:
            text = self.path.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise SecretUnreadable(f"the secret file {self.path} can not be read") from error
        if not text:
            raise SecretUnreadable(f"the secret file {self.path} is empty")
        return text

    def __len__(self) -> int:
        return len(self.get_secret_value())

    def _display(self) -> str:
        return "**********"


class TakesSecretFiles(BaseModel):
    """A group of settings whose secrets may be files. A value given beside its file wins: it was given by hand."""

    @model_validator(mode="before")
    @classmethod
    def _open_files(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        told = dict(given)
        for name in secret_fields(cls):
            path = told.pop(f"{name}_file", None)
            if path and name not in told:
                told[name] = SecretFile(Path(path))
                told[name].get_secret_value()
        return told


def secret_fields(model: type[BaseModel]) -> list[str]:
    """Names of the fields that hold a secret, whether or not they may be left out."""
    return [name for name, field in model.model_fields.items() if "SecretStr" in str(field.annotation)]


def values_in_settings(settings: BaseModel, path: str = "") -> list[str]:
    """Dotted names of the secrets in `settings` and the groups below that were given as values, not as files."""
    found = []
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            found += values_in_settings(value, f"{path}{name}.")
        elif isinstance(value, SecretStr) and not isinstance(value, SecretFile) and value.get_secret_value():
            found.append(path + name)
    return found
