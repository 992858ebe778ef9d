"""Refusals when the zone edits the lists of an exam year."""

from shared.errors import Invalid


class CatalogueListsWrong(Invalid):
    """A23, A34, 5.2: the lists of a year fit together; `problems` name each entry that does not, facts: `count`."""

    code = "catalogue_lists_wrong"
    message_zh = "目录有 {count} 处不一致，请按提示修改后再保存。"
    message_en = "The lists do not fit together in {count} places; correct them as indicated and save again."
