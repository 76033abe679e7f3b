"""One turn: understand, then answer, calculate, judge, recommend, offer or report, then compose. Front door: `turn`."""
