"""Bodies made from their JSON schemas: good enough to be read, so that what answers is the rule behind them."""

from typing import Any
from uuid import uuid4

_FORMATS = {"uuid": str(uuid4()), "date-time": "2027-01-15T09:30:00+08:00", "date": "2025-06-30"}
BY_FIELD: dict[str, Any] = {
    "phone": "13911112222",
    "email": "shangguan@mail.example",
    "name": "上官虚构",
    "document_type": "resident_id",
    "document_no": "420106199003070012",
    "text_zh": "虚构的须知",
    "text_en": "A fictional notice",
    "reason_code": "information_wrong",
    "code": "ABCD2345",
    "practising_certificate_no": "110420106000999",
    "category_code": "110",
    "exam_category_code": "110",
    "division_code": "420102",
    "opinion": "试用期表现良好，同意。",
    "responsible_person": "王建国",
    "expires_at": None,
    "credit_code": None,
    "registration_no": None,
    "cursor": None,
}


def sample(schema: dict[str, Any], schemas: dict[str, Any], field: str = "") -> Any:
    """A value the schema accepts; only what is required, known fields by name."""
    if "$ref" in schema:
        return sample(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas, field)
    if field in BY_FIELD:
        return BY_FIELD[field]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for one in schema.get("anyOf", schema.get("oneOf", [])):
        return sample(one, schemas, field)
    if schema.get("type") == "object":
        required = schema.get("required", [])
        return {name: sample(schema["properties"][name], schemas, name) for name in required}
    if schema.get("type") == "array":
        return [sample(schema["items"], schemas) for _ in range(schema.get("minItems", 0))]
    if schema.get("type") in ("integer", "number"):
        return schema.get("minimum", 2027 if field.endswith("year") else 1)
    if schema.get("type") == "boolean":
        return True
    return _text(schema)


def _text(schema: dict[str, Any]) -> str:
    if (known := _FORMATS.get(schema.get("format", ""))) is not None:
        return known
    if schema.get("pattern") == "^[0-9]{6}$":
        return "123456"
    shortest: int = schema.get("minLength", 1)
    return "虚" * max(shortest, 2)


def strict(schema: Any, schemas: dict[str, Any]) -> Any:
    """The schema with everything refused that it does not name (V23)."""
    if isinstance(schema, list):
        return [strict(one, schemas) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return strict(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas)
    made = {key: strict(value, schemas) for key, value in schema.items() if key != "discriminator"}
    if made.get("type") == "object" and "properties" in made and "additionalProperties" not in made:
        made["additionalProperties"] = False
    return made
