import { termOf } from '../cards/calculators'
import { moment, words, yuan } from '../format'
import { t } from '../i18n'
import { render } from '../markdown'
import type { Card } from '../types'
import type { Line } from './conversation'

const escape = (text: string): string => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`)

/** Hands the conversation to the browser as one HTML file, labelled as machine-made for the eye and, by the key AIGC, for programs. */
export function saveConversation(id: string, lines: Line[]): void {
  const content = new Blob([asPage(id, lines, new Date().toISOString())], { type: 'text/html;charset=utf-8' })
  const url = URL.createObjectURL(content)
  Object.assign(document.createElement('a'), { href: url, download: `${t('brand')}-${id.slice(0, 8) || 'chat'}.html` }).click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** The file's text. GB 45438-2025: label 1 says the content is machine-made; the number is the conversation's. */
export function asPage(id: string, lines: Line[], at: string): string {
  const mark = { Label: '1', ContentProducer: t('brand'), ProduceID: id, ReservedCode1: '', ContentPropagator: '', PropagateID: '', ReservedCode2: '' }
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="AIGC" content="${escape(JSON.stringify(mark))}"><title>${escape(t('brand'))}</title>`
  return `<!doctype html><html lang="zh-CN"><head>${head}<style>${STYLE}</style></head><body><h1>${escape(t('brand'))}</h1>`
    + `<p class="ai"><b>${t('ai_label')}</b> · ${escape(t('ai_notice'))}<br>${t('exported_at')} ${moment(at)}</p>${lines.map(asTurn).join('\n')}</body></html>`
}

function asTurn(line: Line): string {
  if (line.role === 'user') return `<section class="you"><h2>${t('you')}</h2><p>${escape(line.text)}</p></section>`
  if (line.role === 'staff') return `<section><h2>${t('staff')}</h2><p>${escape(line.text)}</p></section>`
  const sources = line.citations.map((one) => `<li>[${escape(String(one.marker))}] ${escape([one.title, one.doc_no, one.clause].filter(Boolean).join(' '))}<br>${escape(one.quote)}</li>`)
  // Without a page around them the buttons of citations are the markers they stand for.
  const answer = render(line.text, new Set()).html
  return `<section><h2>${t('assistant')} <small>${t('ai_label')}</small></h2>${answer}${line.cards.map(asList).join('')}${sources.length ? `<h3>${t('sources')}</h3><ul>${sources.join('')}</ul>` : ''}</section>`
}

const asList = (card: Card): string => {
  const [title, ...rest] = told(card)
  return title ? `<h3>${escape(title)}</h3><ul>${rest.map((one) => `<li>${escape(one)}</li>`).join('')}</ul>` : ''
}

/** A card in words: its title, then a line each. */
function told(card: Card): string[] {
  switch (card.type) {
    case 'diagnosis':
      return [`${t('diagnosis')} ${card.as_of}`, ...card.verdicts.flatMap((one) => [
        `${one.name}：${t(one.verdict)}${one.score ? `（${t('score')} ${one.score.low} – ${one.score.high}，${t('pass_line')} ${one.score.pass}）` : ''}`,
        ...one.conditions.map((condition) => `　${condition.label}：${t(condition.result)}；${t('need')} ${words(condition.need, condition.unit)}；${t('actual')} ${condition.shown ?? words(condition.actual, condition.unit)}`),
      ])]
    case 'question': return [t('ask'), card.question]
    case 'recommendations': return [t('recommend'), ...card.items.map((one) => `${one.name}：${one.reasons.map((reason) => words(reason)).join('；')}`)]
    case 'quote': return [`${t('quote_title')} ${card.service_name}`, `${t('price')} ${card.price_fen === null ? t('negotiable') : `¥${yuan(card.price_fen)}`}`, `${t('expires')} ${moment(card.expires_at)}`, ...card.terms]
    case 'order': return [`${t('order_made')} ${card.service_name}`, `${t('order_no')} ${card.order_id}`]
    case 'calculation': return [`${t('calculation')} ${card.calculation.title ?? card.calculation.name ?? ''} ${card.label ?? ''}`, ...Object.entries(card.calculation.outputs).map(([name, value]) => { const said = termOf(card.calculation.rule_id, name); return `${said.words} ${words(value, said.unit)}` })]
  }
}

const STYLE = 'body{font:15px/1.7 -apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:760px;margin:24px auto;padding:0 16px;color:#1c2733}'
  + 'h2{font-size:15px;margin:20px 0 4px}h3{font-size:14px;margin:12px 0 4px}small,.ai,li{color:#5c6b7a}.you{border-left:3px solid #1f5fbf;padding-left:12px}table{border-collapse:collapse}td,th{border:1px solid #e1e7ee;padding:4px 8px}'
