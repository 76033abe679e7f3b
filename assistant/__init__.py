"""Understands, judges, recommends, hands off. Front doors: `turn`, `ask`, `extract`. May import all below it."""
