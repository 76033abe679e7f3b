"""What an order does with money: the front door of this room. All within the caller's transaction."""

from workflows.money.payout import Payout, payout_failed, payout_paid, submit_payout
from workflows.money.receipt import bill, receive, received
from workflows.money.recognise import recognise_and_split, splits_of
from workflows.money.refund import refund, refund_paid, refunded
from workflows.money.shares import Parties, ShareLine, Split, compute
from workflows.money.terms import AgreementTerms
from workflows.money.vesting import hold, release, vest

__all__ = [
    "AgreementTerms",
    "Parties",
    "Payout",
    "ShareLine",
    "Split",
    "bill",
    "compute",
    "hold",
    "payout_failed",
    "payout_paid",
    "receive",
    "received",
    "recognise_and_split",
    "refund",
    "refund_paid",
    "refunded",
    "release",
    "splits_of",
    "submit_payout",
    "vest",
]
