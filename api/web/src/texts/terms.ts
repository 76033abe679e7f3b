// What calculators call their results, as people say it, with the unit where the name settles it.
// Inputs bring their own words (`GET /calculations`); a name that isn't here is shown as it is.
export const TERMS: Record<string, readonly [words: string, unit?: string]> = {
  tax: ['应纳税额', '元'], vat: ['应纳增值税', '元'], payable: ['应缴', '元'], base: ['计税基数', '元'], allowed: ['允许扣除', '元'], refund: ['可退', '元'],
  taxable: ['计税金额', '元'], threshold: ['起征标准', '元'], below_threshold: ['未达起征标准'], taxable_sales: ['应税销售额', '元'], output_tax: ['销项税额', '元'],
  ratio: ['比例', 'ratio'], rate: ['税率', 'ratio'], full: ['全额', '元'], fee: ['费用', '元'], exempt: ['免征'], net: ['净额', '元'], credit_carried: ['结转抵减', '元'],
  must_register: ['须登记为一般纳税人'], headroom: ['距标准还有', '元'], used: ['已用', '元'], pool: ['可抵减额', '元'], pool_carried: ['结转下期', '元'], increase: ['增量', '元'],
  net_vat: ['应纳增值税', '元'], excl: ['不含税金额', '元'], eligible: ['符合条件'], avg: ['平均值'], need: ['标准'], rd_ok: ['研发费用占比达标'],
  other_cap: ['其他相关费用限额', '元'], other_allowed: ['其他相关费用可计', '元'], domestic_base: ['境内研发费用', '元'], overseas_allowed: ['境外研发可计', '元'], super_deduction: ['加计扣除额', '元'],
  one_off: ['一次性扣除', '元'], add_back: ['纳税调增', '元'], carried_out: ['结转以后年度', '元'], carried: ['结转', '元'], welfare_allowed: ['福利费可扣', '元'], union_allowed: ['工会经费可扣', '元'], education_allowed: ['教育经费可扣', '元'], education_carried: ['教育经费结转', '元'],
  city: ['城市维护建设税', '元'], education: ['教育费附加', '元'], local_education: ['地方教育附加', '元'], edu_exempt: ['免征教育费附加'], total: ['合计', '元'], levy: ['应缴费额', '元'], wage: ['工资额', '元'], placed_ratio: ['安置比例', 'ratio'],
  this_month: ['本月应缴', '元'], tax_full: ['减免前税额', '元'], reduction: ['减免', '元'], employer: ['单位缴费', '元'], employee: ['个人缴费', '元'], each_side: ['双方各缴', '元'], combined: ['合计缴存', '元'],
  burden: ['税负率', 'ratio'], line: ['参考线', 'ratio'], hit: ['触发'], level: ['等级'], grade: ['等级'], deadline: ['截止日'], remaining: ['剩余', '元'], subsidy: ['补贴', '元'], cap: ['上限', '元'], within: ['在范围内'],
  effective_rate: ['实际税负', 'ratio'], qualifies: ['符合条件'], month: ['按月'], quarter: ['按季'],
}
