"""The image service: does it answer, does it know the key, is there money."""

from collections.abc import AsyncIterator

import aiohttp

from bot.clock import SystemClock
from bot.modellix.client import ModellixClient
from bot.ops.check.finding import ANSWER_WITHIN_S, Finding, ok, skipped, wrong
from bot.settings import Settings

SERVICE = "Modellix"
KEY = "Modellix key"
BALANCE = "Modellix balance"
ROWS = (SERVICE, KEY, BALANCE)


async def ask(settings: Settings) -> AsyncIterator[Finding]:
    """Ask for key and balance, which costs nothing."""
    url, key = settings.modellix_base_url, settings.modellix_api_key.get_secret_value()
    async with ModellixClient(url, key, SystemClock(), poll_timeout_s=ANSWER_WITHIN_S) as client:
        verdict = await client.key_verdict()
        if verdict is None:
            yield wrong(
                SERVICE,
                f"{url}: {await _why_not(url)}",
                "Is MODELLIX_BASE_URL right, and this machine online? If so, try again later.",
            )
            yield skipped(KEY, f"{SERVICE} did not answer")
            yield skipped(BALANCE, f"{SERVICE} did not answer")
            return
        yield ok(SERVICE, f"{url} answers")
        if not verdict:
            yield wrong(KEY, "not accepted", "Copy it again from the Modellix console into MODELLIX_API_KEY.")
            yield skipped(BALANCE, "only told to who has a key")
            return
        yield ok(KEY, "accepted")
        balance_usd = await client.balance_usd()
    if balance_usd is None:
        yield wrong(BALANCE, "could not be read", "Try again later; the Modellix console shows it too.")
    elif balance_usd <= 0:
        yield wrong(
            BALANCE, f"${balance_usd:.2f}", "Top it up in the Modellix console: images are paid from it."
        )
    else:
        yield ok(BALANCE, f"${balance_usd:.2f}")


async def _why_not(url: str) -> str:
    """Whether nobody answers there, or somebody does who has no answer to the question."""
    timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url, allow_redirects=False):
            return "did not answer as it should"
    except (aiohttp.ClientError, TimeoutError, OSError) as fault:
        return f"no answer ({type(fault).__name__})"
