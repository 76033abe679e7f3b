"""Measures the whole; nobody imports it. Run as `python -m eval`."""
