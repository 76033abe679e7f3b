// The server's JSON, with the names of the contract. Fields the pages do without are optional.

export interface User { id: string; username?: string; name: string; org_id: string; org_name: string; org_kind: string; roles: string[] }
export interface Granted { access_token: string; expires_in: number; user: User }
export interface DemoUsers { users: { username: string; name: string; org_name: string; roles: string[] }[]; password: string }

export interface Citation {
  marker: string | number; document_id: string; title: string; doc_no: string | null; issuer: string | null; region: string | null
  clause: string | null; effective_from: string | null; effective_to: string | null; status: string; quote: string; url: string | null
}
export interface DocumentRef { doc_no?: string | null; clause?: string | null; url?: string | null; title?: string | null }
export interface Condition {
  field: string; label: string; op?: string; need: unknown; actual: unknown; shown?: string | null; unit?: string | null
  result: 'met' | 'unmet' | 'unknown' | 'manual'; gap: unknown; document: DocumentRef | null; group?: string | null; group_result?: Condition['result'] | null; confidence?: string | null
}
export interface Verdict {
  programme_id: string; name: string; verdict: 'met' | 'unmet' | 'unknown' | 'not_applicable'; ready: boolean
  conditions: Condition[]; score: { low: number; high: number; pass: string } | null; missing: string[]
  next_questions: { field: string; question: string; why: string }[]; earliest: string | null; window: unknown; benefits: unknown[]; reason?: string | null
}
export interface Recommendation {
  service_id: string; name: string; horizon: 'now' | 'future'; deadline: string | null; value_fen: number | null; reasons: string[]
  programme_ids?: string[]
  providers: { org_id: string; name: string; score: number; price_fen: number | null; days: number | null; reasons: string[] }[]
}
export interface Calculation {
  rule_id: string; title?: string; name?: string; as_of: string; inputs: Record<string, unknown>; outputs: Record<string, unknown>
  steps: Record<string, unknown>[]; documents: DocumentRef[]; notes?: unknown
}
export interface DiagnosisCard { type: 'diagnosis'; company: unknown; as_of: string; verdicts: Verdict[] }
export interface QuestionCard { type: 'question'; field: string; question: string; why: string; options: string[] }
export interface RecommendationsCard { type: 'recommendations'; items: Recommendation[] }
export interface QuoteCard {
  type: 'quote'; quote_id: string; version: number; service_id: string; service_name: string; price_fen: number | null
  price_low_fen: number | null; price_high_fen: number | null; days: number | null; steps: string[]; materials: string[]
  terms: string[]; expires_at: string; sha256: string; confirm_text: string
}
export interface OrderCard { type: 'order'; order_id: string; state: string; state_label: string; service_name: string }
export interface CalculationCard { type: 'calculation'; calculation: Calculation; label?: string }
export type Card = DiagnosisCard | QuestionCard | RecommendationsCard | QuoteCard | OrderCard | CalculationCard

export interface TurnReply {
  question: string; as_of: string; region: string | null; outcome: string; reason: string | null; answer: string; citations: Citation[]
  action: string | null; conversation_id: string; message_id: string; order_id: string | null; cards: Card[]
}
export interface Conversation { id: string; title: string | null; updated_at: string }
export interface StoredMessage { message_id: string; role: 'user' | 'assistant' | 'staff'; text: string; at: string; reply: TurnReply | null }

export interface OrderSummary {
  order_id: string; version: number; audience: string; state: string; state_label: string; service_name: string
  counterparty: string | null; updated_at: string; todo: string | null
}
export interface Party { org_id: string; name: string }
export interface Evidence { id: string; type: string; filename: string; sha256: string; size: number; uploaded_at: string; uploader: string }
export interface Step {
  id: string; no: number; name: string; role: string; state: string; state_label: string; materials: string[]
  requires: { type: string; label: string; count: number }[]; evidence: Evidence[]; due_on: string | null; late: boolean; article: string | null
}
export interface CommandField {
  name: string; label: string; type: 'text' | 'money' | 'choice' | 'file'; required: boolean; choices?: { value: string; label: string }[]
}
export interface Command { aggregate: string; id: string; command: string; label: string; version: number; fields: CommandField[] }
export interface SplitLine { payee_org: string; payee: string; role: string; amount_fen: number; basis: string }
export interface OrderView {
  order_id: string; version: number; audience: string; state: string; state_label: string; on_hold: boolean
  service: { id: string; name: string }; client: Party | null; seller: Party; price_fen: number | null; paid_fen: number | null
  contract: { id: string; state: string; sha256: string; signed_at: string | null } | null
  timeline: { at: string; event: string; label: string; actor: string; detail: string | null }[]
  dispatch: {
    id: string; state: string; route: string; code: string | null; executor: string | null; reason: string | null
    conditions: { label: string; need: unknown; actual: unknown; result: string }[]
  } | null
  offer: { id: string; state: string; partner: string; price_fen: number; expires_at: string } | null
  job: { id: string; state: string; executor: string; subcontracted?: boolean; due_on?: string | null; steps: Step[] } | null
  acceptance: { id: string; state: string; requested_at: string; due_on: string | null; decided_at: string | null; reason?: string | null } | null
  evaluation?: { id: string; state: string; score: number | null; text: string | null } | null
  split: SplitLine[] | null; commands: Command[]
}
