"""What the firm knows: policies, rules, services, companies; on `knowledge.base`, the floor.

Front doors: `knowledge.policies` (rules, verdicts, calculations), `knowledge.services` (catalogue, SOPs),
`knowledge.companies` (profiles, derivation), `knowledge.ingest` (files to chunks). May import nothing of the house.
"""
