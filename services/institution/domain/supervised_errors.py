"""Refusals of the sheet of supervised institutions, each named after the broken rule and telling what to do next."""

from shared.errors import Invalid


class NoInstitutionsToExport(Invalid):
    """There is nothing to take away."""

    code = "no_institutions_to_export"
    message_zh = "没有符合条件的机构，请调整筛选条件后重新导出。"
    message_en = "No institution matches; change the filter and export again."


class TooManyInstitutionsToExport(Invalid):
    """A sheet has a largest number of rows; facts: `most`."""

    code = "too_many_institutions_to_export"
    message_zh = "符合条件的机构超过 {most} 家，请按考点或状况缩小范围后分次导出。"
    message_en = "More than {most} institutions match; narrow the filter by body or standing and export in parts."
