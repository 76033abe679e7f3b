"""The one error tree. An error knows its kind; `api` alone turns kinds into HTTP codes and exit codes.

    QifuError               kind        HTTP  exit
    ├── BadInput            bad_input    422   2     a value a person gave is wrong
    ├── Missing             not_found    404   3     not there, or not theirs to see
    ├── Refused             refused      403   4     a right is missing
    │   └── NotInForce      not_in_force 422   4     the rule exists, but not on that date
    ├── Conflict            conflict     409   4     the state moved on, or a key came with other input
    ├── GuardFailed         guard_failed 422   4     the state does not allow it; `reasons` say why
    └── Fault               fault        500   1     ours
        └── TenantLeak      tenant_leak  500   1     a statement without an organisation was stopped

`message` is one Chinese sentence: it names the field, shows a right value, says the next step.
"""

from typing import ClassVar


class QifuError(Exception):
    """Root. `message` is for a person, `field` names the input at fault or is None."""

    kind: ClassVar[str] = "fault"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class BadInput(QifuError):
    kind = "bad_input"


class Missing(QifuError):
    kind = "not_found"


class Refused(QifuError):
    kind = "refused"


class NotInForce(Refused):
    kind = "not_in_force"


class Conflict(QifuError):
    kind = "conflict"


class GuardFailed(QifuError):
    """A command the state does not allow now. `reasons` lists each failed condition as a sentence."""

    kind = "guard_failed"

    def __init__(self, message: str, *, reasons: tuple[str, ...] = (), field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.reasons = reasons


class Fault(QifuError):
    kind = "fault"


class TenantLeak(Fault):
    kind = "tenant_leak"
