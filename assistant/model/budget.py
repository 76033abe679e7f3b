"""Tokens a model may use for an organisation in a day, kept in SQL so that several processes share one budget."""

from datetime import date

from sqlmodel import Field, select

from knowledge.base.clock import Clock, today
from knowledge.base.db import Database
from knowledge.base.tenancy import Owned


class ModelUsage(Owned, table=True):
    """Tokens used by an organisation on a day (China)."""

    __tablename__ = "model_usage"
    org_id: str = Field(primary_key=True, foreign_key="org.id", max_length=40)
    day: date = Field(primary_key=True)
    tokens: int = 0


class Budget:
    def __init__(self, database: Database, clock: Clock, tokens_a_day: int) -> None:
        self._database = database
        self._clock = clock
        self._limit = tokens_a_day

    def left(self, org_id: str) -> int:
        """Tokens that remain today, never below zero."""
        with self._database.read() as work:
            row = work.session(org_id).exec(select(ModelUsage).where(ModelUsage.day == today(self._clock))).first()
            return max(0, self._limit - (row.tokens if row else 0))

    def spend(self, org_id: str, tokens: int) -> None:
        with self._database.work() as work:
            session = work.session(org_id)
            row = session.exec(select(ModelUsage).where(ModelUsage.day == today(self._clock))).first()
            if row is None:
                row = ModelUsage(org_id=org_id, day=today(self._clock))
            row.tokens += tokens
            session.add(row)
