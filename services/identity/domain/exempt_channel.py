"""Who declares elsewhere, and what is told to them (A17, A18, C9)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from services.identity.domain.documents import HONG_KONG_MACAU_TAIWAN, DocumentType
from shared.errors import Conflict, FieldProblem, Invalid

ExemptKind = Literal["military", "document_not_enterable"]
Proof = Literal["education", "evaluation"]

PROOFS: tuple[Proof, ...] = get_args(Proof)
"""What the military hand in, both from regiment level or above (A18)."""

_PROOF_NAMES: Mapping[Proof, tuple[str, str]] = {
    "education": ("学历证明", "proof of education"),
    "evaluation": ("试用期考核证明", "probation evaluation"),
}


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


class ProofsNotHosted(Conflict):
    """The proofs go to the provincial network this year."""

    code = "proofs_not_hosted"
    message_zh = "本年度证明材料不在本平台上传，请登录省网上传。"
    message_en = "The proofs are not uploaded here this year; upload them on the provincial network."


class ProofsMissing(Conflict):
    """A proof has not been uploaded yet (A18)."""

    code = "proofs_missing"
    message_zh = "请先上传团级以上单位出具的证明：{missing_zh}。"
    message_en = "First upload what is missing, from regiment level or above: {missing_en}."


class ExamSiteUnknown(Invalid):
    """Somebody has to look at the proofs: the exam site of the trial institution."""

    code = "exam_site_unknown"
    message_zh = "请选择试用机构所在的考点。"
    message_en = "Choose the exam site of your trial institution."


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


HOSTED_STEPS: tuple[Step, ...] = (
    Step(
        "proof_of_education",
        "在本平台上传团级以上单位出具的学历证明（照片）。",
        "Upload here a photo of the proof of education, from regiment level or above.",
    ),
    Step(
        "proof_of_evaluation",
        "在本平台上传团级以上单位出具的试用期考核证明（照片）。",
        "Upload here a photo of the probation evaluation, from regiment level or above.",
    ),
)
"""What the military do with their proofs where the platform hosts them."""


def steps_of(kind: ExemptKind, *, hosted: bool) -> tuple[Step, ...]:
    """The steps of a channel in the year in question."""
    hosted_steps = {step.code: step for step in HOSTED_STEPS} if hosted and kind == "military" else {}
    return tuple(hosted_steps.get(step.code, step) for step in STEPS[kind])


def require_proofs(uploaded: Collection[str]) -> None:
    """Raise ProofsMissing unless both proofs are there."""
    if missing := [_PROOF_NAMES[proof] for proof in PROOFS if proof not in uploaded]:
        raise ProofsMissing(
            missing_zh="、".join(zh for zh, _ in missing), missing_en=", ".join(en for _, en in missing)
        )
