"""What a message says about a declaration that is not submitted (A36, P17)."""

from datetime import UTC, datetime

import pytest

from services.notification.domain.unfinished import unfinished
from shared.contracts.declaration import DraftReminded
from shared.ids import DeclarationId, InstitutionId, PersonId, new_id


def reminded(sections: list[str], blocked_by: str | None = None) -> DraftReminded:
    """A reminder that names these."""
    return DraftReminded(
        occurred_at=datetime(2026, 12, 22, tzinfo=UTC),
        aggregate_version=3,
        declaration_id=DeclarationId(new_id()),
        person_id=PersonId(new_id()),
        institution_id=InstitutionId(new_id()),
        institution_name="江城试验医院",
        cycle_year=2027,
        number="",
        again=False,
        ends_at=datetime(2026, 12, 29, 16, tzinfo=UTC),
        step=7,
        days=7,
        sections=sections,
        blocked_by=blocked_by,
    )


@pytest.mark.requirement("A36")
@pytest.mark.parametrize(
    ("sections", "blocked_by", "zh", "en"),
    [
        (["reasons"], None, "退回原因的答复", "answers to the reasons of the return"),
        (["choice", "periods"], None, "申报级别与类别、试用经历", "level and category, probation periods"),
        ([], "category_not_offered", "申报级别与类别", "level and category"),
        ([], "unreadable", "请登录查看", "log in to see"),
        ([], None, "无，内容已齐全，请直接提交", "nothing, just submit it"),
    ],
)
def test_everything_missing_has_its_word(sections: list[str], blocked_by: str | None, zh: str, en: str) -> None:
    """In both languages, with the last moment as people read it."""
    said = unfinished(reminded(sections, blocked_by))
    assert (said["missing_zh"], said["missing_en"], said["until"]) == (zh, en, "2026-12-29 24:00")
