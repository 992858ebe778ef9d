"""Nobody who may be erased is left out of the registers: what is held about a person names whose key it needs (V58)."""

import importlib

import pytest

from deploy.local.home import SEALING_FOR_SUBJECTS
from shared.privacy.registry import Column, Personal, Register, SealedAs

NEVER_ERASED = {"record", "person"}
"""Terms of statutory records and of declaration's copy of a verified identity, which stay apart."""


def registers() -> list[Register]:
    """Of the services that seal for persons."""
    return [importlib.import_module(f"services.{name}.app").SERVICE.register for name in SEALING_FOR_SUBJECTS]


def without_subject(columns: list[Column]) -> list[str]:
    """Sealed columns and objects about a person that outlive the person's key."""
    found = []
    for column in columns:
        how = column.said.sealed or column.said.object
        if how is not None and column.person is not None and column.said.kept not in NEVER_ERASED:
            found += [] if how.subject else [str(column)]
    return found


@pytest.mark.requirement("V58")
def test_what_is_held_about_an_erasable_person_is_sealed_for_that_person() -> None:
    """Every sealed column and object about a person that is no statutory record names its subject; fourteen do."""
    columns = [column for register in registers() for column in register.columns()]
    assert without_subject(columns) == []
    named = [str(c) for c in columns if (how := c.said.sealed or c.said.object) is not None and how.subject]
    assert len(named) == 15, named


@pytest.mark.requirement("V58")
def test_control_a_column_that_names_nobody_is_found() -> None:
    """Control: the same look finds a sealed phone of a person without a subject, and leaves a record alone."""
    sealed = SealedAs.model_validate({"class": "contact", "place": "p:{person_id}"})
    said = Personal(zh="号", en="no", basis="contract", kept="account", sealed=sealed)
    phone = Column("person", "phone_sealed", ("person_id",), "person_id", said)
    record = Column("person", "record", ("person_id",), "person_id", said.model_copy(update={"kept": "record"}))
    assert without_subject([phone, record]) == ["person.phone_sealed"]
