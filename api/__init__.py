"""HTTP, pages, sign-in, command line, job engine, and the wiring of it all (the only composition root)."""
