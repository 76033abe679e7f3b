"""Carries orders: quote to payout, with a double-entry ledger.

Front doors: `intake`, `fulfil`, `view`, `ledger`, `timers`. May import `knowledge`, never `retrieval`.
"""
