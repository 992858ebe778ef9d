"""Who declares elsewhere, and what is told to them (A17, A18, C9)."""

from dataclasses import dataclass
from typing import Literal

from services.identity.domain.documents import HONG_KONG_MACAU_TAIWAN, DocumentType
from shared.errors import Conflict, FieldProblem, Invalid

ExemptKind = Literal["military", "document_not_enterable"]


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


class ExemptDocumentWrong(Invalid):
    """The document does not belong to the people of this channel."""

    code = "exempt_document_wrong"
    message_zh = "军队考生请填写居民身份证；证件无法录入的渠道仅限港澳台居民。"
    message_en = (
        "Military candidates give their resident ID card; the other channel is for Hong Kong, Macau and Taiwan."
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do or to hand in."""

    code: str
    zh: str
    en: str


STEPS: dict[ExemptKind, tuple[Step, ...]] = {
    "military": (
        Step(
            "go_to_provincial_network",
            "登录省网，在省网填写试用信息。",
            "Enter your probation on the provincial network.",
        ),
        Step(
            "proof_of_education",
            "上传团级以上单位出具的学历证明。",
            "Upload the proof of education, from regiment level or above.",
        ),
        Step(
            "proof_of_evaluation",
            "上传团级以上单位出具的试用期考核证明。",
            "Upload the probation evaluation, from regiment level or above.",
        ),
        Step(
            "site_of_trial_institution",
            "报名考点选择试用机构所在考点，不得跨考点报名。",
            "Choose the exam site of your trial institution; other sites are not possible.",
        ),
        Step(
            "use_resident_id", "国网报名使用居民身份证。", "Register on the national network with the resident ID card."
        ),
    ),
    "document_not_enterable": (
        Step(
            "try_manual_review",
            "可先选择证件类型提交人工审核；认证成功的，请在本平台申报。",
            "Try a manual review of your document first; once verified, declare here.",
        ),
        Step(
            "go_to_provincial_network",
            "证件无法录入的，登录省网填写试用信息。",
            "If it can not be entered, use the provincial network.",
        ),
        Step("internship_form", "在省网上传实习申请审核表。", "Upload the internship application form there."),
    ),
}
"""What each kind of person does next, in this order."""


def require_document(kind: ExemptKind, document_type: DocumentType) -> None:
    """Raise ExemptDocumentWrong unless people of this channel register with such a document."""
    good = document_type == "resident_id" if kind == "military" else document_type in HONG_KONG_MACAU_TAIWAN
    if not good:
        problem = FieldProblem(
            "/document_type", "wrong_type", "证件类型与所选渠道不符", "not a document of this channel"
        )
        raise ExemptDocumentWrong(problems=[problem])
