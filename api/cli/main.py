"""`qifu`: every command of the contract. Heavy imports happen inside the commands that need them."""

import sys
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
ledger_app = typer.Typer(no_args_is_help=True, help="账本")
db_app = typer.Typer(no_args_is_help=True, help="数据库")
app.add_typer(ledger_app, name="ledger")
companies_app = typer.Typer(no_args_is_help=True, help="企业名录")
app.add_typer(companies_app, name="companies")
app.add_typer(db_app, name="db")
bench_app = typer.Typer(no_args_is_help=True, help="基准")
app.add_typer(bench_app, name="bench")
knowledge_app = typer.Typer(no_args_is_help=True, help="知识的维护")
app.add_typer(knowledge_app, name="knowledge")
outcomes_app = typer.Typer(no_args_is_help=True, help="真实申报的结果")
app.add_typer(outcomes_app, name="outcomes")

AsOf = Annotated[str | None, typer.Option("--as-of", help="按哪一天的规定（YYYY-MM-DD，默认今天）")]
Region = Annotated[str | None, typer.Option("--region", help="省、市名称或 GB/T 2260 代码")]
Role = Annotated[str, typer.Option("--role", help="client、sales 或 channel；只能收窄权限")]
Json = Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象")]
CompanyFile = Annotated[str | None, typer.Option("--company", help="企业文件（JSON，见契约第 3 节）")]
User = Annotated[str, typer.Option("--user", help="以哪个用户身份运行")]


def main() -> None:
    """Entry point of the console script."""
    app()


@app.command()
def calc(
    rule_id: Annotated[str | None, typer.Argument(help="规则编号，例如 vat.small_scale.2026_2027")] = None,
    inputs: Annotated[list[str] | None, typer.Argument(help="名称=值，金额单位为元")] = None,
    as_of: AsOf = None,
    listing: Annotated[bool, typer.Option("--list", help="列出全部计算规则和输入")] = False,
    as_json: Json = False,
) -> None:
    """按规则计算税费。"""
    from api.cli import reckon

    reckon.calc(rule_id, inputs or [], as_of, listing, as_json)


@app.command()
def diagnose(
    file: Annotated[str, typer.Argument(help="企业文件（JSON）")],
    programme: Annotated[list[str] | None, typer.Option("--programme", help="可重复；不写则全部")] = None,
    as_of: AsOf = None,
    region: Region = None,
    as_json: Json = False,
) -> None:
    """逐条核对资质条件，给出差距和下一步问题。"""
    from api.cli import reckon

    reckon.diagnose(file, programme or [], as_of, region, as_json)


@app.command("eval")
def evaluate(
    suites: Annotated[list[str] | None, typer.Argument(help="评测名称，例如 elicitation；不写则全部")] = None,
    as_json: Json = False,
) -> None:
    """运行评测，给出指标和是否达标。"""
    from api.cli import measure

    measure.suites(suites or [], as_json)


@bench_app.command("retrieval")
def bench_retrieval(
    corpus: Annotated[str, typer.Option("--corpus", help="每行一条 {id, law, article, text, date}")],
    queries: Annotated[str, typer.Option("--queries", help="每行一问 {id, query, relevant}")],
    embedder: Annotated[str | None, typer.Option("--embedder", help="默认用设置里的")] = None,
    index: Annotated[str, typer.Option("--index", help="numpy 或 chroma")] = "numpy",
    peers: Annotated[bool, typer.Option("--peers", help="再跑四个常用库的现成做法")] = False,
    learn: Annotated[bool, typer.Option("--learn", help="用一半问题学习，报告另一半")] = False,
    phrasings: Annotated[bool, typer.Option("--phrasings", help="再跑一行：法条带上产品自己写的客户问法")] = False,
    as_json: Json = False,
) -> None:
    """检索基准：几套系统在同一批问题上并排比较。"""
    from api.cli import measure

    rows = {"--peers": peers, "--learn": learn, "--phrasings": phrasings}
    measure.retrieval(corpus, queries, embedder, index, rows, as_json)


@bench_app.command("diagnosis")
def bench_diagnosis(as_json: Json = False) -> None:
    """一家企业判断全部资质要多少毫秒，每秒多少个判断。"""
    from api.cli import measure

    measure.judging("diagnosis", [], as_json)


@bench_app.command("screening")
def bench_screening(
    sizes: Annotated[str, typer.Option("--sizes", help="企业数，逗号分开")] = "100000,1000000",
    spark: Annotated[int, typer.Option("--spark", help="再用 Spark 筛查这么多家；0 为不用")] = 0,
    as_json: Json = False,
) -> None:
    """整张表筛查要多少秒、多少内存，旁边是逐行循环。"""
    from api.cli import measure

    measure.judging("screening", ["--sizes", sizes, "--spark", str(spark)], as_json)


@bench_app.command("scale")
def bench_scale(
    sizes: Annotated[str, typer.Option("--sizes", help="条数，逗号分开")] = "10000,60000,100000,1000000",
    backends: Annotated[
        str, typer.Option("--backends", help="words、numpy、chroma、chroma-server、pgvector，逗号分开")
    ] = "words,numpy,chroma,chroma-server,pgvector",
    questions: Annotated[int, typer.Option("--questions", min=2, max=1000, help="每种过滤问多少个问题")] = 60,
    most: Annotated[int, typer.Option("--most", help="Chroma 与 pgvector 最多跑到多少条")] = 100_000,
    as_json: Json = False,
) -> None:
    """索引随条数的耗时与内存，过滤的代价，改动几秒可见。"""
    from api.cli import measure

    words = ["--sizes", sizes, "--backends", backends, "--questions", str(questions), "--most", str(most)]
    measure.scale(words, as_json)


@app.command()
def report(
    file: Annotated[str, typer.Argument(help="企业文件（JSON）")],
    out: Annotated[str, typer.Option("--out", help="写到哪里：report.html 或 report.pdf")],
    programme: Annotated[list[str] | None, typer.Option("--programme", help="可重复；不写则全部")] = None,
    as_of: AsOf = None,
    region: Region = None,
    as_json: Json = False,
) -> None:
    """给客户的诊断报告：判断、差距、计划、期限、建议与出处。"""
    from api.cli import deliver

    deliver.report(file, out, programme or [], as_of, region, as_json)


@app.command("calendar")
def deadlines(
    file: Annotated[str, typer.Argument(help="企业文件（JSON）")],
    out: Annotated[str, typer.Option("--out", help="写到哪里：deadlines.ics")],
    as_of: AsOf = None,
    region: Region = None,
    as_json: Json = False,
) -> None:
    """把申报、公示、出资、续办期限导出成日历文件。"""
    from api.cli import deliver

    deliver.calendar(file, out, as_of, region, as_json)


@app.command()
def screen(
    file: Annotated[str, typer.Argument(help="企业表：parquet、CSV 或 JSON lines，每行一家")],
    programme: Annotated[list[str] | None, typer.Option("--programme", help="可重复；不写则全部")] = None,
    as_of: AsOf = None,
    engine: Annotated[str, typer.Option("--engine", help="duckdb 或 spark")] = "duckdb",
    out: Annotated[str | None, typer.Option("--out", help="逐家结果写到 .parquet、.csv 或 .jsonl")] = None,
    as_json: Json = False,
) -> None:
    """用同一套规则筛查整张企业表。"""
    from api.cli import screening

    screening.screen(file, programme or [], as_of, engine, out, as_json)


@companies_app.command("synth")
def companies_synth(
    count: Annotated[int, typer.Argument(metavar="N", help="家数")],
    out: Annotated[str, typer.Option("--out", help="写到哪个 .parquet 文件")],
    as_of: AsOf = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="同一个种子得到同一份数据")] = 20261123,
    as_json: Json = False,
) -> None:
    """生成仿真企业（信用代码合法，企业并不存在）。"""
    from api.cli import screening

    screening.synth(count, out, as_of, seed, as_json)


@companies_app.command("import")
def companies_import(
    file: Annotated[str, typer.Argument(help="CSV、Excel、JSON lines，或企查查、天眼查的返回")],
    report: Annotated[str | None, typer.Option("--report", help="读不出来的格逐条写到这个 .csv")] = None,
    trust: Annotated[bool, typer.Option("--trust", help="与其他来源不同时以这个文件为准")] = False,
    user: User = "sales_sh",
    as_json: Json = False,
) -> None:
    """导入企业名录：按信用代码合并，说明变了什么、哪些格读不出来。"""
    from api.cli import screening

    screening.bring_in(file, user, report, trust, as_json)


@companies_app.command("conflicts")
def companies_conflicts(user: User = "sales_sh", as_json: Json = False) -> None:
    """不同来源说法不一、等人确认的数据。"""
    from api.cli import screening

    screening.waiting(user, as_json)


@companies_app.command("decide")
def companies_decide(
    uscc: Annotated[str, typer.Argument(metavar="信用代码")],
    seq: Annotated[int, typer.Argument(metavar="编号", help="qifu companies conflicts 里的编号")],
    choice: Annotated[str, typer.Argument(metavar="take|keep", help="take 采用新来源，keep 保留原来的")],
    user: User = "sales_sh",
    as_json: Json = False,
) -> None:
    """在两个来源之间作出决定，并留下记录。"""
    from api.cli import screening

    screening.decide(uscc, seq, choice, user, as_json)


@app.command()
def extract(text: str, as_of: AsOf = None, as_json: Json = False) -> None:
    """从一句话里读出意图、事实和实体。"""
    from api.cli import reckon

    reckon.extract(text, as_of, as_json)


@app.command()
def ask(
    question: str,
    as_of: AsOf = None,
    region: Region = None,
    role: Role = "client",
    company: CompanyFile = None,
    user: User = "client1",
    as_json: Json = False,
) -> None:
    """问一个问题，答案带依据。"""
    from api.cli import talk

    talk.ask(question, as_of, region, role, company, user, as_json)


@app.command()
def chat(
    as_of: AsOf = None,
    region: Region = None,
    role: Role = "client",
    company: CompanyFile = None,
    script: Annotated[str | None, typer.Option("--script", help="每行一句客户的话")] = None,
    user: User = "client1",
    as_json: Json = False,
) -> None:
    """在终端里对话；--script 逐行喂入。"""
    from api.cli import talk

    talk.chat(as_of, region, role, company, script, user, as_json)


@app.command()
def search(
    query: str,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="最多几条")] = 8,
    as_of: AsOf = None,
    region: Region = None,
    user: User = "client1",
    as_json: Json = False,
) -> None:
    """查条款和文章。"""
    from api.cli import library

    library.search(query, k, as_of, region, user, as_json)


@app.command()
def ingest(
    paths: Annotated[list[str], typer.Argument(help="文件或目录")],
    kind: Annotated[str, typer.Option("--kind", help="policy、tax、qualification、sop 或 law")] = "law",
    region: Region = None,
    as_json: Json = False,
) -> None:
    """导入文件；可中断，重跑接着做。"""
    from api.cli import library

    library.ingest(paths, kind, region, as_json)


@knowledge_app.command("check")
def knowledge_check(
    article: Annotated[str | None, typer.Option("--article", help="只看一篇文章，例如 hnte")] = None,
    facts: Annotated[list[str] | None, typer.Option("--facts", help="资料目录，再核对数据行；可重复")] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """核对规则、文章、服务与 SOP：出处、日期、数字、指向；有问题时退出码为 1。"""
    from api.cli import upkeep

    upkeep.check(article, facts or [], as_of, as_json)


@knowledge_app.command("list")
def knowledge_list(
    what: Annotated[str, typer.Argument(help="articles、faq 或 sops")] = "articles", as_json: Json = False
) -> None:
    """列出文章、问法（各指向哪篇哪节）或 SOP（步骤、时限、讲它的文章）。"""
    from api.cli import upkeep

    upkeep.listing(what, as_json)


@knowledge_app.command("questions")
def knowledge_questions(
    state: Annotated[str, typer.Option("--state", help="open、answered、wontfix 或 all")] = "open",
    again: Annotated[bool, typer.Option("--again", help="把列出的问题用现在的知识再问一遍")] = False,
    user: User = "hq",
    as_json: Json = False,
) -> None:
    """没有答上来的问题：问了几次，首次和最近一次，状态，后来由哪篇文章回答。"""
    from api.cli import upkeep

    upkeep.questions(state, again, user, as_json)


@knowledge_app.command("settle")
def knowledge_settle(
    question: Annotated[str, typer.Argument(metavar="编号", help="待答问题的编号，前 6 位以上即可")],
    state: Annotated[str, typer.Argument(help="answered、wontfix 或 open")],
    article: Annotated[str | None, typer.Option("--article", help="回答它的文章编号")] = None,
    note: Annotated[str | None, typer.Option("--note", help="不处理的原因")] = None,
    user: User = "hq",
    as_json: Json = False,
) -> None:
    """给没有答上来的问题定状态。"""
    from api.cli import upkeep

    upkeep.settle(question, state, article, note, user, as_json)


@knowledge_app.command("propose")
def knowledge_propose(
    file: Annotated[str, typer.Argument(help="规则文件（YAML），写法同现有规则")],
    reason: Annotated[str, typer.Option("--reason", help="改了什么、依据哪份文件")] = "",
    user: User = "hq",
    as_json: Json = False,
) -> None:
    """提交一条规则的新版本：核对格式、日期、出处，跑例子，列出会改变结论的企业；由第二个人批准后生效。"""
    from api.cli import proposing

    proposing.propose(file, reason, user, as_json)


@knowledge_app.command("proposals")
def knowledge_proposals(
    proposal: Annotated[str | None, typer.Argument(metavar="[编号]", help="看一个提案的详情")] = None,
    state: Annotated[str | None, typer.Option("--state", help="draft、published 或 withdrawn")] = None,
    user: User = "hq",
    as_json: Json = False,
) -> None:
    """规则的新版本：列表，或一个提案会改变什么。"""
    from api.cli import proposing

    proposing.proposals(proposal, state, user, as_json)


@knowledge_app.command("approve")
def knowledge_approve(
    proposal: Annotated[str, typer.Argument(metavar="编号")], user: User = "manager_sh", as_json: Json = False
) -> None:
    """批准一条新版本（提案人以外的人）；从它的生效日起生效。"""
    from api.cli import proposing

    proposing.decide(proposal, "publish", user, as_json)


@knowledge_app.command("withdraw")
def knowledge_withdraw(
    proposal: Annotated[str, typer.Argument(metavar="编号")], user: User = "hq", as_json: Json = False
) -> None:
    """撤回一条新版本；已批准的由第二个人撤回。"""
    from api.cli import proposing

    proposing.decide(proposal, "withdraw", user, as_json)


@ledger_app.command("check")
def ledger_check(as_json: Json = False) -> None:
    """核对每本账：借贷、余额、哈希链。"""
    from api.cli import books

    books.check(as_json)


@outcomes_app.command("import")
def outcomes_import(
    file: Annotated[str, typer.Argument(help="每行一次申报：信用代码、项目、申报日、结果（过、不过）、原因、文件")],
    user: User = "manager_sz",
    as_json: Json = False,
) -> None:
    """记录真实申报的结果；读不出来的行说明原因，其余照记。"""
    from api.cli import outcomes

    outcomes.bring_in(file, user, as_json)


@outcomes_app.command("report")
def outcomes_report(user: User = "manager_sz", as_json: Json = False) -> None:
    """规则与结果在哪里不一致，各项目的一致率，未过的原因。"""
    from api.cli import outcomes

    outcomes.report(user, as_json)


@app.command()
def demo(as_json: Json = False) -> None:
    """加载演示组织、人员、协议。"""
    from api.cli import books

    books.demo(as_json)


@db_app.command("upgrade")
def db_upgrade() -> None:
    """把数据库迁移到最新结构。"""
    from api.cli import books

    books.upgrade()


@app.command()
def backup(file: Annotated[str, typer.Argument(help="备份写到哪个文件（.tar.gz）")], as_json: Json = False) -> None:
    """在线备份数据库、凭证文件和签名密钥。"""
    from api.cli import books

    books.save(file, as_json)


@app.command()
def restore(file: Annotated[str, typer.Argument(help="备份文件")], as_json: Json = False) -> None:
    """把备份恢复到一个空的数据目录。"""
    from api.cli import books

    books.bring_back(file, as_json)


@app.command()
def serve(
    demo_data: Annotated[bool, typer.Option("--demo", help="启动前加载演示组织")] = False,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535)] = None,
) -> None:
    """启动服务（网页、接口、后台任务）。"""
    from api.cli import run

    run.serve(demo_data, port)


def given(values: list[str]) -> dict[str, Any]:
    """`name=value` pairs; the first mistake is named."""
    from knowledge.base.errors import BadInput

    found: dict[str, Any] = {}
    for item in values:
        name, sign, value = item.partition("=")
        if not sign or not name:
            raise BadInput(f"输入 “{item[:40]}” 应写成 名称=值，例如 sales_excl_tax=300000。", field=name or None)
        if name in found:
            raise BadInput(f"{name}：给了两次，请只写一次。", field=name)
        found[name] = value
    return found


if __name__ == "__main__":
    sys.exit(app())
