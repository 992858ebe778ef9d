"""Why a check did not succeed, beyond what the photos themselves show: code, sentences, and the field it is about."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VerificationReason:
    """`field` is the claimed field to look at, when there is one (A9)."""

    zh: str
    en: str
    field: str | None = None


REASONS: Mapping[str, VerificationReason] = {
    "name_differs": VerificationReason(
        "填写的姓名与证件不一致，请核对后重试。", "The name differs from the card; check it and try again.", "name"
    ),
    "document_no_differs": VerificationReason(
        "填写的证件号码与证件不一致，请核对后重试。",
        "The number differs from the card; check it and try again.",
        "document_no",
    ),
    "claim_uncertain": VerificationReason(
        "填写的信息与识别结果略有出入，请核对后重试，或提交人工审核。",
        "What you entered is close to what was read, but not the same; check it, or ask for a manual review.",
    ),
    "document_in_use": VerificationReason(
        "该证件已由其他账号完成认证。如非本人操作，请申请人工审核。",
        "This document was already verified by another account. If that was not you, ask for a manual review.",
        "document_no",
    ),
    "recognition_failed": VerificationReason(
        "照片暂时无法识别，本次不计入次数。请重新拍摄，或提交人工审核。",
        "The photos could not be read; this does not count. Take them again, or ask for a manual review.",
    ),
    "image_unclear": VerificationReason(
        "证件照片不清晰，请重新拍摄后提交。", "The photos are not clear; take them again."
    ),
    "image_incomplete": VerificationReason(
        "证件照片不完整，请补全后提交。", "The photos are not complete; add what is missing."
    ),
    "claim_differs": VerificationReason(
        "填写内容与证件不符，请更正后提交。", "What was entered differs from the document; correct it."
    ),
    "document_expired": VerificationReason(
        "证件已过有效期，请使用有效证件。", "The document has expired; use a valid one."
    ),
    "document_doubtful": VerificationReason(
        "证件真实性存疑，请携带原件到考试管理机构核实。",
        "The document is in doubt; bring the original to your exam body.",
    ),
}

REVIEW_REASONS = frozenset(
    {"image_unclear", "image_incomplete", "claim_differs", "document_expired", "document_doubtful"}
)
"""What a reviewer may reject with."""
