import { coded } from '../i18n'

// The order's own states, in the order they are passed (contract: workflows, Order).
export const FLOW = ['created', 'funded', 'dispatching', 'in_progress', 'delivered', 'accepted', 'closed'] as const

/** The words of any other machine's state (offer, dispatch, job, acceptance, contract). */
export const stateWords = (state: string, machine = ''): string => coded(`s_${machine}_`, state) === state ? coded('s_', state) : coded(`s_${machine}_`, state)
export const partyRole = (role: string): string => ({ platform: coded('', 'platform'), referrer: coded('', 'referrer') })[role] ?? coded('r_', role)
