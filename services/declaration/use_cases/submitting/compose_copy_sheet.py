"""Compose the sheet "copy exactly this" for the national network: what the unit approved, value by value (C8, P1). It
is the person's own data, so nothing on it is masked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.declaration.domain.catalogue import Category
from services.declaration.domain.content import Content, EducationRecord, Period
from services.declaration.domain.declaration import STATE_ZH, State
from services.declaration.domain.field_labels import Words, field_label, shown_value
from services.declaration.domain.receipt_errors import CopySheetNotReady
from services.declaration.printing.sheet import Entry, Section, SheetDocument
from services.declaration.storage import own_sheets
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.handed_in import open_handed_in
from services.declaration.storage.own_sheets import OwnSheet
from services.declaration.use_cases.submitting.compose_receipt import choice_of, receipt_address
from shared import audit
from shared.actor import Actor
from shared.contracts.identity import PersonIdentity
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

READY: Final = frozenset({State.APPROVED, State.FILED})
_TITLE: Final = Words("国网报名填报对照表", "What to type on the national network")
_EXACTLY: Final = Words("请逐字照抄，含标点和大小写", "Copy character by character")
_AS_CHOSEN: Final = Words("须与本平台一致", "Must be the same as here")
_REMARKS: Final = (
    Words(
        "国网报名信息须与本表逐项一致；不一致的将影响报名审核。",
        "What you type there must equal this sheet in every item, or your registration is questioned.",
    ),
    Words(
        "发现本表有误的，请勿在国网另填，先联系单位设置“允许修改”，更正后重新审核。",
        "If something here is wrong, do not type it differently there: ask your unit to allow modification first.",
    ),
)


@dataclass(frozen=True, slots=True)
class CopySheet:
    """The sheet, and the version of the declaration it shows."""

    document: SheetDocument
    state: State
    version: int


async def compose_copy_sheet(
    tx: Transaction,
    declaration_id: UUID,
    *,
    keyring: Keyring,
    catalogues: CatalogueCache,
    public_url: str,
    actor: Actor,
    now: datetime,
) -> CopySheet:
    """Only once the unit has approved; the look is audited, as it shows whole numbers (V55). Raises NotFound,
    CopySheetNotReady, SealBroken."""
    own = await own_sheets.select(tx, declaration_id, actor.id)
    if own.state not in READY or own.number is None or own.content is None:
        raise CopySheetNotReady(state=own.state.value, state_zh=STATE_ZH[own.state])
    snapshot = open_handed_in(keyring, own.id, own.submission, own.content)
    catalogue = await catalogues.get(tx, own.catalogue_version)
    choice = choice_of(own, snapshot)
    category = catalogue.choose(own.cycle_year, choice["exam_level"], choice["route"], choice["exam_category_code"])
    audit.record(
        tx,
        "declaration.show_copy_sheet",
        actor=actor,
        subject_kind="declaration",
        subject_id=own.id,
        at=now,
        submission=own.submission,
    )
    document = SheetDocument(
        title=_TITLE,
        number=own.number,
        sections=_sections(own, snapshot.identity, snapshot.content, category, snapshot.months),
        remarks=_REMARKS,
        generated_at=now,
        verification_url=receipt_address(public_url, own.id, own.number, own.submission),
    )
    return CopySheet(document, own.state, own.version)


def _sections(
    own: OwnSheet, identity: PersonIdentity, content: Content, category: Category, months: int
) -> tuple[Section, ...]:
    sections = [
        Section(Words("身份信息", "Identity"), _identity(identity, content)),
        Section(
            Words("报考信息", "Exam"),
            (
                _entry("/choice/exam_level", category.exam_level, _AS_CHOSEN),
                Entry(Words("报考类别", "Exam category"), f"{category.code} {category.name_zh}", _AS_CHOSEN),
                _entry("/choice/route", category.route),
            ),
        ),
    ]
    if content.basis is not None:
        sections.append(Section(Words("报考学历", "Degree"), _degree(content.basis)))
    if content.assistant is not None:
        sections.append(Section(Words("助理医师信息", "Assistant physician"), _assistant(content)))
    sections.append(Section(Words("试用机构", "Institution"), _institution(own, content, months)))
    return tuple(sections)


def _identity(identity: PersonIdentity, content: Content) -> tuple[Entry, ...]:
    return (
        _entry("/identity/name", identity.name, _EXACTLY),
        _entry("/identity/document_type", identity.document_type, _AS_CHOSEN),
        _entry("/identity/document_no", identity.document_no, _EXACTLY),
        _entry("/identity/sex", identity.sex),
        _entry("/identity/birth_date", identity.birth_date),
        _entry("/identity/ethnicity_code", identity.ethnicity_code or content.ethnicity_code),
        *((_entry("/identity/country", identity.country),) if identity.country else ()),
    )


def _degree(basis: EducationRecord) -> tuple[Entry, ...]:
    return (
        _entry("/education/level", basis.level),
        _entry("/education/form", basis.form),
        _entry("/education/school", basis.school, _EXACTLY),
        _entry("/education/major", basis.major, _EXACTLY),
        _entry("/education/degree_type", basis.degree_type),
        _entry("/education/enrolled_on", basis.enrolled_on),
        _entry("/education/graduated_on", basis.graduated_on),
        _entry("/education/certificate_no", basis.certificate_no, _EXACTLY),
    )


def _assistant(content: Content) -> tuple[Entry, ...]:
    record = content.assistant
    names = (
        "qualification_certificate_no",
        "practising_certificate_no",
        "first_registration_date",
        "practising_category_code",
    )
    return tuple(_entry(f"/assistant/{name}", getattr(record, name), _EXACTLY) for name in names)


def _institution(own: OwnSheet, content: Content, months: int) -> tuple[Entry, ...]:
    here = next((one for one in content.periods if one.is_current), Period())
    counted = own.months_counted if own.months_counted is not None else months
    return (
        Entry(Words("单位名称", "Institution"), own.institution_name, _EXACTLY),
        Entry(Words("单位登记号", "Registration number"), own.registration_no or own.credit_code or ""),
        Entry(Words("单位行政区划代码", "Division code"), own.division_code or ""),
        Entry(Words("单位地址", "Address"), own.address or ""),
        _entry("/periods/department", here.department),
        _entry("/periods/position", here.position),
        Entry(Words("试用开始日期", "Probation from"), _day(_first(content))),
        Entry(Words("试用月数", "Months of probation"), str(counted)),
        Entry(Words("考核证明编号", "Certificate number"), own.certificate_no or ""),
    )


def _first(content: Content) -> date | None:
    return min((one.first_day for one in content.periods if one.first_day is not None), default=None)


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def _entry(pointer: str, value: Any, hint: Words | None = None) -> Entry:
    shown = shown_value(pointer, value)
    return Entry(field_label(pointer), shown.zh if shown else "", hint)
