"""The API when nothing goes wrong, and what it refuses."""

import io
from typing import Any

import pytest
from PIL import Image

from sandbox.modellix import ModellixSandbox
from tests.sandbox.modellix.conftest import KEY, Api, Clock

BEARER = {"Authorization": f"Bearer {KEY}"}


@pytest.mark.parametrize("suffix", ["/async", ""])
async def test_both_submit_paths_accept_a_task(api: Api, suffix: str) -> None:
    answer = await api.submit(suffix=suffix)
    data = answer.body["data"]
    assert answer.body | {"data": None} == {"code": 0, "message": "success", "data": None}
    assert data["status"] == "pending"
    assert data["model_id"] == "gpt-image-2"
    assert data["get_result"] == {
        "method": "GET",
        "url": f"{api.base_url}/api/v1/tasks/{data['task_id']}",
    }


async def test_a_task_goes_from_pending_over_processing_to_success(api: Api, clock: Clock) -> None:
    task_id = await api.task()
    seen = []
    for step in (0, 5, 5):
        clock.now += step
        seen.append((await api.poll(task_id)).body["data"]["status"])
    assert seen == ["pending", "processing", "success"]


async def test_success_tells_link_duration_bill_and_expiry(api: Api, clock: Clock) -> None:
    task_id = await api.task(size="3840x2160", quality="medium")
    clock.now += 10
    data = (await api.poll(task_id)).body["data"]
    assert data == {
        "status": "success",
        "task_id": task_id,
        "model_id": "gpt-image-2",
        "duration": 10_000,
        "result": {
            "resources": [
                {
                    "url": f"{api.base_url}/files/{task_id}.png",
                    "type": "image",
                    "width": 3840,
                    "height": 2160,
                    "format": "png",
                    "role": "primary",
                }
            ]
        },
        "billing": {"status": "succeeded", "amount": "0.2400"},
        "result_expires_at": round((clock.now + 7 * 86_400) * 1000),
    }


async def test_the_link_holds_a_png_of_the_size_asked_for_and_needs_no_key(api: Api, clock: Clock) -> None:
    task_id = await api.task(size="1536x1024")
    clock.now += 10
    answer = await api.file(task_id)
    assert answer.headers["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.raw)).size == (1536, 1024)


async def test_there_is_no_picture_before_the_task_is_done(api: Api) -> None:
    assert (await api.file(await api.task())).status == 404


async def test_task_and_picture_are_gone_after_seven_days(api: Api, clock: Clock) -> None:
    task_id = await api.task()
    clock.now += 10 + 7 * 86_400
    assert (await api.poll(task_id)).status == 404
    assert (await api.file(task_id)).status == 404


async def test_an_unknown_task_is_404(api: Api) -> None:
    answer = await api.poll("task-openai-nobody")
    assert (answer.status, answer.body["code"]) == (404, 404)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ([], "the body must be a JSON object"),
        ({}, "parameter 'prompt' is required"),
        ({"prompt": None}, "parameter 'prompt' is required"),
        ({"prompt": ""}, "parameter 'prompt' must be a text of 1 to 32000 characters"),
        ({"prompt": "x" * 32_001}, "parameter 'prompt' must be a text of 1 to 32000 characters"),
        ({"prompt": 7}, "parameter 'prompt' must be a text of 1 to 32000 characters"),
        ({"prompt": "x", "quality": "best"}, "parameter 'quality' must be one of low, medium, high"),
        ({"prompt": "x", "quality": ["low"]}, "parameter 'quality' must be one of"),
        ({"prompt": "x", "size": "1x1"}, "parameter 'size' must be one of 1024x1024, "),
        ({"prompt": "x", "n": 2}, "unknown parameter 'n'"),
    ],
)
async def test_wrong_parameters_are_refused_and_nothing_is_made(
    api: Api, sandbox: ModellixSandbox, body: Any, detail: str
) -> None:
    answer = await api.ask("POST", "/api/v1/openai/gpt-image-2/async", json=body)
    assert (answer.status, answer.body["code"]) == (400, 400)
    assert answer.body["message"].startswith(f"Invalid parameters: {detail}")
    assert not sandbox.world.tasks


async def test_a_prompt_of_32000_characters_of_any_script_is_accepted(api: Api) -> None:
    assert (await api.submit("🦊" * 32_000)).status == 200


@pytest.mark.parametrize(("content", "status"), [("application/json", 400), ("text/plain", 415), (None, 415)])
async def test_a_body_that_is_not_json_is_refused(api: Api, content: str | None, status: int) -> None:
    headers = BEARER | ({"Content-Type": content} if content else {})
    path = "/api/v1/openai/gpt-image-2/async"
    assert (await api.ask("POST", path, data=b"{", headers=headers)).status == status


@pytest.mark.parametrize("header", ["Bearer wrong", f"Basic {KEY}", KEY, ""])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/openai/gpt-image-2/async"),
        ("GET", "/api/v1/tasks/x"),
        ("GET", "/api/v1/team/balance"),
        ("GET", "/api/v1/models"),
    ],
)
async def test_a_wrong_key_is_401(api: Api, method: str, path: str, header: str) -> None:
    answer = await api.ask(method, path, headers={"Authorization": header})
    assert (answer.status, answer.body["code"]) == (401, 401)


async def test_validate_answers_200_for_a_bad_key_too(api: Api) -> None:
    path = "/api/v1/apikey/validate"
    assert (await api.ask("GET", path)).body["data"] == {"is_valid": True}
    bad = await api.ask("GET", path, headers={"Authorization": "Bearer wrong"})
    assert (bad.status, bad.body["data"]) == (200, {"is_valid": False})


async def test_balance_falls_by_the_price_of_what_was_accepted(api: Api, sandbox: ModellixSandbox) -> None:
    sandbox.world.change({"balance_microusd": 500_000})
    await api.task(size="2048x2048", quality="high")
    answer = await api.ask("GET", "/api/v1/team/balance")
    assert answer.body == {"code": 0, "message": "success", "data": {"balance": 0.24}}


async def test_models_are_listed_at_the_top_level(api: Api) -> None:
    (model,) = (await api.ask("GET", "/api/v1/models")).body["models"]
    assert model["slug"] == "openai/gpt-image-2"
    assert model["price"] == {"min": 0.006, "max": 0.48}


@pytest.mark.parametrize(
    ("setting", "gone", "there"), [("async_path", "/async", ""), ("plain_path", "", "/async")]
)
async def test_either_submit_path_can_be_missing(
    api: Api, sandbox: ModellixSandbox, setting: str, gone: str, there: str
) -> None:
    sandbox.world.change({setting: False})
    assert (await api.submit(suffix=gone)).status == 404
    assert not sandbox.world.tasks
    assert (await api.submit(suffix=there)).status == 200


async def test_an_unknown_address_is_404_as_json(api: Api) -> None:
    assert (await api.ask("GET", "/api/v2")).body["code"] == 404


@pytest.mark.parametrize(
    ("size", "quality", "at_least", "at_most"),
    [("1024x1024", "low", 8, 16), ("1024x1024", "medium", 31, 59), ("3840x2160", "high", 133, 248)],
)
async def test_without_a_fixed_duration_tasks_take_as_long_as_people_report(
    size: str, quality: str, at_least: float, at_most: float, clock: Clock
) -> None:
    sandbox = ModellixSandbox(now=clock, speed=1)
    taken = {round(sandbox.world.submit("x", size, quality).done_at - clock.now, 3) for _ in range(20)}
    assert len(taken) > 10
    assert at_least <= min(taken) <= max(taken) <= at_most


async def test_speed_makes_tasks_faster(clock: Clock) -> None:
    world = ModellixSandbox(now=clock, duration_s=60, speed=10).world
    assert world.submit("x", "1024x1024", "low").done_at == clock.now + 6
