"""A process that opens what a killed one left and asks: `python -m tests.retrieval.reader URL FOLDER serving|beside`.

Prints a JSON list of hits with the scope, day and region they were asked for.
"""

import json
import sys
from datetime import date
from pathlib import Path

from knowledge.base.db import Database
from retrieval import Scope, open_searcher
from retrieval.evidence import Audience

DAYS = (date(2026, 11, 23), date(2024, 1, 1), date(1990, 1, 1))
REGIONS = (None, "上海市浦东新区", "杭州", "江苏省苏州市")
SCOPES: tuple[tuple[frozenset[str], Audience], ...] = (
    (frozenset({"org-c1"}), "client"),
    (frozenset({"org-sz"}), "channel"),
    (frozenset({"org-hz"}), "channel"),
    (frozenset({"org-hq"}), "staff"),
)
ASKED = ("登记费口径多少元", "示范企业的登记费", "园区补贴每平方米")


def main(url: str, folder: Path, how: str) -> None:
    serving = how == "serving"
    database = Database(url)
    searcher = open_searcher(
        database, "hash", "chroma" if serving else "numpy", folder, serving=serving, writes=serving
    )
    told = []
    for day in DAYS:
        for region in REGIONS:
            for orgs, audience in SCOPES:
                for question in ASKED:
                    hits = searcher.search(question, Scope(orgs, audience), day, region, 8).hits
                    told += [
                        {"document": hit.document_id, "chunk": hit.chunk_id, "text": hit.text, "day": str(day),
                         "region": region, "orgs": sorted(orgs), "audience": audience}
                        for hit in hits
                    ]  # fmt: skip
    searcher.close()
    database.close()
    sys.stdout.write(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
