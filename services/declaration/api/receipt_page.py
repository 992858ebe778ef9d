"""What the page of a scanned receipt says (A37)."""

from typing import Final

from aiohttp import web

from services.declaration.api.schemas.receipts import ReceiptVerificationView
from services.declaration.api.verification_page import Mark, verification_page
from services.declaration.domain.field_labels import shown_value
from shared.clock import SHANGHAI
from shared.web.call import Language

TITLE: Final = {"zh": "试用期申报回执核验", "en": "Verification of a receipt"}
_GOOD: Final = {"zh": "本回执真实有效。", "en": "This receipt is genuine and stands."}
_OLD: Final = {
    "zh": "本回执真实，但申报此后已撤回、重新提交或状态已变化，请以最新回执为准。",
    "en": "This receipt is genuine, but the declaration was taken back, handed in anew or changed since.",
}
_STANDING: Final[Mark] = "good"
_OVERTAKEN: Final[Mark] = "old"
_LABELS: Final = {
    "zh": ("编号", "考试年度", "提交次数", "提交时间", "接收单位", "姓名", "证件号码", "申报级别", "类别代码"),
    "en": (
        *("Number", "Exam year", "Submission", "Handed in at", "Handed in to", "Name", "Document number"),
        *("Exam level", "Category code"),
    ),
}


def receipt_page(view: ReceiptVerificationView, language: Language) -> web.Response:
    """The page in the reader's language."""
    level = shown_value("/exam_level", view.exam_level)
    values = (
        view.number,
        str(view.exam_year),
        str(view.submission),
        f"{view.submitted_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} (UTC+8)",
        view.institution_name,
        view.name_masked,
        view.document_no_masked,
        "" if level is None else getattr(level, language),
        view.exam_category_code,
    )
    said, mark = (_GOOD, _STANDING) if view.stands else (_OLD, _OVERTAKEN)
    rows = list(zip(_LABELS[language], values, strict=True))
    return verification_page(TITLE[language], language, mark, [said[language]], rows)
