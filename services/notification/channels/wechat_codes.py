"""What each documented code of WeChat's subscription messages means for a delivery. Codes of the access token stand in
shared.wechat.calls; a code in no list is an unknown outcome."""

from typing import Final

from services.notification.domain.delivery import Verdict

_RETRY = (
    -1,  # busy
    43108,  # two messages to one reader at the same moment
    45011,  # too many calls within a minute
)
_FALL_BACK = (
    40003,  # not a reader of this mini-program
    43004,  # the reader does not follow us
    43101,  # refused, or the one message that was agreed to was sent: what happens every day
)
_WAIT = (40038,)  # a reader gets so many of a long-term template a day
_GIVE_UP = (45168,)  # words that are not let through
_ALARM = (
    40002,  # grant_type
    40013,  # appid
    40037,  # template
    40097,  # arguments
    40125,  # secret
    40164,  # our address is not on the allow-list
    40165,  # page
    40243,  # secret frozen
    41002,  # appid missing
    41004,  # secret missing
    41030,  # page
    43002,  # POST needed
    43107,  # the mini-program may not send any more
    43116,  # the template was abused and is blocked
    44002,  # empty body
    45009,  # daily quota used up
    47001,  # not JSON
    47003,  # a field does not fit the template
    48001,  # interface not authorised
    50002,  # account frozen
    61024,  # third-party platform must use another interface
)
VERDICTS: Final = {
    **dict.fromkeys(_RETRY, Verdict.RETRY),
    **dict.fromkeys(_FALL_BACK, Verdict.FALL_BACK),
    **dict.fromkeys(_WAIT, Verdict.WAIT),
    **dict.fromkeys(_GIVE_UP, Verdict.GIVE_UP),
    **dict.fromkeys(_ALARM, Verdict.ALARM),
}
