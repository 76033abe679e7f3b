"""Money of the workflows: a double-entry ledger per organisation, split agreements, splits, refunds, vesting, payouts.

Front doors: `split` (what an order does with money), `agreement.freeze`, `ledger`, `check.check_books`. Imports only
`knowledge`. The ledger computes and instructs: a licensed provider holds and moves the money.
"""
