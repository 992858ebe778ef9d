"""The five kinds of refusal. Each is mapped once to HTTP (shared.web.problems) and once to message fate
(shared.messaging.fate); a concrete error is named after the broken rule and carries a stable code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one field; `pointer` is a JSON pointer (RFC 6901) into the request body."""

    pointer: str
    code: str
    message_zh: str
    message_en: str


class TiroError(Exception):
    """A refusal with a stable `code` and a sentence that tells a person what to do next, in zh-CN and en.

    `facts` fill the placeholders of the sentences; they must never hold personal data.
    `retry_after` is in seconds and travels as the Retry-After header.
    """

    code: ClassVar[str] = "refused"
    message_zh: ClassVar[str] = "请求未能完成，请稍后重试。"
    message_en: ClassVar[str] = "The request could not be completed; please try again later."

    def __init__(
        self, *, problems: Sequence[FieldProblem] = (), retry_after: int | None = None, **facts: str | int
    ) -> None:
        super().__init__(self.code)
        self.problems = tuple(problems)
        self.retry_after = retry_after
        self.facts = facts

    def sentence(self, language: str) -> str:
        """The message in `language` ("zh" or anything else for English), placeholders filled."""
        template = self.message_zh if language == "zh" else self.message_en
        return template.format_map(self.facts)

    def as_problems(self) -> tuple[FieldProblem, ...]:
        """As what is wrong with a row of many: field by field where it says so."""
        if self.problems:
            return self.problems
        return (FieldProblem("", self.code, self.sentence("zh"), self.sentence("en")),)


class NotFound(TiroError):
    """The thing does not exist, or lies outside the caller's jurisdiction: both look the same."""

    code = "not_found"
    message_zh = "没有找到该内容，请返回列表核对后重试。"
    message_en = "Nothing was found here; go back to the list and check."


class Conflict(TiroError):
    """The state of the thing does not allow this now."""

    code = "conflict"
    message_zh = "当前状态不允许此操作，请刷新后查看最新状态。"
    message_en = "The current state does not allow this; refresh to see the latest state."


class Invalid(TiroError):
    """What was sent breaks a rule; sending it again unchanged can not succeed."""

    code = "invalid"
    message_zh = "提交的内容不符合要求，请按提示修改后重试。"
    message_en = "What was sent does not meet the rules; correct it as indicated and try again."


class Forbidden(TiroError):
    """The caller may not do this."""

    code = "forbidden"
    message_zh = "您没有进行此操作的权限，如有需要请联系上级管理员。"
    message_en = "You may not do this; ask the administrator above you if you need to."


class Unavailable(TiroError):
    """Something we depend on does not answer now; the same request may succeed later."""

    code = "unavailable"
    message_zh = "系统繁忙，请稍后重试，已提交的内容不会丢失。"
    message_en = "The system is busy; please retry shortly. Nothing that was accepted is lost."


class Unauthenticated(Forbidden):
    """No valid access token came with the request."""

    code = "unauthenticated"
    message_zh = "登录已失效，请重新登录。"
    message_en = "You are not logged in any more; please log in again."


class LimitReached(Unavailable):
    """Too many tries for now; `retry_after` says when the next one may come."""

    code = "limit_reached"
    message_zh = "操作过于频繁，请稍后再试。"
    message_en = "Too many tries; please wait a little before the next one."


class TooLarge(Invalid):
    """The body is larger than the route accepts."""

    code = "too_large"
    message_zh = "上传的内容过大，请压缩后重试。"
    message_en = "What was sent is too large; make it smaller and try again."


class StaleVersion(Conflict):
    """Somebody changed the thing after the caller read it; `current` is its version now."""

    code = "stale_version"
    message_zh = "内容已被更新（当前版本 {current}，状态 {state}），请刷新后再操作。"
    message_en = "This was changed meanwhile (now version {current}, state {state}); refresh and try again."
