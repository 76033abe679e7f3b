"""Screening, synthetic companies and imports."""
