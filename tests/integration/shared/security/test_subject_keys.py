"""The store of subject keys: made once, destroyed for good, closed to whoever need not ask (V58)."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest
from pydantic import SecretStr

from deploy.local.engines.postgres import KEY_DATABASE
from shared.circuit import Circuit
from shared.ids import new_id
from shared.postgres.database import DatabaseUnavailable
from shared.security.keyring import Key, KeyMissing, Keyring
from shared.security.sealing import ALGORITHMS, SealBroken, seal
from shared.security.subject_keys import SubjectErased, SubjectKeys, subject_of_day
from shared.security.subject_sealing import open_sealed, seal_for, subject_of
from shared.settings import SubjectKeySettings
from tests.support.engines import Engines
from tests.support.fault_proxy import FaultProxy


@asynccontextmanager
async def store(engines: Engines, service: str = "identity") -> AsyncIterator[SubjectKeys]:
    """The store as a process of a service sees it, with nothing remembered."""
    dsn = SecretStr(engines.stack.around.dsn(service, KEY_DATABASE))
    found = await SubjectKeys.connect(SubjectKeySettings(dsn=dsn), f"test.{service}")
    try:
        yield found
    finally:
        await found.close()


def ring(subjects: SubjectKeys | None, algorithm: str = "AES-256-GCM", secret: bytes = b"a" * 32) -> Keyring:
    """One class with one key."""
    return Keyring({"contact": ("k1", {"k1": Key("k1", algorithm, secret)})}, subjects)


@pytest.mark.requirement("V58")
async def test_a_subject_has_one_key_whoever_asks_first(engines: Engines) -> None:
    """Fifty that ask at once for a new subject get the same key, and so does another service."""
    subject = new_id()
    async with store(engines) as first, store(engines, "notification") as second:
        asked = [one.take(subject) for one in (first, second) for _ in range(25)]
        assert len(set(await asyncio.gather(*asked))) == 1
        assert await second.find(subject) == await first.find(subject)


@pytest.mark.requirement("V58", "V46", "V49")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_a_value_needs_both_keys_its_place_and_its_subject(engines: Engines, algorithm: str) -> None:
    """It opens with class key and subject key together; not with another class key, place or subject, and a value of
    before there were subjects opens as it did."""
    subject, other = new_id(), new_id()
    async with store(engines) as subjects:
        keys = ring(subjects, algorithm)
        sealed = await seal_for(keys, subject, "contact", "p:1", "一三九".encode())
        assert (await open_sealed(keys, "contact", "p:1", sealed)).decode() == "一三九"
        assert (subject_of(sealed), sealed[3:5]) == (subject, b"k1")
        for wrong, place in ((keys, "p:2"), (ring(subjects, algorithm, b"b" * 32), "p:1")):
            with pytest.raises(SealBroken):
                await open_sealed(wrong, "contact", place, sealed)
        await subjects.take(other)
        with pytest.raises(SealBroken):
            await open_sealed(keys, "contact", "p:1", sealed.replace(subject.bytes, other.bytes))
        with pytest.raises(KeyMissing):
            await open_sealed(ring(None, algorithm), "contact", "p:1", sealed)
        assert await open_sealed(keys, "contact", "p", seal(keys, "contact", "p", b"old")) == b"old"


@pytest.mark.requirement("V58")
async def test_a_destroyed_key_never_comes_back(engines: Engines) -> None:
    """Once destroyed, nobody finds it or makes another, also where it was never made; destroying again changes nothing,
    and the log has each subject once, in order. Control: a neighbour's value goes on opening."""
    erased, never, stays = new_id(), new_id(), new_id()
    async with store(engines) as identity:
        position = max([one.position for one in await identity.erased_after(0, 10_000)], default=0)
        sealed = [await seal_for(ring(identity), one, "contact", "p", b"x") for one in (erased, stays)]
        for one in (erased, never, erased):
            await identity.destroy(one)
        logged = await identity.erased_after(position, 10)
        assert [(one.position - position, one.subject_id) for one in logged] == [(1, erased), (2, never)]
    async with store(engines, "notification") as another:
        for one in (erased, never):
            for ask in (another.find, another.take):
                with pytest.raises(SubjectErased):
                    await ask(one)
        with pytest.raises(SubjectErased):
            await open_sealed(ring(another), "contact", "p", sealed[0])
        assert await open_sealed(ring(another), "contact", "p", sealed[1]) == b"x"


@pytest.mark.requirement("V58")
async def test_making_and_destroying_race_and_destroying_wins(engines: Engines) -> None:
    """However both interleave, at the end there is no key."""
    for _ in range(20):
        subject = new_id()
        async with store(engines) as one, store(engines) as other:
            await asyncio.gather(one.take(subject), other.destroy(subject), return_exceptions=True)
        async with store(engines) as late:
            with pytest.raises(SubjectErased):
                await late.find(subject)


@pytest.mark.requirement("V58")
async def test_a_process_that_remembers_a_key_forgets_it_within_a_minute(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a process remembers has an age; after it the store is asked again."""
    subject = new_id()
    async with store(engines) as remembers, store(engines) as destroys:
        secret = await remembers.take(subject)
        await destroys.destroy(subject)
        assert await remembers.find(subject) == secret
        monkeypatch.setattr("shared.security.subject_keys._SECONDS", 0.0)
        remembers._known.clear()
        with pytest.raises(SubjectErased):
            await remembers.find(subject)


@pytest.mark.requirement("V58")
async def test_keys_of_days_go_by_their_age(engines: Engines) -> None:
    """Days before a date are destroyed, that date and later ones are not, and no person is."""
    person, days = new_id(), [date(1990, 3, day) for day in (1, 2, 3)]
    async with store(engines) as subjects:
        await subjects.take(person)
        for day in days:
            await subjects.take(subject_of_day(day))
        assert await subjects.destroy_days(days[2]) == 2
        for day in days[:2]:
            with pytest.raises(SubjectErased):
                await subjects.find(subject_of_day(day))
        assert len(await subjects.find(subject_of_day(days[2]))) == len(await subjects.find(person)) == 32


@pytest.mark.requirement("V58")
async def test_a_key_the_store_never_had_is_a_fault_and_not_an_erasure(engines: Engines) -> None:
    """A lost store is told from an erased person, by who asks and by the look at many."""
    lost, known, erased = new_id(), new_id(), new_id()
    async with store(engines) as subjects:
        await subjects.take(known)
        await subjects.destroy(erased)
        with pytest.raises(KeyMissing):
            await subjects.find(lost)
        assert await subjects.lacking([lost, known, erased]) == [lost]


@asynccontextmanager
async def behind(engines: Engines, proxy: FaultProxy) -> AsyncIterator[SubjectKeys]:
    """The store behind a network that fails; half a second is its patience."""
    address = urlsplit(engines.stack.around.dsn("identity", KEY_DATABASE))
    there = address._replace(netloc=f"{address.netloc.rpartition('@')[0]}@127.0.0.1:{proxy.listen_port}").geturl()
    found = await SubjectKeys.connect(SubjectKeySettings(dsn=SecretStr(there), command_timeout=0.5), "test.behind")
    try:
        yield found
    finally:
        proxy.black_hole = False
        proxy.cut()
        await found.close()


@pytest.mark.requirement("V58")
async def test_a_silent_store_costs_one_wait_and_then_refuses_at_once(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connected or not, forty that ask wait no longer than the patience in all; who asks after them is refused at once,
    and a while later one may try: when the store answers, all are answered. Control: without it each waits."""
    address, subject = urlsplit(engines.stack.around.dsn("identity", KEY_DATABASE)), new_id()
    async with FaultProxy(address.hostname or "", address.port or 0) as proxy, behind(engines, proxy) as keys:
        secret = await keys.take(subject)
        keys._known.clear()
        proxy.black_hole = True
        assert await _refused(keys, 40) < 2
        assert await _refused(keys, 40) < 0.2
        monkeypatch.setattr(keys._circuit, "monotonic", lambda: time.monotonic() + 3)
        assert 0.4 < await _refused(keys, 1) < 2
        proxy.black_hole = False
        proxy.cut()
        monkeypatch.setattr(keys._circuit, "monotonic", lambda: time.monotonic() + 6)
        assert await keys.find(subject) == secret
        proxy.black_hole = True
        keys._known.clear()
        monkeypatch.setattr(Circuit, "seconds_to_wait", lambda _: 0)
        assert await _refused(keys, 1) + await _refused(keys, 1) > 0.8


async def _refused(keys: SubjectKeys, times: int) -> float:
    """Seconds until so many that ask at once are all refused."""
    began = time.monotonic()
    answers = await asyncio.gather(*(keys.take(new_id()) for _ in range(times)), return_exceptions=True)
    assert {type(answer) for answer in answers} == {DatabaseUnavailable}
    return time.monotonic() - began


@pytest.mark.requirement("V58", "V65")
async def test_services_ask_and_only_identity_destroys(engines: Engines) -> None:
    """No service reads or lists the tables; institution is not let in; notification and declaration destroy nothing.
    Control: identity does."""
    subject: UUID = new_id()
    around = engines.stack.around
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(around.dsn("institution", KEY_DATABASE))
    for service in ("identity", "declaration", "notification"):
        connection = await asyncpg.connect(around.dsn(service, KEY_DATABASE))
        for statement in (
            "SELECT secret FROM subject_keys.subject_key",
            "SELECT subject_id FROM subject_keys.erased_subject",
            "DELETE FROM subject_keys.erased_subject",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        if service != "identity":
            for statement in ("SELECT subject_keys.destroy_key($1)", "SELECT subject_keys.destroy_days($1)"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.fetchval(statement, subject)
        else:
            await connection.fetchval("SELECT subject_keys.destroy_key($1)", subject)
        await connection.close()
