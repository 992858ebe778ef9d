"""Tell people what happened: in-app messages and deliveries, by the rule table, once per event, person and channel."""

from collections.abc import Sequence

from services.notification.domain.audience import ACCOUNTS, STAFF_ROLES, notices_for, rule_key
from services.notification.domain.preference import Channels, chosen_by, may_go_by_wechat
from services.notification.storage import messages, new_deliveries
from services.notification.storage.catalogue import Catalogue, Rule
from shared.contracts.event import Event
from shared.postgres.transaction import Transaction


async def notify(tx: Transaction, catalogue: Catalogue, events: Sequence[Event]) -> None:
    """Write what the rules ask for; all events share one type and state."""
    for rule in await catalogue.rules(rule_key(events[0])):
        if not (notices := notices_for(events, rule.audience)):
            continue
        roles = STAFF_ROLES.get(rule.audience)
        if rule.in_app and roles is not None:
            await messages.insert_for_staff(tx, notices, rule, roles)
        elif rule.in_app:
            await messages.insert_for_people(tx, notices, rule)
        if rule.sms and roles is not None:
            await new_deliveries.insert_for_staff(tx, notices, rule, roles)
        elif rule.sms and rule.audience in ACCOUNTS:
            await new_deliveries.insert_for_accounts(tx, notices, rule)
        elif rule.audience not in ACCOUNTS and roles is None:
            channels = await _channels(catalogue, rule, events[0])
            await new_deliveries.insert_for_people(tx, notices, rule, channels, chosen_by(events[0]))


async def _channels(catalogue: Catalogue, rule: Rule, event: Event) -> Channels:
    """What the rule wants and its template has words for; without a message in the inbox nothing else has content."""
    template = await catalogue.template(rule.template_key, "zh", rule.template_version)
    return Channels(
        wechat=rule.wechat and rule.in_app and bool(template.wechat_template_id) and may_go_by_wechat(event),
        sms=rule.sms,
        email=rule.email and rule.in_app and bool(template.email_subject),
    )
