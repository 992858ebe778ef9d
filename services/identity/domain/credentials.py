"""The ways a person logs in, and what stands between a person and changing them (A5, V9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from shared.errors import Conflict, Forbidden

CredentialKind = Literal["phone", "wechat"]


class LastCredential(Conflict):
    """Without it the person could never log in again."""

    code = "last_credential"
    message_zh = "这是您唯一的登录方式，不能解除。请先绑定另一种登录方式。"
    message_en = "This is your only way to log in; link another one before you remove it."


class PhoneNotRemovable(Conflict):
    """A phone is replaced, not removed: messages go there."""

    code = "phone_not_removable"
    message_zh = "手机号用于接收通知，不能解除，只能更换。"
    message_en = "Messages are sent to your phone; it can be replaced, not removed."


class PhoneAlreadyLinked(Conflict):
    """The person has a phone: it is replaced by the change of phone."""

    code = "phone_already_linked"
    message_zh = "您已绑定手机号，如需使用新号码，请办理更换手机号。"
    message_en = "You have a phone already; to use another number, change your phone."


class PhoneMissing(Conflict):
    """There is no phone to prove or to replace."""

    code = "phone_missing"
    message_zh = "您还没有绑定手机号，请先绑定手机号。"
    message_en = "You have no phone yet; link one first."


class SamePhone(Conflict):
    """The new number is the old one."""

    code = "same_phone"
    message_zh = "新号码与当前号码相同，无需更换。"
    message_en = "This is your number already; nothing has to change."


class TooManyCredentials(Conflict):
    """The limit of credentials of one person is reached."""

    code = "too_many_credentials"
    message_zh = "登录方式已达上限（{limit} 个），请先解除不用的一个。"
    message_en = "You have {limit} ways to log in already; remove one you do not use first."


class ProofNeeded(Forbidden):
    """A sensitive act needs the phone to have been proven in this session a moment ago (V9)."""

    code = "proof_needed"
    message_zh = "为保护账号安全，请先用当前手机号的验证码验证身份，再进行此操作。"
    message_en = "To protect your account, prove your present phone by a code first, then do this again."


@dataclass(frozen=True, slots=True)
class Credential:
    """One way to log in; `shown` is masked. `linked_at` is not kept for a phone."""

    credential_id: UUID
    kind: CredentialKind
    shown: str
    linked_at: datetime | None


def require_proof(proven_at: datetime | None, longest: timedelta, now: datetime) -> None:
    """Raise ProofNeeded unless the phone was proven at most `longest` ago."""
    if proven_at is None or proven_at < now - longest:
        raise ProofNeeded


def require_removable(credentials: Sequence[Credential], credential_id: UUID) -> Credential:
    """The credential to take away. Raises KeyError when the person has no such one, PhoneNotRemovable and
    LastCredential."""
    chosen = {one.credential_id: one for one in credentials}[credential_id]
    if len(credentials) == 1:
        raise LastCredential
    if chosen.kind == "phone":
        raise PhoneNotRemovable
    return chosen
