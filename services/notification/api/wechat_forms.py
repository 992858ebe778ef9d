"""Handlers and bodies about the templates of the account at WeChat that ours go under."""

from typing import Annotated

from pydantic import Field, StringConstraints

from services.notification.api.template_schemas import ReasonBody
from services.notification.dependencies import Dependencies
from services.notification.storage import wechat_forms
from services.notification.use_cases.templates.adopt_wechat_template import adopt_wechat_template
from shared.web.call import Call
from shared.web.schemas import View

_FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\d{1,2}$", max_length=30)]


class WechatFormView(View):
    """Templates in force that fill the same fields."""

    fields: list[str]
    template_id: str | None = Field(description="null: nothing of these goes by WeChat; the text goes instead")
    templates: list[str]


class WechatFormsView(View):
    """All of them."""

    forms: list[WechatFormView]


class WechatFormBody(ReasonBody):
    """The id from the account at WeChat, and what each field is called in that template there."""

    fields: dict[_FieldName, _FieldName] = Field(
        min_length=1, max_length=10, description="as it is called here now -> as it is called there"
    )
    template_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{10,64}$")] | None = Field(
        description="null: nothing of these goes by WeChat any more"
    )


async def get_wechat_forms(call: Call[Dependencies]) -> WechatFormsView:
    """Which need a template there."""
    return WechatFormsView(
        forms=[
            WechatFormView(fields=one.fields, template_id=one.template_id, templates=one.templates)
            for one in await wechat_forms.select_all(call.reader)
        ]
    )


async def put_wechat_form(call: Call[Dependencies], body: WechatFormBody) -> WechatFormView:
    """For all with the same fields at once; what changed."""
    changed = await adopt_wechat_template(
        call.tx, body.fields, body.template_id, body.reason, actor=call.actor, now=call.now
    )
    return WechatFormView(fields=sorted(body.fields.values()), template_id=body.template_id, templates=changed)
