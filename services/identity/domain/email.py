"""E-mail addresses that people give for notices. Nobody logs in by one, and two people may share one."""

from shared.errors import FieldProblem, Invalid, NotFound
from shared.mail_address import is_address


class EmailInvalid(Invalid):
    """Not an address that mail can go to."""

    code = "email_invalid"
    message_zh = "请填写有效的邮箱地址，例如 name@example.com。"
    message_en = "Enter an e-mail address such as name@example.com."


class EmailCodeRefused(Invalid):
    """Wrong, expired, used, replaced by a newer one, or sent to another address: all look the same (V6)."""

    code = "email_code_refused"
    message_zh = "验证码不正确或已失效，请核对最近一封邮件后重新输入，或重新获取验证码。"
    message_en = "The code is wrong or no longer valid; check the last letter you got, or ask for a new code."


class EmailMissing(NotFound):
    """There is no confirmed address to remove."""

    code = "email_missing"
    message_zh = "您尚未设置邮箱，无需删除；如需接收邮件通知，请先添加邮箱。"
    message_en = "You have no e-mail address to remove; add one first if you want notices by e-mail."


def plain_email(text: str, pointer: str = "/email") -> str:
    """The address as it goes to a mail server: blanks around it gone, the domain in lower case and in ASCII (IDNA).
    Raises EmailInvalid naming the field at `pointer`."""
    local, _, domain = text.strip().rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode().lower()}"
    except UnicodeError:
        address = ""
    if not is_address(address):
        problem = FieldProblem(pointer, "email_invalid", EmailInvalid.message_zh, EmailInvalid.message_en)
        raise EmailInvalid(problems=[problem])
    return address
