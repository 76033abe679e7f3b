"""YAML read strictly: an unknown key, a bare `no:`, a repeated key, a missing value → file, line and field."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from knowledge.base.errors import BadInput

Model = TypeVar("Model", bound=BaseModel)
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is ten times as fast


def load(path: Path, model: type[Model]) -> Model:
    """The file as a value of `model`; `BadInput` names file, line and field of the first mistake."""
    return read(path.read_text("utf-8"), path, model)


def read(text: str, path: Path, model: type[Model]) -> Model:
    """The same of a text that was sent; `path` is the name that errors tell."""
    loader = LOADER(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise wrong(path, 1, "", "文件是空的")
        _check_keys(path, node, "")
        data = loader.construct_document(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise wrong(path, mark.line + 1 if mark else 1, "", "不是合法的 YAML") from None
    finally:
        loader.dispose()
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = [part for part in first["loc"] if not (isinstance(part, str) and "[" in part)]
        field = ".".join(str(part) for part in where)
        raise wrong(path, _line(node, where), field, str(first["msg"])) from None


def _check_keys(path: Path, node: yaml.Node, where: str) -> None:
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _check_keys(path, item, f"{where}[{index}]")
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        line = key.start_mark.line + 1
        if key.tag == "tag:yaml.org,2002:merge":
            continue
        if key.tag != "tag:yaml.org,2002:str":
            raise wrong(path, line, name, f"键 {name} 会被读成 {key.tag.rsplit(':', 1)[-1]}，请加引号")
        if name in seen:
            raise wrong(path, line, name, "同一个键写了两次")
        seen.add(name)
        _check_keys(path, value, f"{where}.{name}".strip("."))


def _line(node: yaml.Node, where: list[Any]) -> int:
    """The line of the deepest part of the path that is in the file."""
    line = node.start_mark.line + 1
    for part in where:
        if isinstance(node, yaml.MappingNode):
            found = next((value for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            found = node.value[part]
        else:
            continue
        if found is None:
            return line
        node, line = found, found.start_mark.line + 1
    return line


def wrong(path: Path, line: int, field: str, why: str) -> BadInput:
    return BadInput(f"规则文件 {path.name} 第 {line} 行 {field}：{why}", field=field or None)
