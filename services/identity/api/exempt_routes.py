"""URLs of the other channels: the person's choice and proofs, and the exam bodies that look at them (A17, A18)."""

from services.identity.api import exempt, exempt_reviews, exempt_schemas, review_schemas
from services.identity.api.photos import IMAGE_LIMIT, prepare_proof
from shared.web.cursors import Page
from shared.web.routing import Candidates, Route, Staff

_EXAM_BODIES = Staff("zone_admin", "site_admin")

EXEMPT_ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/exempt-channel",
        exempt.get_exempt_channel,
        Candidates(),
        "军队等其他渠道的办理说明与本人选择",
        "Other channels: what to do there, and one's own choice",
        response=exempt_schemas.ExemptView,
    ),
    Route(
        "POST",
        "/v1/exempt-channel",
        exempt.post_exempt_channel,
        Candidates(),
        "选择其他渠道（不在本平台申报）",
        "Choose another channel; nothing is declared here",
        request=exempt_schemas.ExemptChoiceBody,
        response=exempt_schemas.ExemptView,
    ),
    Route(
        "POST",
        "/v1/exempt-channel/withdrawal",
        exempt.post_exempt_channel_withdrawal,
        Candidates(),
        "取消其他渠道，改在本平台申报",
        "Take the choice back and declare here",
        response=exempt_schemas.ExemptView,
    ),
    Route(
        "PUT",
        "/v1/exempt-channel/proofs/{proof}",
        exempt.put_exempt_proof,
        Candidates(),
        "上传军队证明（education 学历证明，evaluation 试用期考核证明；平台收取的年度）",
        "Upload a proof of the military, in years in which the platform takes them",
        response=exempt_schemas.ProofView,
        prepare=prepare_proof,
        body_limit=IMAGE_LIMIT,
    ),
    Route(
        "GET",
        "/v1/exempt-choices",
        exempt_reviews.get_exempt_choices,
        _EXAM_BODIES,
        "本辖区军队考生及其证明材料",
        "The military of one's jurisdiction with their proofs",
        query=exempt_schemas.ExemptChoiceQuery,
        response=Page[exempt_schemas.ExemptChoiceView],
    ),
    Route(
        "GET",
        "/v1/exempt-choices/{person_id}/proofs/{proof}",
        exempt_reviews.get_exempt_proof,
        _EXAM_BODIES,
        "查看军队证明材料（短时链接、带水印，记录查看人）",
        "A proof by its short-lived link, watermarked; the look is recorded",
        query=review_schemas.ImageLinkQuery,
        transaction=True,
        prepare=exempt_reviews.prepare_exempt_proof,
    ),
)
