"""What somebody asks a list of people for, as the list takes it: names and numbers masked, days as moments."""

from datetime import date, datetime, time, timedelta

from services.institution.api.name_filter import name_filter
from services.institution.api.schemas.people import PeopleQuery, PeopleSearch, SubtreeSearch
from services.institution.storage.bound_people import PeopleFilter
from shared.clock import SHANGHAI
from shared.masking import mask_document_no

_IN_FORCE = ("active", "frozen")


def of_query(query: PeopleQuery) -> PeopleFilter:
    """From an address."""
    states = _IN_FORCE if query.state is None else (query.state,)
    return PeopleFilter(states, registered_early=query.registered_early, has_declared=query.has_declared)


def of_search(search: PeopleSearch) -> PeopleFilter:
    """From a body."""
    begins, masked = name_filter(search.name)
    number = search.document_no
    return PeopleFilter(
        states=tuple(search.states),
        name_begins=begins,
        name_masked=masked,
        document_no_masked=None if number is None else mask_document_no(number.upper()),
        bound_from=_midnight(search.bound_from),
        bound_until=_midnight(search.bound_until, days=1),
        registered_early=search.registered_early,
        has_declared=search.has_declared,
        division_prefix=(search.division or "").rstrip("0") if isinstance(search, SubtreeSearch) else "",
    )


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    return None if day is None else datetime.combine(day + timedelta(days=days), time(), SHANGHAI)
