"""The floor: settings, database, tenancy, money, clock, workdays, ids, errors, logs. Imports nothing of the house."""
