"""What a candidate chooses about channels, and the consents given in the mini program."""

from typing import get_args

from services.notification.api.channel_schemas import (
    ConsentsBody,
    ConsentsView,
    ConsentView,
    PreferenceBody,
    PreferencesView,
    PreferenceView,
)
from services.notification.dependencies import Dependencies
from services.notification.domain.place import Category
from services.notification.domain.preference import CHOOSABLE, UNLESS_CHOSEN, Channels
from services.notification.storage import consents, preferences
from services.notification.use_cases.choose_channels import choose_channels
from services.notification.use_cases.record_consents import record_consents
from shared.postgres.transaction import Reader
from shared.web.call import Call


async def get_channel_preferences(call: Call[Dependencies]) -> PreferencesView:
    """Every category, with what holds where nothing was chosen."""
    return await _preferences(call.reader, call)


async def put_channel_preference(call: Call[Dependencies], body: PreferenceBody) -> PreferencesView:
    """Choose the channels of one category."""
    chosen = Channels(body.wechat, body.sms, body.email)
    await choose_channels(call.tx, call.actor.id, body.category, chosen, call.now)
    return await _preferences(call.tx, call)


async def get_wechat_consents(call: Call[Dependencies]) -> ConsentsView:
    """Which templates there are to ask for, and how many messages of each may still go."""
    return await _consents(call.reader, call)


async def post_wechat_consents(call: Call[Dependencies], body: ConsentsBody) -> ConsentsView:
    """Report what the person answered."""
    accepted = [one.template_id for one in body.answers if one.answer == "accept"]
    await record_consents(call.tx, call.actor.id, accepted, call.now)
    return await _consents(call.tx, call)


async def _preferences(reader: Reader, call: Call[Dependencies]) -> PreferencesView:
    chosen = await preferences.select_of_person(reader, call.actor.id)
    views = []
    for category in get_args(Category):
        channels = chosen.get(category, UNLESS_CHOSEN)
        views.append(
            PreferenceView(
                category=category,
                wechat=channels.wechat,
                sms=channels.sms,
                email=channels.email,
                changeable=category in CHOOSABLE,
            )
        )
    return PreferencesView(preferences=views)


async def _consents(reader: Reader, call: Call[Dependencies]) -> ConsentsView:
    found = await consents.select_of_person(reader, call.actor.id)
    return ConsentsView(consents=[ConsentView(template_id=t, remaining=n) for t, n in found])
