"""The exam body accepts a list: all its people are filed, in one transaction (4.7, B11, B13)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.filing_errors import ListOutdated
from services.declaration.domain.qualified_list import ListStep, QualifiedList
from services.declaration.storage import list_lines, qualified_lists
from services.declaration.storage.list_lines import FiledDeclaration
from services.declaration.use_cases.filing.cancel_filed import cancel_filed
from services.declaration.use_cases.filing.line_event_fields import line_event_fields
from services.declaration.use_cases.filing.lock_current_lines import lock_current_lines
from services.declaration.use_cases.filing.locked_step import lock_filing_for, publish, record_step
from shared import audit
from shared.actor import Actor
from shared.contracts.declaration import DeclarationFiled
from shared.contracts.declaration_filing import QualifiedListAccepted
from shared.failpoints import failpoint
from shared.ids import QualifiedListId
from shared.outbox import add
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def accept_list(
    tx: Transaction, keyring: Keyring, list_id: UUID, *, expected_version: int, actor: Actor, now: datetime
) -> QualifiedList:
    """File everybody on the list, or take off whom a cancellation names: the same few statements for one person and
    for five hundred.

    Raises NotFound, StaleVersion, ListStepNotAllowed, ListOutdated.
    """
    locked, after = await lock_filing_for(tx, list_id, expected_version, ListStep.ACCEPT, actor)
    entity = locked.entity
    await lock_current_lines(tx, entity)
    if entity.kind == "cancellation":
        await cancel_filed(tx, keyring, entity, actor=actor, now=now)
    else:
        filed = await list_lines.update_filed(tx, list_id, actor.id, actor.role, now)
        if len(filed) != entity.lines:
            raise ListOutdated(count=entity.lines - len(filed), lines="?")
        for declaration in filed:
            _tell(tx, entity, declaration, actor, now)
    failpoint("filing.after_filed")
    version = await qualified_lists.update_accepted(tx, list_id, actor.id, now)
    record_step(tx, entity, ListStep.ACCEPT, after, actor=actor, now=now, lines=entity.lines)
    publish(tx, QualifiedListAccepted, entity, version, now)
    return replace(entity, state=after, version=version)


def _tell(tx: Transaction, entity: QualifiedList, filed: FiledDeclaration, actor: Actor, now: datetime) -> None:
    audit.record(
        tx,
        "declaration.file",
        actor=actor,
        subject_kind="declaration",
        subject_id=filed.id,
        at=now,
        before="approved",
        after="filed",
        list=str(entity.id),
    )
    fields = line_event_fields(entity, filed, now)
    add(tx, DeclarationFiled(**fields, list_id=QualifiedListId(entity.id), provisional=filed.provisional))
