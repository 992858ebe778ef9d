"""Refuse what can not be sent, at the moment it is saved and again when it comes in force."""

from services.notification.domain.template import TemplateContent, template_problems
from services.notification.domain.template_errors import TemplateUnsound
from services.notification.use_cases.templates.feed_of_template import feed_of_template
from shared.postgres.transaction import Reader


async def require_sound_template(reader: Reader, key: str, content: TemplateContent) -> None:
    """Raises TemplateUnsound with every place."""
    if problems := template_problems(content, await feed_of_template(reader, key)):
        raise TemplateUnsound(problems=problems)
