"""REST v10 on aiohttp: each request is read, booked, faulted, checked, carried out and answered."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, cast

from aiohttp import BodyPartReader, web

from sandbox.discord import routes_application, routes_interactions, routes_messages
from sandbox.discord.books import Call, Violation
from sandbox.discord.faults import Fault, Faults, too_many
from sandbox.discord.openapi import Contract
from sandbox.discord.ratelimits import RateLimits
from sandbox.discord.refusals import Refused, invalid, too_large
from sandbox.discord.routing import Ask, Reply, Route, find
from sandbox.discord.rules import REQUEST_LIMIT
from sandbox.discord.values import Upload
from sandbox.discord.world import World

HANDLERS = (routes_application, routes_interactions, routes_messages)  # imported: registered
Hook = Callable[[str, Call], Awaitable[None]]  # "before" or "after" the effect, and the call
PART = re.compile(r"files\[(\d)\]")


class Rest:
    def __init__(self, world: World, contract: Contract | None, *, check_replies: bool) -> None:
        self._world = world
        self._check_replies = check_replies
        self.contract = contract
        self.faults = Faults()
        self.rate_limits = RateLimits()
        self.request_limit = REQUEST_LIMIT
        self.on_event: Hook | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        found = find(request.method, path)
        operation = found[0].operation if found else "unknown"
        call = Call(self._world.clock.now(), request.method, path, operation)
        self._world.books.calls.append(call)
        refusal = await self._read(request, call)
        await self._tell("before", call)
        if fault := await self._fault(call, after=False):
            return self._misbehave(request, call, fault)
        reply, headers = self._answer(request, call, found, refusal)
        call.took_effect = reply.status < 400
        await self._tell("after", call)
        if fault := await self._fault(call, after=True):
            return self._misbehave(request, call, fault)
        return self._respond(call, reply, headers)

    # Reading

    async def _read(self, request: web.Request, call: Call) -> Refused | None:
        """Fill in the call's body and files; what is wrong with them is told later."""
        size = request.content_length or 0
        try:
            if request.content_type == "multipart/form-data":
                size = max(size, await self._read_parts(request, call))
            elif raw := await request.read():
                call.body = json.loads(raw)
        except ValueError as fault:
            return Refused(400, 50109, f"The request body contains invalid JSON. {fault}")
        return too_large() if size > self.request_limit else None

    async def _read_parts(self, request: web.Request, call: Call) -> int:
        size = 0
        async for part in await request.multipart():
            part = cast(BodyPartReader, part)
            data = bytes(await part.read(decode=False))
            size += len(data)
            if part.name == "payload_json":
                call.body = json.loads(data)
            elif match := PART.fullmatch(part.name or ""):
                kind = part.headers.get("Content-Type", "application/octet-stream")
                call.uploads[int(match[1])] = Upload(part.filename or "unknown", data, kind)
            else:
                raise ValueError(f"unknown part {part.name}")
        return size

    # Faults and hooks

    async def _tell(self, when: str, call: Call) -> None:
        if self.on_event:
            await self.on_event(when, call)

    async def _fault(self, call: Call, *, after: bool) -> Fault | None:
        """The fault to answer with; a mere delay is waited out here."""
        fault = self.faults.take(call, after=after)
        if fault and fault.delay_only:
            await asyncio.sleep(fault.delay_s)
            return None
        return fault

    def _misbehave(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        if fault.status is None:
            if request.transport:
                request.transport.close()
            self._world.changed()
            return web.Response()
        return self._respond(call, Reply(fault.status, fault.body), fault.headers)

    # Answering

    def _answer(
        self,
        request: web.Request,
        call: Call,
        found: tuple[Route, dict[str, str]] | None,
        refusal: Refused | None,
    ) -> tuple[Reply, dict[str, str]]:
        headers: dict[str, str] = {}
        try:
            if found is None:
                raise Refused(404, 0, "404: Not Found")
            target, params = found
            self._check_token(request, target)
            ticket = self.rate_limits.take(target.operation, target.major(params))
            headers = ticket.headers
            if ticket.retry_after is not None:
                body, extra = too_many(ticket.retry_after, "user")
                return Reply(429, body), headers | extra
            if refusal:
                raise refusal
            reply = self._carry_out(call, target, Ask(self._world, call, params, request.query))
        except Refused as refused:
            call.code = refused.code
            self._note(call, refused)
            return Reply(refused.status, refused.body()), headers
        return reply, headers

    def _check_token(self, request: web.Request, target: Route) -> None:
        given = request.headers.get("Authorization")
        if target.needs_bot and given != f"Bot {self._world.bot_token}":
            raise Refused(401, 0, "401: Unauthorized")
        if target.needs_bot and "DiscordBot" not in request.headers.get("User-Agent", ""):
            raise Refused(403, 40333, "internal network error: a DiscordBot User-Agent is needed")

    def _carry_out(self, call: Call, target: Route, ask: Ask) -> Reply:
        if problems := self._problems(call):
            field, _, message = problems[0].partition(": ")
            raise invalid(field, message)
        try:
            reply = target.handler(ask)
        except (KeyError, TypeError, AttributeError) as fault:
            raise invalid("body", f"malformed: {fault!r}") from fault
        if self.contract and self._check_replies and reply.status < 300:
            gaps = self.contract.response_errors(call.operation, reply.status, reply.body)
            self._world.reply_gaps += [f"{call.operation}: {gap}" for gap in gaps]
        return reply

    def _problems(self, call: Call) -> list[str]:
        if self.contract is None or call.body is None:
            return []
        multipart = bool(call.uploads)
        return self.contract.request_errors(call.operation, call.body, multipart=multipart)

    def _note(self, call: Call, refused: Refused) -> None:
        self._world.violations.append(
            Violation(
                self._world.clock.now(),
                call.operation,
                refused.status,
                refused.code,
                refused.message,
                refused.field,
            )
        )

    def _respond(self, call: Call, reply: Reply, headers: dict[str, str]) -> web.StreamResponse:
        call.status = reply.status
        self._world.changed()
        if reply.status == 204:
            return web.Response(status=204, headers=headers)
        # Exactly application/json: with a charset discord.py takes the body for text.
        headers = headers | {"Content-Type": "application/json"}
        return web.Response(body=dumped(reply.body), status=reply.status, headers=headers)


def dumped(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
