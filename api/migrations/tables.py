"""Imports every module of the rooms that keep rows, so that SQLModel's metadata is whole wherever it is asked for."""

import importlib
import pkgutil

import assistant
import knowledge
import workflows


def load_tables() -> None:
    """Import all modules below the three packages; heavy libraries are imported inside functions there."""
    for package in (knowledge, workflows, assistant):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
