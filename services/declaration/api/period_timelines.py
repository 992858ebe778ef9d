"""Handlers: the probation drawn as a line, for the candidate and for the reviewer."""

from services.declaration.api.schemas.period_timelines import PeriodTimelineView
from services.declaration.dependencies import Dependencies
from services.declaration.domain.period_timeline import period_timeline
from services.declaration.storage import contents, cycles, declarations
from services.declaration.use_cases.reviewing.view_periods import view_periods
from shared.clock import SHANGHAI
from shared.web.call import Call


async def get_period_timeline(call: Call[Dependencies]) -> PeriodTimelineView:
    """P8"""
    own = await declarations.select_own(call.reader, call.path_id("declaration_id"), call.actor.id)
    content = await contents.select(call.reader, call.deps.keyring, own.id)
    cycle = await cycles.select(call.reader, own.cycle_id)
    return PeriodTimelineView.of(period_timeline(content.periods, cycle, call.now.astimezone(SHANGHAI).date()))


async def get_review_period_timeline(call: Call[Dependencies]) -> PeriodTimelineView:
    """P8"""
    declaration_id, keyring = call.path_id("declaration_id"), call.deps.keyring
    line = await view_periods(call.tx, declaration_id, keyring=keyring, actor=call.actor, now=call.now)
    return PeriodTimelineView.of(line)
