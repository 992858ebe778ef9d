"""A rule that can be evaluated, or the refusal that names the place of the fault."""

import re
from typing import Final

from services.declaration.domain.conditions import ConditionMalformed
from services.declaration.domain.eligibility import RuleRow, compile_rule
from services.declaration.domain.rule_errors import RuleMalformed
from shared.errors import FieldProblem

_ID: Final = re.compile(r"[A-Z]\d{2}[A-Z]?")


def require_sound_rule(row: RuleRow) -> None:
    """Raises RuleMalformed with a pointer into the rule."""
    if not _ID.fullmatch(row.id):
        zh, en = "规则编号为一个字母、两位数字和可选的一个字母。", "A letter, two digits, and perhaps one more letter."
        raise RuleMalformed(problems=[FieldProblem("/id", "rule_malformed", zh, en)])
    try:
        compile_rule(row)
    except ConditionMalformed as fault:
        zh = f"此处无法理解：{fault}"
        raise RuleMalformed(problems=[FieldProblem(fault.pointer, "rule_malformed", zh, str(fault))]) from None
