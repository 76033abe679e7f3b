"""What a command brings: checked against the fields it asks for, so that no command reads anything else."""

from typing import Any

from knowledge.base.errors import BadInput
from workflows.allowed import Field

LONGEST = 500
LARGEST_FEN = 10**14


def check(fields: tuple[Field, ...], body: dict[str, Any]) -> dict[str, Any]:
    """The body with texts trimmed; `BadInput` names the first field that is wrong."""
    known = {field.name: field for field in fields}
    for name in body:
        if name not in known:
            raise BadInput(f"{name[:40]}：这个操作没有这个字段；可填：{'、'.join(known) or '无'}。", field=name[:40])
    found = {}
    for field in fields:
        value = body.get(field.name)
        if value is None or (isinstance(value, str) and not value.strip()):
            if field.required:
                raise BadInput(f"{field.name}：请填写“{field.label}”。", field=field.name)
            continue
        found[field.name] = _value(field, value)
    return found


def _value(field: Field, value: Any) -> Any:
    if field.type == "money":
        if type(value) is not int or not 0 < value <= LARGEST_FEN:
            raise BadInput(f"{field.name}：“{field.label}”应为大于 0 的整数分，例如 2800000。", field=field.name)
        return value
    if not isinstance(value, str) or len(value) > LONGEST:
        raise BadInput(f"{field.name}：“{field.label}”应为不超过 {LONGEST} 个字的文字。", field=field.name)
    text = value.strip()
    if field.type == "choice" and text not in {one.value for one in field.choices}:
        options = "、".join(f"{one.value}（{one.label}）" for one in field.choices)
        raise BadInput(f"{field.name}：“{field.label}”应为其中之一：{options}。", field=field.name)
    return text
