"""The route by which auditors read the audit trail of a service, the same in every service (V64)."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from shared.audit import Fact
from shared.audit.searching import Found, Search, search_trail
from shared.clock import SHANGHAI
from shared.web.call import Call
from shared.web.cursors import CursorInvalid, Page, decode_cursor, encode_cursor
from shared.web.routing import Route, Staff
from shared.web.schemas import PageQuery, View

Action = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z_]+)+$", max_length=80)]

_FIRST: Final = datetime(2017, 1, 1, tzinfo=SHANGHAI)
_LAST: Final = datetime(2101, 1, 1, tzinfo=SHANGHAI)


def _possible(at: datetime) -> datetime:
    """A time that every offset can be written in; without one it is Shanghai's."""
    if not _FIRST <= (at if at.tzinfo else at.replace(tzinfo=SHANGHAI)) <= _LAST:
        raise ValueError("between 2017 and 2100")
    return at


Moment = Annotated[datetime, AfterValidator(_possible)]


class AuditQuery(PageQuery):
    """Filters of the trail; without one, all. `since` is included, `until` is not."""

    subject_id: UUID | None = None
    actor_id: UUID | None = None
    action: Action | None = None
    since: Moment | None = None
    until: Moment | None = None


class AuditEntryView(View):
    """Who did what to whom: ids, codes and masked values. `lane`, `sequence` and `digest` are its place in the chain,
    as `verify-audit` names it; `before` and `after` are states."""

    lane: int
    sequence: int
    digest: str
    at: datetime
    action: str
    actor_id: UUID
    actor_kind: str
    role: str
    subject_kind: str
    subject_id: UUID
    before: str | None = None
    after: str | None = None
    reason: str | None = None
    request_id: str | None = None
    facts: dict[str, Fact] = Field(default_factory=dict)


def audit_routes(service: str) -> tuple[Route, ...]:
    """The trail of `service`, for its route table."""

    async def get_audit_entries(call: Call[Any]) -> Page[AuditEntryView]:
        query = call.query
        wanted = Search(query.subject_id, query.actor_id, query.action, query.since, query.until)
        after = _after(query.cursor)
        page = await search_trail(call.tx, service, wanted, after, query.limit, actor=call.actor, now=call.now)
        following = page.following and encode_cursor(*page.following)
        return Page[AuditEntryView](items=[_view(one) for one in page.entries], next_cursor=following)

    return (
        Route(
            "GET",
            "/v1/audit-entries",
            get_audit_entries,
            Staff("auditor", "zone_admin"),
            "审计记录（按对象、操作人、操作、时间查询；查询本身也被记录）",
            "The audit trail by subject, actor, action and time; looking is recorded too. A short page may go on",
            query=AuditQuery,
            response=Page[AuditEntryView],
            transaction=True,
        ),
    )


def _after(cursor: str | None) -> tuple[str, int, int] | None:
    if cursor is None:
        return None
    at, lane, sequence = decode_cursor(cursor, (datetime, int, int))
    if not 0 <= lane < 2**15 or not 0 <= sequence < 2**63:
        raise CursorInvalid
    # With the offset that the entry was written with: the trail is ordered as text.
    return at.isoformat(), lane, sequence


def _view(found: Found) -> AuditEntryView:
    said = found.said
    return AuditEntryView.model_validate(
        {
            **said,
            "before": said.get("from"),
            "after": said.get("to"),
            "lane": found.lane,
            "sequence": found.sequence,
            "digest": found.digest.hex(),
        }
    )
