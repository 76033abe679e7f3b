"""What is learned and shipped: the ranking's weights, the query side of the default embedder, what an answer quotes.

Front door: `python -m eval learn ranking|query|pieces`. The first two learn from clients' phrasings of the shipped
articles and of clauses of the law (`knowledge/statutes`), never from a benchmark or the labelled questions, so that
those stay questions they have not seen; the third learns from the labelled questions that may be looked at.
"""
