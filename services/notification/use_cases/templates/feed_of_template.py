"""What the events behind a template bring, by the rules that use it now."""

from services.notification.domain.placeholders import sample_parameters, sms_variables
from services.notification.domain.template import Feed
from services.notification.storage import rules
from services.notification.storage.registered_texts import select_registered
from shared.postgres.transaction import Reader


async def feed_of_template(reader: Reader, key: str) -> Feed:
    """For the check on save and for previews."""
    keys = [(rule.event_type, rule.audience) for rule in await rules.select_of_template(reader, key)]
    return Feed(sample_parameters(keys), sms_variables(keys), select_registered())
