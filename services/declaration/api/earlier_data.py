"""Handlers around an earlier year's declaration (P11, C10)."""

from services.declaration.api.drafting_views import problem_views
from services.declaration.api.schemas.earlier import CopiedView, EarlierDeclarationView, EarlierView
from services.declaration.dependencies import Dependencies
from services.declaration.domain.earlier_declaration import BANNER_EN, BANNER_ZH
from services.declaration.storage import cycles, earlier_submissions
from services.declaration.use_cases.drafting.copy_earlier_data import copy_earlier_data
from shared.web.call import Call


async def get_earlier_declaration(call: Call[Dependencies]) -> EarlierDeclarationView:
    """P11, C10"""
    current = await cycles.select_current(call.reader)
    found = await earlier_submissions.select(call.reader, call.actor.id, current.year)
    return EarlierDeclarationView(
        earlier=None
        if found is None
        else EarlierView(
            cycle_year=found.cycle_year, number=found.number, state=found.state, submitted_at=found.submitted_at
        ),
        banner=BANNER_ZH if call.language == "zh" else BANNER_EN,
    )


async def post_earlier_data(call: Call[Dependencies]) -> CopiedView:
    """P11, C10"""
    declaration_id = call.path_id("declaration_id")
    copied = await copy_earlier_data(
        call.tx,
        declaration_id,
        expected_version=call.expected_version,
        keyring=call.deps.keyring,
        actor=call.actor,
        now=call.now,
    )
    left_out = problem_views(copied.left_out, call.language)
    return CopiedView(id=declaration_id, version=copied.version, from_year=copied.from_year, left_out=left_out)
