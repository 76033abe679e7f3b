"""What an order does with money: the front door of this room. All within the caller's transaction."""

from workflows.money.receipt import bill, receive, received
from workflows.money.recognise import recognise_and_split, splits_of
from workflows.money.shares import Parties, ShareLine, Split, compute
from workflows.money.terms import AgreementTerms

__all__ = [
    "AgreementTerms",
    "Parties",
    "ShareLine",
    "Split",
    "bill",
    "compute",
    "receive",
    "received",
    "recognise_and_split",
    "splits_of",
]
