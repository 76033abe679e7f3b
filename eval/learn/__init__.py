"""What is learned and shipped: the ranking's weights and the query side of the default embedder.

Front door: `python -m eval learn ranking|query`. Learns from clients' phrasings of the shipped articles and of clauses
of the law (`knowledge/statutes`), never from a benchmark or the labelled questions, so that those stay questions it
has not seen. `knowledge`, `retrieval` and the extra `models` only.
"""
