import { t } from './i18n'

/** Fen as yuan with thousands separators: 128000 → "1,280.00". Whole numbers only, so nothing is rounded. */
export function yuan(fen: number): string {
  const whole = Math.abs(Math.trunc(fen))
  const head = String(Math.floor(whole / 100)).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${fen < 0 ? '−' : ''}${head}.${String(whole % 100).padStart(2, '0')}`
}

/** "1,200.5" yuan as fen, or null where it isn't an amount; by digits, never by floating point. */
export function toFen(text: string): number | null {
  const found = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(text.replace(/[,，\s]/g, ''))
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : null
}

/** A moment in the reader's own time zone, to the minute; a bare date is left as it is. */
export function moment(iso: string | null | undefined): string {
  if (!iso) return ''
  if (iso.length <= 10) return iso
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  const two = (n: number) => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`
}

/** Any value of the JSON as words: lists joined, intervals as 1–2, yes/no spelled out. */
export function words(value: unknown, unit?: string | null): string {
  if (value === null || value === undefined || value === '') return '—'
  if (typeof value === 'boolean') return value ? t('yes') : t('no')
  if (Array.isArray(value)) return value.map((item) => words(item)).join('、')
  if (typeof value === 'object') {
    const { low, high, min, max, value: inner, text, label } = value as Record<string, unknown>
    if (text ?? label ?? inner) return words(text ?? label ?? inner, unit)
    if (low !== undefined || high !== undefined) return `${words(low)} – ${words(high, unit)}`
    if (min !== undefined || max !== undefined) return `${words(min)} – ${words(max, unit)}`
    return Object.entries(value).map(([key, item]) => `${key} ${words(item)}`).join('，')
  }
  if (unit === 'ratio' && Number.isFinite(Number(value))) return `${trim(Number(value) * 100)}%`
  const shown = typeof value === 'number' ? trim(value) : String(value)
  return unit && /\d$/.test(shown) && unit !== 'bool' && unit !== 'ratio' ? `${shown} ${unit}` : shown
}

function trim(n: number): string {
  const [head = '', tail] = String(Number(n.toFixed(4))).split('.')
  return head.replace(/\B(?=(\d{3})+$)/g, ',') + (tail ? `.${tail}` : '')
}

export function bytes(size: number): string {
  return size < 1024 ? `${size} B` : size < 1048576 ? `${(size / 1024).toFixed(0)} KB` : `${(size / 1048576).toFixed(1)} MB`
}

/** Only addresses a reader can safely open. */
export function safeUrl(url: string | null | undefined): string | null {
  return url && /^https?:\/\//i.test(url) ? url : null
}

export function newKey(): string {
  const random = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
