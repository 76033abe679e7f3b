import { t } from './i18n'
import { expire, session } from './session'

export interface Problem { kind: string; message: string; field: string | null; reasons?: string[]; details?: unknown }

/** What went wrong, in the server's own sentence where it sent one. `status` 0: no reply came. */
export class Failure extends Error {
  constructor(readonly status: number, readonly problem: Problem) { super(problem.message) }

  /** The reasons a guard gave, as a list: `reasons`, `details`, or the message's own lines. */
  get reasons(): string[] {
    const { reasons, details, message } = this.problem
    const listed = Array.isArray(reasons) ? reasons : Array.isArray(details) ? details : []
    return listed.length ? listed.map(String) : message.split(/\n|；/).filter(Boolean)
  }
}

export interface Ask { method?: string; body?: unknown; form?: FormData; headers?: Record<string, string>; signal?: AbortSignal; anonymous?: boolean }

/** One request with the session's token. Throws `Failure` unless the reply is 2xx; 401 makes the reader a visitor. */
export async function request(path: string, ask: Ask = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...ask.headers }
  const token = session.token
  if (token && !ask.anonymous) headers.Authorization = `Bearer ${token}`
  if (ask.body !== undefined) headers['Content-Type'] = 'application/json'
  let reply: Response
  try {
    const body = ask.form ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body))
    reply = await fetch(`/api/v1/${path}`, { method: ask.method ?? 'GET', headers, body, signal: ask.signal })
  } catch (cause) {
    if (ask.signal?.aborted) throw cause
    throw new Failure(0, { kind: 'offline', message: t('offline'), field: null })
  }
  if (reply.ok) return reply
  const failure = await failureOf(reply)
  if (reply.status === 401 && token && !ask.anonymous) {
    const asMember = session.user !== null && !session.user.roles.includes('visitor')
    await expire(token)
    if (asMember) throw new Failure(401, { ...failure.problem, message: t('expired') })
  }
  throw failure
}

async function failureOf(reply: Response): Promise<Failure> {
  try {
    const body = (await reply.json()) as { error?: Problem }
    if (body.error?.message) return new Failure(reply.status, body.error)
  } catch { /* not JSON: said in our own words below */ }
  return new Failure(reply.status, { kind: 'fault', message: t('broken'), field: null })
}

export async function json<T>(path: string, ask: Ask = {}): Promise<T> {
  return (await (await request(path, ask)).json()) as T
}

export const sentence = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
