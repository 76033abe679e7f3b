import DOMPurify from 'dompurify'
import MarkdownIt from 'markdown-it'
import cjkFriendly from 'markdown-it-cjk-friendly'
import { t } from './i18n'

const markdown = new MarkdownIt({ html: false, linkify: false, breaks: true }).use(cjkFriendly)
// Sources come from data: links and pictures an answer writes itself are shown as the text they are.
markdown.disable(['link', 'image', 'autolink', 'reference'])

markdown.inline.ruler.before('emphasis', 'citation', (state, silent) => {
  const found = /^\[(\d{1,3})\]/.exec(state.src.slice(state.pos, state.pos + 5))
  if (!found) return false
  const marker = found[1] as string
  const env = state.env as { known: Set<string>; seen: Set<string> }
  if (!env.known.has(marker)) return false
  if (!silent) {
    const token = state.push('citation', 'button', 0)
    token.meta = { marker, first: !env.seen.has(marker) }
    env.seen.add(marker)
  }
  state.pos += found[0].length
  return true
})

markdown.renderer.rules.citation = (tokens, index) => {
  const { marker, first } = tokens[index]?.meta as { marker: string; first: boolean }
  const testid = first ? ` data-testid="citation-${marker}"` : ''
  return `<button type="button" class="cite" data-marker="${marker}"${testid} aria-label="${t('source')} ${marker}">${marker}</button>`
}

/** An answer as safe HTML; `[n]` becomes a button where `n` is one of `known`. `seen` tells which ones occurred. */
export function render(text: string, known: Set<string>): { html: string; seen: Set<string> } {
  const env = { known, seen: new Set<string>() }
  const raw = markdown.render(text, env).replace(/<table>/g, '<div class="table"><table>').replace(/<\/table>/g, '</table></div>')
  const html = DOMPurify.sanitize(raw, { ALLOWED_TAGS: TAGS, ALLOWED_ATTR: ['class', 'type', 'data-marker', 'data-testid', 'aria-label', 'start', 'style'] })
  return { html, seen: env.seen }
}

const TAGS = ['p', 'br', 'strong', 'em', 's', 'ul', 'ol', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'code', 'pre', 'hr',
  'div', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'button']
