"""The controls of a stand-in that runs as a process of its own. No key is asked for.

| call | body | answer |
| --- | --- | --- |
| `GET /control/books` | – | accepted tasks, requests with times and answers, money |
| `GET /control/faults` | – | orders not yet used up, and what can be ordered |
| `POST /control/faults` | an order, or a list of them | 204 |
| `DELETE /control/faults` | – | 204; fates already given stay |
| `GET /control/settings` | – | all settings |
| `POST /control/settings` | those to change | all settings |
| `POST /control/finish` | `{"match": "text in the prompt"}` or nothing | `{"finished": n}` |

What does not fit is refused whole: 400 with `{"error": "..."}`.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from sandbox.modellix.faults import Fault, Order
from sandbox.modellix.world import World

_Handler = Callable[[web.Request], Awaitable[web.Response]]


def routes(world: World) -> list[web.RouteDef]:
    """The table above."""
    controls = _Controls(world)
    return [
        web.get("/control/books", controls.books),
        web.get("/control/faults", controls.faults),
        web.post("/control/faults", _refusing(controls.order)),
        web.delete("/control/faults", controls.clear),
        web.get("/control/settings", controls.settings),
        web.post("/control/settings", _refusing(controls.change)),
        web.post("/control/finish", _refusing(controls.finish)),
    ]


class _Controls:
    def __init__(self, world: World) -> None:
        self._world = world

    async def books(self, _: web.Request) -> web.Response:
        return web.json_response(self._world.books())

    async def faults(self, _: web.Request) -> web.Response:
        waiting = [asdict(order) | {"left": n} for order, n in self._world.faults.waiting()]
        known = {fault: {"on": sorted(fault.on) or ["submit"], "sentence": fault.sentence} for fault in Fault}
        return web.json_response({"waiting": waiting, "known": known})

    async def order(self, request: web.Request) -> web.Response:
        body = await request.json()
        for order in [Order.parse(each) for each in (body if isinstance(body, list) else [body])]:
            self._world.faults.add(order)
        return web.Response(status=204)

    async def clear(self, _: web.Request) -> web.Response:
        self._world.faults.clear()
        return web.Response(status=204)

    async def settings(self, _: web.Request) -> web.Response:
        shown = asdict(self._world.settings) | {"balance_microusd": self._world.balance_microusd}
        return web.json_response(shown)

    async def change(self, request: web.Request) -> web.Response:
        self._world.change(await _object(request))
        return await self.settings(request)

    async def finish(self, request: web.Request) -> web.Response:
        wanted = await _object(request) if request.can_read_body else {}
        return web.json_response({"finished": self._world.finish(str(wanted.get("match", "")))})


def _refusing(handler: _Handler) -> _Handler:
    """400 where the body does not fit."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except (ValueError, TypeError, AttributeError) as problem:
            return web.json_response({"error": str(problem)}, status=400)

    return handle


async def _object(request: web.Request) -> dict[str, Any]:
    body = json.loads(await request.text())
    if not isinstance(body, dict):
        raise ValueError("send a JSON object")
    return body
