import { computed, nextTick, reactive, ref } from 'vue'
import { Failure, json, sentence } from '../api'
import { newKey } from '../format'
import { t } from '../i18n'
import { ensureSession, renew } from '../session'
import { sendMessage, type Asked } from '../stream'
import type { Card, Citation, Conversation, StoredMessage, TurnReply } from '../types'

export interface Line {
  id: string; role: StoredMessage['role']; text: string; citations: Citation[]; cards: Card[]
  status: string; streaming: boolean; error: string
  /** The message and the key this reply answers: a retry sends them again unchanged. */
  asked: Asked | null; key: string
}

const line = (role: Line['role'], text: string): Line =>
  ({ id: newKey(), role, text, citations: [], cards: [], status: '', streaming: false, error: '', asked: null, key: '' })

/** One reader's conversations: the list, the open one, and sending. */
export function useConversation(opened: (id: string | null) => void, asOf: () => string) {
  const id = ref<string | null>(null)
  const list = ref<Conversation[]>([])
  const lines = ref<Line[]>([])
  const busy = ref(false)
  const problem = ref('')
  /** What the reader's "retry" beside `problem` does. */
  let again: () => Promise<void> = loadList
  let abort: AbortController | null = null
  /** Counts openings, so that what arrives late for a conversation left behind is dropped. */
  let visit = 0

  const latest = computed(() => lines.value[lines.value.length - 1] ?? null)

  async function loadList(): Promise<void> {
    try {
      await ensureSession()
      list.value = (await json<{ items: Conversation[] }>('conversations')).items
    } catch (cause) {
      // A lapsed sign-in is told once, above the page, and the list is asked for anew.
      if (cause instanceof Failure && cause.status === 401) return
      problem.value = sentence(cause)
      again = loadList
    }
  }

  function retryLoading(): Promise<void> {
    problem.value = ''
    return again()
  }

  function leave(): void {
    abort?.abort()
    abort = null
    visit += 1
    busy.value = false
    problem.value = ''
  }

  function fresh(): void {
    leave()
    id.value = null
    lines.value = []
    opened(null)
  }

  async function open(which: string): Promise<void> {
    leave()
    const mine = visit
    id.value = which
    lines.value = []
    try {
      await ensureSession()
      const found = await json<{ messages: StoredMessage[] }>(`conversations/${encodeURIComponent(which)}`)
      if (mine !== visit) return
      lines.value = found.messages.map(restored)
      opened(which)
    } catch (cause) {
      if (mine !== visit) return
      problem.value = sentence(cause)
      again = () => open(which)
      id.value = null
      if (cause instanceof Failure && cause.status === 404) { again = loadList; opened(null) }
    }
  }

  function restored(message: StoredMessage): Line {
    const shown = line(message.role, message.text)
    shown.id = `${message.message_id}-${message.role}`
    if (message.reply) settle(shown, message.reply)
    return shown
  }

  /** Puts the user's words on the page at once and asks; true when the reply came. */
  async function send(text: string): Promise<boolean> {
    const words = text.trim()
    if (!words || busy.value) return false
    problem.value = ''
    const reply = reactive(line('assistant', ''))
    reply.asked = asOf() ? { text: words, as_of: asOf() } : { text: words }
    reply.key = newKey()
    lines.value.push(line('user', words), reply)
    return ask(reply)
  }

  const retry = (reply: Line): Promise<boolean> => (busy.value ? Promise.resolve(false) : ask(reply))

  async function ask(reply: Line): Promise<boolean> {
    if (!reply.asked) return false
    const mine = visit
    busy.value = true
    Object.assign(reply, { error: '', text: '', cards: [], citations: [], streaming: true, status: t('thinking') })
    const mineAbort = (abort = new AbortController())
    try {
      await ensureSession()
      id.value ??= await create()
      const path = `conversations/${encodeURIComponent(id.value)}/messages`
      const done = await sendMessage(path, reply.asked, reply.key, {
        status: (text) => { reply.status = text },
        token: (text, afresh) => { reply.text = afresh ? text : reply.text + text; if (afresh) reply.cards = [] },
        citations: (found) => { reply.citations = found },
        card: (card) => { reply.cards.push(card) },
      }, mineAbort.signal)
      settle(reply, done)
      if (mine === visit) { opened(id.value); void loadList() }
      return true
    } catch (cause) {
      reply.error = mineAbort.signal.aborted ? t('stopped') : sentence(cause)
      return false
    } finally {
      reply.streaming = false
      reply.status = ''
      if (mine === visit) busy.value = false
      await nextTick()
    }
  }

  async function create(): Promise<string> {
    const made = await json<{ id: string; access_token?: string }>('conversations', { method: 'POST', body: {} })
    if (made.access_token) renew(made.access_token)
    return made.id
  }

  function settle(reply: Line, done: TurnReply): void {
    reply.text = done.answer
    reply.citations = done.citations
    reply.cards = done.cards
  }

  return { id, list, lines, busy, problem, latest, loadList, retryLoading, fresh, open, send, retry, leave, stop: () => abort?.abort() }
}
