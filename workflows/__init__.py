"""Carries orders: quote to payout, with a double-entry ledger.

Front doors: `intake` (quote, order), `fulfil` (every command), `view` (what each audience sees), `evidence`, `timers`,
`outbox`, `trace`, `providers`, `money`. May import `knowledge`, never `retrieval`.
"""
