"""What every request meets first, before its route's policy: the proof that it came through the gateway (V27), an
address that can be looked up (V73), and the pace of its body (V74); and aiohttp's own refusals as problems."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from multidict import CIMultiDictProxy, istr

from shared.errors import Forbidden, Invalid, NotFound, TiroError, TooLarge
from shared.ids import new_id
from shared.security.gateway_keys import HEADER, GatewayKeys
from shared.web.problems import MethodNotAllowed, language_of, problem
from shared.web.slow_bodies import BodyPace, SlowBody

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_HEADER = istr(HEADER)


class NotThroughGateway(Forbidden):
    """The request does not carry the gateway's key (V27)."""

    code = "not_through_gateway"
    message_zh = "请通过系统的公开地址访问，不能绕过统一入口直接访问内部服务。"
    message_en = "Use the public address of the system; a service does not answer calls that go past the gateway."


class NulInAddress(Invalid):
    """The path or the query holds the character U+0000, which nothing of ours is named by (V73)."""

    code = "nul_in_address"
    message_zh = "网址中含有无效字符（U+0000），请检查链接后重试。"
    message_en = "The address holds the character U+0000, which nothing is named by; check the link and try again."


def entrance(gateway: GatewayKeys | None, pace: BodyPace) -> Callable[..., Awaitable[web.StreamResponse]]:
    """The outermost middleware. Without `gateway` everybody comes in: connections are proven by TLS, or it is a
    developer's machine."""

    @web.middleware
    async def enter(request: web.Request, handler: Handler) -> web.StreamResponse:
        if gateway is not None and not admit(request, gateway):
            answer = _refusal(request, NotThroughGateway())
            answer.force_close()
            return answer
        # Undecoded, once for all routes: what PostgreSQL does not store must not reach a statement.
        if "%00" in request.raw_path:
            return _refusal(request, NulInAddress(), 400)
        body = None if request.content.is_eof() else SlowBody(request.content, pace)
        try:
            return await handler(request)
        except web.HTTPException as refusal:
            error: TiroError = {404: NotFound(), 405: MethodNotAllowed(), 413: TooLarge()}.get(
                refusal.status, Invalid()
            )
            answer = _refusal(request, error, refusal.status)
            if allowed := refusal.headers.get("Allow"):
                answer.headers["Allow"] = allowed
            return answer
        finally:
            if body is not None:
                body.over()

    return enter


def admit(request: web.Request, gateway: GatewayKeys) -> bool:
    """Whether the request carries the gateway's key, which is taken off its headers: nobody behind this line can pass
    it on or log it."""
    headers = request.headers.copy()
    given = headers.popall(_HEADER, [])
    # Request.clone would do the same in public, for eight times the processor time. aiohttp itself looked already, and
    # what it saw is cached.
    request._headers = request._cache["headers"] = CIMultiDictProxy(headers)
    return len(given) == 1 and gateway.accepts(given[0])


def _refusal(request: web.Request, error: TiroError, status: int | None = None) -> web.Response:
    return problem(error, str(new_id()), language_of(request), status)
