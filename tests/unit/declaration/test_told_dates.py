"""What is news for somebody when dates of an exam year move, once or again and again (P16)."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.declaration.domain.announcement import Announcement, AnnouncementState
from services.declaration.domain.cycle import CycleDates, SiteDates, template_dates
from services.declaration.domain.told_dates import Moves, Recipient, Told
from shared.clock import SHANGHAI

SITE = UUID(int=900)
START = datetime(2026, 12, 20, 10, 0, tzinfo=SHANGHAI)
ZONE = template_dates(2027)
FREE = SiteDates()


def number(value: int) -> UUID:
    """An id that sorts as its number."""
    return UUID(int=value)


def closing(days: int) -> CycleDates:
    """The zone's dates with declarations closing days later than in the template."""
    return replace(ZONE, declaration_closes_at=ZONE.declaration_closes_at + timedelta(days=days))


def earlier(days: int) -> SiteDates:
    """A site that closes days before the template."""
    return SiteDates(declaration_closes_at=ZONE.declaration_closes_at - timedelta(days=days))


def announcement(
    place: int,
    before: CycleDates = ZONE,
    after: CycleDates = ZONE,
    site: tuple[SiteDates, SiteDates] | None = None,
) -> Announcement:
    """The change of that place in the order, an hour after the one before it."""
    return Announcement(
        id=number(place),
        version=1,
        cycle_id=UUID(int=1),
        cycle_year=2027,
        exam_body_id=None if site is None else SITE,
        dates_version=place,
        before=before,
        after=after,
        site_before=None if site is None else site[0],
        site_after=None if site is None else site[1],
        made_at=START + timedelta(hours=place),
        state=AnnouncementState.RUNNING,
        stage=None,
        total=None,
        done=0,
        told=0,
        started_at=None,
        finished_at=None,
        superseded_by=None,
        reason=None,
    )


def of_site(place: int, zone: CycleDates, before: SiteDates, after: SiteDates) -> Announcement:
    """A site's change, beside dates of the zone."""
    return announcement(place, before.over(zone), after.over(zone), (before, after))


ANYBODY = Recipient(number(50), None, FREE)
THERE = Recipient(number(50), SITE, earlier(3))


def whole(place: int, site: UUID | None = None, as_of: int | None = None) -> Told:
    """Everybody was told of a change, as of it or of a later one."""
    return Told(site, number(as_of or place), None, None)


@pytest.mark.requirement("P16")
def test_who_was_not_told_of_the_first_move_hears_from_the_beginning_to_the_end() -> None:
    """Two moves: told up to id 40, the others go from the oldest date to the newest."""
    moves = [announcement(1, closing(0), closing(3)), announcement(2, closing(3), closing(4))]
    told = Moves(moves, [Told(None, number(1), None, number(40))], closing(4))
    assert told.news(moves[1], replace(ANYBODY, id=number(40))) == (closing(3), closing(4))
    assert told.news(moves[1], replace(ANYBODY, id=number(41))) == (closing(0), closing(4))


def test_a_move_taken_back_is_no_news_for_who_never_heard_of_it() -> None:
    """There and back: silence, but for those who were told of the way there."""
    moves = [announcement(1, closing(0), closing(3)), announcement(2, closing(3), closing(0))]
    assert Moves(moves, [], closing(0)).news(moves[1], ANYBODY) is None
    assert Moves(moves, [whole(1)], closing(0)).news(moves[1], ANYBODY) == (closing(3), closing(0))


def test_who_began_in_between_has_read_what_held_then() -> None:
    """No slice reached somebody who began after the first move, and yet the date is known."""
    moves = [announcement(1, closing(0), closing(3)), announcement(2, closing(3), closing(4))]
    began = replace(ANYBODY, since=START + timedelta(hours=1, minutes=30))
    assert Moves(moves, [], closing(4)).news(moves[1], began) == (closing(3), closing(4))


def test_zone_and_site_make_one_message() -> None:
    """Whichever reaches a person of the site first tells the dates that hold; the other has nothing left to say."""
    zone = announcement(1, closing(0), closing(3))
    site = of_site(2, closing(3), FREE, earlier(3))
    news = (closing(0), earlier(3).over(closing(3)))
    nobody = Moves([zone, site], [], closing(3))
    assert nobody.news(zone, THERE) == nobody.news(site, THERE) == news
    by_site = Moves([zone, site], [whole(2, SITE)], closing(3))
    assert by_site.news(zone, THERE) is None
    by_zone = Moves([zone, site], [whole(1, None, as_of=2)], closing(3))
    assert by_zone.news(site, THERE) is None
    before_it_moved = Moves([zone, site], [whole(1)], closing(3))
    assert before_it_moved.news(site, THERE) == (closing(3), earlier(3).over(closing(3)))


def test_the_zone_hears_of_what_a_site_moved_beside_its_own_move() -> None:
    """The zone's own announcement says nothing about the site's, to the zone."""
    zone = announcement(1, closing(0), closing(3))
    site = of_site(2, closing(3), FREE, earlier(3))
    outside = Recipient(number(50), None, FREE)
    told = Moves([zone, site], [whole(1, None, as_of=2)], closing(3))
    assert told.news(site, outside) == (closing(3), earlier(3).over(closing(3)))
    assert Moves(told.changes, [*told.told, whole(2, SITE)], closing(3)).news(site, outside) is None


def test_a_site_hides_a_move_of_the_zone() -> None:
    """Behind a site's earlier date the zone's stays unheard, also where another site moved."""
    zone = announcement(1, closing(0), closing(3))
    assert Moves([zone], [], closing(3)).news(zone, THERE) is None


def test_a_change_of_a_site_from_an_older_release_says_what_it_kept() -> None:
    """Only what held before and after was written down."""
    old = replace(of_site(1, ZONE, FREE, earlier(3)), site_before=None, site_after=None)
    assert Moves([old], [], ZONE).news(old, THERE) == (ZONE, earlier(3).over(ZONE))


@pytest.mark.requirement("P16")
@given(
    moves=st.lists(st.tuples(st.booleans(), st.integers(-2, 6), st.integers(0, 6)), min_size=1, max_size=6),
)
def test_whatever_is_told_when_the_messages_are_a_chain_that_ends_at_the_truth(
    moves: list[tuple[bool, int, int]],
) -> None:
    """Zone and site move in any order, and some announcement or other reaches a person in between: each message begins
    at what the last one said, none says nothing, and the last says what holds."""
    zone, site, changes, told = closing(0), FREE, [announcement(1)], list[Told]()
    known = heard = zone
    for place, (by_zone, days, tell) in enumerate(moves, 2):
        if by_zone:
            changes.append(announcement(place, zone, closing(days)))
            zone = closing(days)
        else:
            changes.append(of_site(place, zone, site, earlier(days)))
            site = earlier(days)
        reader = Recipient(number(50), SITE, site)
        of = [*changes, *changes[::-1]][tell] if tell < len(changes) else None
        if place == len(moves) + 1:
            of = changes[-1]
        if of is None:
            continue
        news = Moves(changes, told, zone).news(of, reader)
        holds = site.over(zone)
        assert news == (None if known == holds else (heard, holds))
        known = heard = holds
        told.append(Told(of.exam_body_id, number(place), None, None))
