"""The lists of a catalogue that the zone edits, and whether they fit together (A23, A34, 5.2, section 6)."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from services.declaration.domain.catalogue import Category, DocumentKind
from services.declaration.domain.catalogue_list_errors import CatalogueListsWrong
from services.declaration.domain.conditions import kinds_asked_for
from services.declaration.domain.eligibility import RuleRow
from services.declaration.domain.materials import Material
from shared.errors import FieldProblem


@dataclass(frozen=True, slots=True)
class CatalogueLists:
    """Categories with their validity, kinds of files, materials by kind of applicant, and whom may guide whom (P10)."""

    categories: tuple[Category, ...]
    document_kinds: tuple[DocumentKind, ...]
    materials: tuple[Material, ...]
    compatible: Mapping[str, frozenset[str]]


def check_lists(lists: CatalogueLists, rules: Collection[RuleRow], templates: Collection[str]) -> None:
    """Raises CatalogueListsWrong with everything that does not fit: validity that runs backwards or overlaps, something
    twice, families nobody may guide, kinds that a rule or a material asks for, forms that do not exist."""
    problems = [*_categories(lists), *_kinds(lists, rules, templates), *_materials(lists)]
    if problems:
        raise CatalogueListsWrong(problems=problems, count=len(problems))


def _categories(lists: CatalogueLists) -> Iterator[FieldProblem]:
    by_code: dict[str, list[tuple[date, date, int]]] = {}
    for row, one in enumerate(lists.categories):
        last = one.valid_to or date.max
        by_code.setdefault(one.code, []).append((one.valid_from, last, row))
        if last < one.valid_from:
            zh, en = "失效日期不能早于生效日期。", "The validity ends before it begins."
            yield FieldProblem(f"/categories/{row}/valid_to", "date_order", zh, en)
        if one.offered and not lists.compatible.get(one.family):
            zh, en = "该类别没有可带教的执业类别。", "Nobody may guide this family."
            yield FieldProblem(f"/categories/{row}/family", "nobody_guides", zh, en)
    for spans in by_code.values():
        for (_, last, _), (following, _, row) in pairwise(sorted(spans)):
            if following <= last:
                zh, en = "同一代码的有效期不能重叠。", "One code has one meaning at a time."
                yield FieldProblem(f"/categories/{row}/valid_from", "validity_overlaps", zh, en)


def _kinds(lists: CatalogueLists, rules: Collection[RuleRow], templates: Collection[str]) -> Iterator[FieldProblem]:
    times = Counter(one.kind for one in lists.document_kinds)
    for row, one in enumerate(lists.document_kinds):
        if times[one.kind] > 1:
            zh, en = "该种类出现多次。", "This kind stands here more than once."
            yield FieldProblem(f"/document_kinds/{row}/kind", "twice", zh, en)
        if one.template is not None and one.template not in templates:
            zh, en = "没有这个表格模板。", "There is no such form."
            yield FieldProblem(f"/document_kinds/{row}/template", "template_unknown", zh, en)
    for kind in sorted(_asked_by(rules) - times.keys()):
        zh, en = f"报考条件要求材料“{kind}”，不能删除。", f"A rule asks for {kind}, so it has to stay."
        yield FieldProblem("/document_kinds", "kind_asked_for", zh, en)


def _materials(lists: CatalogueLists) -> Iterator[FieldProblem]:
    kinds = {one.kind for one in lists.document_kinds}
    times = Counter((one.applicant_kind, one.code) for one in lists.materials)
    for row, one in enumerate(lists.materials):
        if times[one.applicant_kind, one.code] > 1:
            zh, en = "同类人员的该材料出现多次。", "This kind of applicant has it more than once."
            yield FieldProblem(f"/materials/{row}/code", "twice", zh, en)
        if one.document_kind is not None and one.document_kind not in kinds:
            zh, en = "没有这个材料种类。", "There is no such kind of file."
            yield FieldProblem(f"/materials/{row}/document_kind", "kind_unknown", zh, en)


def _asked_by(rules: Collection[RuleRow]) -> set[str]:
    """Every kind that a rule looks for among the files."""
    return {kind for rule in rules for part in (rule.applies, rule.condition) for kind in kinds_asked_for(part)}
