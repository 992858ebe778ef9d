"""One row more than asked for tells whether there is a next page."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.web.cursors import Page, decode_cursor, encode_cursor
from shared.web.schemas import PageQuery

Row = TypeVar("Row")
Item = TypeVar("Item", bound=BaseModel)


def position(query: PageQuery) -> UUID | None:
    """Where the last page ended. Raises CursorInvalid."""
    (after,) = decode_cursor(query.cursor, (UUID,))
    result: UUID | None = after
    return result


def page_of(
    page: type[Page[Item]],
    query: PageQuery,
    rows: Sequence[Row],
    view: Callable[[Row], Item],
    key: Callable[[Row], UUID],
) -> Page[Item]:
    """A page of at most `query.limit` of the `query.limit + 1` rows that were asked for."""
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    return page(items=[view(row) for row in shown], next_cursor=encode_cursor(key(shown[-1])) if more else None)
