"""Passkeys of staff: what they are for, what is refused and why, and when one looks copied (V11, WebAuthn level 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from shared.errors import Conflict, Forbidden, Invalid, Unauthenticated

PasskeyPurpose = Literal["login", "second_factor", "step_up", "registration"]

VERIFIES_USER: frozenset[PasskeyPurpose] = frozenset({"login", "step_up", "registration"})
"""Purposes for which the authenticator must have seen its holder's finger, face or PIN. Such a passkey is two factors;
beside a password having it is enough."""


class PasskeyRefused(Unauthenticated):
    """No passkey of this account, or its signature is wrong: all look the same (V6)."""

    code = "passkey_refused"
    message_zh = "通行密钥验证未通过，请使用为本账号登记的通行密钥，或改用密码和动态口令登录。"
    message_en = "The passkey was not accepted; use one registered for this account, or log in by password and code."


class PasskeyChallengeRefused(Forbidden):
    """The challenge was answered before, is too old, or was given for something or somebody else."""

    code = "passkey_challenge_refused"
    message_zh = "本次通行密钥验证已失效，请返回重新发起。"
    message_en = "This passkey request is not valid any more; start it again."


class PasskeyOriginWrong(Forbidden):
    """The browser signed for another site: somebody may stand in between."""

    code = "passkey_origin_wrong"
    message_zh = "通行密钥来自其他网址，请核对浏览器地址栏，从官方网址重新登录。"
    message_en = "The passkey was used on another site; check the address and log in from the official one."


class PasskeyPartyWrong(Forbidden):
    """The passkey belongs to another site."""

    code = "passkey_party_wrong"
    message_zh = "该通行密钥属于其他网站，请选择在本平台登记的通行密钥。"
    message_en = "This passkey belongs to another site; choose one that was registered here."


class PasskeyUserNotVerified(Forbidden):
    """The authenticator did not verify its holder, so this is one factor where two are needed."""

    code = "passkey_user_not_verified"
    message_zh = "请在设备上完成指纹、面容或 PIN 验证后重试。"
    message_en = "Confirm with your finger, face or PIN on the device, then try again."


class PasskeyUnreadable(Invalid):
    """What came from the authenticator can not be read."""

    code = "passkey_unreadable"
    message_zh = "无法识别设备返回的通行密钥信息，请更新浏览器或换一个设备重试。"
    message_en = "What the device sent can not be read; update the browser or use another device."


class PasskeySuspected(Forbidden):
    """The counter of the passkey went back: there may be a copy of it."""

    code = "passkey_suspected"
    message_zh = "该通行密钥可能已被复制，已停止使用。请用其他方式登录后移除并重新登记；无其他方式的，请联系上级重置。"
    message_en = (
        "There may be a copy of this passkey, so it is not accepted any more. Log in another way, remove it and "
        "register a new one; without another way ask your superior to reset your second factor."
    )


class PasskeyKnown(Conflict):
    """The passkey is registered already."""

    code = "passkey_known"
    message_zh = "该通行密钥已登记，无需重复登记。"
    message_en = "This passkey is registered already."


class TooManyPasskeys(Conflict):
    """The limit of passkeys of one account is reached."""

    code = "too_many_passkeys"
    message_zh = "通行密钥已达上限（{limit} 个），请先移除不用的一个。"
    message_en = "You have {limit} passkeys already; remove one you do not use first."


class LastSecondFactor(Conflict):
    """Without it the holder could never log in again (V11)."""

    code = "last_second_factor"
    message_zh = "这是您唯一可用的第二验证方式，不能移除。请先登记另一种。"
    message_en = "This is your only working second factor; register another one before you remove it."


class StaffProofNeeded(Forbidden):
    """Second factors change only in a session whose factors were shown a moment ago."""

    code = "staff_proof_needed"
    message_zh = "为保护账号安全，请先重新验证密码和第二验证方式，或使用通行密钥验证，再进行此操作。"
    message_en = "To protect your account, prove both factors again first (or use a passkey), then do this again."


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey as stored; `sign_count` stays 0 with authenticators that do not count. A suspected one is kept so
    that its holder sees it, and never accepted."""

    passkey_id: UUID
    staff_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    label: str
    backed_up: bool
    version: int
    created_at: datetime
    last_used_at: datetime | None
    suspected_at: datetime | None


@dataclass(frozen=True, slots=True)
class PasskeyProof:
    """A passkey of this account signed a challenge of ours; its counter is still to be compared under lock."""

    passkey_id: UUID
    staff_id: UUID
    sign_count: int
    backed_up: bool


def looks_copied(stored: int, shown: int) -> bool:
    """Whether a counter went back or stood still (WebAuthn 6.1.1); one that is always 0 does not count."""
    return (stored > 0 or shown > 0) and shown <= stored


def require_other_factor(has_totp: bool, passkeys: Sequence[Passkey], removed: UUID | None) -> None:
    """Raise LastSecondFactor unless a working factor is left without the passkey `removed`, or without the time-based
    codes where it is None."""
    left = [one for one in passkeys if one.passkey_id != removed and one.suspected_at is None]
    if not left and not (has_totp and removed is not None):
        raise LastSecondFactor


def require_staff_proof(proven_at: datetime | None, longest: timedelta, now: datetime) -> None:
    """Raise StaffProofNeeded unless both factors were shown at most `longest` ago."""
    if proven_at is None or proven_at < now - longest:
        raise StaffProofNeeded
