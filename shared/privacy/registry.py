"""The register of a service's personal data: one file per service, `personal_data.toml`, that says of every column what
it holds, on which lawful basis, how long, and how it is sealed or indexed. Resealing, reindexing, the export of one's
own data and the catalogue all read it, so that a column missing here is missed by a test and not by a person."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Basis = Literal["contract", "separate_consent", "statutory_duty", "security"]
"""PIPL 13 and 29: performing what the person asked for; sensitive data by separate consent; duties set by law (records
of the qualification); security of the accounts, which is a duty too (PIPL 51)."""


_FOUNDATION = Path(__file__).with_name("foundation.toml")
"""The tables that every service has."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class SealedAs(_Entry):
    """How a column is sealed. `place` is what its ciphertexts are bound to, with other columns of the row in braces;
    `text`: the envelope rests as base64, as it came in an event. `subject` is the column with the id of whose key it
    needs besides that of its class (V58); without it a value keeps the subject it was sealed for, if any."""

    data_class: str = Field(alias="class")
    place: str
    text: bool = False
    subject: str | None = None

    @property
    def place_columns(self) -> tuple[str, ...]:
        """The columns that the place is made of."""
        return tuple(name for _, name, _, _ in Formatter().parse(self.place) if name)


class IndexedAs(_Entry):
    """A blind index. `of` is the sealed column of the same row it can be computed from again, `member` the field when
    that holds JSON. Where it is made of several things `value` says how: `{text}` is the sealed text, other names are
    fields of its JSON or the `columns` of the row. `exact`: upper and lower case differ. `added`: the column came later
    than the table, so that rows from before have none yet. Without `of`, or where what is sealed goes first, the rows
    do not live long enough to be computed again; `lives` says how long."""

    data_class: str = Field(alias="class")
    field: str
    of: str | None = None
    member: str | None = None
    value: str | None = None
    columns: tuple[str, ...] = ()
    exact: bool = False
    added: bool = False
    lives: str | None = None

    @model_validator(mode="after")
    def _renewable_or_short(self) -> Self:
        if self.of is None and self.lives is None:
            raise ValueError("an index is computed from a sealed column (of), or it lives shortly (lives)")
        if self.member and self.value:
            raise ValueError("an index is computed from one field (member) or as `value` says")
        if self.added and self.of is None:
            raise ValueError("an index that was added later is computed from a sealed column (of)")
        return self


class ObjectAs(_Entry):
    """A column that names an object in the bucket. Rows with `unless` set are about to be removed with it; without such
    a column the row is looked at again after the object was written. `subject` as with a sealed column."""

    data_class: str = Field(alias="class")
    unless: str | None = None
    subject: str | None = None


class Personal(_Entry):
    """One column that says something about a person. `withheld`: why it is not in the person's own export. `masked`:
    it is there without its middle, since whole it is a way to log in."""

    zh: str
    en: str
    basis: Basis
    kept: str
    sealed: SealedAs | None = None
    index: IndexedAs | None = None
    object: ObjectAs | None = None
    withheld: str | None = None
    masked: bool = False


class Table(_Entry):
    """`key`: primary key. `person`: the column with the id of whom the row is about. `technical`: all other columns."""

    key: tuple[str, ...]
    person: str | None = None
    technical: tuple[str, ...] = ()
    personal: dict[str, Personal] = {}

    @property
    def columns(self) -> frozenset[str]:
        """Every column that is spoken for."""
        return frozenset({*self.technical, *self.personal})


@dataclass(frozen=True, slots=True)
class Column:
    """A personal column with its table."""

    table: str
    name: str
    key: tuple[str, ...]
    person: str | None
    said: Personal

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


class Register(_Entry):
    """All tables of one service. `complete`: every column of every table is spoken for, not only the opaque ones.
    `index_keys_rotate`: every look-up of the service asks for all forms of a value, so that index keys may change."""

    complete: bool = False
    index_keys_rotate: bool = False
    kept: dict[str, str] = {}
    table: dict[str, Table]

    @model_validator(mode="after")
    def _retention_is_known(self) -> Self:
        for column in self.columns():
            if column.said.kept not in self.kept:
                raise ValueError(f"{column}: nothing says how long '{column.said.kept}' is")
        return self

    def columns(self) -> Iterator[Column]:
        """All personal columns."""
        for name, table in self.table.items():
            for column, said in table.personal.items():
                yield Column(name, column, table.key, table.person, said)

    def sealed(self, data_class: str | None = None) -> list[tuple[Column, SealedAs]]:
        """Sealed columns, of one class or all."""
        found = [(column, column.said.sealed) for column in self.columns() if column.said.sealed]
        return [(column, how) for column, how in found if data_class in (None, how.data_class)]

    def indexed(self, data_class: str | None = None) -> list[tuple[Column, IndexedAs]]:
        """Blind indexes, of one class or all."""
        found = [(column, column.said.index) for column in self.columns() if column.said.index]
        return [(column, how) for column, how in found if data_class in (None, how.data_class)]

    def objects(self, data_class: str | None = None) -> list[tuple[Column, ObjectAs]]:
        """Columns that name objects, of one class or all."""
        found = [(column, column.said.object) for column in self.columns() if column.said.object]
        return [(column, how) for column, how in found if data_class in (None, how.data_class)]


@cache
def load_register(path: Path) -> Register:
    """Read a personal_data.toml. Raises ValueError when an entry lacks basis, retention or the other needed parts."""
    own, common = _read(path), _read(_FOUNDATION)
    return own.model_copy(update={"kept": common.kept | own.kept, "table": common.table | own.table})


def _read(path: Path) -> Register:
    return Register.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
