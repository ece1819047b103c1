"""The JSON of the API: what a submit must say and what each answer says. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sandbox.modellix.faults import Fault
from sandbox.modellix.settings import PROMPT_CHARACTERS, QUALITIES, SIZES
from sandbox.modellix.tasks import State, Task
from sandbox.modellix.world import Refused

MODEL = "gpt-image-2"
PRIVATE_LINK = "http://10.0.0.1/aigc/image/x.png"
Json = dict[str, Any]

_WHY = "The upstream model could not make this picture."
_FAILURES: dict[Fault, Json] = {
    Fault.FAILED_ERROR_TEXT: {"error": _WHY},
    Fault.FAILED_ERROR_OBJECT: {"error": {"code": "upstream_error", "message": _WHY}},
    Fault.FAILED_ERROR_CODE: {"error": {"code": "upstream_error"}},
    Fault.FAILED_MESSAGE: {"message": _WHY},
    Fault.FAILED_RESULT_ERROR: {"result": {"error": _WHY}},
    Fault.FAILED_RESULT_MESSAGE: {"result": {"message": _WHY}},
    Fault.FAILED_BUT_BILLED: {"message": _WHY},
    Fault.FAILED_BY_SAFETY: {
        "error": {
            "code": "moderation_blocked",
            "message": "Your request was rejected by the safety system. safety_violations=[violence].",
        }
    },
}
_WORKING = {
    Fault.SAYS_QUEUED: "queued",
    Fault.SAYS_RUNNING: "running",
    Fault.SAYS_IN_PROGRESS: "IN_PROGRESS",
    Fault.SAYS_CREATED: "created",
    Fault.SAYS_UNKNOWN_WORD: "warming_up",
}
_WORDS: dict[State, dict[Fault, str]] = {
    State.PENDING: _WORKING,
    State.PROCESSING: _WORKING,
    State.SUCCESS: {Fault.SAYS_SUCCEEDED: "SUCCEEDED", Fault.SAYS_COMPLETED: "completed"},
    State.FAILED: {
        Fault.SAYS_ERROR: "error",
        Fault.SAYS_CANCELED: "canceled",
        Fault.SAYS_CANCELLED: "cancelled",
    },
}


def success(data: Json) -> Json:
    """The envelope of every answer that is not an error."""
    return {"code": 0, "message": "success", "data": data}


def error(status: int, message: str) -> Json:
    """The body of every error."""
    return {"code": status, "message": message}


def accepted(task: Task, base_url: str) -> Json:
    """The answer to a submit that was accepted."""
    if Fault.GET_RESULT_IS_HTTP in task.fates:
        base_url = "http://api.modellix.invalid"
    poll = {"method": "GET", "url": f"{base_url}/api/v1/tasks/{task.id}"}
    word = _word(task, State.PENDING)
    return success({"status": word, "task_id": task.id, "model_id": MODEL, "get_result": poll})


def polled(task: Task, now: float, base_url: str, kept_s: float) -> Json:
    """The answer to a poll."""
    state = task.state(now)
    data: Json = {"status": _word(task, state), "task_id": task.id, "model_id": MODEL}
    if state is State.SUCCESS:
        data |= _result(task, base_url)
        if Fault.BARE not in task.fates:
            data |= _extras(task, kept_s)
    if state is State.FAILED:
        data |= next((_FAILURES[fault] for fault in _FAILURES if fault in task.fates), {})
        if Fault.FAILED_BUT_BILLED in task.fates:
            data["billing"] = _billing(task)
    return success(data)


def models() -> Json:
    """The answer to the list of models."""
    model = {
        "slug": f"openai/{MODEL}",
        "type": "text-to-image",
        "docs_url": f"https://docs.modellix.ai/openai/{MODEL}",
        "description": "A stand-in that paints landscapes.",
        "price": {"min": 0.006, "max": 0.48},
    }
    return {"models": [model]}


def _word(task: Task, state: State) -> str:
    words = _WORDS[state]
    return next((words[fault] for fault in words if fault in task.fates), state.value)


def _result(task: Task, base_url: str) -> Json:
    if Fault.NO_RESULT in task.fates:
        return {}
    if Fault.EMPTY_RESOURCES in task.fates:
        return {"result": {"resources": []}}
    link = f"{base_url}/files/{task.id}.png"
    if Fault.LINK_IS_PRIVATE in task.fates:
        link = PRIVATE_LINK
    if Fault.BARE in task.fates:
        return {"result": {"resources": [{"url": link}]}}
    resource = {"url": link, **_shape(task), "role": "primary"}
    if Fault.SECOND_IS_PRIMARY in task.fates:
        preview = resource | {"url": f"{base_url}/files/preview.png", "role": "preview"}
        return {"result": {"resources": [preview, resource]}}
    return {"result": {"resources": [resource]}}


def _shape(task: Task) -> Json:
    width, height = SIZES[task.size]
    return {"type": "image", "width": width, "height": height, "format": "png"}


def _extras(task: Task, kept_s: float) -> Json:
    return {
        "duration": round((task.done_at - task.submitted_at) * 1000),
        "billing": _billing(task),
        "result_expires_at": _expiry(task, task.done_at + kept_s),
    }


def _billing(task: Task) -> Json:
    return {"status": "succeeded", "amount": f"{task.charge_microusd / 1_000_000:.4f}"}


def _expiry(task: Task, at: float) -> int | str:
    if Fault.EXPIRES_IN_ISO in task.fates:
        return datetime.fromtimestamp(at, UTC).isoformat()
    return round(at) if Fault.EXPIRES_IN_SECONDS in task.fates else round(at * 1000)


def parameters(body: object) -> tuple[str, str, str]:
    """Prompt, size and quality of a submit; stricter than the real one about other fields."""
    if not isinstance(body, dict):
        raise _invalid("the body must be a JSON object")
    if unknown := sorted(body.keys() - {"prompt", "size", "quality"}):
        raise _invalid(f"unknown parameter '{unknown[0]}'")
    if body.get("prompt") is None:
        raise _invalid("parameter 'prompt' is required")
    prompt = body["prompt"]
    if not isinstance(prompt, str) or not 1 <= len(prompt) <= PROMPT_CHARACTERS:
        raise _invalid(f"parameter 'prompt' must be a text of 1 to {PROMPT_CHARACTERS} characters")
    size, quality = body.get("size", "1024x1024"), body.get("quality", "low")
    return prompt, _one_of("size", size, SIZES), _one_of("quality", quality, QUALITIES)


def _one_of(name: str, value: object, allowed: Iterable[str]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise _invalid(f"parameter '{name}' must be one of {', '.join(allowed)}")
    return value


def _invalid(detail: str) -> Refused:
    return Refused(400, f"Invalid parameters: {detail}")
