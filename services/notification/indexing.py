"""Beside the flow, phones that are known or were sent to get the keyed hash by which a number is looked up: those from
before there were hashes, and each new one within half a minute. What is done shows in the rows, so that a run which was
killed is gone on with by the next."""

from collections.abc import Sequence
from typing import Final

import structlog

from services.notification.dependencies import Dependencies
from services.notification.storage import numbers
from services.notification.storage.number_index import number_index
from services.notification.storage.numbers import HOLDERS, Holder, Unindexed
from shared.security.keyring import KeyMissing, Keyring
from shared.security.sealing import SealBroken
from shared.security.subject_keys import SubjectErased
from shared.security.subject_sealing import open_from_event

log = structlog.get_logger()

_MANY: Final = 500
_PAGES: Final = 40
_NOBODY: Final = b""
"""No number has this hash: the key of its owner is destroyed, and nobody will look again."""


async def index_numbers(deps: Dependencies) -> None:
    """A bounded number of pages of each kind; a page is one commit."""
    for holder in HOLDERS:
        done = await _index(deps, holder)
        if done:
            log.info("numbers_indexed", holder=holder, count=done)


async def _index(deps: Dependencies, holder: Holder) -> int:
    done, after = 0, None
    for _ in range(_PAGES):
        async with deps.database.read() as reader:
            page = await numbers.select_lacking(reader, holder, after, _MANY)
        if hashed := await _hashed(deps.keyring, page):
            async with deps.database.transaction() as tx:
                done += await numbers.update_indexed(tx, holder, hashed)
        if len(page) < _MANY:
            break
        after = page[-1].id
    return done


async def _hashed(keyring: Keyring, page: Sequence[Unindexed]) -> list[tuple[Unindexed, bytes]]:
    """Without those that do not open now: a key may come back."""
    found, shut = [], 0
    for one in page:
        try:
            phone = await open_from_event(keyring, "contact", one.place, one.sealed)
            found.append((one, bytes(number_index(keyring, phone))))
        except SubjectErased:
            found.append((one, _NOBODY))
        except (KeyMissing, SealBroken):
            shut += 1
    if shut:
        log.warning("numbers_not_opened", count=shut)
    return found
