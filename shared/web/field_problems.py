"""Validation errors of pydantic as field problems, without the value that was sent (it may be an ID number)."""

import re

from pydantic import ValidationError

from shared.errors import FieldProblem

_FIELD = re.compile(r"[a-z][a-z_]{0,39}")
"""As our fields are named; numbers of passports and permits have capitals and digits."""
_ZH = {
    "missing": "此项必填",
    "extra_forbidden": "不支持的字段",
    "string_too_short": "内容过短",
    "string_too_long": "内容过长",
    "string_pattern_mismatch": "格式不正确",
    "string_type": "应为文本",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "bool_parsing": "应为是或否",
    "bool_type": "应为是或否",
    "date_from_datetime_parsing": "日期格式应为 YYYY-MM-DD",
    "date_parsing": "日期格式应为 YYYY-MM-DD",
    "datetime_parsing": "时间格式应为 ISO 8601",
    "datetime_from_date_parsing": "时间格式应为 ISO 8601",
    "timezone_aware": "时间必须带时区",
    "uuid_parsing": "编号格式不正确",
    "uuid_type": "编号格式不正确",
    "literal_error": "不在可选范围内",
    "enum": "不在可选范围内",
    "too_short": "数量不足",
    "too_long": "数量过多",
    "greater_than_equal": "数值过小",
    "less_than_equal": "数值过大",
    "list_type": "应为列表",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
}


def problems_of(error: ValidationError) -> list[FieldProblem]:
    """One problem per error, with a JSON pointer into the body."""
    found = []
    for item in error.errors(include_input=False, include_url=False, include_context=False):
        where = [str(part) for part in item["loc"]]
        if item["type"] == "extra_forbidden" and not _FIELD.fullmatch(where[-1]):
            # Not a name of a field at all: whatever was sent in its place, it is not repeated.
            where[-1] = "*"
        pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in where)
        found.append(FieldProblem(pointer, item["type"], _ZH.get(item["type"], "内容不符合要求"), item["msg"]))
    return found
