"""The terms of a split as a value: what an order freezes and a split is worked out from."""

from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from knowledge.base.ids import digest
from knowledge.base.money import PPM
from knowledge.policies.values import Frozen

Role = Literal["platform", "seller", "executor", "referrer"]
ROLE_NAMES: dict[str, str] = {"platform": "平台", "seller": "销售方", "executor": "执行方", "referrer": "推荐方"}


class Share(Frozen):
    """One party's part: a fixed sum in 分, a percentage of the base in ppm, or what is left."""

    role: Role
    kind: Literal["fixed", "percent", "residual"]
    fixed_fen: int = Field(default=0, ge=0, strict=True)
    ppm: int = Field(default=0, ge=0, le=PPM, strict=True)

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        wanted = {"fixed": (True, False), "percent": (False, True), "residual": (False, False)}[self.kind]
        if (self.fixed_fen > 0, self.ppm > 0) != wanted:
            raise ValueError("固定额只填 fixed_fen（分），比例只填 ppm（30 % 为 300000），余额两者都不填")
        return self


class Clauses(Frozen):
    """What the parties agree on. `base` is what percentages are of: `net` of VAT or `gross`."""

    shares: tuple[Share, ...]
    base: Literal["net", "gross"] = "net"
    vat_ppm: int = Field(ge=0, lt=PPM, strict=True)
    holdback_ppm: int = Field(default=0, ge=0, le=PPM, strict=True)
    vesting_days: int = Field(default=0, ge=0, le=3650, strict=True)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        residual = [share.role for share in self.shares if share.kind == "residual"]
        if len(residual) != 1 or residual == ["referrer"]:
            raise ValueError("须有且只有一方拿余额，且不能是可能没有的推荐方")
        if sum(share.ppm for share in self.shares) > PPM:
            raise ValueError("各方比例之和不能超过 100 %（1000000 ppm）")
        if len({(share.role, share.kind) for share in self.shares}) != len(self.shares):
            raise ValueError("同一方的同一种份额只能写一条")
        return self


class AgreementTerms(Clauses):
    """An approved version, frozen. `sha256` is that of the clauses and dates, as approved."""

    agreement_id: str
    version: int = Field(ge=1)
    sha256: str
    name: str
    seller_org: str
    service_id: str | None = None
    executor_org: str | None = None
    valid_from: date
    valid_to: date | None = None


def terms_digest(clauses: Clauses, valid_from: date, valid_to: date | None) -> str:
    """SHA-256 of the clauses and the days they are in force, the last one included."""
    fields: dict[str, Any] = {name: getattr(clauses, name) for name in Clauses.model_fields if name != "shares"}
    return digest(
        {
            **fields,
            "shares": [share.model_dump(mode="json") for share in clauses.shares],
            "valid_from": valid_from.isoformat(),
            "valid_to": valid_to.isoformat() if valid_to else None,
        }
    )
