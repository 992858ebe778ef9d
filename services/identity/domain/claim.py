"""What a person says of himself, in normal form; it rests sealed, and only until the verdict."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from services.identity.domain.document_numbers import plain_document_no
from services.identity.domain.documents import EXEMPT, EXPIRING, HAN_NAMES, WITH_COUNTRY, DocumentType
from services.identity.domain.exempt_channel import ExemptChannel
from services.identity.domain.person_name import plain_foreign_name, plain_name
from shared.errors import FieldProblem, Invalid

_COUNTRY = re.compile(r"[A-Z]{3}", re.ASCII)
_OWN_DOCUMENTS = frozenset({"CHN", "HKG", "MAC", "TWN"})


class DocumentTypeNotOffered(Invalid):
    """This year's national form does not have the type (A14)."""

    code = "document_type_not_offered"
    message_zh = "今年报名不接受该证件类型，请选择国网报名所用的证件。"
    message_en = "This document type is not accepted this year; choose the one you use at the national registration."


class DocumentExpired(Invalid):
    """The last valid day has passed (5.4)."""

    code = "document_expired"
    message_zh = "证件已过有效期，请换领新证后再认证；居民身份证过期的，可先办理临时身份证。"
    message_en = "The document has expired. Renew it first; for a resident ID card a temporary one can be issued."


class DocumentDetailsMissing(Invalid):
    """Types that run out need their last valid day, passports their country as well (5.4)."""

    code = "document_details_missing"
    message_zh = "请按证件填写标出的内容。"
    message_en = "Enter the marked details as they stand on the document."


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """The claim as it was typed. `country` is ISO 3166-1 alpha-3 as in the passport's machine-readable zone."""

    document_type: DocumentType
    name: str
    document_no: str
    country: str | None = None
    valid_to: date | None = None


class Claim(BaseModel):
    """Name and number in the form in which they are compared."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)
    name: str
    document_type: DocumentType
    document_no: str
    country: str | None = None
    valid_to: date | None = None


def plain_claim(request: ClaimRequest, offered: Collection[DocumentType], today: date) -> Claim:
    """Raises ExemptChannel, DocumentTypeNotOffered, NameInvalid, DocumentNumberInvalid, DocumentDetailsMissing,
    DocumentExpired."""
    kind = request.document_type
    if kind in EXEMPT:
        raise ExemptChannel
    if kind not in offered:
        problem = FieldProblem("/document_type", "not_offered", "不在可选范围内", "not offered this year")
        raise DocumentTypeNotOffered(problems=[problem])
    plain = plain_name(request.name) if kind in HAN_NAMES else plain_foreign_name(request.name)
    number = plain_document_no(kind, request.document_no, today)
    if problems := _missing(request):
        raise DocumentDetailsMissing(problems=problems)
    if request.valid_to is not None and request.valid_to < today:
        raise DocumentExpired(problems=[FieldProblem("/valid_to", "expired", "已过有效期", "has passed")])
    country = request.country if kind in WITH_COUNTRY else None
    return Claim(name=plain, document_type=kind, document_no=number, country=country, valid_to=request.valid_to)


def _missing(request: ClaimRequest) -> list[FieldProblem]:
    found = []
    if request.document_type in EXPIRING and request.valid_to is None:
        found.append(FieldProblem("/valid_to", "missing", "请填写证件有效期", "enter the last valid day"))
    if request.document_type in WITH_COUNTRY:
        if not _COUNTRY.fullmatch(request.country or ""):
            found.append(FieldProblem("/country", "missing", "请填写签发国（三字代码）", "enter the issuing country"))
        elif request.country in _OWN_DOCUMENTS:
            zh, en = "中国公民及港澳台居民请选用其他证件类型", "people of China choose another document type"
            found.append(FieldProblem("/country", "other_document", zh, en))
    return found
