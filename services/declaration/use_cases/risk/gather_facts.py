"""The facts of subjects of one kind in one cycle; of declarations also the traces by which others find them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.declaration.domain.risk.facts import Facts
from services.declaration.domain.risk.rules import Subject
from services.declaration.storage import risk_declarations
from services.declaration.use_cases.risk.gather_declarations import gather_declarations
from services.declaration.use_cases.risk.gather_institutions import gather_institutions
from services.declaration.use_cases.risk.gather_reviewers import gather_reviewers
from services.declaration.use_cases.risk.gather_supervisors import gather_supervisors
from services.declaration.use_cases.risk.opened import open_handed_in
from services.declaration.use_cases.risk.trace_declarations import trace_declarations
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def gather_facts(
    tx: Transaction,
    kind: Subject,
    cycle_id: UUID,
    subjects: Sequence[UUID],
    *,
    keyring: Keyring,
    now: datetime,
    trace: bool,
) -> Mapping[UUID, Facts]:
    """By subject; one that is not known, or was withdrawn, has none. `trace` writes the traces of declarations.
    Raises SealBroken."""
    if kind == "institution":
        return await gather_institutions(tx, subjects, cycle_id, now)
    if kind == "supervisor":
        return await gather_supervisors(tx, subjects, cycle_id, keyring)
    if kind == "reviewer":
        return await gather_reviewers(tx, subjects, cycle_id)
    rows = await risk_declarations.select_many(tx, subjects)
    # A finding may name a declaration of the year before; that is looked at, and leaves traces, in its own cycle only.
    opened = [open_handed_in(keyring, row) for row in rows if row.cycle_id == cycle_id]
    if trace:
        await trace_declarations(tx, cycle_id, opened, keyring=keyring, now=now)
    standing = [one for one in opened if one.row.state != "withdrawn"]
    return await gather_declarations(tx, standing, keyring)
