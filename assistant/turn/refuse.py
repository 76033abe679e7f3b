"""What is refused: the unlawful, with the lawful way; what isn't this speaker's to know; what is none of our trade.

Plain wordings are known by pattern, the rest by nearness to labelled examples (`understand/conduct.py`). What the law
says of a wrong may always be asked.
"""

import re

from assistant.compose.statement import Part, say
from assistant.desk import Desk
from assistant.turn.route import WHY
from assistant.turn.state import TurnState
from assistant.turn.talk import out_of_scope
from assistant.understand.conduct import SURE, Likely, kinds, likely
from assistant.understand.intent import UNSURE, on_trade
from assistant.understand.values import Understanding

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
    r"处罚|罚(?:多少|几|不罚|款)|后果|会怎么?样|怎么(?:处理|认定|处罚|罚)|风险|违法|合法|犯法|犯罪|合规|判几年|责任|滞纳金|有效|效力|有没有用|有用吗"
    r"|什么情况算|怎么算(?:虚|偷|逃|挂)|(?:几|多少|\d)年(?:内|之内)?(?:就|都)?(?:不能|不得|不准|不许|禁止)|追回|追缴|申诉|申辩|维权|还?算数|举报(?!信)|够不够|够了?吧|算不算|是不是(?:偷|逃|虚)|(?:收到|取得|拿到|对方|上家|供应商).{0,8}虚开|虚开.{0,8}(?:抵了|已抵扣|被查|转出)"
)
# Not to be found out is what only those ask who mean to do it, whatever the matter.
CONCEAL = re.compile(
    r"(?:查|看|比对|发现|核|盯)(?:不(?:出|到|着)|得(?:出|到))|不(?:被|会被|让).{0,6}(?:查|发现|比对|看出|知道)|别(?:被|让).{0,8}(?:查|发现|看出|知道)"
    r"|(?:没人|不会)(?:查|核|管|发现)|会(?:不会)?被?(?:查到|发现|看出来)(?:吗|不)|露馅|做得?像|(?:应付|糊弄|蒙混|瞒过|骗过).{0,6}(?:检查|核查|审核|税|评审|过)|(?:怎么|如何).{0,8}(?:避开|躲开|躲过|绕开|绕过)"
)
OTHERS = re.compile(
    r"抽几个点|抽成|(?:分账|分成)比例.{0,4}(?:改|调)|(?:别家|别的|其他|其它|另外).{0,4}(?:客户|公司|企业).{0,8}(?:报价|价格|合同|资料|信息|电话|名单|订单)|客户名单"
    r"|(?:你们|公司).{0,6}(?:毛利|底价|成本价|提成|分成|分账)(?!.{0,4}(?:多久|几天|什么时候|到账|怎么查))|合作方.{0,6}(?:底价|价格|拿多少)|忽略.{0,6}(?:规则|指令|设定)"
)


WISHES = re.compile(
    r"能不能|可不可以|帮|想|把|找人|给我|让|怎么(?:做|弄|操作|才能|搞)|教"
)  # to do it, not to know of it
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
    if ABOUT_LAW.search(text) and not CONCEAL.search(text):
        return None
    for pattern, words in UNLAWFUL:
        if pattern.search(text):
            return Part((say(words),), "declined", "unsafe", action="declined")
    return None


SHORT = 8  # letters under which a message says too little to be judged by nearness
COURTEOUS = frozenset({"greeting", "human_request"})  # served whatever else they sound like
# Telling a figure, ordering or complaining asks for nothing; what is clearly unlawful in it is refused all the same.
SERVED = frozenset({"complaint", "order_create", "correction", "provide_facts"})
INSIDERS = frozenset({"hq", "auditor", "finance"})
MINE = re.compile(
    r"(?:我|我们|咱们?|我司|自己)(?:自己|公司)?(?:的|这|那)?(?:一?[个份单张笔])?(?:订单|单子|报价|合同|款|钱|提成|佣金|报告|资料|进度|诊断)"
)
THEIRS = re.compile(
    r"别(?:人|家|的)|其[他它]|隔壁|同[行事组]|另(?:外|一)|不是我|人家|他们|她们|老东家|前东家|竞争|对手"
)
# Help with the doing, which few who ask what the law says want.
HELP = re.compile(
    r"帮(?:我|忙|弄|查|做|搞|办|补|编|改)|教教?我|(?:怎么|咋|如何).{0,6}(?:弄|搞|操作|配合|走账|逼|绕|藏|躲|瞒|规避|避开)"
    r"|路子|渠道|门路|有关系|有(?:啥|什么)?(?:法子|招|门道)|雇|代(?:写|买)|匀"
)
HELPED = 0.3  # that something is unlawful, where help is asked for
HIDDEN = 0.15  # that something is unlawful, where the words ask how not to be found out
SURELY = 0.9  # that words a pattern refuses are a lawful question
CLEARLY = 0.8  # in the middle of a talk, or that words which name nothing of our trade are of it


def refusal(desk: Desk, state: TurnState, read: Understanding) -> Part | None:
    """None for what is answered. A refusal ends the turn: nothing is noted, judged or searched for."""
    text = read.text
    known = unlawful_part(text) or forbidden_part(text, state["speaker"].role)
    talking = _talking(state)
    small_talk = len(text) < SHORT or read.intent.name in COURTEOUS or (talking and WHY.search(text))
    if known is None and small_talk:
        return None
    near = likely(text, desk.searcher.embedder)
    if known is not None:
        return None if _only_named(text, near) else known
    if CONCEAL.search(text) and near.wrongly >= HIDDEN and near.reason != "no_right":
        return _refused(near)
    served = talking or read.intent.name in SERVED
    if HELP.search(text) and near.wrongly >= HELPED and near.reason in (None, "unsafe") and not served:
        return None if ABOUT_LAW.search(text) else _refused(near)
    least = CLEARLY if served else SURE
    if near.reason is None or near.probability < least:
        return None
    if read.intent.name in SERVED and near.reason != "unsafe":
        return None
    if near.reason == "unsafe":
        asks_law = ABOUT_LAW.search(text) and not CONCEAL.search(text)
        return None if asks_law else _refused(near)
    if near.reason == "no_right":
        own = MINE.search(text) and not THEIRS.search(text)
        return None if own or INSIDERS & set(state["speaker"].roles) else _refused(near)
    elsewhere = not (talking or read.facts or read.entities.programmes or on_trade(text))
    return out_of_scope() if elsewhere else None


def _only_named(text: str, near: Likely) -> bool:
    """Whether the words of a wrong are only spoken of: 抽逃出资怎么追回来 asks what the law gives to the wronged."""
    lawful = near.reason is None and near.probability >= SURELY
    return lawful and not any(one.search(text) for one in (CONCEAL, STRANGER, WISHES))


def _talking(state: TurnState) -> bool:
    """Whether a talk is under way that a few words may carry on: alone they don't say what they ask."""
    dialog = state["dialog"]
    return bool(
        dialog.asked or dialog.topic_title or dialog.topic_programmes or dialog.last_calculation or dialog.offer
    )


def reread(desk: Desk, state: TurnState, read: Understanding) -> Understanding:
    """The reading; what a word (吃饭), or none, puts out of our trade is a question when it is near our questions."""
    abroad = read.intent.confidence > UNSURE and on_trade(read.text)  # 美国公司所得税率
    if read.intent.name != "out_of_scope" or len(read.text) < SHORT or abroad or _talking(state):
        return read
    near = likely(read.text, desk.searcher.embedder)
    if near.reason is not None or near.probability < CLEARLY:
        return read
    return read.model_copy(update={"intent": read.intent.model_copy(update={"name": "policy_question"})})


def _refused(near: Likely) -> Part:
    """What is unlawful is told why by the likeliest unlawful kind."""
    kind = near.kind if near.reason == "no_right" else near.wrong
    return Part((say(kinds()[kind].say),), "declined", kinds()[kind].reason, action="declined")
