import { reactive } from 'vue'
import { json } from './api'
import type { Texts } from './texts/zh-CN'
import type { Granted, User } from './types'

const STORE = 'qifu.session'

export const session = reactive({
  token: '', user: null as User | null, loginOpen: false,
  /** The key of what to tell the reader, so that it follows the language. */
  notice: '' as keyof Texts | '',
  /** Changes with every sign-in and sign-out: pages reload what they show. */
  epoch: 0,
})

export const isVisitor = (): boolean => !session.user || session.user.roles.includes('visitor')

function keep(granted: Granted): void {
  session.token = granted.access_token
  session.user = granted.user
  session.epoch += 1
  sessionStorage.setItem(STORE, JSON.stringify({ token: session.token, user: session.user }))
}

let asking: Promise<void> | null = null

/** The stored session, or a visitor's; called before the first request and after a failed start. */
export function ensureSession(): Promise<void> {
  if (session.token) return Promise.resolve()
  asking ??= start().finally(() => { asking = null })
  return asking
}

async function start(): Promise<void> {
  try {
    const kept = JSON.parse(sessionStorage.getItem(STORE) ?? 'null') as { token: string; user: User } | null
    if (kept?.token && kept.user) { session.token = kept.token; session.user = kept.user; session.epoch += 1; return }
  } catch { sessionStorage.removeItem(STORE) }
  keep(await json<Granted>('auth/visitor', { method: 'POST', anonymous: true }))
}

/** A visitor's token renewed by the server along with a new conversation. */
export function renew(token: string): void {
  session.token = token
  sessionStorage.setItem(STORE, JSON.stringify({ token, user: session.user }))
}

export async function signIn(username: string, password: string): Promise<void> {
  const form = new FormData()
  form.append('grant_type', 'password')
  form.append('username', username)
  form.append('password', password)
  keep(await json<Granted>('auth/token', { method: 'POST', form, anonymous: true }))
  session.notice = ''
}

export async function signOut(): Promise<void> {
  await becomeVisitor()
  session.notice = 'signed_out'
}

async function becomeVisitor(): Promise<void> {
  session.token = ''
  session.user = null
  sessionStorage.removeItem(STORE)
  await ensureSession()
}

/** The server refused `token`: back to a visitor, once however many requests were refused together. */
export async function expire(token: string): Promise<void> {
  if (session.token !== token) return
  const wasMember = !isVisitor()
  try { await becomeVisitor() } catch { /* the next request says what is wrong */ }
  if (wasMember) session.notice = 'expired'
}
