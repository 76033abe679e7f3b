"""The command line. Each command imports what it needs when it runs, so that small ones start fast."""

from api.cli.main import main

__all__ = ["main"]
