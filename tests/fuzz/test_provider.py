"""Whatever the provider says: a task ends or waits for a person, was paid once, and the bill is sane."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.chat.cards import cards
from bot.domain.cards import Outlook, compose
from bot.domain.jobs import Task, TaskState
from bot.workers.watcher import DEAR
from tests.fuzz import examples
from tests.fuzz.broken import ODD_TEXTS, broken
from tests.media.pictures import encoded, noise, plain, png_that_claims
from tests.modellix.loopback import Loopback, Received, serving
from tests.modellix.loopback import send as send_answer
from tests.support.clock import ManualClock
from tests.support.prices import default_prices
from tests.support.studio import Studio, opened_studio

CERTAINLY_NOT_TAKEN = {400, 401, 402, 403, 404, 405, 413, 415, 422, 429}
LONG_S = 30 * 3_600.0
"""A deadline, the day that an unreachable provider is given, and some hours to spare."""
PICTURE = encoded(plain(64, 64))


@dataclass(frozen=True)
class Said:
    """One answer."""

    status: int
    body: bytes
    headers: dict[str, str]


@dataclass
class Script:
    """What is said next, to each kind of request; then the truth."""

    task_id: str = ""
    """What stands for TASK."""
    submits: list[Said] = field(default_factory=list)
    polls: list[Said] = field(default_factory=list)
    files: list[Said] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    """How the submits were answered."""


def in_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def submitted(task_id: str = "TASK") -> dict[str, Any]:
    return {"code": 0, "message": "success", "data": {"status": "pending", "task_id": task_id}}


def rendered(url: str, amount: Any = "0.0060") -> dict[str, Any]:
    picture = {"url": url, "type": "image", "role": "primary"}
    data = {"status": "success", "task_id": "TASK", "duration": 41_230, "result": {"resources": [picture]}}
    bill = {"status": "succeeded", "amount": amount}
    return {"code": 0, "data": {**data, "billing": bill, "result_expires_at": 1_786_000_000_000}}


links = st.sampled_from(
    [
        *(
            "LINK",
            "LINK?a=b",
            "file:///etc/passwd",
            "ftp://127.0.0.1/x",
            "http://10.0.0.1/x",
            "//x",
            "x" * 5_000,
        ),
        *(
            "http://[::1",
            "http://127.0.0.1:99999/",
            "https://\ud800/",
            "http://127.0.0.1:1/x",
            "LINK\r\nX: y",
        ),
    ]
)
amounts = st.sampled_from(
    [
        None,
        "",
        "-5",
        -5,
        "1000000",
        "999999.99",
        1e308,
        "1e400",
        "NaN",
        "Infinity",
        "0.24",
        0,
        0.1,
        True,
        ["1"],
        "１",
    ]
)
words = st.sampled_from(["pending", "success", "failed", "SUCCESS ", "", "new word", None, 7])
whole_bodies = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            *(
                b"",
                b"<!doctype html><title>Just a moment</title>",
                b"null",
                b"[]",
                b'"success"',
                b"\xff\xfe{}",
            ),
            *(
                b'{"a":' * 3_000,
                b"[" * 100_000,
                b'{"code":' + b"9" * 5_000 + b"}",
                b'{"code":NaN,"data":Infinity}',
            ),
            *(
                b'{"code":0,"code":1,"data":{"task_id":"a","task_id":"b"}}',
                b" " * (1 << 20),
                b"{" + b" " * (2 << 20),
            ),
        ]
    ),
)
headers = st.dictionaries(
    st.sampled_from(["Retry-After", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Date", "Location"]),
    st.sampled_from(
        ["0", "-1", "nan", "1e309", "9" * 30, "Wed, 21 Oct 2099 07:28:00 GMT", "x", "/", "http://["]
    ),
    max_size=2,
) | st.sampled_from([{"Content-Type": "text/html"}, {"Content-Encoding": "gzip"}, {"Content-Length": "9"}])
statuses = st.sampled_from(
    [200, 200, 200, 200, 201, 204, 302, 400, 401, 402, 403, 404, 418, 429, 500, 503, 599]
)


def answers(good: st.SearchStrategy[Any]) -> st.SearchStrategy[Said]:
    """Mostly of the right shape, broken somewhere."""
    odd = good.flatmap(lambda value: broken(value))
    bodies = st.one_of(good.map(in_json), odd.map(in_json), odd.map(in_json), whole_bodies)
    return st.builds(Said, statuses, bodies, headers | st.just({}))


submits = answers(st.just(submitted()))
done = st.builds(rendered, links, amounts)
other = st.builds(lambda word: {"code": 0, "data": {"status": word, "task_id": "TASK"}}, words)
failed = st.sampled_from(ODD_TEXTS).map(
    lambda said: {"code": 0, "data": {"status": "failed", "task_id": "TASK", "error": {"message": said}}}
)
polls = answers(st.one_of(done, done, other, failed))
files = st.builds(
    Said,
    statuses,
    whole_bodies
    | st.sampled_from([PICTURE[:60], png_that_claims(60_000, 60_000), encoded(noise(9, 9), "webp")]),
    headers | st.just({}),
)


def faults_in(logged: list[EventDict]) -> list[EventDict]:
    """What is the program's own; that the key is refused is told as an error too."""
    loud = [entry for entry in logged if entry["log_level"] in {"error", "critical"}]
    return [entry for entry in loud if entry["event"] != "provider.held"]


class Shop:
    """The renderer, and a provider that says what it is told to."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.run = loop.run_until_complete
        self.script = Script()
        self.tasks = 0
        self.studio: Studio
        self.loopback: Loopback

    def drawn(self, script: Script, member: int) -> Task:
        """A job of one task, after all that can happen by itself."""
        self.script = script
        return self.run(self.studio.drawn(LONG_S, by=member))

    async def answer(self, received: Received, writer: asyncio.StreamWriter) -> None:
        """As the script says; what is not in it is answered well."""
        script, link = self.script, f"{self.loopback.url}/x.png"
        if received.method == "POST":
            said = script.submits.pop(0) if script.submits else Said(200, in_json(submitted()), {})
            script.statuses.append(said.status)
        elif "/tasks/" in received.path:
            said = script.polls.pop(0) if script.polls else Said(200, in_json(rendered(link)), {})
            said = Said(said.status, said.body.replace(b"LINK", link.encode()), said.headers)
        elif received.path.startswith("/x.png"):
            said = script.files.pop(0) if script.files else Said(200, PICTURE, {})
        else:
            said = Said(200, in_json({"code": 0, "data": {"is_valid": True, "balance": 10}}), {})
        body = said.body.replace(b"TASK", script.task_id.encode())
        await send_answer(writer, said.status, body, said.headers)
        if "Content-Length" in said.headers:
            writer.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One program for all examples."""
    with asyncio.Runner() as runner:
        loop, stack = runner.get_loop(), AsyncExitStack()
        shop = Shop(loop)
        shop.loopback = shop.run(stack.enter_async_context(serving(shop.answer)))
        opening = opened_studio(
            tmp_path_factory.mktemp("shop"),
            ManualClock(),
            base_url=shop.loopback.url,
        )
        shop.studio = shop.run(stack.enter_async_context(opening))
        yield shop
        shop.run(stack.aclose())


@examples(120)
@given(
    st.lists(submits, max_size=2),
    st.lists(polls, max_size=3),
    st.lists(files, max_size=2),
    st.integers(1, 10**6),
)
@example([], [Said(200, in_json(rendered("LINK", "1000000")), {})], [], 1)
@example([], [Said(200, in_json(rendered("LINK", "-5")), {})], [], 2)
@example([Said(200, in_json(submitted(" ")), {})], [], [], 3)
def test_whatever_is_said_a_task_ends_or_waits_for_a_person_and_is_paid_once(
    shop: Shop, submits: list[Said], polls: list[Said], files: list[Said], member: int
) -> None:
    shop.tasks += 1
    with capture_logs() as logged:
        task = shop.drawn(Script(f"task-{shop.tasks}", [*submits], [*polls], [*files]), member)
    assert faults_in(logged) == []
    assert task.state in {TaskState.RENDERED, TaskState.FAILED, TaskState.UNKNOWN}
    *earlier, _ = shop.script.statuses
    assert set(earlier) <= CERTAINLY_NOT_TAKEN
    charged = task.cost_microusd or 0
    assert charged >= 0
    if charged > DEAR * task.estimate_microusd:
        assert "task.dear" in {entry["event"] for entry in logged}
    view = shop.run(shop.studio.records.found(task.job_id))
    card = cards.render(compose(view.job, view.tasks, Outlook()), default_prices())
    assert card.content_length() > 0


def test_an_id_that_another_task_has_is_doubted_and_ends_no_process(shop: Shop) -> None:
    """Nobody knows what was paid; and at the next start it must not be in the way."""
    with capture_logs() as logged:
        first, second = (shop.drawn(Script("task-of-both"), member) for member in (1, 2))
        later = shop.run(shop.studio.restarted())
    assert (first.state, second.state) == (TaskState.RENDERED, TaskState.UNKNOWN)
    assert shop.run(later.task(second.job_id)).state is TaskState.UNKNOWN
    assert faults_in(logged) == []
