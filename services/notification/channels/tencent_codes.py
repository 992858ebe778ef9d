"""What each documented code of Tencent SMS means for a delivery: by its full name, else by its class where the whole
class says that nothing was sent. Everything else is an unknown outcome."""

from typing import Final

from services.notification.domain.delivery import Verdict

_UNKNOWN = (
    "InternalError",
    "InternalError.Timeout",
    "InternalError.SendAndRecvFail",
    "InternalError.OtherError",
    "InternalError.UnknownError",
    "FailedOperation",
)
_RETRY = ("ResourceUnavailable", "ServiceUnavailable", "FailedOperation.JsonParseFail")
_WAIT = (
    "LimitExceeded.PhoneNumberThirtySecondLimit",
    "LimitExceeded.PhoneNumberOneHourLimit",
    "LimitExceeded.PhoneNumberDailyLimit",
    "LimitExceeded.PhoneNumberSameContentDailyLimit",
    "LimitExceeded.DeliveryFrequencyLimit",
    "FailedOperation.MarketingSendTimeConstraint",
)
_ALARM = (
    "LimitExceeded.AppDailyLimit",
    "LimitExceeded.DailyLimit",
    "FailedOperation.InsufficientBalanceInSmsPackage",
    "FailedOperation.FailResolvePacket",
    "FailedOperation.SignatureIncorrectOrUnapproved",
    "FailedOperation.TemplateIncorrectOrUnapproved",
    "FailedOperation.TemplateUnapprovedOrNotExist",
    "InternalError.RequestTimeException",
    "InternalError.RestApiInterfaceNotExist",
    "InternalError.SigFieldMissing",
    "InternalError.SigVerificationFail",
)
_GIVE_UP = (
    "FailedOperation.PhoneNumberInBlacklist",
    "FailedOperation.ContainSensitiveWord",
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
    "InvalidParameterValue.IncorrectPhoneNumber",
    "InvalidParameterValue.ContentLengthLimit",
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
    "InvalidParameterValue.TemplateParameterFormatError",
    "InvalidParameterValue.TemplateParameterLengthLimit",
    "LimitExceeded.PhoneNumberCountLimit",
    "MissingParameter.EmptyPhoneNumberSet",
    "UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber",
)
VERDICTS: Final = {
    "Ok": Verdict.SENT,
    **dict.fromkeys(_UNKNOWN, Verdict.UNKNOWN),
    **dict.fromkeys(_RETRY, Verdict.RETRY),
    **dict.fromkeys(_WAIT, Verdict.WAIT),
    **dict.fromkeys(_ALARM, Verdict.ALARM),
    **dict.fromkeys(_GIVE_UP, Verdict.GIVE_UP),
}
CLASSES: Final = {
    "RequestLimitExceeded": Verdict.RETRY,
    "LimitExceeded": Verdict.WAIT,
    # We ourselves are refused: keys, addresses, money, parameters, versions.
    **dict.fromkeys(
        (
            "ActionOffline",
            "AuthFailure",
            "InvalidAction",
            "InvalidParameter",
            "InvalidParameterValue",
            "InvalidRequest",
            "IpInBlacklist",
            "IpNotInWhitelist",
            "MissingParameter",
            "NoSuchProduct",
            "NoSuchVersion",
            "RequestSizeLimitExceeded",
            "ResourceInsufficient",
            "ResourceNotFound",
            "UnauthorizedOperation",
            "UnknownParameter",
            "UnsupportedOperation",
            "UnsupportedProtocol",
            "UnsupportedRegion",
        ),
        Verdict.ALARM,
    ),
}


def verdict_of(code: str) -> Verdict:
    """Of one code, of a number or of the whole request."""
    return VERDICTS.get(code) or CLASSES.get(code.partition(".")[0], Verdict.UNKNOWN)
