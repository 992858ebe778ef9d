"""The exam year (4.9, section 7): default calendar, windows, and where its dates put it."""

import itertools
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.declaration.domain.catalogue import Catalogue
from services.declaration.domain.cycle import (
    CycleState,
    SiteDates,
    archived,
    opened,
    require_changeable,
    require_review_window,
    require_submission_window,
    state_by_date,
    steps_between,
    template_dates,
)
from services.declaration.domain.cycle_errors import (
    CategoryNotOffered,
    CycleDatesDisordered,
    CycleFinished,
    CycleNotClosed,
    CycleNotPlanned,
    DeclarationWindowClosed,
    ReviewDeadlinePassed,
)
from services.declaration.domain.drafting_errors import DocumentKindUnknown
from services.declaration.domain.review_errors import ReasonRequired, ReasonsIncomplete
from services.declaration.domain.review_reasons import GivenReason, Handed
from shared.clock import SHANGHAI
from tests.unit.declaration.judging import CYCLE, FILES, RULES

DATES = template_dates(2027)
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_the_template_is_in_order() -> None:
    """Every year's default calendar is valid and ends on 31 August."""
    for year in range(2020, 2060):
        template_dates(year).check()
    assert CYCLE.completion_day == date(2027, 8, 31)
    assert CYCLE.registration_day == date(2027, 1, 11)


@pytest.mark.parametrize("name", ["declaration_closes_at", "review_deadline", "filing_deadline", "completion_deadline"])
def test_dates_out_of_order_are_refused(name: str) -> None:
    """No date may lie before the one it follows."""
    with pytest.raises(CycleDatesDisordered):
        replace(DATES, **{name: DATES.declaration_opens_at - MINUTE}).check()


def test_everything_before_the_bell_counts() -> None:
    """The first and the last minute of the window are inside, the closing moment is not (P17)."""
    require_submission_window(CYCLE, first=True, now=DATES.declaration_opens_at)
    require_submission_window(CYCLE, first=True, now=DATES.declaration_closes_at - timedelta(microseconds=1))
    for moment in (DATES.declaration_opens_at - MINUTE, DATES.declaration_closes_at):
        with pytest.raises(DeclarationWindowClosed) as refused:
            require_submission_window(CYCLE, first=True, now=moment)
        assert "2026-12-15 00:00" in refused.value.sentence("zh")


@pytest.mark.parametrize("state", [CycleState.PLANNED, CycleState.CLOSED, CycleState.ARCHIVED])
def test_no_window_without_an_open_year(state: CycleState) -> None:
    """A planned or closed year takes nothing, whatever its dates say."""
    with pytest.raises(DeclarationWindowClosed):
        require_submission_window(replace(CYCLE, state=state), first=True, now=at("2026-12-20"))


def test_resubmissions_until_the_review_deadline() -> None:
    """After the window, before the review deadline: again yes, first no (4.4)."""
    between = DATES.declaration_closes_at + MINUTE
    require_submission_window(CYCLE, first=False, now=between)
    require_review_window(CYCLE, between)
    with pytest.raises(ReviewDeadlinePassed):
        require_submission_window(CYCLE, first=False, now=DATES.review_deadline)


def test_opening_early_moves_the_first_date() -> None:
    """Opened by hand before its date, a year opens now; at or after it, nothing moves; twice is refused."""
    planned = replace(CYCLE, state=CycleState.PLANNED)
    assert opened(planned, at("2026-12-01")).declaration_opens_at == at("2026-12-01")
    assert opened(planned, at("2026-12-16")) == DATES
    with pytest.raises(CycleNotPlanned):
        opened(CYCLE, at("2026-12-16"))


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2026-12-29T23:59", "declaration_open"),
        ("2026-12-30T00:00", "declaration_closed"),
        ("2027-01-06T00:00", "review_closed"),
        ("2027-01-12T00:00", "filing_closed"),
        ("2027-01-12T09:59", "filing_closed"),
        ("2027-01-12T10:00", "national_registration_open"),
        ("2027-01-26T00:00", "provisional_completion"),
        ("2027-08-31T23:59", "provisional_completion"),
        ("2027-09-01T00:00", "closed"),
    ],
)
def test_the_year_follows_its_dates(moment: str, state: str) -> None:
    """Each state begins at its date, in Shanghai."""
    assert state_by_date(CycleState.DECLARATION_OPEN, DATES, at(moment)) == state
    assert state_by_date(CycleState.PLANNED, DATES, at(moment)) is CycleState.PLANNED
    assert state_by_date(CycleState.ARCHIVED, DATES, at(moment)) is CycleState.ARCHIVED


def test_later_states_set_by_hand_stay() -> None:
    """Where the dates of national registration are not known, its states stay until the year closes."""
    unknown = replace(DATES, registration_opens_at=None, registration_closes_at=None)
    for state in (CycleState.NATIONAL_REGISTRATION_OPEN, CycleState.PROVISIONAL_COMPLETION):
        assert state_by_date(state, unknown, at("2027-02-01")) is state
        assert state_by_date(state, unknown, at("2027-09-02")) is CycleState.CLOSED


@pytest.mark.parametrize(
    "registration",
    [
        {"registration_opens_at": None},
        {"registration_closes_at": None},
        {"registration_opens_at": DATES.filing_deadline - MINUTE},
        {"registration_closes_at": DATES.registration_opens_at},
        {"registration_closes_at": DATES.completion_deadline + MINUTE},
    ],
)
def test_national_registration_lies_between_filing_and_completion(registration: dict[str, Any]) -> None:
    """One of its dates alone, or one out of order, is refused; both may be missing (4.9, B13)."""
    with pytest.raises(CycleDatesDisordered):
        replace(DATES, **registration).check()
    replace(DATES, registration_opens_at=None, registration_closes_at=None).check()


def test_every_state_leads_to_the_next() -> None:
    """The line of 4.9, state by state, as it is recorded."""
    line = list(CycleState)
    assert [one.value for one in line] == [
        "planned",
        "declaration_open",
        "declaration_closed",
        "review_closed",
        "filing_closed",
        "national_registration_open",
        "provisional_completion",
        "closed",
        "archived",
    ]
    for before, after in itertools.pairwise(line):
        assert steps_between(before, after) == [after]
    assert steps_between(CycleState.DECLARATION_OPEN, CycleState.FILING_CLOSED) == line[2:5]


@pytest.mark.parametrize("state", [one for one in CycleState if one is not CycleState.CLOSED])
def test_only_a_closed_year_is_archived(state: CycleState) -> None:
    """A year that goes on, or is put away already, is not archived."""
    with pytest.raises(CycleNotClosed):
        archived(replace(CYCLE, state=state))
    assert archived(replace(CYCLE, state=CycleState.CLOSED)) is CycleState.ARCHIVED


MOMENTS = st.integers(0, 60 * 24).map(lambda hours: DATES.declaration_opens_at + timedelta(hours=hours))


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws moments slowly
@given(
    st.tuples(MOMENTS, MOMENTS, MOMENTS).map(sorted),
    st.tuples(*[st.none() | MOMENTS] * 3),
)
def test_the_dates_of_a_site_only_ever_shorten(zone: list[datetime], set_by_site: tuple[datetime | None, ...]) -> None:
    """Whatever zone and site have set at different times: what holds is in order and never later than either (4.9)."""
    dates = replace(DATES, declaration_closes_at=zone[0], review_deadline=zone[1], filing_deadline=zone[2])
    held = SiteDates(*set_by_site).over(dates)
    found = [held.declaration_closes_at, held.review_deadline, held.filing_deadline]
    assert found == sorted(found)
    for moment, zones, sites in zip(found, zone, set_by_site, strict=True):
        assert moment <= zones
        assert sites is None or moment <= sites
        assert moment in {*zone, *set_by_site}
    if not any(set_by_site):
        assert held == dates
    given = [one for one in set_by_site if one is not None]
    if len(given) == len(zone) and given == sorted(given):
        assert found == [min(pair) for pair in zip(zone, given, strict=True)], "both in order"


def test_a_closed_year_keeps_its_dates() -> None:
    """History is not rescheduled."""
    require_changeable(CYCLE)
    with pytest.raises(CycleFinished):
        require_changeable(replace(CYCLE, state=CycleState.CLOSED))


_NOTHING = Handed({}, frozenset(), frozenset())


def _catalogue() -> Catalogue:
    kinds = {one.kind: one for one in FILES.document_kinds}
    return Catalogue(1, FILES.categories, RULES, kinds, FILES.reasons, FILES.compatible)


@pytest.mark.requirement("A23", "A34")
def test_the_catalogue_refuses_what_it_does_not_hold() -> None:
    """Categories, file kinds and reasons are looked up, never assumed."""
    catalogue = _catalogue()
    assert catalogue.choose(2027, "licensed_physician", "prescribed_education", "110").family == "clinical"
    with pytest.raises(CategoryNotOffered):
        catalogue.choose(2014, "licensed_physician", "prescribed_education", "110")
    with pytest.raises(CategoryNotOffered):
        catalogue.choose(2027, "licensed_physician", "apprenticeship_or_expertise", "110")
    with pytest.raises(DocumentKindUnknown):
        catalogue.document_kind("poem")
    with pytest.raises(ReasonRequired):
        catalogue.require_reasons("reject", [], _NOTHING)
    with pytest.raises(ReasonRequired):
        catalogue.require_reasons("reject", [GivenReason("", "period_wrong", "")], _NOTHING)
    with pytest.raises(ReasonsIncomplete) as incomplete:
        catalogue.require_reasons("reject", [GivenReason("", "not_eligible", " ")], _NOTHING)
    assert [one.code for one in incomplete.value.problems] == ["comment_required"]
    catalogue.require_reasons("reject", [GivenReason("", "not_eligible", "学历不符")], _NOTHING)


def test_every_category_can_be_supervised() -> None:
    """Each family on offer has somebody who may guide it, and every rule has an id of its own."""
    catalogue = _catalogue()
    assert all(catalogue.guides_of(one.family) for one in catalogue.categories if one.offered)
    assert len({row.id for row in FILES.rules}) == len(FILES.rules)
