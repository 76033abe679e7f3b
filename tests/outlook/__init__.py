"""Now, later and what-if."""
