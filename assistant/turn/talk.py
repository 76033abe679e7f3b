"""Turns that need no evidence: a greeting, a decline, a hand-over, the reason a question was put."""

import re

from assistant.compose.statement import Part, say
from assistant.desk import Desk
from assistant.turn.state import Change, TurnState
from assistant.understand.intent import UNSURE

UNLAWFUL = (
    (
        re.compile(r"买.{0,6}(?:专利|软著|知识产权|实用新型|发明)(?!.{0,8}(?:够|算|能用|有效|可以吗|行吗|行不行))|挂(?:几|个|一|些).{0,2}人|凑(?:人头|人数|数)|(?:专利|实用新型|软著).{0,6}(?:买|凑数|挂名)|(?:挂靠|借用?|挂).{0,6}(?:资质|证书|人员|社保)"),
        "买卖或挂名凑数的知识产权、资质和人员我不能帮忙安排：权属和来源会在评审与核查中追查，被认定弄虚作假会取消资格。"
        "合法的做法是把自己已有的研发成果申请软件著作权、实用新型或发明专利，我可以帮你看时间和费用",
    ),
    (
        re.compile(r"虚开|发票.{0,4}冲(?:成本|账|利润)|虚列|虚增|虚构|(?:找人|让人|帮(?:我|忙)|给我).{0,4}代开.{0,4}发?票|买发票|假发票|两套账|内账外账|隐瞒收入|不开票.{0,6}(?:避税|少交)|假的?.{0,12}(?:合同|流水|社保|账|材料|审计|报告|证明)|编(?:造|一?些|个)?.{0,6}(?:数据|研发|项目|材料|费用)|造假|伪造|凑(?:研发|费用|人头|数据)|(?:研发|费用|数据).{0,4}(?:做高|做大|包装|凑)|藏.{0,4}(?:利润|收入)|(?:利润|收入).{0,4}藏|偷税|逃税|漏税|少交.{0,4}税.{0,6}(?:怎么|操作)|拆(?:到|分|给).{0,12}少(?:交|缴)"),
        "虚开发票、编造数据或隐瞒收入属于违法，我不能提供办法。合法的路是把真实的费用归集清楚、把该享受的优惠用足，"
        "例如小型微利企业优惠和研发费用加计扣除，我可以逐项帮你算",
    ),
    (
        re.compile(r"(?:让|叫|怎么|如何|能不能).{0,8}(?:员工|职工|他们|大家|人)?.{0,8}(?:自愿)?放弃(?:缴|交)?社保|放弃社保.{0,6}承诺|(?:怎么|如何|想)(?:才能|能)?(?:不|少)(?:交|缴)社保|社保.{0,4}(?:怎么|如何)(?:不|少)(?:交|缴)"),
        "缴社会保险是用人单位和职工的法定义务，签了自愿放弃的承诺也不能免，单位仍要补缴并承担滞纳金和处罚，我不能提供不缴或少缴的办法。"
        "合法的做法是按实际工资申报缴费基数，用足稳岗返还、残疾人就业等政策，我可以帮你看哪些适用",
    ),
    (
        re.compile(r"代持.{0,10}(?:出资|股)|验资.{0,8}(?:转走|抽走|拿走|转出)|抽逃|垫资.{0,6}验资|虚假出资"),
        "出资后转走属于抽逃出资，公司法不允许，股东要承担返还和赔偿责任；代持和垫资验资也不能代替真实出资，我不能帮忙安排。"
        "合法的做法是按实际能力约定出资额和期限，确有困难可以依法减资或调整出资期限，我可以帮你看怎么办",
    ),
)  # fmt: skip
# What the law says of it may be asked; how to do it may not.
ABOUT_LAW = re.compile(
    r"处罚|罚多少|后果|会怎么样|风险|违法吗|合法吗|算不算|是不是(?:偷|逃|虚)|(?:收到|取得|拿到|对方|上家|供应商).{0,8}虚开|虚开.{0,8}(?:抵了|已抵扣|被查|转出)"
)
OTHERS = re.compile(
    r"抽几个点|抽成|(?:分账|分成)比例.{0,4}(?:改|调)|(?:别家|别的|其他|其它|另外).{0,4}(?:客户|公司|企业).{0,8}(?:报价|价格|合同|资料|信息|电话|名单|订单)|客户名单"
    r"|(?:你们|公司).{0,6}(?:毛利|底价|成本价|提成|分成|分账)|合作方.{0,6}(?:底价|价格|拿多少)|忽略.{0,6}(?:规则|指令|设定)"
)


STRANGER = re.compile(
    r"(?:其他|别的|另外的?)(?:销售|顾问|同事).{0,6}客户|把.{2,16}(?:公司|企业|集团|厂).{0,3}(?:营收|收入|纳税|财务|利润|合同|客户)"
    r".{0,8}(?:发|给|调出|查)"
)


def forbidden_part(text: str, face: str) -> Part | None:
    """What isn't this speaker's to know: other clients' affairs, margins, partners' terms."""
    if not STRANGER.search(text) and (face != "client" or not OTHERS.search(text)):
        return None
    words = "其他客户的信息、内部成本和合作方条款不对外提供，我不能查看也不能透露。你自己的报价、合同和订单可以随时问我"
    return Part((say(words),), "declined", "no_right", action="declined")


def unlawful_part(text: str) -> Part | None:
    """A refusal with the lawful way, when the request is to fake or evade."""
    for pattern, words in UNLAWFUL:
        if pattern.search(text) and not ABOUT_LAW.search(text):
            return Part((say(words),), "declined", "unsafe", action="declined")
    return None


def greet_step(_desk: Desk, state: TurnState) -> Change:
    text = state["text"]
    if re.search("谢|辛苦|再见|拜拜", text):
        return {"parts": (Part((say("不客气，有需要随时问我"),)),)}
    words = (
        "你好，我是企服的智能助手（机器回答，可随时说“转人工”）。我可以查政策条款、算税、看贵公司符合哪些资质条件，"
        "也可以报价下单并跟踪进度。比如问：高企要什么条件？"
    )
    return {"parts": (Part((say(words),)),)}


def out_of_scope() -> Part:
    words = (
        "这个问题不在我的服务范围内。我能回答的是企业财税、资质申报、知识产权、工商登记方面的问题，"
        "也能帮你测算和办理；需要人工时请说“转人工”"
    )
    return Part((say(words),), "declined", "out_of_scope", action="declined")


def decline_step(_desk: Desk, state: TurnState) -> Change:
    """What is surely none of our business is declined; what only sounded so is searched for first."""
    read = state["understanding"]
    if read is not None and read.intent.confidence <= UNSURE:
        return {"then": ("answer",)}
    return {"parts": (out_of_scope(),)}


def handoff_step(_desk: Desk, state: TurnState) -> Change:
    complaint = state["understanding"] is not None and state["understanding"].intent.name == "complaint"
    lead = "很抱歉给你带来不好的体验，这件事我已记为投诉并转给人工。" if complaint else "好的，已为你转接人工顾问。"
    words = f"{lead}顾问会看到我们的对话和已提供的信息，工作日内会在这段对话里回复；在此之前你仍可以继续问我"
    return {"parts": (Part((say(words),), "handoff", "complaint" if complaint else None, action="handoff"),)}
