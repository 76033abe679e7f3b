"""A sum taken up again: 不含税的, 那含税30.3万呢, 人数如果是301呢 change the last calculation, nothing else of it."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from assistant.understand.numbers import find_numbers
from assistant.understand.sums import continues
from assistant.understand.taxsum import CitSum, VatSum, read_cit, read_vat

VAT_HINT = re.compile(r"含税|专票|普票|按[月季]|季度|这种情况|同样|换成|改成|改一下|如果|要是|假如|\d.{0,6}[万元]")
CIT_HINT = re.compile(r"人数|员工|资产|所得|利润|这种情况|同样|换成|改成|改一下|如果|要是|说错|\d.{0,6}[万元块]")
OTHER_TAX = re.compile(r"附加|印花|个税|个人所得税|社保|房产税|关税|消费税")
SAME = re.compile(r"这种情况|同样|一样的")
LONGEST = 40
Sum = VatSum | CitSum


def last_sum(stored: dict[str, Any] | None) -> Sum | None:
    """The sum as it was kept with the conversation."""
    if not stored:
        return None
    if stored["kind"] == "sum":
        return None
    fields = {name: value for name, value in stored.items() if name != "kind"}
    return VatSum.model_validate(fields) if stored["kind"] == "vat" else CitSum.model_validate(fields)


def resumes(text: str, stored: dict[str, Any] | None) -> bool:
    """Whether a message without a subject of its own is about the last sum."""
    if not stored or len(text) > LONGEST or (OTHER_TAX.search(text) and stored["kind"] != "sum"):
        return False
    if stored["kind"] == "sum":
        return continues(text, stored["text"])
    if stored["kind"] == "cit" and not re.search(r"\d|[一二三四五六七八九十百]+[万人]", text) and not SAME.search(text):
        return False
    return bool((VAT_HINT if stored["kind"] == "vat" else CIT_HINT).search(text))


def resume(text: str, stored: dict[str, Any], as_of: date) -> Sum:
    """The last sum with what the message changes. A year without a quarter (去年) is the middle of it."""
    last = last_sum(stored)
    if isinstance(last, VatSum):
        new = read_vat(text, as_of)
        change: dict[str, Any] = {
            name: value for name in ("included", "period", "special", "on") if (value := getattr(new, name)) is not None
        }
        if new.amount is not None:
            change["amount"] = new.amount
            change.setdefault("special", last.special if last.special == 0 else None)
        if new.all_special:
            change |= {"all_special": True, "special": None}
        elif "special" in change:
            change["all_special"] = False
        if change.get("amount") is not None and change["amount"] == change.get("special"):
            change.pop("amount")  # 里面有5万开了专票: the amount is the part's, the whole stays
        return last.model_copy(update=change)
    assert isinstance(last, CitSum)
    new_cit = read_cit(text, as_of)
    changes = {
        name: value for name in ("income", "staff", "assets", "on") if (value := getattr(new_cit, name)) is not None
    }
    if not changes and (found := _lone(text)) is not None:
        changes["income"] = found
    return last.model_copy(update=changes)


def _lone(text: str) -> Decimal | None:
    values = [quantity.value for quantity in find_numbers(text) if quantity.value is not None and quantity.scaled]
    return values[0] if len(values) == 1 else None
