"""From stored messages to what people see, in their language."""

import orjson

from services.notification.api.schemas import CategoryCount, LinkView, MessageView, UnreadView
from services.notification.domain.place import CATEGORIES, CATEGORY_WORDS
from services.notification.storage.catalogue import Catalogue
from services.notification.storage.messages import StoredMessage, Unread
from shared.web.call import Language


async def message_view(message: StoredMessage, catalogue: Catalogue, language: Language) -> MessageView:
    """One message, from the template version of its time."""
    template = await catalogue.template(message.template_key, language, message.template_version)
    link = None
    if message.link_kind is not None and message.link_id is not None:
        link = LinkView(kind=message.link_kind, id=message.link_id)
    return MessageView(
        id=str(message.id),
        kind=message.template_key,
        category=message.category,
        title=template.title,
        body=template.body.format_map(message.parameters),
        link=link,
        created_at=message.created_at,
        read_at=message.read_at,
    )


def unread_view(unread: Unread, language: Language) -> UnreadView:
    """Every category, also those with nothing unread, in the order in which they are shown."""
    position = 0 if language == "zh" else 1
    return UnreadView(
        unread=unread.total,
        categories=[
            CategoryCount(category=one, title=CATEGORY_WORDS[one][position], unread=unread.counts.get(one, 0))
            for one in CATEGORIES
        ],
    )


def unread_line(unread: Unread, language: Language) -> bytes:
    """The same as the data of an event."""
    view = unread_view(unread, language)
    return orjson.dumps(view.model_dump())
