"""What a person says of himself, in normal form; it rests sealed, and only until the verdict."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from services.identity.domain.document_numbers import plain_document_no
from services.identity.domain.documents import EXEMPT, HAN_NAMES, DocumentType
from services.identity.domain.limits import VerificationLimits
from services.identity.domain.person_name import plain_foreign_name, plain_name
from shared.errors import Conflict, FieldProblem, Invalid


class DocumentTypeNotOffered(Invalid):
    """This year's national form does not have the type (A14)."""

    code = "document_type_not_offered"
    message_zh = "今年报名不接受该证件类型，请选择国网报名所用的证件。"
    message_en = "This document type is not accepted this year; choose the one you use at the national registration."


class ExemptChannel(Conflict):
    """Military people declare on the provincial network, with two proofs from regiment level or above (A17, A18)."""

    code = "exempt_channel"
    message_zh = (
        "军队考生请直接登录省网，在省网填写试用信息，并上传团级以上单位出具的两份证明：学历证明、试用期考核证明。"
        "无需在本平台认证和申报。"
    )
    message_en = (
        "Military candidates go to the provincial network directly, enter their probation there, and upload two proofs "
        "from regiment level or above: education, and the probation evaluation. Nothing is to be declared here."
    )


class Claim(BaseModel):
    """Name and number in the form in which they are compared."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)
    name: str
    document_type: DocumentType
    document_no: str


def plain_claim(
    document_type: DocumentType, name: str, document_no: str, limits: VerificationLimits, today: date
) -> Claim:
    """Raises ExemptChannel, DocumentTypeNotOffered, NameInvalid, DocumentNumberInvalid."""
    if document_type in EXEMPT:
        raise ExemptChannel
    if document_type not in limits.document_types:
        problem = FieldProblem("/document_type", "not_offered", "不在可选范围内", "not offered this year")
        raise DocumentTypeNotOffered(problems=[problem])
    plain = plain_name(name) if document_type in HAN_NAMES else plain_foreign_name(name)
    number = plain_document_no(document_type, document_no, today)
    return Claim(name=plain, document_type=document_type, document_no=number)
