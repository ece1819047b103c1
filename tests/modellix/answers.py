"""Answers of the provider, and what the reader makes of them."""

import json
from typing import Any

from bot.modellix.wire import read_poll, read_submit

NOW = 1_790_000_000_000
TASK = "task-abc123"
SAFETY = "Your request was rejected by the safety system. safety_violations=[sexual]."


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


def accepted(**changes: Any) -> bytes:
    data = {"status": "pending", "task_id": TASK, "model_id": "gpt-image-2"}
    return body({"code": 0, "message": "success", "data": data | changes})


def failure(message: str, code: int = 400) -> bytes:
    return body({"code": code, "message": message})


def submit(status: int, content: bytes = b"", headers: dict[str, str] | None = None) -> Any:
    return read_submit(status, headers or {}, content, NOW)


def poll(status: int, content: bytes = b"", headers: dict[str, str] | None = None) -> Any:
    return read_poll(status, headers or {}, content, TASK, NOW)


def state(word: Any, **fields: Any) -> bytes:
    return body({"code": 0, "data": {"status": word, "task_id": TASK, **fields}})
