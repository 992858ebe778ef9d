"""Freeze a list: exactly the people who are approved, qualified and free, numbered and hashed (4.7, B13, Q10)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.evaluation import LISTABLE
from services.declaration.domain.filing_errors import (
    NobodyToCancel,
    NobodyToList,
    PersonOnAnotherList,
    SomebodyToList,
)
from services.declaration.domain.qualified_list import ListStep, QualifiedList, number_of
from services.declaration.printing.content_hash import content_hash
from services.declaration.printing.qualified_list import ListLine
from services.declaration.storage import list_lines, listable, number_series, print_jobs, qualified_lists
from services.declaration.storage.listable import Issuer
from services.declaration.storage.qualified_lists import Generated
from services.declaration.use_cases.filing.freeze_cancellation import Named, freeze_cancellation
from services.declaration.use_cases.filing.frozen_content import (
    PrintHeader,
    content_of,
    printed_line,
    seal_header,
    sealed_line,
)
from services.declaration.use_cases.filing.issuing_institution import issuing_institution
from services.declaration.use_cases.filing.locked_step import lock_own_for, record_step
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

_LISTABLE_STATES = sorted(state.value for state in LISTABLE)


async def generate_list(
    tx: Transaction,
    keyring: Keyring,
    list_id: UUID,
    *,
    responsible_person: str,
    nil_return: bool,
    cancelled: Sequence[Named],
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> QualifiedList:
    """Freeze the people of the list's institution and cycle and queue the print; of a cancellation those in
    `cancelled`.

    Raises NotFound, StaleVersion, ListStepNotAllowed, NobodyToList, SomebodyToList, PersonOnAnotherList, the errors of
    issuing_institution and of freeze_cancellation.
    """
    locked, after = await lock_own_for(tx, list_id, expected_version, ListStep.GENERATE, actor)
    entity = locked.entity
    issuer = await issuing_institution(tx, entity.institution_id)
    if cancelled and entity.kind != "cancellation":
        raise NobodyToCancel
    if entity.kind == "cancellation":
        printed = await freeze_cancellation(tx, keyring, entity, cancelled)
    else:
        printed = await _freeze_people(tx, keyring, entity, nil_return)
    serial = await number_series.take_number(tx, f"list.{entity.kind}", entity.exam_year, issuer.division_code[:4])
    number = number_of(entity.kind, entity.exam_year, issuer.division_code, serial)
    header = PrintHeader(issuer.code, issuer.filing_body_name, _account(actor), responsible_person)
    frozen = _frozen(keyring, entity, issuer, header, number, printed)
    version = await qualified_lists.update_generated(tx, entity.id, frozen, actor.id, now)
    await print_jobs.insert_job(tx, new_id(), "qualified_list", entity.id)
    done = replace(entity, state=after, version=version, number=number, lines=len(printed))
    record_step(
        tx,
        entity,
        ListStep.GENERATE,
        after,
        actor=actor,
        now=now,
        list_number=number,
        lines=done.lines,
        content_hash=frozen.content_hash,
    )
    return replace(done, institution_name=issuer.name, filing_body_id=issuer.filing_body_id)


def _check_count(entity: QualifiedList, count: int, nil_return: bool) -> None:
    if nil_return and count:
        raise SomebodyToList(count=count)
    if not count and not (nil_return and entity.kind == "main"):
        raise NobodyToList


def _account(actor: Actor) -> str:
    """The deciding account as printed (B16): the end of its id, enough to find it in the audit trail."""
    return actor.id.hex[-12:].upper()


async def _freeze_people(
    tx: Transaction, keyring: Keyring, entity: QualifiedList, nil_return: bool
) -> tuple[ListLine, ...]:
    people = await listable.lock_listable(tx, entity.institution_id, entity.cycle_id, _LISTABLE_STATES)
    _check_count(entity, len(people), nil_return)
    await list_lines.release_reopened(tx, [person.id for person in people])
    printed = tuple(printed_line(keyring, position, person) for position, person in enumerate(people, start=1))
    rows = [sealed_line(keyring, entity.id, person, line) for person, line in zip(people, printed, strict=True)]
    if await list_lines.insert_lines(tx, entity.id, rows) != len(rows):
        raise PersonOnAnotherList
    return printed


def _frozen(
    keyring: Keyring,
    entity: QualifiedList,
    issuer: Issuer,
    header: PrintHeader,
    number: str,
    printed: tuple[ListLine, ...],
) -> Generated:
    content = content_of(
        institution_name=issuer.name,
        header=header,
        exam_year=entity.exam_year,
        number=number,
        kind=entity.kind,
        edition=entity.edition,
        lines=printed,
    )
    return Generated(
        number=number,
        lines=len(printed),
        provisional=sum(line.result == "provisional" for line in printed),
        content_hash=content_hash(content),
        print_header=seal_header(keyring, entity.id, header),
        institution_name=issuer.name,
        filing_body_id=issuer.filing_body_id,
        filing_body_path=issuer.filing_body_path,
    )
