import { Failure, request, type Problem } from './api'
import { t } from './i18n'
import type { Card, Citation, TurnReply } from './types'

export interface Listener {
  status(text: string): void
  /** Another piece of the answer; `afresh` when what was shown so far belongs to another attempt. */
  token(text: string, afresh: boolean): void
  citations(list: Citation[]): void
  card(card: Card): void
}

/** One message: the words, and the day whose rules count where it isn't today. */
export interface Asked { text: string; as_of?: string }

interface Frame { id: string; event: string; data: string }
const SILENCE_MS = 35_000 // three heartbeats missed
const ATTEMPTS = 3

/**
 * Sends one message and tells its reply as it comes. Broken streams are resumed, then asked for as plain JSON.
 * Every attempt carries the same key, so the server handles the message once. Throws `Failure`.
 */
export async function sendMessage(path: string, body: Asked, key: string, listen: Listener, signal: AbortSignal): Promise<TurnReply> {
  let lastId = ''
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (attempt) {
      listen.status(t('resuming'))
      await new Promise((go) => setTimeout(go, 400 * attempt))
    }
    try {
      const done = await once()
      if (done) return done
    } catch (cause) {
      if (signal.aborted || (cause instanceof Failure && cause.status !== 0 && cause.status < 502)) throw cause
    }
  }
  const reply = await request(path, { method: 'POST', body, headers: { 'Idempotency-Key': key }, signal })
  return (await reply.json()) as TurnReply

  async function once(): Promise<TurnReply | null> {
    const headers: Record<string, string> = { Accept: 'text/event-stream', 'Idempotency-Key': key }
    if (lastId) headers['Last-Event-ID'] = lastId
    const watch = new AbortController()
    const stop = () => watch.abort()
    signal.addEventListener('abort', stop)
    try {
      const reply = await request(path, { method: 'POST', body, headers, signal: watch.signal })
      if (!reply.body || !(reply.headers.get('content-type') ?? '').includes('event-stream')) return (await reply.json()) as TurnReply
      for await (const frame of frames(reply.body.getReader(), stop)) {
        const data: unknown = JSON.parse(frame.data)
        // A status has no place in the reply, so only what follows it can be resumed from.
        const afresh = frame.id.split(':')[0] !== lastId.split(':')[0]
        if (frame.id && frame.event !== 'status') lastId = frame.id
        if (frame.event === 'status') listen.status((data as { text: string }).text)
        else if (frame.event === 'token') listen.token((data as { text: string }).text, afresh)
        else if (frame.event === 'citations') listen.citations((data as { citations: Citation[] }).citations)
        else if (frame.event === 'card') listen.card(cardOf(data))
        else if (frame.event === 'done') return data as TurnReply
        else if (frame.event === 'error') throw new Failure(422, problemOf(data))
      }
      return null
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}

/** A card comes bare or as `{card}`. */
function cardOf(data: unknown): Card {
  const inner = (data as { card?: Card }).card
  return inner ?? (data as Card)
}

function problemOf(data: unknown): Problem {
  return (data as { error?: Problem }).error ?? (data as Problem)
}

/** The events of a stream; `silent` is called when not even a heartbeat has come for long. */
export async function* frames(reader: ReadableStreamDefaultReader<Uint8Array>, silent: () => void): AsyncGenerator<Frame> {
  const decoder = new TextDecoder()
  let held = ''
  for (;;) {
    const alarm = setTimeout(silent, SILENCE_MS)
    const { done, value } = await reader.read().finally(() => clearTimeout(alarm))
    held += decoder.decode(value, { stream: !done }).replace(/\r/g, '')
    for (let end = held.indexOf('\n\n'); end >= 0; end = held.indexOf('\n\n')) {
      const frame = parse(held.slice(0, end))
      held = held.slice(end + 2)
      if (frame) yield frame
    }
    if (done) return
  }
}

function parse(block: string): Frame | null {
  const frame: Frame = { id: '', event: 'message', data: '' }
  const data: string[] = []
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue // a comment (heartbeat) or noise
    const value = line.slice(colon + 1).replace(/^ /, '')
    const name = line.slice(0, colon)
    if (name === 'data') data.push(value)
    else if (name === 'id' || name === 'event') frame[name] = value
  }
  frame.data = data.join('\n')
  return frame.data ? frame : null
}
