"""What each reply code of a mail server means for a delivery (RFC 5321, 4954, 7504), by the step at which it is said.
A 4xx that is not listed passes by itself, a 5xx that is not listed is our fault; anything else is an unknown
outcome."""

from enum import Enum
from typing import Final

from services.notification.domain.delivery import Verdict


class Step(Enum):
    """Up to which of its steps a conversation has come."""

    GREETING = "greeting"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


VERDICTS: Final[dict[Step, dict[int, Verdict]]] = {
    Step.GREETING: {
        421: Verdict.RETRY,  # closing down, or too many connections
        521: Verdict.ALARM,  # takes no mail at all
        554: Verdict.ALARM,  # does not talk to us
    },
    Step.LOGIN: {
        421: Verdict.RETRY,
        432: Verdict.ALARM,  # the password must be changed first
        454: Verdict.RETRY,  # cannot check now
        530: Verdict.ALARM,  # login or TLS needed
        534: Verdict.ALARM,  # the mechanism is too weak
        535: Verdict.ALARM,  # wrong
        538: Verdict.ALARM,  # TLS needed
    },
    Step.SENDER: {
        421: Verdict.RETRY,
        450: Verdict.RETRY,
        451: Verdict.RETRY,
        452: Verdict.RETRY,  # no room
        455: Verdict.RETRY,
        530: Verdict.ALARM,
        550: Verdict.ALARM,
        552: Verdict.ALARM,
        553: Verdict.ALARM,
        555: Verdict.ALARM,
    },
    Step.RECIPIENT: {
        421: Verdict.RETRY,
        450: Verdict.RETRY,  # busy, or asks strangers to come again
        451: Verdict.RETRY,
        452: Verdict.WAIT,  # the mailbox or the server is full for now
        455: Verdict.RETRY,
        501: Verdict.FALL_BACK,  # not an address
        530: Verdict.ALARM,
        550: Verdict.FALL_BACK,  # no such mailbox
        551: Verdict.FALL_BACK,  # moved
        552: Verdict.FALL_BACK,  # the mailbox is full
        553: Verdict.FALL_BACK,  # not an address there
        554: Verdict.ALARM,  # policy
        556: Verdict.FALL_BACK,  # the domain takes no mail
    },
    Step.CONTENT: {
        421: Verdict.RETRY,
        450: Verdict.RETRY,
        451: Verdict.RETRY,
        452: Verdict.WAIT,
        550: Verdict.GIVE_UP,  # refused for what it says
        552: Verdict.GIVE_UP,  # too large
        554: Verdict.GIVE_UP,  # refused for what it says
    },
}


def verdict_of(step: Step, code: int) -> Verdict:
    """Of one reply."""
    if (known := VERDICTS[step].get(code)) is not None:
        return known
    return {4: Verdict.RETRY, 5: Verdict.ALARM}.get(code // 100, Verdict.UNKNOWN)
