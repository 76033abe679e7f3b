import { reactive } from 'vue'
import { json } from '../api'
import { language } from '../i18n'
import { TERMS } from '../texts/terms'

interface Input { name: string; label: string; unit: string }

const labels = reactive(new Map<string, Input>())
let asked: Promise<void> | null = null

/** Asks once for the words of every calculator's inputs; without them the names themselves are shown. */
export function learnInputs(): void {
  asked ??= json<{ rules: { id: string; inputs: Input[] }[] }>('calculations')
    .then(({ rules }) => { for (const rule of rules) for (const one of rule.inputs) labels.set(`${rule.id} ${one.name}`, one) })
    .catch(() => { asked = null })
}

/** A calculator's own name for a figure as words, with its unit. */
export function termOf(rule: string, name: string): { words: string; unit?: string } {
  const input = labels.get(`${rule} ${name}`)
  if (input?.label) return { words: input.label, unit: input.unit || undefined }
  const [said, unit] = TERMS[name] ?? [name]
  return language.value === 'en' ? { words: name, unit } : { words: said, unit }
}

/** A formula with words for names: `r2(taxable_sales * 0.01)` → `应税销售额 × 0.01`. */
export function formulaWords(rule: string, formula: string): string {
  return formula.replace(/'(\w+)'|\b[a-z_][a-z_0-9]*\b/gi, (whole, quoted: string | undefined) => (KEEP.has(whole) ? whole : termOf(rule, quoted ?? whole).words))
    .replace(/ \* /g, ' × ').replace(/ \/ /g, ' ÷ ').replace(/\br2\(((?:[^()]|\([^()]*\))*)\)/g, '$1')
    .replace(/^(.+) if (.+) else (.+)$/, '$2 ？ $1 ： $3').replace(/ == /g, ' = ')
}

const KEEP = new Set(['if', 'else', 'and', 'or', 'not', 'in', 'r0', 'r2', 'min', 'max', 'abs', 'floor', 'progressive', 'bracket', 'lookup', 'True', 'False'])
