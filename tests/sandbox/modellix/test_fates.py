"""Each fault that a task has for life, as a client meets it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.modellix import Fault, ModellixSandbox
from tests.sandbox.modellix.conftest import Api, Clock

FATES = [fault for fault in Fault if fault.is_fate]
WHY = "The upstream model could not make this picture."
CODE = "upstream_error"


async def done(api: Api, clock: Clock) -> Any:
    """The data of the poll that finds a new task done."""
    task_id = await api.task()
    clock.now += 10
    return (await api.poll(task_id)).body["data"]


@pytest.mark.parametrize("fault", FATES, ids=str)
async def test_a_fate_is_for_life_and_for_one_task(
    api: Api, sandbox: ModellixSandbox, clock: Clock, fault: Fault
) -> None:
    sandbox.fault(fault, match="doomed")
    spared, doomed, next_one = [await api.task(prompt) for prompt in ("x", "doomed", "doomed")]
    fates = [sandbox.world.tasks[task_id].fates for task_id in (spared, doomed, next_one)]
    assert fates == [frozenset(), {fault}, frozenset()]
    clock.now += 10
    assert (await api.poll(doomed)).raw == (await api.poll(doomed)).raw


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("failed_without_text", {}),
        ("failed_error_text", {"error": WHY}),
        ("failed_error_object", {"error": {"code": CODE, "message": WHY}}),
        ("failed_error_code", {"error": {"code": CODE}}),
        ("failed_message", {"message": WHY}),
        ("failed_result_error", {"result": {"error": WHY}}),
        ("failed_result_message", {"result": {"message": WHY}}),
    ],
)
async def test_a_failure_says_why_in_its_form_and_costs_nothing(
    api: Api, sandbox: ModellixSandbox, clock: Clock, fault: str, said: dict[str, Any]
) -> None:
    sandbox.fault(fault)
    data = await done(api, clock)
    assert data.pop("status") == "failed"
    assert {name: data[name] for name in data.keys() - {"task_id", "model_id"}} == said
    assert sandbox.world.books()["charged_microusd"] == 0


async def test_a_safety_refusal_carries_the_words_of_the_upstream(
    api: Api, sandbox: ModellixSandbox, clock: Clock
) -> None:
    sandbox.fault("failed_by_safety")
    error = (await done(api, clock))["error"]
    assert error["code"] == "moderation_blocked"
    assert "rejected by the safety system" in error["message"]
    assert "safety_violations=[" in error["message"]


async def test_a_failure_may_be_billed(api: Api, sandbox: ModellixSandbox, clock: Clock) -> None:
    sandbox.fault("failed_but_billed")
    data = await done(api, clock)
    assert (data["status"], data["billing"]["amount"]) == ("failed", "0.0060")
    assert sandbox.world.books()["charged_microusd"] == 6_000


@pytest.mark.parametrize(
    ("fault", "word", "over"),
    [
        ("stuck", "processing", True),
        ("says_queued", "queued", False),
        ("says_running", "running", False),
        ("says_in_progress", "IN_PROGRESS", False),
        ("says_created", "created", False),
        ("says_unknown_word", "warming_up", False),
        ("says_succeeded", "SUCCEEDED", True),
        ("says_completed", "completed", True),
        ("says_error", "error", True),
        ("says_canceled", "canceled", True),
        ("says_cancelled", "cancelled", True),
    ],
)
async def test_a_status_has_many_words(
    api: Api, sandbox: ModellixSandbox, clock: Clock, fault: str, word: str, over: bool
) -> None:
    sandbox.fault(fault)
    task_id = await api.task()
    clock.now += 10_000 if over else 5
    assert (await api.poll(task_id)).body["data"]["status"] == word


async def test_an_expired_task_is_404_as_soon_as_it_is_done(
    api: Api, sandbox: ModellixSandbox, clock: Clock
) -> None:
    sandbox.fault("expired")
    task_id = await api.task()
    assert (await api.poll(task_id)).status == 200
    clock.now += 10
    assert (await api.poll(task_id)).status == 404
    assert (await api.file(task_id)).status == 404


@pytest.mark.parametrize(("fault", "result"), [("empty_resources", {"resources": []}), ("no_result", None)])
async def test_success_may_be_empty(
    api: Api, sandbox: ModellixSandbox, clock: Clock, fault: str, result: Any
) -> None:
    sandbox.fault(fault)
    data = await done(api, clock)
    assert (data["status"], data.get("result")) == ("success", result)


async def test_bare_success_has_a_link_and_nothing_optional(
    api: Api, sandbox: ModellixSandbox, clock: Clock
) -> None:
    sandbox.fault("bare")
    data = await done(api, clock)
    assert data.keys() == {"status", "task_id", "model_id", "result"}
    assert data["result"]["resources"][0].keys() == {"url"}


async def test_the_primary_resource_may_come_second(api: Api, sandbox: ModellixSandbox, clock: Clock) -> None:
    sandbox.fault("second_is_primary")
    resources = (await done(api, clock))["result"]["resources"]
    assert [resource["role"] for resource in resources] == ["preview", "primary"]


async def test_expiry_comes_in_seconds_and_as_iso_text(
    api: Api, sandbox: ModellixSandbox, clock: Clock
) -> None:
    expires = clock.now + 10 + 7 * 86_400
    sandbox.fault("expires_in_seconds", match="seconds")
    sandbox.fault("expires_in_iso", match="iso")
    seconds, iso = await api.task("seconds"), await api.task("iso")
    clock.now += 10
    assert (await api.poll(seconds)).body["data"]["result_expires_at"] == expires
    text = (await api.poll(iso)).body["data"]["result_expires_at"]
    assert datetime.fromisoformat(text) == datetime.fromtimestamp(expires, UTC)


async def test_links_may_point_where_nobody_should_go(
    api: Api, sandbox: ModellixSandbox, clock: Clock
) -> None:
    sandbox.fault("link_is_private")
    sandbox.fault("get_result_is_http")
    submitted = (await api.submit()).body["data"]
    clock.now += 10
    data = (await api.poll(submitted["task_id"])).body["data"]
    assert submitted["get_result"]["url"].startswith("http://api.modellix.invalid/")
    assert data["result"]["resources"][0]["url"].startswith("http://10.0.0.1/")
