"""The roster as candidates see it: names in clear for the bound unit, masked for others."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.declaration.api.schemas.drafting import RosterQuery, SupervisorView
from services.declaration.storage.known_supervisors import KnownSupervisor
from shared.masking import mask_document_no, mask_name
from shared.security.keyring import Keyring
from shared.web.cursors import Page, decode_cursor, encode_cursor


@dataclass(frozen=True, slots=True)
class RosterPage:
    """Where a page begins, how many rows to read for it, and how to show them."""

    after: UUID | None
    limit: int
    keyring: Keyring
    clear: bool

    def __call__(self, rows: Sequence[KnownSupervisor]) -> Page[SupervisorView]:
        """One row more than shown was read, to know whether there is another page."""
        shown = rows[: self.limit - 1]
        following = encode_cursor(shown[-1].facts.id) if len(rows) > len(shown) else None
        return Page[SupervisorView](items=[self._view(one) for one in shown], next_cursor=following)

    def _view(self, supervisor: KnownSupervisor) -> SupervisorView:
        name = supervisor.open_name(self.keyring)
        return SupervisorView(
            supervisor_id=supervisor.facts.id,
            name=name if self.clear else mask_name(name),
            certificate_no_masked=mask_document_no(supervisor.open_certificate_no(self.keyring)),
            category_code=supervisor.facts.category_code,
            multi_site=supervisor.facts.multi_site,
        )


def roster_page(query: RosterQuery, keyring: Keyring, *, clear: bool) -> RosterPage:
    """From the query string. Raises CursorInvalid."""
    (after,) = decode_cursor(query.cursor, (UUID,))
    return RosterPage(after, query.limit + 1, keyring, clear)
