"""The part of the route table about an institution's confirmation codes."""

from services.institution.api import confirmation_codes, posters
from services.institution.api.audiences import OWN_STAFF
from services.institution.api.schemas import confirmation_codes as code_schemas
from services.institution.api.schemas.profiles import RotationBody
from shared.web.routing import Route

CONFIRMATION_CODE_ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/institutions/{institution_id}/confirmation-codes",
        confirmation_codes.get_confirmation_codes,
        OWN_STAFF,
        "本单位的确认码及使用情况",
        "The institution's codes and how much each was used",
        query=code_schemas.CodeQuery,
        response=confirmation_codes.CodePage,
    ),
    Route(
        "POST",
        "/v1/institutions/{institution_id}/confirmation-codes",
        confirmation_codes.post_confirmation_code,
        OWN_STAFF,
        "新增确认码（限科室、届别、人数、期限）",
        "Make another code, for a department, a cohort, so many people or a time",
        request=code_schemas.CodeBody,
        response=code_schemas.NamedCodeView,
        status=201,
    ),
    Route(
        "GET",
        "/v1/institutions/{institution_id}/confirmation-codes/{code_id}",
        confirmation_codes.get_named_code,
        OWN_STAFF,
        "查看一个确认码（记录查阅）",
        "Show one code; the look is recorded",
        response=code_schemas.NamedCodeView,
        transaction=True,
    ),
    Route(
        "POST",
        "/v1/institutions/{institution_id}/confirmation-codes/{code_id}/rotation",
        confirmation_codes.post_named_code_rotation,
        OWN_STAFF,
        "更换一个确认码，已有绑定不受影响",
        "Replace one code; existing bindings stay",
        request=RotationBody,
        response=code_schemas.NamedCodeView,
        status=201,
    ),
    Route(
        "POST",
        "/v1/institutions/{institution_id}/confirmation-codes/{code_id}/withdrawal",
        confirmation_codes.post_code_withdrawal,
        OWN_STAFF,
        "停用一个确认码，已有绑定不受影响",
        "Take one code out of force; existing bindings stay",
        response=code_schemas.WithdrawnCodeView,
    ),
    Route(
        "GET",
        "/v1/institutions/{institution_id}/confirmation-codes/{code_id}/uses",
        confirmation_codes.get_code_uses,
        OWN_STAFF,
        "使用该确认码绑定的人员",
        "Who bound with a code, masked",
        query=code_schemas.CodeUseQuery,
        response=confirmation_codes.CodeUsePage,
    ),
    Route(
        "GET",
        "/v1/institutions/{institution_id}/poster",
        posters.get_poster,
        OWN_STAFF,
        "打印绑定海报（默认不含确认码，记录查阅）",
        "A poster that tells how to bind, with the code only on request; recorded",
        query=code_schemas.PosterQuery,
        prepare=posters.set_poster,
        transaction=True,
    ),
)
