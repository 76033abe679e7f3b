"""The AI label of GB 45438-2025: words a reader sees, and the metadata key AIGC that programs read."""

import json

from api.report.content import LABEL, PRODUCER, Report

KEY = "AIGC"
SPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"


def metadata(report: Report) -> str:
    """The value of the key: JSON with the members of the standard's appendix. Label 1: generated."""
    return json.dumps(
        {
            "Label": "1",
            "ContentProducer": PRODUCER,
            "ProduceID": report.number,
            "ReservedCode1": "",
            "ContentPropagator": PRODUCER,
            "PropagateID": report.number,
            "ReservedCode2": "",
        },
        ensure_ascii=False,
    )


def words(report: Report) -> str:
    """What stands on every page."""
    return f"{LABEL} · 结论由规则计算 · {report.as_of} 的规定 · 报告编号 {report.number}"


def caution(report: Report) -> str:
    return (
        f"本报告按 {report.as_of} 有效的规定和企业提供的数据计算，有效至 {report.valid_until}；"
        "事实或规定变化时提前失效。"
        "认定结果由主管部门决定，本报告不是承诺；没有核实的标准不作结论，地方奖补以当年本地文件为准。"
    )
