"""The words clients use find the service they mean; questions of policy and facts find none."""

import pytest

from knowledge.services import load_catalogue

WISHES = [
    ("我要办高企", "hnte_filing"),
    ("办高企多少钱", "hnte_filing"),
    ("高企申报要准备哪些材料", "hnte_filing"),
    ("订一个高企申报辅导服务", "hnte_filing"),
    ("你们收费贵不贵，高企全包价多少", "hnte_filing"),
    ("我们决定做高企了，怎么签合同", "hnte_filing"),
    ("谢谢，那就办高企吧", "hnte_filing"),
    ("高新技术企业认定申报第三步做什么", "hnte_filing"),
    ("软著8个，我们想办高企", "hnte_filing"),
    ("要不要办高企，多少钱", "hnte_filing"),
    ("科小入库具体怎么操作", "tech_sme_filing"),
    ("你好，我想办科小，要准备什么材料", "tech_sme_filing"),
    ("科小辅导费用怎么收", "tech_sme_filing"),
    ("先不办高企，办科小", "tech_sme_filing"),
    ("高企申报先放放，先做科小", "tech_sme_filing"),
    ("代理记账一年收费多少", "bookkeeping"),
    ("我们是一般纳税人，给我办个代账", "bookkeeping"),
    ("找个人帮我们记账报税", "bookkeeping"),
    ("做账报税怎么收费", "bookkeeping"),
    ("软著一个多少钱", "software_copyright"),
    ("我想办 3 个软著", "software_copyright"),
    ("软著登记流程", "software_copyright"),
    ("软件著作权怎么办理", "software_copyright"),
    ("软著要准备什么材料", "software_copyright"),
    ("注册公司代办要几百块", "company_registration"),
    ("帮我注册个公司", "company_registration"),
    ("注册一个公司要多少钱多久", "company_registration"),
    ("办个食品经营许可证多少钱", "food_license"),
    ("新公司注册要几天", "company_registration"),
    ("代办执照多少钱", "company_registration"),
    ("企业所得税汇算清缴与税收优惠复核报个价", "tax_review"),
    ("帮我们做汇算清缴", "tax_review"),
    ("汇算清缴服务怎么收费", "tax_review"),
    ("汇算清缴流程", "tax_review"),
    ("专项审计大概要花多少", "special_audit"),
    ("把注册资本变更那个也一起办了", "capital_adjust"),
    ("那改章程这事能帮我们办吗", "capital_adjust"),
    ("改章程延长出资期限要走哪些步骤", "capital_adjust"),
    ("公司不想开了，注销要多少钱", "deregistration"),
    ("帮我们换个法人，改法人变更怎么收费", "company_change"),
    ("iso 9001 多少钱", "iso9001_certification"),
    ("三体系认证一套收多少", "iso14001_iso45001"),
    ("27001认证流程", "iso27001_certification"),
    ("办icp许可证要什么材料", "icp_license"),
    ("网站备案要几天", "icp_filing"),
    ("食品经营许可证代办多少钱", "food_license"),
    ("劳务派遣许可证怎么办", "dispatch_license"),
    ("人力资源许可证多少钱", "hr_license"),
    ("注册个商标多少钱", "trademark"),
    ("写个发明专利收费多少，专利申请流程", "invention_patent"),
    ("申请实用新型多少钱", "utility_design_patent"),
    ("加计扣除辅导怎么收费", "rd_deduction"),
    ("研发辅助账怎么做", "rd_deduction"),
    ("帮我申请留抵退税", "vat_refund"),
    ("稳岗返还怎么办理", "stability_refund"),
    ("残保金申报代办多少钱", "disabled_levy"),
    ("社保开户代办收费", "social_insurance"),
    ("帮我们做个税务体检", "tax_health_check"),
    ("移出经营异常多少钱", "abnormal_removal"),
    ("我们想上新三板", "neeq_listing"),
    ("做股权激励多少钱", "equity_incentive"),
    ("食品经营许可证有效期几年，去办要多少钱", "food_license"),
    ("专精特新申报怎么收费", "srdi_sme_filing"),
    ("想办小巨人", "little_giant_filing"),
]
NOT_WISHES = [
    "高企要什么条件",
    "国高研发占比要求多少",
    "科小需要多少分才能入库",
    "小规模季度30万还免税吗",
    "企业所得税汇算清缴几号截止",
    "年度汇算清缴截止到哪天",
    "有限公司注册资本要几年内缴足，第几条",
    "公司成立364天能申请高企吗",
    "没有发明专利，只有6个软著",
    "发明专利1项，实用新型6项，软著8个",
    "专利一个都没有，软著也没有",
    "28个人，一年600万，软著5个，能评啥",
    "企业年报截止日期是哪天",
    "知识产权能不能用来实缴",
    "明天天气怎么样",
    "就办这个",
    "先不办高企了",
    "减资公告要多少天",
    "小微企业所得税优惠到哪一年",
    "我手机13800000000，记一下",
    "经营异常名录怎么移出",
    "受益所有人备案是什么",
    "股东抽逃出资罚多少",
    "公司改名了高企证书还有没有用",
    "残疾人保障金按什么基数算",
    "没有一般纳税人资格",
    "年应税销售额正好500万，必须登记一般纳税人吗",
    "平价转让股权要交税吗",
    "稳岗返还比例多少",
    "软著保护多少年",
    "外包开发的软件著作权归谁",
    "ICP许可证有效期几年",
    "ICP备案和ICP许可证有什么区别",
    "单项冠军和小巨人能同时有吗",
    "年收入12万要办汇算吗",
    "2026年小规模政策变了没",
]


@pytest.mark.parametrize(("text", "service_id"), WISHES)
def test_a_wish_finds_its_service(text: str, service_id: str) -> None:
    found = load_catalogue().find(text)
    assert found is not None
    assert found.id == service_id


@pytest.mark.parametrize("text", NOT_WISHES)
def test_a_question_of_policy_or_a_fact_finds_none(text: str) -> None:
    assert load_catalogue().find(text) is None


def test_every_name_and_alias_finds_its_own_service() -> None:
    catalogue = load_catalogue()
    for service in catalogue.services:
        for name in (service.name, *service.aliases):
            for text in (name, f"我想办{name}", f"{name}多少钱", f" {name.upper()} 怎么收费"):
                found = catalogue.find(text)
                assert found is not None, text
                assert found.id == service.id, text
