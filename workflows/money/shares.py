"""Who gets what of a price: pure arithmetic on frozen terms. Nothing is read or written here."""

from decimal import Decimal

from pydantic import Field

from knowledge.base.errors import BadInput
from knowledge.base.money import PPM, yuan
from knowledge.policies.values import Frozen
from workflows.money.allocate import allocate
from workflows.money.terms import ROLE_NAMES, AgreementTerms, Role, Share


class Parties(Frozen):
    """The organisations in the roles. Two roles may be one organisation; a referrer may be missing."""

    platform: str
    seller: str
    executor: str
    referrer: str | None = None


class ShareLine(Frozen):
    """One share worked out. `basis` tells a person what it is of; `ppm` is its rate, 0 for fixed and residual ones."""

    role: Role
    payee_org: str
    kind: str
    ppm: int
    base_fen: int
    amount_fen: int
    basis: str


class Split(Frozen):
    """A price, VAT included, divided: Σ lines = net, net + VAT = gross, in 分. Ids are empty until it is posted."""

    gross_fen: int
    vat_fen: int
    net_fen: int
    agreement_id: str
    agreement_version: int
    agreement_sha256: str
    lines: tuple[ShareLine, ...] = Field(min_length=1)
    split_id: str = ""
    recognise_journal_id: str = ""
    split_journal_id: str = ""


def compute(terms: AgreementTerms, gross_fen: int, parties: Parties) -> Split:
    """Divide a price that includes VAT. Raises `BadInput` on a price that is not a positive whole number of 分.

    Fixed sums first in the agreement's order, each capped at what is left of the net; then percentages of the
    declared base, scaled down together when the net doesn't reach; then the residual. A missing referrer's share
    stays in the residual.
    """
    if type(gross_fen) is not int or gross_fen <= 0:
        raise BadInput("gross_fen：分账金额应为大于 0 的整数分，例如 10000000 表示 100,000.00 元。", field="gross_fen")
    net = net_of_vat(gross_fen, terms.vat_ppm)
    base = net if terms.base == "net" else gross_fen
    present = [share for share in terms.shares if share.role != "referrer" or parties.referrer]
    amounts: dict[int, int] = {}
    left = net
    for index, share in enumerate(present):
        if share.kind == "fixed":
            amounts[index] = min(share.fixed_fen, left)
            left -= amounts[index]
    percents = [index for index, share in enumerate(present) if share.kind == "percent"]
    parts = _percentages(base, [present[index].ppm for index in percents], left)
    amounts.update(zip(percents, parts, strict=True))
    left -= sum(parts)
    lines = []
    for index, share in enumerate(present):
        amount = amounts.get(index, left)  # only the residual has none yet
        payee = getattr(parties, share.role)
        lines.append(
            ShareLine(
                role=share.role,
                payee_org=payee,
                kind=share.kind,
                ppm=share.ppm,
                base_fen=base if share.kind == "percent" else net,
                amount_fen=amount,
                basis=_basis(share, terms.base, base, net, amount),
            )
        )
    return Split(
        gross_fen=gross_fen,
        vat_fen=gross_fen - net,
        net_fen=net,
        agreement_id=terms.agreement_id,
        agreement_version=terms.version,
        agreement_sha256=terms.sha256,
        lines=tuple(lines),
    )


def net_of_vat(gross_fen: int, vat_ppm: int) -> int:
    """Price without VAT, `gross ÷ (1 + rate)`, rounded half up to a 分."""
    return (2 * gross_fen * PPM + PPM + vat_ppm) // (2 * (PPM + vat_ppm))


def _percentages(base_fen: int, rates: list[int], most_fen: int) -> tuple[int, ...]:
    """`base × rate` each within one 分, together never above `most_fen`."""
    *parts, _ = allocate(base_fen, [*rates, PPM - sum(rates)])
    if sum(parts) > most_fen:
        return allocate(most_fen, rates)
    return tuple(parts)


def _basis(share: Share, base_name: str, base_fen: int, net_fen: int, amount_fen: int) -> str:
    name = "净额" if base_name == "net" else "含税额"
    if share.kind == "fixed":
        capped = f"，净额 {yuan(net_fen)} 元不足，取余下部分" if amount_fen < share.fixed_fen else ""
        return f"固定 {yuan(share.fixed_fen)} 元{capped}"
    if share.kind == "residual":
        return f"净额 {yuan(net_fen)} 元减去其他各方后的余额（{ROLE_NAMES[share.role]}）"
    percent = f"{Decimal(share.ppm) / 10_000:f}"
    exact = Decimal(base_fen) * share.ppm / PPM
    scaled = "，按比例缩减至净额以内" if abs(amount_fen - exact) >= 1 else ""
    return f"{name} {yuan(base_fen)} 元的 {percent} %{scaled}"
