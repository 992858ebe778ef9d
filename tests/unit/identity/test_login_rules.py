"""Rules of login that need no socket: who remains of two, masked addresses, puzzles, the circuit, watermarks."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.domain.caller import Caller
from services.identity.domain.credentials import (
    Credential,
    LastCredential,
    PhoneNotRemovable,
    ProofNeeded,
    require_proof,
    require_removable,
)
from services.identity.domain.limits import LoginCodeLimits
from services.identity.domain.login_brake import breaker_open, budget_spent, solves
from services.identity.domain.merging import BothProven, MergeOutdated, Side, remaining
from services.identity.domain.wechat import LOGIN, PHONE, TOKEN, Fate, PhoneInfo, watermark_fault
from shared.circuit import Circuit
from shared.phone_hold import HeldAfterPhoneChange, require_no_hold

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
sides = st.builds(
    Side,
    person_id=st.uuids(),
    created_at=st.datetimes(timezones=st.just(UTC)),
    active=st.booleans(),
    has_history=st.booleans(),
    has_phone=st.booleans(),
)


@pytest.mark.requirement("A5")
@given(sides, sides)
def test_who_has_a_history_is_never_closed(first: Side, second: Side) -> None:
    """Whatever two accounts meet, in whatever order: one without history is closed, or nobody is; the order of asking
    decides nothing."""
    outcomes: list[tuple[Side, Side] | type[Exception]] = []
    for pair in ((first, second), (second, first)):
        try:
            outcomes.append(remaining(*pair))
        except (BothProven, MergeOutdated) as refused:
            outcomes.append(type(refused))
    if isinstance(outcomes[0], tuple):
        survivor, closed = outcomes[0]
        assert {survivor, closed} == {first, second}
        assert not closed.has_history
        assert survivor.active
        assert closed.active
    else:
        two_active = first.active and second.active and first.person_id != second.person_id
        assert not two_active or (first.has_history and second.has_history)
    differ = (first.has_history, first.has_phone, first.created_at) != (
        second.has_history,
        second.has_phone,
        second.created_at,
    )
    if differ:
        assert outcomes[0] == outcomes[1]


@pytest.mark.requirement("V20", "V55")
@pytest.mark.parametrize(
    ("address", "masked"),
    [("203.0.113.77", "203.0.*.*"), ("2001:db8:1::9", "2001:db8:*"), ("::1", "0:0:*"), ("nonsense", "*"), ("", "*")],
)
def test_addresses_are_masked_to_the_network(address: str, masked: str) -> None:
    """The host part is never shown."""
    assert Caller(address, "x").address_masked == masked


@pytest.mark.requirement("V9")
def test_proof_and_hold_end_to_the_second() -> None:
    """A proof counts up to its limit and not a second longer; a hold ends at its moment."""
    ten = timedelta(minutes=10)
    require_proof(NOON - ten, ten, NOON)
    for old in (None, NOON - ten - timedelta(seconds=1)):
        with pytest.raises(ProofNeeded):
            require_proof(old, ten, NOON)
    require_no_hold(None, NOON)
    require_no_hold(NOON, NOON)
    with pytest.raises(HeldAfterPhoneChange):
        require_no_hold(NOON + timedelta(seconds=1), NOON)


@pytest.mark.requirement("A5")
def test_the_last_credential_and_the_phone_stay() -> None:
    """One of two WeChat accounts may go; the last way to log in and the phone may not."""
    phone = Credential(UUID(int=1), "phone", "138****0000", None)
    one, two = (Credential(UUID(int=n), "wechat", "x", NOON) for n in (2, 3))
    assert require_removable([one, two], one.credential_id) == one
    with pytest.raises(LastCredential):
        require_removable([one], one.credential_id)
    with pytest.raises(PhoneNotRemovable):
        require_removable([phone, one], phone.credential_id)
    with pytest.raises(KeyError):
        require_removable([phone, one], two.credential_id)


@pytest.mark.requirement("V5")
def test_the_breaker_needs_a_sample_and_a_bad_share() -> None:
    """Below the sample nothing opens; above it the share decides; the budget is a figure that is reached or not."""
    limits = LoginCodeLimits(breaker_sample=100, breaker_share=0.25, budget_per_hour=500)
    assert [breaker_open(sent, redeemed, limits) for sent, redeemed in ((99, 0), (100, 24), (100, 25))] == [
        False,
        True,
        False,
    ]
    assert [budget_spent(n, limits) for n in (499, 500)] == [False, True]


@pytest.mark.requirement("V5")
def test_a_puzzle_takes_work_and_nothing_else_solves_it() -> None:
    """Of ten thousand answers about one in 256 solves eight bits, and an answer for one puzzle is none for another."""
    good = [n for n in range(10_000) if solves("a.b.c", str(n), 8)]
    assert 15 <= len(good) <= 75
    assert not all(solves("a.b.d", str(n), 8) for n in good)


@pytest.mark.requirement("A3")
def test_the_circuit_opens_tries_and_closes() -> None:
    """After three failures nobody passes for a while; then one does, and only its success lets all through."""
    at = 0.0
    circuit = Circuit(3, 10.0, lambda: at)
    assert [circuit.failed() for _ in range(3)] == [False, False, True]
    assert circuit.seconds_to_wait() == 10
    at = 10.0
    assert [circuit.seconds_to_wait() for _ in range(3)] == [0, 10, 10]
    circuit.succeeded()
    assert circuit.seconds_to_wait() == 0


@pytest.mark.requirement("V10")
def test_a_watermark_ties_a_phone_to_app_and_time() -> None:
    """Another app, too old, and more than a minute from the future are faults; the bounds themselves are not."""
    oldest = timedelta(seconds=300)

    def fault(appid: str = "wx", age: float = 0) -> str | None:
        info = PhoneInfo("13812345678", "86", appid, NOON - timedelta(seconds=age))
        return watermark_fault(info, "wx", NOON, oldest)

    assert [fault("wy"), fault(age=301), fault(age=-61)] == ["appid", "age", "age"]
    assert [fault(), fault(age=300), fault(age=-60)] == [None, None, None]


@pytest.mark.requirement("V10")
def test_only_token_codes_renew_and_nothing_is_forced() -> None:
    """Of all codes only those about the token renew it, at the phone call only; every meaning has two sentences."""
    renewing = {code for table in (LOGIN, PHONE, TOKEN) for code, m in table.items() if m.fate is Fate.RENEW}
    assert renewing == {40001, 40014, 41001, 42001}
    assert not any(m.fate is Fate.RENEW for m in (*LOGIN.values(), *TOKEN.values()))
    for table in (LOGIN, PHONE, TOKEN):
        for meaning in table.values():
            assert meaning.refusal().sentence("zh") != meaning.refusal().sentence("en")
