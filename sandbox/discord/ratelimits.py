"""X-RateLimit headers as Discord sends them, and real 429s when a test wants them."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field

DEFAULT = (50, 1.0)
LIMITS: dict[str, tuple[int, float]] = {  # requests per seconds
    "create_message": (5, 5.0),
    "update_message": (5, 5.0),
    "delete_message": (5, 1.0),
    "execute_webhook": (5, 2.0),
    "update_original_webhook_message": (5, 2.0),
    "update_webhook_message": (5, 2.0),
}
WEBHOOK_SHARED = {"execute_webhook", "update_original_webhook_message", "update_webhook_message"}


@dataclass
class Window:
    ends: float
    used: int = 0


@dataclass(frozen=True)
class Ticket:
    headers: dict[str, str]
    retry_after: float | None  # seconds, when over the limit


@dataclass
class RateLimits:
    """Fixed windows per bucket and major parameter. `enforced` turns 429s on."""

    enforced: bool = False
    limits: dict[str, tuple[int, float]] = field(default_factory=lambda: dict(LIMITS))
    _windows: dict[tuple[str, str], Window] = field(default_factory=dict)

    def take(self, operation: str, major: str) -> Ticket:
        bucket = "webhook" if operation in WEBHOOK_SHARED else operation
        limit, seconds = self.limits.get(operation, DEFAULT)
        now = time.time()
        window = self._windows.get((bucket, major))
        if window is None or window.ends <= now:
            self._forget(now)
            window = self._windows[(bucket, major)] = Window(now + seconds)
        window.used += 1
        left = window.ends - now
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - window.used)),
            "X-RateLimit-Reset": f"{window.ends:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(bucket.encode()).hexdigest()[:32],
        }
        over = self.enforced and window.used > limit
        return Ticket(headers, left if over else None)

    def _forget(self, now: float) -> None:
        if len(self._windows) > 1_000:
            self._windows = {k: w for k, w in self._windows.items() if w.ends > now}
