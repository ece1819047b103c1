"""How each fault looks on the wire. What it means is said in `faults`."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.modellix import wire
from sandbox.modellix.faults import Fault, Order

Effect = Callable[[], Awaitable[web.Response]]

_HTML = "<!doctype html><title>Just a moment</title><p>Checking your browser.</p>"
_STATUS = {
    Fault.STATUS_400: (400, "Invalid parameters: parameter 'prompt' was refused"),
    Fault.STATUS_401: (401, "Authentication failed: invalid API key"),
    Fault.STATUS_402: (402, "Insufficient balance: please top up"),
    Fault.STATUS_403: (403, "Permission denied: no access to this resource"),
    Fault.STATUS_404: (404, "Not found: the resource does not exist or has expired"),
    Fault.STATUS_408: (408, "Request timeout: please try again"),
    Fault.STATUS_409: (409, "Conflict: please try again"),
    Fault.STATUS_425: (425, "Too early: please try again"),
    Fault.RATE_LIMITED: (429, "Rate limit exceeded: please slow down"),
    Fault.CONCURRENCY_LIMITED: (429, "Concurrent limit exceeded: too many tasks at once"),
    Fault.STATUS_500: (500, "Internal server error: please try again"),
    Fault.STATUS_503: (503, "Service unavailable: please try again"),
}
_ANSWER_STANDS = {  # late, or a picture that was made wrong
    Fault.LATE_BEFORE,
    Fault.LATE_AFTER,
    Fault.WRONG_SIZE,
    Fault.NOISE,
    Fault.BOMB,
}
_AS_HTML = {Fault.HTML: 200, Fault.STATUS_502: 502, Fault.STATUS_504: 504}


async def misbehave(order: Order, request: web.Request, effect: Effect) -> web.StreamResponse:
    """Answer as the order says; carry out `effect` first where the order says so."""
    fault = order.fault
    if fault is Fault.LATE_BEFORE:
        await asyncio.sleep(order.delay_s)
    answer = await effect() if order.takes_effect else web.Response()
    if answer.status >= 400 and not fault.loses_the_answer:
        return answer  # what was refused cannot go wrong any further
    if fault is Fault.LATE_AFTER:
        await asyncio.sleep(order.delay_s)
    if fault in _ANSWER_STANDS:
        return answer
    if fault in _STATUS:
        return _refusal(order)
    if fault in _AS_HTML:
        return web.Response(text=_HTML, content_type="text/html", status=_AS_HTML[fault])
    return await _OTHERS[fault](order, request, answer)


def _refusal(order: Order) -> web.Response:
    status, message = _STATUS[order.fault]
    answer = web.json_response(wire.error(status, message), status=status)
    if order.retry_after_s is not None:
        answer.headers["Retry-After"] = f"{order.retry_after_s:.0f}"
    return answer


async def _close(_: Order, request: web.Request, answer: web.Response) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.close()
    return answer


async def _reset(_: Order, request: web.Request, answer: web.Response) -> web.StreamResponse:
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        linger_no_time = struct.pack("ii", 1, 0)  # closing then sends RST
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_no_time)
        request.transport.abort()
    return answer


async def _to_itself(_: Order, request: web.Request, answer: web.Response) -> web.StreamResponse:
    status = 302 if request.method == "GET" else 307
    return web.Response(status=status, headers={"Location": request.path_qs})


async def _to_copy(_: Order, request: web.Request, answer: web.Response) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": f"/moved{request.path}"})


async def _to_private(_: Order, request: web.Request, answer: web.Response) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": wire.PRIVATE_LINK})


async def _broken(_: Order, request: web.Request, answer: web.Response) -> web.StreamResponse:
    text = answer.text or "{}"
    return web.Response(text=text[: len(text) // 2], content_type="application/json")


async def _not_zero(_: Order, request: web.Request, answer: web.Response) -> web.StreamResponse:
    return web.json_response(wire.error(500, "Internal server error: please try again"))


async def _changed_id(order: Order, request: web.Request, answer: web.Response) -> web.Response:
    body = json.loads(answer.text or "{}")
    other = {Fault.EMPTY_TASK_ID: "", Fault.OTHER_TASK_ID: "task-openai-of-another"}
    if order.fault in other:
        body["data"]["task_id"] = other[order.fault]
    else:
        del body["data"]["task_id"]
    return web.json_response(body)


async def _half(order: Order, request: web.Request, answer: web.Response) -> web.StreamResponse:
    body = answer.body if isinstance(answer.body, bytes) else b""
    halting = web.StreamResponse(headers={"Content-Length": str(len(body))})
    halting.content_type = answer.content_type
    await halting.prepare(request)
    await halting.write(body[: len(body) // 2])
    if order.fault is Fault.STALLED:
        await asyncio.sleep(order.delay_s)
        await halting.write(body[len(body) // 2 :])
    elif request.transport is not None:
        request.transport.close()
    return halting


async def _empty(_: Order, request: web.Request, answer: web.Response) -> web.StreamResponse:
    return web.Response(body=b"", content_type="image/png")


_OTHERS = {
    Fault.LOST_BEFORE: _close,
    Fault.LOST_AFTER: _close,
    Fault.RESET_BEFORE: _reset,
    Fault.RESET_AFTER: _reset,
    Fault.REDIRECTED: _to_itself,
    Fault.REDIRECT_LOOP: _to_itself,
    Fault.REDIRECT_FINE: _to_copy,
    Fault.REDIRECT_PRIVATE: _to_private,
    Fault.BROKEN_JSON: _broken,
    Fault.CODE_NOT_ZERO: _not_zero,
    Fault.NO_TASK_ID: _changed_id,
    Fault.EMPTY_TASK_ID: _changed_id,
    Fault.OTHER_TASK_ID: _changed_id,
    Fault.TRUNCATED: _half,
    Fault.STALLED: _half,
    Fault.EMPTY_FILE: _empty,
}
