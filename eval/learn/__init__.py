"""What is learned and shipped: the ranking's weights, the query side of the default embedder, what an answer quotes.

Front door: `python -m eval learn ranking|query|pieces`. The second learns from clients' phrasings of the shipped
articles and of clauses of the law (`knowledge/statutes`), the first also and the third only from the labelled questions
that may be looked at; none from a benchmark, the held half or the fourth set, which stay questions they have not seen.
"""
