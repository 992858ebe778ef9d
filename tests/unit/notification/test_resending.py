"""When a text may go again by hand, and what may be asked for at once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.notification.domain.resending import (
    MOST_RESENDS,
    CodeNeverResent,
    DeliveryNotOver,
    NumberNotKept,
    Resendable,
    ResentTooOften,
    require_resendable,
)
from services.notification.domain.searching import (
    MOST_DAYS,
    RecipientOrEventNeeded,
    SpanInvalid,
    require_one,
    span_of,
)
from shared.errors import TiroError
from shared.ids import new_id

FREE = Resendable(
    id=new_id(), first_id=new_id(), has_code=False, is_over=True, to_account=True, resends=0, under_way=False
)


def test_a_notice_that_is_over_may_go_again() -> None:
    """So often as is allowed, and not once more."""

    def goes(resends: int) -> bool:
        try:
            require_resendable(replace(FREE, resends=resends))
        except ResentTooOften:
            return False
        return True

    assert [goes(number) for number in range(MOST_RESENDS + 1)] == [True] * MOST_RESENDS + [False]


@pytest.mark.parametrize(
    ("delivery", "error"),
    [
        (replace(FREE, has_code=True), CodeNeverResent),
        (replace(FREE, has_code=True, to_account=False), CodeNeverResent),
        (replace(FREE, to_account=False), NumberNotKept),
        (replace(FREE, is_over=False), DeliveryNotOver),
        (replace(FREE, under_way=True), DeliveryNotOver),
        (replace(FREE, resends=MOST_RESENDS), ResentTooOften),
    ],
)
@pytest.mark.requirement("M10")
def test_everything_else_stays(delivery: Resendable, error: type[TiroError]) -> None:
    """Codes, texts to numbers that are not kept, what is under way, and what went too often."""
    with pytest.raises(error) as refused:
        require_resendable(delivery)
    assert refused.value.sentence("zh")
    assert refused.value.sentence("en")


def test_days_are_those_of_shanghai() -> None:
    """Late in the evening of Greenwich it is the next day; both ends count, by default a week with today."""
    now = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)
    since, until = span_of(None, None, now)
    assert (since.isoformat(), until.isoformat()) == ("2026-11-20T00:00:00+08:00", "2026-11-27T00:00:00+08:00")
    since, until = span_of(date(2026, 11, 1), date(2026, 11, 1), now)
    assert until - since == timedelta(days=1)


@pytest.mark.parametrize("days", [-1, MOST_DAYS])
def test_a_span_is_in_order_and_limited(days: int) -> None:
    """A last day before the first, or one day too many, is refused."""
    first = date(2026, 8, 1)
    span_of(first, first + timedelta(days=MOST_DAYS - 1), datetime(2026, 11, 25, tzinfo=UTC))
    with pytest.raises(SpanInvalid):
        span_of(first, first + timedelta(days=days), datetime(2026, 11, 25, tzinfo=UTC))


def test_a_search_names_a_recipient_or_an_event() -> None:
    """Neither and both are refused."""
    require_one(new_id(), None)
    require_one(None, new_id())
    for both in ((None, None), (new_id(), new_id())):
        with pytest.raises(RecipientOrEventNeeded):
            require_one(*both)
