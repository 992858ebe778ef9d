"""Rows of institutions: each is issued as if it had been typed in (B5, B7)."""

from typing import Final

from services.institution.domain.institution_sheet import COLUMNS, WantedInstitution, keys_of, wanted_institution
from services.institution.domain.sheet_import import RowWrong
from services.institution.storage import institutions
from services.institution.use_cases.importing.row_kinds import Carried, Importing, RowKind
from services.institution.use_cases.institutions.issue_institution import (
    NewInstitution,
    issue_institution,
    judged_institution,
)
from shared.errors import FieldProblem, NotFound
from shared.postgres.transaction import Transaction


async def check_institution(
    tx: Transaction, wanted: WantedInstitution, importing: Importing
) -> tuple[FieldProblem, ...]:
    """No notes. Raises RowWrong, and what issuing raises."""
    new = await _new_institution(tx, wanted, importing)
    try:
        judged = await judged_institution(tx, new, importing.around, actor=importing.actor, now=importing.now)
    except NotFound:
        raise _body_unknown() from None
    if taken := await institutions.select_taken(tx, judged):
        texts = [(field, error.code, error.message_zh, error.message_en) for field, error in taken.items()]
        raise RowWrong(problems=[FieldProblem(f"/{field}", *told) for field, *told in texts])
    return ()


async def issue_wanted(tx: Transaction, wanted: WantedInstitution, importing: Importing) -> Carried:
    """Raises RowWrong, and what issuing raises."""
    new, around = await _new_institution(tx, wanted, importing), importing.around
    try:
        issued = await issue_institution(
            tx, importing.keyring, new, actor=importing.actor, now=importing.now, around=around
        )
    except NotFound:
        raise _body_unknown() from None
    return Carried(issued.id)


async def _new_institution(tx: Transaction, wanted: WantedInstitution, importing: Importing) -> NewInstitution:
    code = wanted.filing_body_code
    body = await importing.around.body(tx, code) if code else None
    if code and body is None:
        raise _body_unknown()
    return NewInstitution(
        name=wanted.name,
        division_code=wanted.division_code,
        institution_type=wanted.institution_type,
        credit_code=wanted.credit_code,
        accept_unchecked_credit_code=wanted.credit_code_reason is not None,
        credit_code_reason=wanted.credit_code_reason,
        registration_no=wanted.registration_no,
        owner_name=wanted.owner_name,
        owner_phone=wanted.owner_phone,
        filing_body_id=None if body is None else body.id,
    )


def _body_unknown() -> RowWrong:
    """Codes of bodies that do not exist and of those outside the jurisdiction look the same."""
    text = ("辖区内没有此代码的考试管理机构，请核对代码", "No exam body of your jurisdiction has this code; check it")
    return RowWrong(problems=[FieldProblem("/filing_body_code", "filing_body_unknown", *text)])


INSTITUTION_ROWS: Final = RowKind(COLUMNS, wanted_institution, keys_of, check_institution, issue_wanted)
