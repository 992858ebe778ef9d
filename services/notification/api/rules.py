"""Handlers about the rule table: who is told of what, by which channels."""

from services.notification.api.template_schemas import ChannelsBody, RuleChangeView, RuleDetailView, RuleView
from services.notification.dependencies import Dependencies
from services.notification.storage import rules
from services.notification.storage.rules import RuleFilter
from services.notification.use_cases.rules.switch_channels import switch_channels
from shared.web.call import Call
from shared.web.cursors import Page, decode_cursor, encode_cursor


async def get_notification_rules(call: Call[Dependencies]) -> Page[RuleView]:
    """In order of event and audience."""
    query = call.query
    event, audience = decode_cursor(query.cursor, (str, str))
    wanted = RuleFilter(query.event, query.audience, query.channel, query.q)
    found = await rules.select_page(call.reader, wanted, (event, audience), query.limit + 1)
    shown = found[: query.limit]
    cursor = encode_cursor(shown[-1].event_type, shown[-1].audience) if len(found) > query.limit else None
    return Page(items=[RuleView.of(rule) for rule in shown], next_cursor=cursor)


async def get_notification_rule(call: Call[Dependencies]) -> RuleDetailView:
    """With its changes."""
    rule = await rules.select(call.reader, call.path_id("rule_id"))
    changes = await rules.select_changes(call.reader, rule.id)
    return RuleDetailView(
        rule=RuleView.of(rule), changes=[RuleChangeView.of(one) for one in changes], version=rule.version
    )


async def put_notification_rule(call: Call[Dependencies], body: ChannelsBody) -> RuleView:
    """Switch channels within the limits."""
    rule_id, channels, version = call.path_id("rule_id"), frozenset(body.channels), call.expected_version
    rule = await switch_channels(
        call.tx, rule_id, channels, body.reason, expected_version=version, actor=call.actor, now=call.now
    )
    return RuleView.of(rule)
