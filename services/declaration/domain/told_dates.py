"""What somebody last heard of the dates of an exam year, and what is news for them now (P16).

Whatever moves, in whatever order it is told, a message leads from what its reader last knew to what holds now; where
both are the same there is no message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.declaration.domain.announcement import Announcement
from services.declaration.domain.cycle import CycleDates, SiteDates


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, an institution or an exam body: the site whose dates hold there, what that has set now, and since when
    a person has taken part (they have read what held then): `as_of` is the newest change that held when they began, nil
    for none; who began before that was kept has only the time."""

    id: UUID
    site_id: UUID | None
    site: SiteDates
    since: datetime | None = None
    as_of: UUID | None = None

    def has_read(self, change: Announcement) -> bool:
        """Whether a change held already when a person began."""
        if self.as_of is not None:
            return change.id <= self.as_of
        return self.since is not None and change.made_at < self.since


@dataclass(frozen=True, slots=True)
class Told:
    """Ids that were told as of the change `as_of`, by an announcement of the zone or of a site."""

    exam_body_id: UUID | None
    as_of: UUID
    after_id: UUID | None
    up_to_id: UUID | None

    def reached(self, recipient_id: UUID) -> bool:
        """Whether an id lies in it."""
        after = self.after_id is None or recipient_id > self.after_id
        return after and (self.up_to_id is None or recipient_id <= self.up_to_id)


@dataclass(frozen=True, slots=True)
class Moves:
    """Every announced change of an exam year in its order, what of it was told, and the zone's dates now."""

    changes: Sequence[Announcement]
    told: Sequence[Told]
    zone: CycleDates

    @property
    def newest(self) -> UUID:
        """The last change: what is told now is told as of it."""
        return self.changes[-1].id

    def news(self, of: Announcement, to: Recipient) -> tuple[CycleDates, CycleDates] | None:
        """What `to` last knew and what holds now; None where that is the same. Who stands outside a site that moved its
        dates, as the zone does, hears of the site's."""
        if of.exam_body_id is not None and of.site_after is None:
            # Ordered before it was kept what the site itself had set.
            return of.before, of.after
        about = to.site_id if of.exam_body_id is None else of.exam_body_id
        zone_known = self._known(to, {about, None})
        site_known = zone_known if about == to.site_id else self._known(to, {about})
        before = self._site_at(about, to, site_known).over(self._zone_at(zone_known))
        after = self._site_at(about, to, self.newest).over(self._zone_at(self.newest))
        return None if before == after else (before, after)

    def _known(self, to: Recipient, sources: set[UUID | None]) -> UUID | None:
        heard = [one.as_of for one in self.told if one.exam_body_id in sources and one.reached(to.id)]
        read = [one.id for one in self.changes if to.has_read(one)]
        return max([*heard, *read], default=None)

    def _site_at(self, about: UUID | None, to: Recipient, moment: UUID | None) -> SiteDates:
        changes = [one for one in self.changes if about is not None and one.exam_body_id == about]
        past = [one for one in changes if moment is not None and one.id <= moment]
        site = past[-1].site_after if past else changes[0].site_before if changes else None
        return to.site if site is None else site

    def _zone_at(self, moment: UUID | None) -> CycleDates:
        changes = [one for one in self.changes if one.exam_body_id is None]
        past = [one for one in changes if moment is not None and one.id <= moment]
        return past[-1].after if past else changes[0].before if changes else self.zone
