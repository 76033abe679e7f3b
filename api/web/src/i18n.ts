import { ref, watchEffect } from 'vue'
import { en } from './texts/en'
import { zh, type Texts } from './texts/zh-CN'

type Language = 'zh-CN' | 'en'
export const language = ref<Language>(localStorage.getItem('qifu.language') === 'en' ? 'en' : 'zh-CN')

watchEffect(() => {
  document.documentElement.lang = language.value
  localStorage.setItem('qifu.language', language.value)
})

/** The text of `key` in the reader's language; `{name}` is replaced from `values`. */
export function t(key: keyof Texts, values: Record<string, string> = {}): string {
  const text = (language.value === 'en' ? en : zh)[key]
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
}

/** The text of `prefix + code` where there is one, else the code as the server gave it. */
export function coded(prefix: string, code: string | null | undefined): string {
  if (!code) return ''
  const key = `${prefix}${code}`
  return key in zh ? t(key as keyof Texts) : code
}

export function toggleLanguage(): void {
  language.value = language.value === 'en' ? 'zh-CN' : 'en'
}
