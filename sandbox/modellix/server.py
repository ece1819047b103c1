"""The stand-in as an HTTP server on loopback: what each address of the API answers."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web

from sandbox.modellix import control, gallery, wire
from sandbox.modellix.faults import Fault, Faults, Kind, Order
from sandbox.modellix.misbehaviour import misbehave
from sandbox.modellix.settings import Settings
from sandbox.modellix.world import Refused, World

HOST = "127.0.0.1"
OnEvent = Callable[[str, dict[str, Any]], Awaitable[None]]


@dataclass(slots=True)
class _Call:
    """A request and what it is about, known before anything is checked."""

    request: web.Request
    kind: Kind
    task_id: str | None
    prompt: str = ""
    body: object = None
    is_json: bool = False
    fault: Fault | None = None

    def about(self) -> dict[str, Any]:
        """What the hook is told."""
        return {"task_id": self.task_id, "prompt": self.prompt}


_Effect = Callable[[_Call], Awaitable[web.Response]]
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ModellixSandbox:
    """A Modellix of one's own: one team, one key, real HTTP, and any fault on demand.

    `world` is its state, for tests that look or change directly. `now` gives Unix seconds.
    `on_event` is awaited as `<kind>.before` and `<kind>.after` around the effect of each
    request, with its `task_id` and `prompt` as far as known, and `status` after it.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        now: Callable[[], float] = time.time,
        on_event: OnEvent | None = None,
        **changes: Any,
    ) -> None:
        self.world = World((settings or Settings()).changed(changes), now)
        self.on_event = on_event

    @property
    def faults(self) -> Faults:
        """What is to go wrong next."""
        return self.world.faults

    def fault(self, fault: Fault | str, **order: Any) -> None:
        """Order a fault, with the fields of `Order`."""
        self.faults.add(Order.parse({"fault": fault, **order}))

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator[str]:
        """Serve on loopback, on any free port if 0; gives the base URL."""
        runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, port).start()
            yield f"http://{HOST}:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    def application(self) -> web.Application:
        """All routes."""
        app = web.Application()
        submit = "/api/v1/openai/gpt-image-2"
        file = self._route(Kind.FILE, self._file)
        app.add_routes(
            [
                web.post(submit, self._route(Kind.SUBMIT, self._submit)),
                web.post(f"{submit}/async", self._route(Kind.SUBMIT, self._submit)),
                web.get("/api/v1/tasks/{task_id}", self._route(Kind.POLL, self._poll)),
                web.get("/api/v1/team/balance", self._route(Kind.ACCOUNT, self._balance)),
                web.get("/api/v1/models", self._route(Kind.ACCOUNT, self._models)),
                web.get("/api/v1/apikey/validate", self._route(Kind.ACCOUNT, self._validate)),
                web.get("/files/{task_id}.png", file),
                web.get("/{moved:moved}/files/{task_id}.png", file),
                *control.routes(self.world),
                web.route("*", "/{anything:.*}", _nowhere),
            ]
        )
        return app

    # -- around every request --------------------------------------------------------------

    def _route(self, kind: Kind, effect: _Effect) -> _Handler:
        """A handler that keeps the books, and goes wrong where a fault was ordered."""

        async def handle(request: web.Request) -> web.StreamResponse:
            call = await self._read(kind, request)
            self.world.requests[kind].append(self.world.now())
            order = self._strike(call)
            carry_out = partial(self._carry_out, effect, call)
            answer = await (misbehave(order, request, carry_out) if order else carry_out())
            self.world.answers[kind][_what_came(order, answer)] += 1
            if kind is not Kind.FILE:
                self._add_limits(answer)
                answer.headers["X-Request-Id"] = f"req-{kind.value}-{len(self.world.requests[kind])}"
            return answer

        return handle

    async def _read(self, kind: Kind, request: web.Request) -> _Call:
        call = _Call(request, kind, request.match_info.get("task_id"))
        if call.task_id is not None:
            call.prompt = self.world.prompt_of(call.task_id)
        if kind is Kind.SUBMIT:
            with suppress(ValueError):
                call.body = json.loads(await request.read())
                call.is_json = True
            prompt = call.body.get("prompt") if isinstance(call.body, dict) else None
            call.prompt = prompt if isinstance(prompt, str) else ""
        return call

    def _strike(self, call: _Call) -> Order | None:
        if "moved" in call.request.match_info:
            return None  # the fine end of a redirect
        order = self.faults.strike(call.kind, call.prompt)
        call.fault = order.fault if order else None
        return order

    async def _carry_out(self, effect: _Effect, call: _Call) -> web.Response:
        await self._tell(f"{call.kind}.before", call.about())
        try:
            answer = await effect(call)
        except Refused as refusal:
            answer = _refusal(refusal)
        await self._tell(f"{call.kind}.after", {**call.about(), "status": answer.status})
        return answer

    async def _tell(self, event: str, details: dict[str, Any]) -> None:
        if self.on_event is not None:
            await self.on_event(event, details)

    def _add_limits(self, answer: web.StreamResponse) -> None:
        if self.world.settings.limit_headers or answer.status == 429:
            answer.headers["X-RateLimit-Limit"] = str(self.world.settings.requests_per_minute)
            answer.headers["X-RateLimit-Remaining"] = str(max(0, self.world.remaining()))
            answer.headers["X-RateLimit-Reset"] = str(round(self.world.resets_at()))

    # -- effects ---------------------------------------------------------------------------

    async def _submit(self, call: _Call) -> web.Response:
        settings, request = self.world.settings, call.request
        if not (settings.async_path if request.path.endswith("/async") else settings.plain_path):
            return await _nowhere(request)
        self.world.admit(Kind.SUBMIT, _key(request))
        if request.content_type != "application/json":
            raise Refused(415, "Unsupported media type: send application/json")
        if not call.is_json:
            raise Refused(400, "Invalid parameters: the body is not JSON")
        task = self.world.submit(*wire.parameters(call.body))
        call.task_id = task.id
        return web.json_response(wire.accepted(task, _base_url(request)))

    async def _poll(self, call: _Call) -> web.Response:
        self.world.admit(Kind.POLL, _key(call.request))
        task = self.world.poll(call.task_id or "")
        answer = wire.polled(task, self.world.now(), _base_url(call.request), self.world.settings.kept_s)
        return web.json_response(answer)

    async def _balance(self, call: _Call) -> web.Response:
        self.world.admit(Kind.ACCOUNT, _key(call.request))
        balance = round(self.world.balance_microusd / 1_000_000, 4)
        return web.json_response(wire.success({"balance": balance}))

    async def _models(self, call: _Call) -> web.Response:
        self.world.admit(Kind.ACCOUNT, _key(call.request))
        return web.json_response(wire.models())

    async def _validate(self, call: _Call) -> web.Response:
        is_valid = _key(call.request) == self.world.settings.key
        return web.json_response(wire.success({"is_valid": is_valid}))

    async def _file(self, call: _Call) -> web.Response:
        task = self.world.download(call.task_id or "")
        kind = self.world.settings.pictures
        png = await asyncio.to_thread(gallery.picture, task, kind, call.fault)
        return web.Response(body=png, content_type="image/png")


async def serve(
    host: str = HOST,
    port: int = 0,
    *,
    announce: Callable[[str], object] | None = None,
    **settings: Any,
) -> None:
    """Serve until cancelled; `announce` is called once with the base URL.

    `settings` are the arguments of ModellixSandbox. ValueError unless `host` is loopback:
    the controls have no password.
    """
    if host not in (HOST, "localhost"):
        raise ValueError("the Modellix sandbox serves on loopback only")
    async with ModellixSandbox(**settings).serving(port) as base_url:
        if announce is not None:
            announce(base_url)
        await asyncio.Event().wait()


async def _nowhere(request: web.Request) -> web.Response:
    return _refusal(Refused(404, f"Not found: {request.method} {request.path}"))


def _refusal(refusal: Refused) -> web.Response:
    body = wire.error(refusal.status, refusal.message)
    answer = web.json_response(body, status=refusal.status)
    if refusal.retry_after_s is not None:
        answer.headers["Retry-After"] = str(round(refusal.retry_after_s))
    return answer


def _what_came(order: Order | None, answer: web.StreamResponse) -> str:
    """What the client got, for the books: a status, or that the answer was lost."""
    return "lost" if order and order.fault.loses_the_answer else str(answer.status)


def _key(request: web.Request) -> str | None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key if scheme == "Bearer" else None


def _base_url(request: web.Request) -> str:
    return str(request.url.origin())
