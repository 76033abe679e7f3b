"""The error tree drawn in the docstring is the error tree."""

import re

from knowledge.base import errors


def test_every_error_of_the_tree_is_drawn_with_its_kind() -> None:
    drawn = dict(re.findall(r"(\w+)\s+([a-z_]+)\s+\d{3}", errors.__doc__ or ""))
    made = {
        name: kind.kind
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.QifuError) and kind is not errors.QifuError
    }
    assert drawn == made
