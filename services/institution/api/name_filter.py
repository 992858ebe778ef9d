"""Names are stored sealed, so lists are filtered by their masked form."""

from shared.masking import mask_name


def name_filter(text: str | None) -> tuple[str | None, str | None]:
    """(start of a masked name, whole masked name) for what somebody typed: 张, 张*, or 张小明."""
    if text is None:
        return None, None
    return text, mask_name(text) if len(text) > 1 and "*" not in text else None
