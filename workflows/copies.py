"""What crosses from one organisation to another: whitelists, `extra=forbid`. A field that isn't here can't travel.

Each is also what that audience's order page shows, so a page can't show more than was handed over.
"""

from datetime import date, datetime

from knowledge.policies.values import Frozen


class Party(Frozen):
    org_id: str
    name: str


class ServiceName(Frozen):
    id: str
    name: str


class Handle(Frozen):
    """What a command may be addressed to. `doers` are those who may not check; `ready` that a step may start."""

    machine: str
    id: str
    state: str
    version: int
    no: int | None = None
    doers: tuple[str, ...] = ()
    ready: bool = True


class ContractCopy(Frozen):
    id: str
    state: str
    sha256: str
    signed_at: datetime | None


class EvidenceCopy(Frozen):
    id: str
    type: str
    filename: str
    sha256: str
    size: int
    uploaded_at: datetime
    uploader: str


class Requirement(Frozen):
    type: str
    label: str
    count: int


class StepCopy(Frozen):
    id: str
    no: int
    name: str
    role: str
    subcontract: bool
    state: str
    state_label: str
    materials: tuple[str, ...]
    requires: tuple[Requirement, ...]
    evidence: tuple[EvidenceCopy, ...]
    due_on: date | None
    late: bool
    article: str | None


class JobCopy(Frozen):
    id: str
    state: str
    executor: str
    subcontracted: bool
    due_on: date
    steps: tuple[StepCopy, ...]


class AcceptanceCopy(Frozen):
    id: str
    state: str
    requested_at: datetime
    due_on: date | None
    decided_at: datetime | None
    reason: str | None = None


class EvaluationCopy(Frozen):
    id: str
    state: str
    score: int | None
    text: str | None


class ConditionCopy(Frozen):
    label: str
    need: str
    actual: str
    result: str


class DispatchCopy(Frozen):
    """`choices` are the organisations an override may name, with the words for each."""

    id: str
    state: str
    route: str
    code: str | None
    executor: str | None
    reason: str | None
    conditions: tuple[ConditionCopy, ...]
    choices: tuple[tuple[str, str], ...] = ()


class OfferCopy(Frozen):
    id: str
    state: str
    partner: str
    price_fen: int
    expires_at: datetime


class SplitLineCopy(Frozen):
    payee_org: str
    payee: str
    role: str
    amount_fen: int
    basis: str


class Copy(Frozen):
    """What everyone on an order may know."""

    service: ServiceName
    seller: Party
    job: JobCopy | None = None
    acceptance: AcceptanceCopy | None = None
    handles: tuple[Handle, ...] = ()


class ClientCopy(Copy):
    """Never who else works on it, what they get, or how the price is divided. `due_fen` is the next instalment."""

    price_fen: int
    paid_fen: int
    due_fen: int = 0
    contract: ContractCopy
    evaluation: EvaluationCopy | None = None


class PartnerCopy(Copy):
    """Scope, procedure, deadline and its own price; never the client, the client's price or anyone else's share."""

    price_fen: int
    offer: OfferCopy
    split: tuple[SplitLineCopy, ...] | None = None


class SellerCopy(Copy):
    """The whole order, on the seller's own row. `credit_agreed`: the client may be served before it pays."""

    credit_agreed: bool = False
    client: Party
    price_fen: int
    paid_fen: int
    due_fen: int = 0
    contract: ContractCopy
    dispatch: DispatchCopy | None = None
    offer: OfferCopy | None = None
    evaluation: EvaluationCopy | None = None
    split: tuple[SplitLineCopy, ...] | None = None
