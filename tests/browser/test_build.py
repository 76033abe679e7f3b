"""The pages' sources hold to their types, and what is built from them is whole."""

import re

from api.web import build


def test_the_pages_sources_hold_to_their_types() -> None:
    build.check()


def test_the_built_pages_are_those_of_the_sources_and_need_no_other_host() -> None:
    build.build()
    assert build.build() is False, "nothing changed, nothing built"
    page = (build.DIST / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert named
    assert all(name.startswith("/assets/") for name in named)
    assert all((build.DIST / name[1:]).is_file() for name in named)
    assert "<script>" not in page, "the security policy refuses inline scripts"
