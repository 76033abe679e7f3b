"""Finds evidence: one search front door over lexical and vector indexes. May import `knowledge`."""
