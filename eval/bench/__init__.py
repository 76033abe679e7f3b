"""Benchmarks of retrieval on labelled questions: own legs, own ranking, and the stock recipes of others.

Front door: `python -m eval bench retrieval`. Imports `retrieval` and `knowledge.ingest`; never in the product.
"""
