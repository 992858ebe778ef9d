"""The part of the route table about accounts below one's own and about transfers of ownership."""

from services.identity.api import ownership, staff_account_schemas, staff_accounts
from shared.web.cursors import Page
from shared.web.routing import Route, Staff

_SUPERIORS = Staff("zone_admin", "site_admin", "point_admin", "institution_owner")
_EXAM_BODIES = Staff("zone_admin", "site_admin", "point_admin")
_PARTIES = Staff("zone_admin", "site_admin", "point_admin", "institution_owner", "institution_business_admin")
_ACCOUNT = "/v1/staff-accounts/{staff_id}"
_TRANSFER = "/v1/ownership-transfers/{transfer_id}"

_ACCOUNTS: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/staff-accounts",
        staff_accounts.get_staff_accounts,
        _SUPERIORS,
        "下级账号列表",
        "Accounts below one's own",
        query=staff_account_schemas.StaffQuery,
        response=Page[staff_account_schemas.StaffView],
    ),
    Route(
        "POST",
        "/v1/staff-accounts/search",
        staff_accounts.post_staff_account_search,
        _SUPERIORS,
        "按姓名或手机号查找下级账号",
        "Find accounts below one's own by name or phone",
        request=staff_account_schemas.StaffSearchBody,
        response=Page[staff_account_schemas.StaffView],
        is_query=True,
    ),
    Route(
        "GET",
        "/v1/staff-logins",
        staff_accounts.get_staff_logins,
        _SUPERIORS,
        "本机构及下级账号的登录记录",
        "Logins at one's own account and those below",
        query=staff_account_schemas.StaffLoginQuery,
        response=Page[staff_account_schemas.LoginView],
    ),
    Route(
        "GET",
        _ACCOUNT,
        staff_accounts.get_staff_account,
        _SUPERIORS,
        "查看下级账号及其登录记录",
        "An account below one's own with its logins",
        response=staff_account_schemas.StaffDetailView,
    ),
    Route(
        "POST",
        f"{_ACCOUNT}/invitation",
        staff_accounts.post_invitation_renewal,
        _SUPERIORS,
        "重新发送邀请",
        "Send the invitation again",
        response=staff_account_schemas.StaffInvitedView,
        versioned=True,
    ),
    Route(
        "POST",
        f"{_ACCOUNT}/unlocking",
        staff_accounts.post_staff_unlocking,
        _SUPERIORS,
        "解除锁定",
        "Unlock an account before its time is over",
        response=staff_account_schemas.StaffView,
        versioned=True,
    ),
    Route(
        "POST",
        f"{_ACCOUNT}/second-factor-reset",
        staff_accounts.post_second_factor_reset,
        _SUPERIORS,
        "重置丢失的动态口令",
        "Reset a lost second factor",
        request=staff_account_schemas.ReasonBody,
        response=staff_account_schemas.StaffInvitedView,
        versioned=True,
    ),
    Route(
        "POST",
        f"{_ACCOUNT}/disablement",
        staff_accounts.post_staff_disablement,
        _SUPERIORS,
        "停用账号",
        "Disable an account",
        request=staff_account_schemas.ReasonBody,
        response=staff_account_schemas.StaffView,
        versioned=True,
    ),
)

_OWNERSHIP: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/ownership-transfers",
        ownership.post_ownership_transfer,
        Staff("institution_owner"),
        "发起主账号移交",
        "Propose a transfer of the ownership",
        request=staff_account_schemas.TransferBody,
        response=staff_account_schemas.TransferView,
        status=201,
    ),
    Route(
        "GET",
        "/v1/ownership-transfers",
        ownership.get_ownership_transfers,
        _PARTIES,
        "主账号移交列表",
        "Transfers of ownership one is concerned with",
        query=staff_account_schemas.TransferQuery,
        response=Page[staff_account_schemas.TransferView],
    ),
    Route(
        "GET",
        _TRANSFER,
        ownership.get_ownership_transfer,
        _PARTIES,
        "查看主账号移交",
        "One transfer of ownership",
        response=staff_account_schemas.TransferView,
    ),
    Route(
        "POST",
        f"{_TRANSFER}/acceptance",
        ownership.post_transfer_acceptance,
        Staff("institution_business_admin"),
        "接受主账号移交",
        "Accept the ownership",
        request=staff_account_schemas.TransferAcceptanceBody,
        response=staff_account_schemas.TransferView,
        versioned=True,
    ),
    Route(
        "POST",
        f"{_TRANSFER}/confirmation",
        ownership.post_transfer_confirmation,
        _EXAM_BODIES,
        "确认主账号移交",
        "Confirm a transfer as exam body",
        response=staff_account_schemas.TransferView,
        versioned=True,
    ),
    Route(
        "POST",
        f"{_TRANSFER}/ending",
        ownership.post_transfer_ending,
        _PARTIES,
        "取消、谢绝或驳回主账号移交",
        "Cancel, decline or reject a transfer",
        request=staff_account_schemas.ReasonBody,
        response=staff_account_schemas.TransferView,
        versioned=True,
    ),
)

STAFF_ACCOUNT_ROUTES: tuple[Route, ...] = (*_ACCOUNTS, *_OWNERSHIP)
