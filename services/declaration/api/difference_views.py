"""From a comparison of versions to what candidates and reviewers see of it."""

from typing import Any

from services.declaration.api.schemas.differences import (
    AnsweredReasonView,
    DifferenceView,
    FieldChangeView,
    FileChangeView,
    WordsView,
)
from services.declaration.domain.difference import Change
from services.declaration.domain.field_labels import Words, field_label, shown_value
from services.declaration.domain.version_difference import FileOfVersion
from services.declaration.use_cases.submitting.compare_versions import AnsweredReason, Comparison
from shared.masking import mask_document_no

_NUMBER = "/identity/document_no"


def difference_view(comparison: Comparison) -> DifferenceView:
    """Everything on one page; document numbers masked."""
    difference = comparison.difference
    return DifferenceView(
        id=comparison.declaration.id,
        number=comparison.declaration.number,
        since=comparison.since,
        submission=comparison.submission,
        reasons=[_reason(one, comparison) for one in comparison.reasons],
        unanswered=sum(one.answer is None for one in comparison.reasons),
        changes=[_change(one) for one in difference.changes],
        files_added=[_file(one, comparison) for one in difference.files_added],
        files_removed=[_file(one, comparison) for one in difference.files_removed],
    )


def words_view(words: Words) -> WordsView:
    """Both languages."""
    return WordsView(zh=words.zh, en=words.en)


def _change(change: Change) -> FieldChangeView:
    return FieldChangeView(
        pointer=change.pointer,
        label=words_view(field_label(change.pointer)),
        before=_value(change.pointer, change.before),
        after=_value(change.pointer, change.after),
    )


def _value(pointer: str, value: Any) -> WordsView | None:
    masked = mask_document_no(value) if pointer == _NUMBER and value is not None else value
    words = shown_value(pointer, masked)
    return None if words is None else words_view(words)


def _file(file: FileOfVersion, comparison: Comparison) -> FileChangeView:
    label = comparison.kind_words.get(file.kind, Words(file.kind, file.kind))
    return FileChangeView(id=file.id, kind=file.kind, label=words_view(label), period_id=file.period_id)


def _reason(reason: AnsweredReason, comparison: Comparison) -> AnsweredReasonView:
    given = reason.given
    return AnsweredReasonView(
        place=reason.place,
        pointer=given.pointer,
        code=given.code,
        label=words_view(comparison.reason_words.get(given.code, Words(given.code, given.code))),
        text=given.text,
        answer=reason.answer,
        explanation=reason.explanation,
        answered_at=reason.answered_at,
        changes=reason.changes,
        is_changed=reason.is_changed,
    )
