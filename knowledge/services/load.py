"""The shipped catalogue: one YAML file a service, read strictly."""

from functools import cache
from pathlib import Path

from pydantic import ValidationError

from knowledge.base.errors import BadInput
from knowledge.policies.strict import load
from knowledge.services.values import Catalogue, Service

FOLDER = Path(__file__).parent / "catalogue"


@cache
def load_catalogue(folder: Path = FOLDER) -> Catalogue:
    """Raises `BadInput` naming file, line and field of the first mistake, or what two files share and mustn't."""
    services = tuple(load(path, Service) for path in sorted(folder.glob("*.yaml")))
    try:
        return Catalogue(services=services)
    except ValidationError as error:
        why = "没有任何服务文件" if not services else str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise BadInput(f"服务目录 {folder.name}：{why}。请改正后重新加载。", field="services") from error
