"""The page that a scanned receipt opens: plain HTML without scripts, masked data only (A37)."""

from html import escape
from typing import Final

from services.declaration.api.schemas.receipts import ReceiptVerificationView
from services.declaration.domain.field_labels import shown_value
from shared.clock import SHANGHAI
from shared.web.call import Language

_STYLE: Final = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c}"
    "h1{font-size:1.3rem}dl{display:grid;grid-template-columns:9rem 1fr;gap:.4rem 1rem}dt{color:#5f5f5f}dd{margin:0}"
    "p{padding:.6rem .8rem;border-radius:.4rem}.good{background:#e6f4ea}.old{background:#fdecea}"
)
_TITLE: Final = {"zh": "试用期申报回执核验", "en": "Verification of a receipt"}
_GOOD: Final = {"zh": "本回执真实有效。", "en": "This receipt is genuine and stands."}
_OLD: Final = {
    "zh": "本回执真实，但申报此后已撤回、重新提交或状态已变化，请以最新回执为准。",
    "en": "This receipt is genuine, but the declaration was taken back, handed in anew or changed since.",
}
_LABELS: Final = {
    "zh": ("编号", "考试年度", "提交次数", "提交时间", "接收单位", "姓名", "证件号码", "申报级别", "类别代码"),
    "en": (
        *("Number", "Exam year", "Submission", "Handed in at", "Handed in to", "Name", "Document number"),
        *("Exam level", "Category code"),
    ),
}


def receipt_page(view: ReceiptVerificationView, language: Language) -> str:
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
    rows = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>"
        for label, value in zip(_LABELS[language], values, strict=True)
    )
    said, mark = (_GOOD, "good") if view.stands else (_OLD, "old")
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{_TITLE[language]}</title><style>{_STYLE}</style><h1>{_TITLE[language]}</h1>"
        f'<p class="{mark}">{said[language]}</p><dl>{rows}</dl></html>'
    )
