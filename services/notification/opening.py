"""What a delivery says, in clear, at the moment of handing it over: addresses and codes are unsealed here and nowhere
else."""

from typing import Any

from services.notification.channels.letter import Letter
from services.notification.channels.sms import Sms
from services.notification.channels.wechat_notice import WechatNotice
from services.notification.dependencies import Dependencies
from services.notification.domain.delivery import Outcome, Verdict
from services.notification.domain.letter_text import code_text, letter_text, opened_at
from services.notification.storage import known_people, messages
from services.notification.storage.catalogue import Template
from services.notification.storage.deliveries import Delivery
from services.notification.storage.messages import Content
from shared.security.subject_sealing import open_from_event

Opened = Sms | WechatNotice | Letter

_PAGE = "pages/messages/index"
_REMOVED = Outcome(Verdict.GIVE_UP, "address_removed")
_FORGOTTEN = Outcome(Verdict.GIVE_UP, "message_forgotten")


async def open_delivery(deps: Dependencies, delivery: Delivery) -> Opened | Outcome:
    """Raises SubjectErased, KeyMissing and SealBroken of the address or code; an Outcome where there is nothing to say
    any more."""
    if not delivery.phone_event:
        return _REMOVED
    address = await open_from_event(deps.keyring, "contact", delivery.phone_place, delivery.phone_event)
    if delivery.channel == "sms":
        return await _sms(deps, delivery, address)
    content = await _content(deps, delivery)
    if content is None:
        return _FORGOTTEN
    template = await deps.catalogue.template(delivery.template_key, content.language, delivery.template_version)
    if delivery.channel == "email":
        return _letter(deps, delivery, address, template, content)
    return _notice(delivery, address, template, content)


async def _sms(deps: Dependencies, delivery: Delivery, phone: str) -> Sms:
    template = await deps.catalogue.template(delivery.template_key, "zh", delivery.template_version)
    parameters: dict[str, str] = {}
    if (code := await _code(deps, delivery)) is not None:
        parameters["code"] = code
    wanted = [name for name in template.sms_variables if name not in parameters]
    content = await _content(deps, delivery) if wanted else None
    if content is not None:
        parameters |= {name: str(content.parameters.get(name, "")) for name in wanted}
    return Sms(delivery.id, phone, template.sms_code or "", parameters)


def _letter(deps: Dependencies, delivery: Delivery, address: str, template: Template, content: Content) -> Letter:
    subject = _filled(template.email_subject or template.title, content.parameters)
    said = _filled(template.email_body or template.body, content.parameters)
    if delivery.secret_event:
        return Letter(delivery.id, address, subject, code_text(said, content.language))
    opens = opened_at(deps.settings.web_url, content.link_kind, content.link_id)
    return Letter(delivery.id, address, subject, letter_text(said, opens, content.language))


def _notice(delivery: Delivery, openid: str, template: Template, content: Content) -> WechatNotice:
    return WechatNotice(
        delivery.id,
        openid,
        template.wechat_template_id or "",
        _PAGE,
        {name: _filled(text, content.parameters) for name, text in template.wechat_fields.items()},
        content.language,
    )


def _filled(text: str, parameters: dict[str, Any]) -> str:
    return text.format_map(parameters)


async def _code(deps: Dependencies, delivery: Delivery) -> str | None:
    if delivery.secret_place is None or delivery.secret_event is None:
        return None
    return await open_from_event(deps.keyring, "login_code", delivery.secret_place, delivery.secret_event)


async def _content(deps: Dependencies, delivery: Delivery) -> Content | None:
    """A letter with a code stands in no inbox."""
    code = await _code(deps, delivery) if delivery.channel == "email" else None
    async with deps.database.read() as reader:
        if code is not None:
            return Content({"code": code}, await known_people.select_language(reader, delivery.recipient_id))
        return await messages.select_content(reader, delivery.id)
