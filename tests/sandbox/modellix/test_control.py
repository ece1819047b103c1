"""The controls for another process, the hook for this one, and serving."""

import asyncio
from typing import Any

import aiohttp
import pytest

from sandbox.modellix import Fault, ModellixSandbox, serve
from tests.sandbox.modellix.conftest import KEY, Api, Clock


async def test_a_fault_is_ordered_over_http_and_cleared(api: Api, sandbox: ModellixSandbox) -> None:
    order = {"fault": "status_503", "on": "submit", "times": 3, "match": "fox"}
    assert (await api.ask("POST", "/control/faults", json=order)).status == 204
    assert [(await api.submit(prompt)).status for prompt in ("a cat", "a fox")] == [200, 503]
    waiting = (await api.ask("GET", "/control/faults")).body["waiting"]
    assert [(each["fault"], each["left"]) for each in waiting] == [("status_503", 2)]
    await api.ask("DELETE", "/control/faults")
    assert (await api.submit("a fox")).status == 200


async def test_a_list_of_orders_is_taken_whole_or_not_at_all(api: Api, sandbox: ModellixSandbox) -> None:
    good = {"fault": "stuck"}
    assert (await api.ask("POST", "/control/faults", json=[good, {"fault": "x"}])).status == 400
    assert not sandbox.faults.waiting()
    assert (await api.ask("POST", "/control/faults", json=[good, good])).status == 204
    assert len(sandbox.faults.waiting()) == 2


@pytest.mark.parametrize(
    "order",
    [{}, [7], {"fault": "bomb", "on": "poll"}, {"fault": "stuck", "on": "file"}, {"fault": "html", "at": 1}],
    ids=str,
)
async def test_an_order_that_makes_no_sense_is_refused(api: Api, order: Any) -> None:
    assert (await api.ask("POST", "/control/faults", json=order)).status == 400


async def test_every_fault_is_listed_with_a_sentence(api: Api) -> None:
    known = (await api.ask("GET", "/control/faults")).body["known"]
    assert known.keys() == set(Fault)
    assert all(entry["sentence"].endswith(".") and entry["on"] for entry in known.values())


async def test_the_books_tell_what_was_accepted_and_every_request(
    api: Api, sandbox: ModellixSandbox, clock: Clock
) -> None:
    started = clock.now
    task_id = await api.task("a fox", size="2048x2048", quality="high")
    await api.submit(n=2)
    clock.now += 10
    await api.poll(task_id)
    await api.file(task_id)
    books = (await api.ask("GET", "/control/books")).body
    assert books["tasks"] == [
        {
            "task_id": task_id,
            "number": 1,
            "prompt": "a fox",
            "size": "2048x2048",
            "quality": "high",
            "status": "success",
            "charge_microusd": 260_000,
            "fates": [],
            "polls": 1,
            "downloads": 1,
            "submitted_at": started,
            "done_at": started + 10,
        }
    ]
    assert books["charged_microusd"] == 260_000
    assert books["requests"]["submit"] == {
        "total": 2,
        "times": [started, started],
        "answers": {"200": 1, "400": 1},
    }
    assert books["requests"]["poll"]["times"] == [started + 10]


async def test_settings_change_while_running_whole_or_not_at_all(
    api: Api, sandbox: ModellixSandbox, clock: Clock
) -> None:
    path = "/control/settings"
    changes = {"duration_s": 3, "speed": 3, "pictures": "noise", "balance_microusd": 7_000}
    assert (await api.ask("POST", path, json=changes)).body.items() >= changes.items()
    assert (await api.ask("POST", path, json={"speed": 2, "duration_s": "x"})).status == 400
    assert (await api.ask("POST", path, json=[])).status == 400
    assert sandbox.world.tasks[await api.task()].done_at == clock.now + 1
    assert (await api.ask("GET", path)).body["balance_microusd"] == 1_000


async def test_finish_ends_tasks_at_once_even_stuck_ones(api: Api, sandbox: ModellixSandbox) -> None:
    sandbox.fault("stuck", match="fox")
    fox, cat = await api.task("a fox"), await api.task("a cat")
    assert (await api.ask("POST", "/control/finish", json={"match": "fox"})).body == {"finished": 1}
    assert (await api.poll(fox)).body["data"]["status"] == "success"
    assert (await api.poll(cat)).body["data"]["status"] == "pending"
    assert (await api.ask("POST", "/control/finish")).body == {"finished": 1}


async def test_the_hook_is_told_before_and_after_each_effect(
    api: Api, sandbox: ModellixSandbox, clock: Clock
) -> None:
    heard: list[tuple[str, int, Any]] = []

    async def listen(event: str, details: dict[str, Any]) -> None:
        heard.append((event, len(sandbox.world.tasks), details.get("task_id")))

    sandbox.on_event = listen
    task_id = await api.task()
    await api.poll(task_id)
    sandbox.fault("lost_before", on="submit")
    with pytest.raises(aiohttp.ClientError):
        await api.submit()
    assert heard == [
        ("submit.before", 0, None),
        ("submit.after", 1, task_id),
        ("poll.before", 1, task_id),
        ("poll.after", 1, task_id),
    ]


async def test_serve_announces_its_address_and_runs_until_cancelled() -> None:
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    server = asyncio.create_task(serve(announce=address.set_result, key=KEY, duration_s=0))
    base_url = await address
    async with aiohttp.ClientSession() as http:
        headers = {"Authorization": f"Bearer {KEY}"}
        async with http.get(f"{base_url}/api/v1/team/balance", headers=headers) as answer:
            assert answer.status == 200
    server.cancel()
    with pytest.raises(asyncio.CancelledError):
        await server


async def test_serve_refuses_to_be_reached_from_outside() -> None:
    with pytest.raises(ValueError, match="loopback"):
        await serve("0.0.0.0")


async def test_closing_does_not_wait_for_late_answers(clock: Clock) -> None:
    accepted = asyncio.Event()

    async def listen(event: str, _: dict[str, Any]) -> None:
        if event == "submit.after":
            accepted.set()

    sandbox = ModellixSandbox(key=KEY, now=clock, on_event=listen)
    sandbox.fault("late_after", on="submit", delay_s=3600)
    async with aiohttp.ClientSession() as http:
        async with sandbox.serving() as base_url:
            asking = asyncio.create_task(Api(http, base_url).submit())
            await accepted.wait()
        with pytest.raises(aiohttp.ClientError):
            await asking
