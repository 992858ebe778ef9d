"""Every URL of identity with its policy; those of credentials, reviews, other channels, staff accounts and machine
clients, staff logins, and privacy stand in files of their own beside this one."""

from services.identity.api import (
    clients,
    login,
    login_schemas,
    verification,
    verification_schemas,
)
from services.identity.api.credential_routes import CREDENTIAL_ROUTES
from services.identity.api.exempt_routes import EXEMPT_ROUTES
from services.identity.api.passkey_routes import PASSKEY_ROUTES
from services.identity.api.photos import IMAGE_LIMIT, prepare_photo
from services.identity.api.privacy_routes import PRIVACY_ROUTES
from services.identity.api.review_routes import REVIEW_ROUTES
from services.identity.api.staff_account_routes import STAFF_ACCOUNT_ROUTES
from services.identity.api.staff_routes import STAFF_ROUTES
from services.identity.api.staff_sheet_routes import STAFF_SHEET_ROUTES
from shared.web.audit_trail import audit_routes
from shared.web.routing import ALL_STAFF, AnyOf, Candidates, Public, Route

_ANYBODY_LOGGED_IN = AnyOf(Candidates(), ALL_STAFF)

_LOGIN: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/login-codes",
        login.post_login_code,
        Public(),
        "获取短信验证码",
        "Ask for a one-time code by SMS",
        request=login_schemas.LoginCodeBody,
        response=login_schemas.LoginCodeView,
        status=202,
        idempotent=False,
    ),
    Route(
        "POST",
        "/v1/sessions",
        login.post_session,
        Public(),
        "用手机号和验证码登录",
        "Log in with phone and code",
        request=login_schemas.SessionBody,
        response=login_schemas.PersonSessionView,
        status=201,
        idempotent=False,
    ),
    Route(
        "POST",
        "/v1/sessions/refresh",
        login.post_session_refresh,
        Public(),
        "续期登录",
        "Exchange a refresh token for the next pair",
        request=login_schemas.RefreshBody,
        response=login_schemas.TokensView,
        idempotent=False,
    ),
    Route(
        "GET",
        "/v1/sessions",
        login.get_sessions,
        _ANYBODY_LOGGED_IN,
        "查看本人的登录记录",
        "List one's own sessions",
        response=login_schemas.SessionsView,
    ),
    Route(
        "DELETE",
        "/v1/sessions/current",
        login.delete_current_session,
        _ANYBODY_LOGGED_IN,
        "退出登录",
        "Log out",
    ),
    Route(
        "DELETE",
        "/v1/sessions/others",
        login.delete_other_sessions,
        _ANYBODY_LOGGED_IN,
        "结束本人的其他所有登录",
        "End all other sessions of one's own",
    ),
    Route(
        "DELETE",
        "/v1/sessions/{session_id}",
        login.delete_session,
        _ANYBODY_LOGGED_IN,
        "结束本人的另一处登录",
        "End another session of one's own",
    ),
    Route(
        "GET",
        "/v1/jwks",
        clients.get_jwks,
        Public(),
        "公钥",
        "Public keys of access tokens",
        response=login_schemas.JwksView,
    ),
)

_VERIFICATION: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/me",
        verification.get_me,
        Candidates(),
        "本人信息",
        "Who is logged in",
        response=verification_schemas.MeView,
    ),
    Route(
        "POST",
        "/v1/consents",
        verification.post_consent,
        Candidates(),
        "同意证件照片处理授权书",
        "Accept the consent to process document photos",
        request=verification_schemas.ConsentBody,
        response=verification_schemas.ConsentView,
        status=201,
    ),
    Route(
        "GET",
        "/v1/verification",
        verification.get_verification,
        Candidates(),
        "查看实名认证状态",
        "State of one's own verification",
        response=verification_schemas.VerificationView,
    ),
    Route(
        "PUT",
        "/v1/verification/images/{side}",
        verification.put_verification_image,
        Candidates(),
        "上传证件照片（front 人像面，back 国徽面）",
        "Upload a photo of the front or back of the document",
        response=verification_schemas.ImageView,
        prepare=prepare_photo,
        body_limit=IMAGE_LIMIT,
    ),
    Route(
        "POST",
        "/v1/verification/automatic",
        verification.post_automatic_verification,
        Candidates(),
        "申请自动核验",
        "Ask for the automatic check",
        request=verification_schemas.ClaimBody,
        response=verification_schemas.VerificationView,
        status=202,
    ),
)

ROUTES: tuple[Route, ...] = (
    *_LOGIN,
    *CREDENTIAL_ROUTES,
    *_VERIFICATION,
    *REVIEW_ROUTES,
    *EXEMPT_ROUTES,
    *STAFF_ROUTES,
    *PASSKEY_ROUTES,
    *STAFF_ACCOUNT_ROUTES,
    *STAFF_SHEET_ROUTES,
    *PRIVACY_ROUTES,
    *audit_routes("identity"),
)
