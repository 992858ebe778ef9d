"""Codes, passwords, phones, names: what is drawn is evenly spread, what is weak or wrong is refused."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.credentials.one_time_codes import new_code, new_secret
from services.identity.credentials.passwords import Passwords
from services.identity.credentials.second_factor import matching_step, new_totp_secret
from services.identity.domain.automatic_verdict import judge
from services.identity.domain.ethnicities import ethnicity_code
from services.identity.domain.limits import StaffLimits
from services.identity.domain.passwords import PasswordContext, PasswordTooWeak, require_strong
from services.identity.domain.person_name import NameInvalid, plain_name
from services.identity.domain.phone import PhoneInvalid, plain_phone
from services.identity.domain.windows import remembered, seconds_to_wait

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PHONE = "13812345678"


@pytest.mark.requirement("V1")
def test_codes_are_evenly_spread() -> None:
    """Chi-square of the digits of 100,000 codes at each place stays below the 1-in-100,000 bound (9 degrees: 39.3)."""
    codes = [new_code() for _ in range(100_000)]
    assert all(len(code) == 6 and code.isdecimal() for code in codes)
    for place in range(6):
        counts = Counter(code[place] for code in codes)
        chi_square = sum((counts[digit] - 10_000) ** 2 / 10_000 for digit in "0123456789")
        assert chi_square < 39.3
    assert len(set(codes)) > 94_000


@pytest.mark.requirement("V12")
def test_invitation_secrets_are_long_and_readable() -> None:
    """Ten thousand secrets are all different and contain no character that looks like another."""
    secrets = {new_secret() for _ in range(10_000)}
    assert len(secrets) == 10_000
    assert not set("".join(secrets)) & set("0O1IL")


@pytest.mark.requirement("V13")
async def test_passwords_are_argon2id_and_never_cut() -> None:
    """A password of 72 bytes and more, and any script, counts to its last character; both sides of equality hold."""
    passwords = Passwords()
    try:
        long = "正确马电池订书钉" * 12
        stored = await passwords.hash(long)
        assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert await passwords.holds(stored, long)
        assert not await passwords.holds(stored, long[:-1])
        assert not await passwords.holds(stored, long + "x")
        assert not await passwords.holds(None, "nobody has this password")
    finally:
        passwords.close()


@pytest.mark.requirement("V13")
async def test_a_password_is_the_same_however_a_keyboard_sends_it() -> None:
    """Composed and decomposed accents, and full-width letters, are one password; another character is not."""
    passwords = Passwords()
    try:
        stored = await passwords.hash("Ünterwegs-ＡＢＣ-42")
        assert await passwords.holds(stored, "U\u0308nterwegs-ABC-42")
        assert not await passwords.holds(stored, "Unterwegs-ABC-42")
    finally:
        passwords.close()


@pytest.mark.requirement("V13")
@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("Lantern-over-river-42", set()),
        ("short-A1", {"too_short"}),
        ("aaaaaaaaaaaaA1", {"breached"}),
        ("Password123", {"breached"}),
        ("onlysmallletters", {"too_simple"}),
        (f"Zq-{PHONE}-x", {"contains_phone"}),
        ("Lantern-42" * 30, {"too_long"}),
        ("Zq-Ａ12345678-x", {"contains_phone"}),
        ("江城第九医院-Zq7", {"contains_name"}),
        ("Zq7-欧阳试用-xy", {"contains_name"}),
        ("Shiyongqi-2026", {"breached"}),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(password: str, codes: set[str]) -> None:
    """Each broken rule is named; a strong password passes."""
    found: set[str] = set()
    try:
        require_strong(password, PasswordContext(PHONE, ("欧阳试用", "江城第九医院")), StaffLimits())
    except PasswordTooWeak as refused:
        found = {problem.code for problem in refused.problems}
    assert found == codes


@pytest.mark.requirement("V13")
def test_the_policy_profile_switches() -> None:
    """Without the complexity profile a long sentence of small letters is good enough."""
    require_strong("onlysmallletters but many", PasswordContext(PHONE), StaffLimits(complex_passwords=False))
    with pytest.raises(PasswordTooWeak):
        require_strong("onlysmalllettersbutmany", PasswordContext(PHONE), StaffLimits(complex_passwords=True))


@pytest.mark.requirement("V11")
def test_dynamic_codes_count_for_their_step_and_its_neighbours() -> None:
    """A code is accepted in its own, the earlier and the later step, and not two steps away."""
    secret = new_totp_secret()
    code = pyotp.TOTP(secret).at(NOON)
    step = int(NOON.timestamp()) // 30
    found = [matching_step(secret, code, NOON + timedelta(seconds=30 * n)) for n in (-2, -1, 0, 1, 2)]
    assert found == [None, step, step, step, None]
    assert matching_step(secret, "一二三四五六", NOON) is None


@pytest.mark.requirement("A4", "V5", "V48")
@pytest.mark.parametrize("text", [PHONE, "+86 138 1234 5678", "0086138-1234-5678", " 13812345678 "])
def test_phones_come_in_one_form(text: str) -> None:
    """Prefix, blanks and hyphens do not matter."""
    assert plain_phone(text) == PHONE


@pytest.mark.requirement("V5")
@pytest.mark.parametrize(
    "text", ["12812345678", "1381234567", "+85261234567", "138123456789", "１３８１２３４５６７８", "abc"]
)
def test_other_phones_are_refused_by_field(text: str) -> None:
    """Only mainland mobile numbers are taken, and the refusal does not repeat the number."""
    with pytest.raises(PhoneInvalid) as caught:
        plain_phone(text)
    assert caught.value.problems[0].pointer == "/phone"
    assert text not in caught.value.sentence("zh") + caught.value.sentence("en")


@pytest.mark.requirement("A9")
@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("欧阳 明", "欧阳明"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提.艾力", "买买提·艾力"),
        ("王？", "王?"),
        ("𠮷田", "𠮷田"),
    ],
)
def test_names_come_in_one_form(text: str, plain: str) -> None:
    """Blanks go, every kind of dot becomes one, a missing character may be a question mark."""
    assert plain_name(text) == plain


@pytest.mark.parametrize("text", ["Wang", "王1", "·王", "王··五", "王" * 29, "", "王\u202e五"])
def test_other_names_are_refused(text: str) -> None:
    """Letters, digits, loose dots, overlong names and invisible characters are refused."""
    with pytest.raises(NameInvalid):
        plain_name(text)


def test_ethnic_groups_have_their_numbers() -> None:
    """Names as cards print them give the numbers of GB/T 3304."""
    wanted = {"汉": "01", "土家族": "15", "高山": "23", "拉祜": "24", "基诺": "56", "穿青人": None, None: None}
    assert {name: ethnicity_code(name) for name in wanted} == wanted


@given(st.lists(st.integers(0, 3000), max_size=40), st.integers(1, 6), st.integers(1, 900))
def test_windows_never_hold_more_than_their_count(offsets: list[int], count: int, length: int) -> None:
    """When an event is let in only if nothing has to be waited for, no window ever holds too many; and the wait
    that is told is exact."""
    windows, times = ((count, timedelta(seconds=length)),), list[datetime]()
    for offset in sorted(offsets):
        now = NOON + timedelta(seconds=offset)
        wait = seconds_to_wait(times, windows, now)
        if wait:
            assert seconds_to_wait(times, windows, now + timedelta(seconds=wait - 1))
            assert not seconds_to_wait(times, windows, now + timedelta(seconds=wait))
        else:
            times = [*remembered(times, windows, now), now]
        assert sum(now - time < timedelta(seconds=length) for time in times) <= count


@pytest.mark.requirement("A8", "A9", "V30")
@pytest.mark.parametrize(
    ("verdict", "reason", "name", "number", "code"),
    [
        ("ok", "ok", "equal", "equal", None),
        ("ok", "ok", "different", "equal", "name_differs"),
        ("ok", "ok", "equal", "different", "document_no_differs"),
        ("ok", "ok", "different", "different", "document_no_differs"),
        ("ok", "ok", "review", "equal", "claim_uncertain"),
        ("ok", "ok", "equal", "unread", "claim_uncertain"),
        ("review", "photocopy", "equal", "equal", "photocopy"),
        ("review", "readings_differ", "equal", "different", "document_no_differs"),
        ("retake", "blurred", "unread", "unread", "blurred"),
        ("expired", "expired", "equal", "equal", "expired"),
        ("wrong_side", "front_expected", "unread", "unread", "front_expected"),
    ],
)
def test_only_a_clean_reading_of_an_equal_claim_verifies(
    verdict: str, reason: str, name: str, number: str, code: str | None
) -> None:
    """Anything but a clean photo and two equal fields fails, with the reason the person can act on."""
    result = judge(verdict, reason, name, number)  # type: ignore[arg-type]
    assert (result.reason_code, result.verified) == (code, code is None)
