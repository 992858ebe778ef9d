"""Compose the receipt of the last submission: number, time, unit, what was handed in, and a code to verify it (A37)."""

from datetime import datetime
from typing import Final
from urllib.parse import quote
from uuid import UUID

from services.declaration.domain.catalogue import Category
from services.declaration.domain.field_labels import Words, field_label, shown_value
from services.declaration.domain.receipt import receipt_check
from services.declaration.domain.receipt_errors import NotSubmittedYet
from services.declaration.printing.labels import moment
from services.declaration.printing.sheet import Entry, Section, SheetDocument
from services.declaration.storage import own_sheets
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.handed_in import open_handed_in
from services.declaration.storage.own_sheets import OwnSheet
from services.declaration.storage.snapshots import Snapshot
from shared.actor import Actor
from shared.contracts.identity import PersonIdentity
from shared.masking import mask_document_no
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring

_TITLE: Final = Words("医师资格考试试用期申报回执", "Receipt of a probation declaration")
_REMARKS: Final = (
    Words(
        "本回执只证明申报已提交，不代表审核通过；审核进度请在“记录”中查看。",
        "This proves that the declaration was handed in, not that it was approved; see its progress under Records.",
    ),
    Words(
        "申报审核通过后，还须按时完成国网报名，并在省网上传材料和缴费，报名方为有效。",
        "Once approved, register on the national network, then upload and pay on the provincial network, all in time.",
    ),
)


def receipt_address(public_url: str, declaration_id: UUID, number: str, submission: int) -> str:
    """What the QR code leads to."""
    check = receipt_check(declaration_id, number, submission)
    return f"{public_url.rstrip('/')}/api/declaration/v1/receipt-verifications/{quote(number)}?check={check}"


async def compose_receipt(
    reader: Reader,
    declaration_id: UUID,
    *,
    keyring: Keyring,
    catalogues: CatalogueCache,
    public_url: str,
    actor: Actor,
) -> SheetDocument:
    """The same bytes whenever it is printed. Raises NotFound, NotSubmittedYet, SealBroken."""
    own = await own_sheets.select(reader, declaration_id, actor.id)
    if own.number is None or own.content is None or own.submitted_at is None:
        raise NotSubmittedYet
    snapshot = open_handed_in(keyring, own.id, own.submission, own.content)
    catalogue = await catalogues.get(reader, own.catalogue_version)
    choice = choice_of(own, snapshot)
    category = catalogue.choose(own.cycle_year, choice["exam_level"], choice["route"], choice["exam_category_code"])
    return SheetDocument(
        title=_TITLE,
        number=own.number,
        sections=(
            Section(Words("申报人", "Who declares"), _person(snapshot.identity)),
            Section(Words("提交内容", "What was handed in"), _handed_in(own, own.submitted_at, snapshot, category)),
        ),
        remarks=_REMARKS,
        generated_at=own.submitted_at,
        verification_url=receipt_address(public_url, own.id, own.number, own.submission),
    )


def choice_of(own: OwnSheet, snapshot: Snapshot) -> dict[str, str]:
    """Level, category and route as handed in; a submission from before they were kept is told with those of now."""
    return snapshot.choice or {
        "exam_level": own.exam_level,
        "exam_category_code": own.exam_category_code,
        "route": own.route,
    }


def _person(identity: PersonIdentity) -> tuple[Entry, ...]:
    return (
        _entry("/identity/name", identity.name),
        _entry("/identity/document_type", identity.document_type),
        _entry("/identity/document_no", mask_document_no(identity.document_no)),
    )


def _handed_in(own: OwnSheet, at: datetime, snapshot: Snapshot, category: Category) -> tuple[Entry, ...]:
    return (
        Entry(Words("考试年度", "Exam year"), str(own.cycle_year)),
        _entry("/choice/exam_level", category.exam_level),
        Entry(Words("申报类别", "Exam category"), f"{category.code} {category.name_zh}"),
        Entry(Words("接收单位", "Handed in to"), own.institution_name),
        Entry(Words("提交时间", "Handed in at"), f"{moment(at)}（北京时间）"),
        Entry(Words("提交次数", "Submission"), str(own.submission)),
        Entry(Words("试用月数（截至报名）", "Months of probation until registration"), str(snapshot.months)),
        Entry(Words("材料份数", "Files"), str(len(snapshot.document_ids))),
        Entry(Words("同意的申报须知版本", "Notice accepted, version"), str(own.notice_version or "")),
    )


def _entry(pointer: str, value: str) -> Entry:
    shown = shown_value(pointer, value)
    return Entry(field_label(pointer), shown.zh if shown else "")
