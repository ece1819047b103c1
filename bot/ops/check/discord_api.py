"""A few questions to Discord over plain HTTP: nothing is asked twice, and nothing waits for long."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp

from bot import __version__
from bot.chat.text import brief
from bot.ops.check.finding import ANSWER_WITHIN_S

UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 401, 403, 404

_AS_WE_SPEAK = {"v": "10", "encoding": "json"}
_GOODBYE_S = 2.0
_NAME_SHOWN = 40
_WHO_ASKS = {"User-Agent": f"DiscordBot (self-hosted imagine-bot, {__version__})"}
_AWAY = (aiohttp.ClientError, TimeoutError, OSError)


class Unanswered(Exception):
    """Discord did not say what it was asked for; `says` and `mend` are for the table.

    `status` is that of HTTP, 0 where there is none.
    """

    def __init__(self, says: str, mend: str, status: int = 0) -> None:
        super().__init__(says)
        self.says, self.mend, self.status = says, mend, status


class DiscordApi:
    """Discord's HTTP API, asked with the bot's token."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._session = session

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str, token: str) -> AsyncIterator[Self]:
        """Nothing is asked yet."""
        headers = {"Authorization": f"Bot {token}", **_WHO_ASKS}
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
            yield cls(url, session)

    async def get(self, path: str, **query: int) -> Any:
        """What Discord says there.

        Raises:
            Unanswered: it says no, or nothing that can be understood.
        """
        try:
            async with self._session.get(self._url + path, params=query, allow_redirects=False) as answer:
                body = await answer.read()
        except _AWAY as fault:
            raise _nobody(f"DISCORD_API_URL ({self._url})", fault) from fault
        if answer.status != 200:
            raise _refused(answer.status, answer.headers.get("Retry-After", ""))
        try:
            return json.loads(body)
        except ValueError as fault:
            raise not_understood() from fault


async def hello(url: str) -> float:
    """Open the gateway, read its first words, and leave without logging in: seconds between heartbeats.

    A bot that runs is not disturbed, and none of the day's logins is used up.

    Raises:
        Unanswered: it does not open, or does not speak as Discord does.
    """
    try:
        async with (
            asyncio.timeout(ANSWER_WITHIN_S),
            aiohttp.ClientSession(headers=_WHO_ASKS) as session,
            session.ws_connect(
                url, params=_AS_WE_SPEAK, timeout=aiohttp.ClientWSTimeout(ws_close=_GOODBYE_S)
            ) as gateway,
        ):
            said = json.loads(await gateway.receive_str())
        return float(said["d"]["heartbeat_interval"]) / 1000
    except _AWAY as fault:
        raise _nobody(f"DISCORD_GATEWAY_URL ({url})", fault) from fault
    except (KeyError, TypeError, ValueError) as fault:
        raise not_understood() from fault


def shown(name: str) -> str:
    """A name that somebody chose, as it fits into a row."""
    return brief(name, _NAME_SHOWN)


def not_understood() -> Unanswered:
    """Somebody else answers, or spoils what Discord says."""
    return Unanswered(
        "the answer is none of Discord's", "Is the address right, and does no proxy change what passes?"
    )


def _nobody(address: str, fault: Exception) -> Unanswered:
    return Unanswered(
        f"no answer ({type(fault).__name__})",
        f"Is {address} right, this machine online, and no firewall in between?",
    )


def _refused(status: int, retry_after: str) -> Unanswered:
    if status == UNAUTHORIZED:
        says = "Discord does not know it"
        mend = "Reset it on the Bot page of the developer portal, and put the new one into DISCORD_TOKEN."
    elif status == 429:
        says = "Discord asks to wait (429)"
        mend = f"Try again in {retry_after} s." if retry_after.isdigit() else "Try again later."
    elif status >= 500:
        says, mend = f"Discord is in trouble ({status})", "Try again later; see https://discordstatus.com."
    else:
        says, mend = f"Discord refused to tell ({status})", "Is the address right, and no proxy in between?"
    return Unanswered(says, mend, status)
