"""Health and metrics over HTTP, for whoever runs the bot.

/healthz   the event loop turns: that there is an answer at all is the sign
/readyz    the bot can do its work: Discord, database and workers
/metrics   numbers for Prometheus
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from bot.ops.health import GOOD, Health
from bot.ops.scrape import Scrape

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_GOODBYE_S = 1.0


@asynccontextmanager
async def served(host: str, port: int, scrape: Scrape, health: Health) -> AsyncIterator[None]:
    """Answer there for as long as this lasts; port 0: nowhere.

    Where the port cannot be had the bot works all the same: that nobody watches must not stop it.
    """
    if port == 0:
        yield
        return
    runner = web.AppRunner(_answers(scrape, health), access_log=None, shutdown_timeout=_GOODBYE_S)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as fault:
            log.error("ops.not_served", host=host, port=port, fault=fault.strerror or repr(fault))
        else:
            log.info("ops.served", host=host, port=port)
        yield
    finally:
        await runner.cleanup()


def _answers(scrape: Scrape, health: Health) -> web.Application:
    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"loop": GOOD})

    async def readyz(_: web.Request) -> web.Response:
        parts = await health.parts()
        ready = all(said == GOOD for said in parts.values())
        return web.json_response({"ready": ready, **parts}, status=200 if ready else 503)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=await scrape.text(), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    return app
