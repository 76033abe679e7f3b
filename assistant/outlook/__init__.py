"""What a company can have now and later, and what would change if something did. Judged by the rules, never guessed.

Front doors: `plan.look_ahead` (gaps, dates, duties, value) and `whatif.compare` (verdicts before and after supposed
changes). Imports `assistant.diagnose`, `knowledge`.
"""
