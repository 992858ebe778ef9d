"""Refusals whose count must be kept: they are returned as values, so that the transaction that counted them commits."""

from dataclasses import dataclass

from shared.errors import TiroError, Unauthenticated


@dataclass(frozen=True, slots=True)
class Refused:
    """The command is refused, yet what it wrote (tries, locks, revocations) must stay."""

    error: TiroError


class LoginCodeRefused(Unauthenticated):
    """Wrong, expired, used or never issued: all look the same (V6)."""

    code = "login_code_refused"
    message_zh = "验证码不正确或已失效，请核对后重新输入，或重新获取验证码。"
    message_en = "The code is wrong or no longer valid; check it, or ask for a new one."


class RefreshRefused(Unauthenticated):
    """The refresh token is unknown, used, expired, or its session has ended."""

    code = "refresh_refused"
    message_zh = "登录已失效，请重新登录。"
    message_en = "The session has ended; please log in again."


class StaffLoginRefused(Unauthenticated):
    """Phone, password or dynamic code is wrong, or there is no such account: all look the same (V6)."""

    code = "staff_login_refused"
    message_zh = "手机号、密码或动态口令不正确，请核对后重试。"
    message_en = "Phone, password or one-time code is wrong; check them and try again."


class InvitationRefused(Unauthenticated):
    """The invitation is unknown, used, expired, or was sent to another phone: all look the same."""

    code = "invitation_refused"
    message_zh = "邀请码无效或已过期，请核对短信内容，或请上级重新发送邀请。"
    message_en = "The invitation is not valid or has expired; check the message, or ask to be invited again."


class ClientRefused(Unauthenticated):
    """Client id or secret is wrong, or the client was revoked."""

    code = "client_refused"
    message_zh = "客户端凭证无效，请核对或联系考区管理员。"
    message_en = "The client credentials are not valid; check them or contact the exam zone."
