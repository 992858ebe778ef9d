"""What a message says about dates that moved (P16)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.notification.domain.audience import notices_for
from services.notification.domain.moved_dates import moved_dates
from shared.contracts.declaration import CycleDatesAnnounced, CycleMoments
from shared.ids import CycleId, InstitutionId, new_id

BEFORE = CycleMoments(
    declaration_opens_at=datetime(2026, 12, 14, 16, tzinfo=UTC),
    declaration_closes_at=datetime(2026, 12, 29, 16, tzinfo=UTC),
    review_deadline=datetime(2027, 1, 5, 16, tzinfo=UTC),
    filing_deadline=datetime(2027, 1, 11, 16, tzinfo=UTC),
    completion_deadline=datetime(2027, 8, 31, 16, tzinfo=UTC),
    registration_opens_at=None,
    registration_closes_at=None,
)
UNIT = InstitutionId(new_id())


def announced(**after: datetime | None) -> CycleDatesAnnounced:
    """An event to a unit in which these dates moved."""
    return CycleDatesAnnounced(
        occurred_at=datetime(2026, 12, 20, tzinfo=UTC),
        aggregate_version=3,
        recipient_id=UUID(str(UNIT)),
        announcement_id=new_id(),
        cycle_id=CycleId(new_id()),
        cycle_year=2027,
        exam_body_id=None,
        person_id=None,
        institution_id=UNIT,
        filing_body_id=None,
        before=BEFORE,
        after=BEFORE.model_copy(update=after),
    )


@pytest.mark.requirement("P16")
def test_only_what_moved_is_said_in_the_time_of_the_people() -> None:
    """Old and new moment in Shanghai, in both languages, an end at midnight as 24:00 of the day before; a date that was
    not known before is called open."""
    event = announced(
        filing_deadline=BEFORE.filing_deadline + timedelta(days=2),
        registration_opens_at=datetime(2027, 1, 14, 2, tzinfo=UTC),
    )
    said = moved_dates(event)
    assert said == {
        "moved_zh": "备案截止由 2027-01-11 24:00 改为 2027-01-13 24:00；国家报名开始由 未定 改为 2027-01-14 10:00",
        "moved_en": "filing deadline: 2027-01-11 24:00 becomes 2027-01-13 24:00; "
        "national registration opens: open becomes 2027-01-14 10:00",
    }


@pytest.mark.requirement("P16")
def test_a_beginning_at_midnight_stays_on_its_day() -> None:
    """Only ends are exclusive."""
    said = moved_dates(announced(declaration_opens_at=BEFORE.declaration_opens_at + timedelta(days=1)))
    assert said["moved_zh"] == "申报开放由 2026-12-15 00:00 改为 2026-12-16 00:00"


@pytest.mark.requirement("P16")
def test_an_event_speaks_to_one_audience() -> None:
    """To the unit it names and to nobody else, with the year and what moved."""
    event = announced(review_deadline=BEFORE.review_deadline + timedelta(hours=1))
    (notice,) = notices_for([event], "institution_admins")
    assert (notice.target_id, notice.parameters["cycle_year"]) == (UNIT, 2027)
    assert "审核截止" in notice.parameters["moved_zh"]
    assert notices_for([event], "candidate") == []
    assert notices_for([event], "filing_body_staff") == []
