"""Routes about the terms of a year and about bans."""

from typing import Final

from services.declaration.api import eligibility as handlers
from services.declaration.api.schemas.eligibility import (
    BanBody,
    BanDetailView,
    BanQuery,
    BanSearch,
    BanView,
    LiftingBody,
    OwnBansView,
    TermsBody,
    TermsView,
)
from shared.web.cursors import Page
from shared.web.routing import Candidates, Public, Route, Staff

_ZONE: Final = Staff("zone_admin")
_TERMS: Final = "/v1/cycles/{cycle_id}/eligibility-terms"

ELIGIBILITY_ROUTES: Final = (
    Route(
        method="GET",
        path=_TERMS,
        handler=handlers.get_eligibility_terms,
        policy=Public(),
        summary_zh="年度报考条件开关与截止日期",
        summary_en="What a year decides about eligibility: secondary diplomas, cut-off, rural practice",
        response=TermsView,
    ),
    Route(
        method="PUT",
        path=_TERMS,
        handler=handlers.put_eligibility_terms,
        policy=_ZONE,
        summary_zh="设定年度报考条件开关与截止日期",
        summary_en="Decide the terms of a year",
        request=TermsBody,
        response=TermsView,
        versioned=True,
    ),
    Route(
        method="POST",
        path="/v1/bans",
        handler=handlers.post_ban,
        policy=_ZONE,
        summary_zh="限制报考",
        summary_en="Bar somebody from declaring",
        request=BanBody,
        response=BanView,
        status=201,
    ),
    Route(
        method="GET",
        path="/v1/bans",
        handler=handlers.get_bans,
        policy=_ZONE,
        summary_zh="限制报考名单",
        summary_en="List bans",
        query=BanQuery,
        response=Page[BanView],
    ),
    Route(
        method="POST",
        path="/v1/ban-searches",
        handler=handlers.post_ban_search,
        policy=_ZONE,
        summary_zh="按证件号码查找限制报考记录",
        summary_en="Bans of one person, by document",
        request=BanSearch,
        response=Page[BanView],
        transaction=False,
        is_query=True,
    ),
    # Opening a ban shows what was written about a person, so the look is recorded, which takes a transaction.
    Route(
        method="GET",
        path="/v1/bans/{ban_id}",
        handler=handlers.get_ban,
        policy=_ZONE,
        summary_zh="限制报考详情",
        summary_en="A ban with its notes",
        response=BanDetailView,
        transaction=True,
    ),
    Route(
        method="POST",
        path="/v1/bans/{ban_id}/lifting",
        handler=handlers.post_ban_lifting,
        policy=_ZONE,
        summary_zh="解除限制报考",
        summary_en="Lift a ban",
        request=LiftingBody,
        response=BanView,
        versioned=True,
    ),
    Route(
        method="GET",
        path="/v1/own-bans",
        handler=handlers.get_own_bans,
        policy=Candidates(),
        summary_zh="本人限制报考情况",
        summary_en="Own bans, with reason and last day",
        response=OwnBansView,
    ),
)
