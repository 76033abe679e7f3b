"""The suites that measure the house."""
