"""Who speaks to the assistant, as the layers above have established it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Speaker:
    """`role` is the face of the assistant they see: client, sales or channel; it never widens their rights."""

    subject: str
    name: str
    org_id: str
    org_kind: str
    roles: tuple[str, ...]
    role: str = "client"

    @property
    def may_order(self) -> bool:
        """Only a signed-in client orders; a visitor asks and diagnoses."""
        return "client" in self.roles and self.org_kind == "client"
