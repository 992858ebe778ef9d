"""Handler: the search of institutions by any part of a name, and what is said when nothing is found."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Final

from services.institution.api.schemas.institution_search import (
    FoundInstitutionView,
    NextStep,
    NothingFoundView,
    SearchView,
)
from services.institution.dependencies import Dependencies
from services.institution.domain.division import prefix
from services.institution.domain.search_ranking import Rank, is_position
from services.institution.domain.searched_text import is_long_enough, searched_text
from services.institution.storage import exam_bodies, exam_body_enquiries
from services.institution.storage.institution_search import FoundInstitution
from services.institution.use_cases.institutions.search_institutions import search_institutions
from shared.web.call import Call, Language
from shared.web.cursors import CursorInvalid, decode_cursor, encode_cursor

_NOTHING_FOUND: Final[Mapping[NextStep, Mapping[Language, str]]] = {
    "register_institution": {
        "zh": "没有找到该单位。请换用名称中的其他文字、拼音或曾用名再试；"
        "如单位尚未入库，请由单位负责人登录本平台提交机构登记申请，由所在地考试管理机构审核；启用后再向单位试用期管理人员索取确认码。",
        "en": "Nothing was found. Try other words of the name, its pinyin, or a former name. If the unit is not in the "
        "library, its head logs in here and registers it, and the exam body of the area reviews that; then ask its "
        "probation officer for the code.",
    },
    "type_more": {
        "zh": "请至少输入单位名称中的两个字，或名称拼音的两个字母，标点和空格不计。",
        "en": "Type at least two characters of the name, or two letters of its pinyin; marks and blanks do not count.",
    },
}


async def get_institution_search(call: Call[Dependencies]) -> SearchView:
    """A20, P3, P4."""
    query = call.query
    found = await search_institutions(
        call.reader,
        query.q,
        within="" if query.division is None else prefix(query.division),
        near="" if query.near is None else prefix(query.near),
        after=_last_hit(query.cursor, query.q),
        limit=query.limit + 1,
    )
    nothing = None if found or query.cursor else await _nothing_found(call)
    return _page(found, query.limit, nothing)


def _page(found: Sequence[FoundInstitution], limit: int, nothing: NothingFoundView | None) -> SearchView:
    shown = found[:limit]
    return SearchView(
        items=[FoundInstitutionView.of(hit) for hit in shown],
        next_cursor=encode_cursor(*astuple(shown[-1].rank)) if len(found) > limit else None,
        nothing_found=nothing,
    )


def _last_hit(cursor: str | None, typed: str) -> Rank | None:
    if cursor is None:
        return None
    last = Rank(*decode_cursor(cursor, (int, int, int, str, int)))
    if not is_position(last, searched_text(typed)):
        raise CursorInvalid
    return last


async def _nothing_found(call: Call[Dependencies]) -> NothingFoundView:
    area = call.query.division or call.query.near
    body = None if area is None else await exam_bodies.select_for_division(call.reader, area)
    step: NextStep = "register_institution" if is_long_enough(call.query.q) else "type_more"
    return NothingFoundView(
        explanation=_NOTHING_FOUND[step][call.language],
        next_step=step,
        exam_body_name=None if body is None else body.name,
        exam_body_level=None if body is None else body.level,
        exam_body_id=None if body is None else body.id,
        exam_body_phone=None if body is None else await exam_body_enquiries.select_phone(call.reader, body.id),
    )
