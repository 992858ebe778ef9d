"""The URLs of what the zone sets for texts."""

from services.notification.api.sending_limits import (
    QuotaBody,
    SendingLimitsView,
    TrialBody,
    TrialNumberBody,
    get_sending_limits,
    post_trial_number,
    put_sms_quota,
    put_trial_mode,
)
from shared.web.routing import Route, Staff

SENDING_ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/sending-limits",
        get_sending_limits,
        Staff("zone_admin", "auditor"),
        "短信配额与试运行",
        "Quotas and trial of texts",
        response=SendingLimitsView,
    ),
    Route(
        "PUT",
        "/v1/sending-limits/quotas",
        put_sms_quota,
        Staff("zone_admin"),
        "设置短信配额",
        "Set a quota of texts",
        request=QuotaBody,
        status=204,
    ),
    Route(
        "PUT",
        "/v1/sending-limits/trial",
        put_trial_mode,
        Staff("zone_admin"),
        "开启或结束短信试运行",
        "Begin or end the trial of texts",
        request=TrialBody,
        status=204,
    ),
    Route(
        "POST",
        "/v1/sending-limits/trial-numbers",
        post_trial_number,
        Staff("zone_admin"),
        "维护试运行短信名单",
        "List a number for the trial",
        request=TrialNumberBody,
        status=204,
    ),
)
