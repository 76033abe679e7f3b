"""The shipped catalogue: one YAML file a service, read strictly."""

from functools import cache
from pathlib import Path

from knowledge.policies.strict import load
from knowledge.services.values import Catalogue, Service

FOLDER = Path(__file__).parent / "catalogue"


@cache
def load_catalogue(folder: Path = FOLDER) -> Catalogue:
    """Raises `BadInput` naming file, line and field of the first mistake."""
    return Catalogue(services=tuple(load(path, Service) for path in sorted(folder.glob("*.yaml"))))
