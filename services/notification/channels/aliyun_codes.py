"""What each documented code of Aliyun SMS means for a delivery. A code in no list is an unknown outcome."""

from typing import Final

from services.notification.domain.delivery import Verdict

_UNKNOWN = ("isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "isp.UNKNOWN", "InternalError")
_WAIT = ("isv.BUSINESS_LIMIT_CONTROL", "FILTER")
_RETRY = (
    "Throttling",
    "Throttling.User",
    "Throttling.Api",
    "ServiceUnavailable",
    # Of a copied or delayed request: the next one is signed anew.
    "SignatureNonceUsed",
    "InvalidTimeStamp.Expired",
)
_ALARM = (
    # Money and limits of the account.
    "isv.AMOUNT_NOT_ENOUGH",
    "isv.OUT_OF_SERVICE",
    "isv.DAY_LIMIT_CONTROL",
    "isv.MONTH_LIMIT_CONTROL",
    "isv.SMS_OVER_LIMIT",
    "isv.SMS_TEST_NUMBER_LIMIT",
    "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT",
    # The account itself, and who may use it.
    "isv.ACCOUNT_ABNORMAL",
    "isv.ACCOUNT_NOT_EXISTS",
    "isv.PRODUCT_UN_SUBSCRIPT",
    "isv.PRODUCT_UNSUBSCRIBE",
    "isp.RAM_PERMISSION_DENY",
    "isv.DENY_IP_RANGE",
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "MissingAuthorization",
    "InvalidAccessKeyId.NotFound",
    "InvalidAccessKeyId.Inactive",
    "Forbidden.RAM",
    "InvalidAction.NotFound",
    "InvalidVersion",
    # Signature, template and what is filled into it.
    "isv.SMS_SIGNATURE_ILLEGAL",
    "isv.SMS_SIGN_ILLEGAL",
    "isv.SIGN_NAME_ILLEGAL",
    "isv.SIGN_STATE_ILLEGAL",
    "isv.SMS_TEMPLATE_ILLEGAL",
    "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
    "isv.TEMPLATE_MISSING_PARAMETERS",
    "isv.TEMPLATE_PARAMS_ILLEGAL",
    "isv.INVALID_JSON_PARAM",
    "isv.INVALID_PARAMETERS",
    "isv.EXTEND_CODE_ERROR",
)
_GIVE_UP = (
    "isv.MOBILE_NUMBER_ILLEGAL",
    "isv.MOBILE_COUNT_OVER_LIMIT",
    "isv.DOMESTIC_NUMBER_NOT_SUPPORTED",
    "isv.BLACK_KEY_CONTROL_LIMIT",
    "isv.SMS_CONTENT_ILLEGAL",
    "isv.PARAM_LENGTH_LIMIT",
    "isv.PARAM_NOT_SUPPORT_URL",
)
VERDICTS: Final = {
    "OK": Verdict.SENT,
    **dict.fromkeys(_UNKNOWN, Verdict.UNKNOWN),
    **dict.fromkeys(_WAIT, Verdict.WAIT),
    **dict.fromkeys(_RETRY, Verdict.RETRY),
    **dict.fromkeys(_ALARM, Verdict.ALARM),
    **dict.fromkeys(_GIVE_UP, Verdict.GIVE_UP),
}
