"""Options that several commands read: the day, the company file, the user."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.base.clock import SystemClock, today
from knowledge.base.errors import BadInput, Missing

if TYPE_CHECKING:
    from knowledge.companies import Company

LARGEST_FILE = 5 * 1024 * 1024


def day(text: str | None) -> date:
    """`--as-of`, or today in China."""
    if text is None:
        return today(SystemClock())
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--as-of：“{text[:20]}”不是日期，应写成 2026-11-23 这样。", field="as_of") from None
    if not 1950 <= found.year <= 2100:
        raise BadInput("--as-of：年份应在 1950 到 2100 之间。", field="as_of")
    return found


def read_json(name: str) -> Any:
    """The JSON value of a file; one sentence for each way it can be wrong."""
    path = Path(name)
    if not path.is_file():
        raise Missing(f"找不到文件 {name}；请检查路径。", field="file")
    if path.stat().st_size > LARGEST_FILE:
        raise BadInput(f"文件 {name} 超过 5 MB，企业文件一般只有几 KB。", field="file")
    try:
        return json.loads(path.read_text("utf-8-sig"), parse_constant=_no_constant)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        where = f"第 {error.lineno} 行" if isinstance(error, json.JSONDecodeError) else "编码"
        raise BadInput(
            f"文件 {name} 不是合法的 UTF-8 JSON（{where}有误）；请用 JSON 格式保存后重试。", field="file"
        ) from None
    except RecursionError:
        raise BadInput(f"文件 {name} 嵌套太深，不是企业文件。", field="file") from None


def company_file(name: str | None) -> "Company":
    """The company of `--company`, or one about which nothing is known."""
    from knowledge.companies import EMPTY, check_company, parse_company

    return EMPTY if name is None else check_company(parse_company(read_json(name)))


def _no_constant(name: str) -> None:
    raise BadInput(f"JSON 里的 {name} 不是数；未知请写 null。", field=None)
