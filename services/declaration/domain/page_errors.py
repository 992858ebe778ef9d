"""Refusals of documents that are made of several photos (A34)."""

from shared.errors import Conflict, Invalid


class PagesArePictures(Conflict):
    """Only photos become pages; a PDF has pages of its own."""

    code = "pages_are_pictures"
    message_zh = "只有图片材料可以追加页面；PDF 文件请重新上传完整文件。"
    message_en = "Only a document of pictures takes further pages; upload a PDF anew as a whole."


class TooManyPages(Conflict):
    """A document has a largest number of pages; facts: `most`."""

    code = "too_many_pages"
    message_zh = "一份材料最多 {most} 页，请先删除不需要的页面。"
    message_en = "A document has at most {most} pages; delete one first."


class PagesUnknown(Invalid):
    """An order names pages of the document, each once."""

    code = "pages_unknown"
    message_zh = "页面顺序中有重复或不属于本材料的页面，请刷新后重新排列。"
    message_en = "The order names a page twice, or one that is not of this document; refresh and arrange again."
