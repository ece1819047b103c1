"""The provider over HTTP: every answer, and every way to get none, as a value of `domain.provider`.

What decides whether a lost submit may be sent again is when it was lost. Each submit therefore opens a
connection of its own: there is no reused connection that the server may have closed meanwhile, and
aiohttp reports anything that fails before the first byte is written by exceptions of its own
(`ClientConnectorError` for refusal, DNS and TLS; `ConnectionTimeoutError`). Only those are `NotSent`. A
TLS handshake for each picture costs a tenth of a second; a picture paid twice costs money.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from errno import errorcode
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver
from multidict import CIMultiDictProxy
from yarl import URL

from bot import __version__
from bot.domain.jobs import Request
from bot.domain.ports import Clock
from bot.domain.provider import (
    HoldReason,
    NotSent,
    Over,
    PollOutcome,
    Refused,
    SubmitOutcome,
    Uncertain,
    Unreachable,
)
from bot.modellix.wire import (
    RateHint,
    read_balance,
    read_hint,
    read_key_valid,
    read_poll,
    read_request_id,
    read_submit,
    submit_body,
)

log = structlog.get_logger()

USER_AGENT = f"imagine-bot/{__version__}"

_SUBMIT_PATHS = ("/api/v1/openai/gpt-image-2/async", "/api/v1/openai/gpt-image-2")
"""The published form, then that of newer clients. A 404 accepted nothing (facts: Modellix, Submit)."""
_TASK_PATH = "/api/v1/tasks/"
_KEY_PATH = "/api/v1/apikey/validate"
_BALANCE_PATH = "/api/v1/team/balance"

_CONNECT_TIMEOUT_S = 10.0
"""Well below the total, so that a host that does not answer is seen to be just that."""
_LAST_LOOK_S = 0.5
_KEEP_ALIVE_S = 30.0
_BODY_MAX_BYTES = 1 << 20
_ODD_WORDS_KEPT = 32

_NEVER_OPENED = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientConnectorCertificateError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)
_LOST = (aiohttp.ClientError, TimeoutError, OSError, ValueError)

_Outcome = TypeVar("_Outcome", SubmitOutcome, PollOutcome)


class ModellixClient:
    """The `Provider` port over Modellix's HTTP API. Enter it before use.

    Cancelling a call abandons it: a cancelled submit may have been accepted. `on_hint` hears what the
    answers' headers tell of the budget. `resolver` replaces the system's DNS.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        clock: Clock,
        *,
        on_hint: Callable[[RateHint], None] = lambda _: None,
        submit_timeout_s: float = 60.0,
        poll_timeout_s: float = 15.0,
        resolver: AbstractResolver | None = None,
    ) -> None:
        if not (api_key and api_key.isascii() and api_key.isprintable()):
            raise ValueError("an API key is printable ASCII")
        self._base = URL(base_url)
        self._api_key = api_key
        self._clock = clock
        self._on_hint = on_hint
        self._submit_timeout_s = submit_timeout_s
        self._poll_timeout_s = poll_timeout_s
        self._resolver = resolver
        self._submit_paths = _SUBMIT_PATHS
        self._odd_words: set[str] = set()
        self._opened = AsyncExitStack()
        self._submits: aiohttp.ClientSession
        self._polls: aiohttp.ClientSession

    def __repr__(self) -> str:
        return f"ModellixClient({self._base.host})"

    async def __aenter__(self) -> Self:
        self._submits = await self._session(
            aiohttp.TCPConnector(force_close=True, limit=0, resolver=self._resolver),
            total_s=None,
            connect_s=min(_CONNECT_TIMEOUT_S, self._submit_timeout_s / 2),
        )
        self._polls = await self._session(
            aiohttp.TCPConnector(keepalive_timeout=_KEEP_ALIVE_S, resolver=self._resolver),
            total_s=self._poll_timeout_s,
            connect_s=min(_CONNECT_TIMEOUT_S, self._poll_timeout_s / 2),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._opened.aclose()

    async def submit(self, request: Request) -> SubmitOutcome:
        """Ask for one image: one paid request, never repeated but once after a 404.

        That repetition posts to the other form of the address; the form that works is remembered.
        """
        status, outcome = await self._submit_to(self._submit_paths[0], request)
        if status == 404:
            status, outcome = await self._submit_to(self._submit_paths[1], request)
            if status not in {404, None}:
                self._submit_paths = (self._submit_paths[1], self._submit_paths[0])
                log.info("modellix.submit_path", path=self._submit_paths[0])
        return self._without_key(outcome)

    async def poll(self, provider_task_id: str) -> PollOutcome:
        """Look how a task stands; free of charge."""
        path = _TASK_PATH + quote(provider_task_id, safe="")
        try:
            status, headers, body = await self._ask(self._polls, "GET", path)
        except _LOST as fault:
            return Unreachable(_name(fault))
        outcome = read_poll(status, headers, body, provider_task_id, self._clock.now(), self._report_odd_word)
        return self._without_key(replace(outcome, request_id=read_request_id(headers, body)))

    async def key_valid(self) -> bool:
        """Whether the provider says that the key is good; False too when it does not answer."""
        return await self.key_verdict() is True

    async def key_verdict(self) -> bool | None:
        """Whether the key is good; None when the provider does not tell."""
        try:
            status, _, body = await self._ask(self._polls, "GET", _KEY_PATH)
        except _LOST:
            return None
        return read_key_valid(status, body)

    async def balance_usd(self) -> Decimal | None:
        """The team's balance in US dollars; None when the provider does not tell."""
        try:
            status, _, body = await self._ask(self._polls, "GET", _BALANCE_PATH)
        except _LOST:
            return None
        return read_balance(status, body)

    async def probe(self) -> HoldReason | None:
        """Why nothing could be submitted at present; None when it could. Free of charge."""
        verdict = await self.key_verdict()
        if verdict is None:
            return HoldReason.AWAY
        if not verdict:
            return HoldReason.KEY
        balance_usd = await self.balance_usd()
        return HoldReason.BALANCE if balance_usd is not None and balance_usd <= 0 else None

    async def _submit_to(self, path: str, request: Request) -> tuple[int | None, SubmitOutcome]:
        """One POST; its status, None when there is none, and what it means."""
        try:
            async with _awake_for(self._submit_timeout_s):
                status, headers, body = await self._ask(self._submits, "POST", path, submit_body(request))
        except _NEVER_OPENED as fault:
            return None, NotSent(_name(fault))
        except _LOST as fault:
            return None, Uncertain(_name(fault))
        outcome = read_submit(status, headers, body, self._clock.now())
        return status, replace(outcome, request_id=read_request_id(headers, body))

    async def _ask(
        self,
        session: aiohttp.ClientSession,
        method: str,
        path: str,
        json: dict[str, str] | None = None,
    ) -> tuple[int, CIMultiDictProxy[str], bytes]:
        """One request; redirects are answers like any other."""
        url = URL(str(self._base).rstrip("/") + path, encoded=True)
        async with session.request(method, url, json=json, allow_redirects=False) as answer:
            body = await _read_capped(answer)
            hint = read_hint(answer.status, answer.headers, self._clock.now())
            if hint is not None:
                self._on_hint(hint)
            return answer.status, answer.headers, body

    async def _session(
        self, connector: aiohttp.TCPConnector, *, total_s: float | None, connect_s: float
    ) -> aiohttp.ClientSession:
        session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=total_s, connect=connect_s),
            headers={
                "Authorization": f"Bearer {self._api_key}",
                "User-Agent": USER_AGENT,
                "Accept": "application/json",
                "Accept-Encoding": "identity",
            },
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return await self._opened.enter_async_context(session)

    def _report_odd_word(self, word: str) -> None:
        """Once per word: a provider that invents a word for each poll must not fill the log."""
        if word not in self._odd_words and len(self._odd_words) < _ODD_WORDS_KEPT:
            self._odd_words.add(word)
            log.warning("modellix.unknown_status", word=word)

    def _without_key(self, outcome: _Outcome) -> _Outcome:
        """A server that echoes the key must not bring it into the database, or into the log."""
        if self._api_key in (outcome.request_id or ""):
            outcome = replace(outcome, request_id=None)
        if isinstance(outcome, Refused | Uncertain | Over | Unreachable):
            return replace(outcome, detail=outcome.detail.replace(self._api_key, "[key]"))
        return outcome


@asynccontextmanager
async def _awake_for(seconds: float) -> AsyncIterator[None]:
    """Raise TimeoutError after that long, but not before what came meanwhile was read.

    A machine that slept finds the answer and the end of the time together. That answer is paid for.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as limit:
        end = loop.call_later(seconds, lambda: limit.reschedule(loop.time() + _LAST_LOOK_S))
        try:
            yield
        finally:
            end.cancel()


async def _read_capped(answer: aiohttp.ClientResponse) -> bytes:
    """The body as far as it came: the status line alone decides much, and half a JSON is none."""
    body = bytearray()
    try:
        async for chunk in answer.content.iter_any():
            body += chunk
            if len(body) > _BODY_MAX_BYTES:
                answer.close()
                break
    except _LOST:
        answer.close()
    return bytes(body)


def _name(fault: BaseException) -> str:
    """What went wrong without what it was about: messages of aiohttp hold hosts and links."""
    number = getattr(fault, "errno", None)
    symbol = errorcode.get(number) if isinstance(number, int) else None
    return f"{type(fault).__name__} ({symbol})" if symbol else type(fault).__name__
