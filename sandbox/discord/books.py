"""What the stand-in writes down for a test to read afterwards."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sandbox.discord.values import Message, Upload


@dataclass(eq=False)
class Call:
    """One request of the bot; `status` stays None when its answer was never sent."""

    at: float
    method: str
    path: str
    operation: str  # Discord's operationId, or "unknown"
    body: Any = None
    uploads: dict[int, Upload] = field(default_factory=dict)
    status: int | None = None
    code: int | None = None  # Discord's error code
    fault: str | None = None
    took_effect: bool = False

    @property
    def route(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Violation:
    """Something the bot did that Discord refuses, or would rather not see."""

    at: float
    operation: str
    status: int
    code: int
    message: str
    field: str = ""


@dataclass
class Books:
    calls: list[Call] = field(default_factory=list)
    created: list[Message] = field(default_factory=list)  # in order, deleted ones too
    followups: list[Message] = field(default_factory=list)
    gateway: list[str] = field(default_factory=list)  # "identify", "resumed", "closed 1000", ...

    def of(self, operation: str) -> list[Call]:
        return [call for call in self.calls if call.operation == operation]

    def count(self, operation: str) -> int:
        return len(self.of(operation))

    def posts_by_nonce(self) -> Counter[str]:
        """How often each nonce was sent; more than one is a retry."""
        bodies = [c.body for c in self.of("create_message") if isinstance(c.body, dict)]
        return Counter(str(body["nonce"]) for body in bodies if body.get("nonce") is not None)

    def created_by_nonce(self) -> Counter[str]:
        """How many messages each nonce made; more than one is a duplicate."""
        return Counter(str(m.nonce) for m in self.created if m.nonce is not None)
