"""Figures about deliveries: what became of them and how fast they were handed over, by day and over a span."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from shared.postgres.transaction import Reader

# Without a day and a template: the whole span. A delivery counts on the day of its event, of Shanghai; what was handed
# over may be known to have arrived, or not to have. What stood in reserve for WeChat counts once it is to go. Messages
# have no seconds, so that nothing of them is sorted.
_SELECT: Final = """
WITH counted AS (
    SELECT (created_at AT TIME ZONE 'Asia/Shanghai')::date AS day, channel, template_key, state,
           provider,
           CASE WHEN state IN ('sent', 'delivered', 'undelivered')
                THEN extract(epoch FROM settled_at - created_at) END AS seconds
    FROM delivery
    WHERE created_at >= $1 AND created_at < $2 AND state <> 'reserve'
      AND NOT (state = 'expired' AND coalesce(outcome_code, '') IN ('not_needed', 'fate_unknown'))
), told AS (
    SELECT (created_at AT TIME ZONE 'Asia/Shanghai')::date AS day, template_key, count(*) AS made
    FROM message WHERE created_at >= $1 AND created_at < $2 GROUP BY 1, 2
)
SELECT day, channel, provider, template_key, count(*) AS made,
       count(*) FILTER (WHERE state IN ('sent', 'delivered', 'undelivered')) AS handed,
       count(*) FILTER (WHERE state = 'delivered') AS delivered,
       count(*) FILTER (WHERE state IN ('failed', 'expired', 'undelivered')) AS failed,
       count(*) FILTER (WHERE state = 'unknown') AS unknown,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY seconds)::float8 AS p50,
       percentile_disc(0.99) WITHIN GROUP (ORDER BY seconds)::float8 AS p99
FROM counted
GROUP BY GROUPING SETS ((day, channel, provider, template_key), (channel, provider))
UNION ALL
SELECT day, 'in_app', NULL, template_key, sum(made)::bigint, sum(made)::bigint, sum(made)::bigint, 0, 0, NULL, NULL
FROM told
GROUP BY GROUPING SETS ((day, template_key), ()) HAVING count(*) > 0
ORDER BY day DESC NULLS FIRST, channel, provider NULLS FIRST, template_key
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Deliveries of a channel and provider: of a day and template, or of the whole span where both are None. `p50` and
    `p99` are seconds from the event to the hand-over; None where nothing was handed over."""

    day: date | None
    channel: str
    provider: str | None
    template_key: str | None
    made: int
    handed: int
    delivered: int
    failed: int
    unknown: int
    p50: float | None
    p99: float | None


async def select(reader: Reader, since: datetime, until: datetime) -> list[Figures]:
    """The whole span first, then its days, newest first; `until` is not in it."""
    return [Figures(**row) for row in await reader.fetch(_SELECT, since, until)]
