"""The page in the browser: what simcord's preview needs to follow a bot that works by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias, cast

from aiohttp import web
from simcord import ChannelHandle, Env, MemberActor, Preview
from simcord.backend.access import can_access_message
from simcord.builders import UserHandle
from simcord.components import walk_components
from simcord.preview._pages import _Page

from sandbox.demo.menus import menu_in
from sandbox.demo.pictures import PictureReader

_MEDIA_BUDGET_BYTES = 1024**3
_REMEMBERED_REVISIONS = 64
_AGES_AFTER = timedelta(seconds=5)


Viewer: TypeAlias = MemberActor | UserHandle
"""Of a channel on a server, or of direct messages."""


class Page:
    """simcord's preview of the channel, published on demand."""

    def __init__(self, preview: Preview, turn: asyncio.Lock) -> None:
        self._preview = preview
        self._turn = turn
        self._act = preview._action
        self._publish = preview._publish
        self._prepare = preview._prepare_action
        self._static = preview._server._static
        # tab -> revision -> control -> custom_id
        self._shown: dict[str, dict[int, dict[str, str]]] = {}

    @classmethod
    @asynccontextmanager
    async def open(
        cls, env: Env, channel: ChannelHandle, viewers: Sequence[Viewer], turn: asyncio.Lock, port: int
    ) -> AsyncIterator[Page]:
        """Serve a channel on loopback; `port` 0 takes a free one."""
        env._preview = None  # simcord serves one page only; ours take turns
        preview = env.preview(channel, viewers=viewers, layout="channel", port=port)
        page = cls(preview, turn)
        page._take_over()
        async with preview:
            page._start_at_the_end()
            yield page

    @property
    def url(self) -> str:
        return self._preview.url

    async def wait_closed(self) -> None:
        await self._preview.wait_closed()

    def publish(self) -> None:
        """Show the present state in every tab (`Preview.refresh` without its wait)."""
        if self._preview._active:
            self._preview._advance_presentation_time()
            self._preview._publish_message_pages(reason="refresh")

    def is_ageing(self) -> bool:
        """Whether a tab shows "in 20 seconds" or the like, and has done so for a while."""
        age = datetime.now(UTC) - self._preview.capture_time
        return age > _AGES_AFTER and any(map(_relative, self._messages()))

    def _messages(self) -> Iterator[dict[str, Any]]:
        for tab in self._preview._pages.values():
            yield from tab.snapshot["messages"].values()

    def _take_over(self) -> None:
        """Replace six parts that simcord has no switch for.

        `_action`: takes turns with everything else, and is not refused because a worker changed
        some message meanwhile. `_publish`: what a tab showed is remembered for that. The media
        worker and the budget: see `PictureReader`; the default budget of 128 MiB is twenty large
        pictures. `_initial_target`: simcord's is the bot's newest message, not the newest of all.
        `_prepare_action`: see `menus.py`. `_static`: see `_served`.
        """
        self._preview._action = self._take_turn  # type: ignore[method-assign]
        self._preview._publish = self._publish_and_remember  # type: ignore[method-assign]
        self._preview._initial_target = self._newest  # type: ignore[method-assign]
        self._preview._prepare_action = self._prepared  # type: ignore[method-assign]
        self._preview._server._static = self._served  # type: ignore[method-assign]
        self._preview._media_worker = PictureReader()
        self._preview._MAX_MEDIA_BYTES = _MEDIA_BUDGET_BYTES  # type: ignore[misc]

    def _start_at_the_end(self) -> None:
        """New tabs copy the page that scripts steer: with no target, they open at the newest messages.

        Nobody looks at that page itself, so that it need not be drawn (3 ms for each message).
        """
        model = cast(_Page, self._preview._python)
        model.target_id = model.window_end_id = None
        del self._preview._pages[model.id]

    def _prepared(self, page: _Page, kind: str, body: Mapping[str, Any]) -> Any:
        menu = menu_in(self._preview, page, body) if kind == "send_message" else None
        return menu or self._prepare(page, kind, body)

    async def _served(self, request: web.Request) -> web.Response:
        """A file of the page, with one line more in its style.

        Browsers hold what is in sight in its place when something grows, and tell the page that somebody
        scrolled: it then left a card that grew by its picture out of sight.
        """
        answer: web.Response = await self._static(request)
        if request.path == "/preview.css":
            answer.text = f"{answer.text}\n#channel-timeline {{ overflow-anchor: none; }}\n"
        return answer

    def _newest(self, viewer: Any, channel_id: int) -> int | None:
        env = self._preview.env
        messages = env.backend.messages.get(channel_id, {}).values()
        seen = (
            each.id for each in messages if can_access_message(env, channel_id, each, viewer, history=True)
        )
        return max(seen, default=None)

    def _follow(self, page: _Page) -> None:
        """Aim at a message that is new, unless the tab shows old ones.

        The browser scrolls to what is aimed at, once: who presses a button far up sees what came of it.
        """
        newest = self._newest(page.viewer, page.channel_id)
        if page.window_end_id is None and (newest or 0) > (page.target_id or 0):
            page.target_id = newest

    async def _take_turn(self, context_id: str | None, body: Any) -> dict[str, Any]:
        async with self._turn:
            self._preview.env._preview = self._preview
            return await self._act(context_id, self._adopted(context_id, body))

    def _adopted(self, context_id: str | None, body: Any) -> Any:
        """Date an action to the present revision, unless the control it used has changed since.

        The page refuses what refers to an older revision, and with a worker at work every second
        has a new one. A button that became another one under the finger is still refused.
        """
        tab = self._preview._pages.get(context_id or "")
        if tab is None or not isinstance(body, Mapping) or "published_revision" not in body:
            return body
        shown = self._shown.get(tab.id, {})
        before, control = shown.get(body["published_revision"], {}), body.get("control_key")
        if before.get(control or "") != shown.get(tab.revision, {}).get(control or ""):
            return body
        return {**body, "published_revision": tab.revision}

    def _publish_and_remember(self, page: _Page, **how: Any) -> None:
        self._follow(page)
        self._publish(page, **how)
        for message in filter(_relative, page.snapshot["messages"].values()):
            # the page draws a message again only when its data differ
            message["shown_at"] = self._preview.capture_time.isoformat()
        shown = self._shown.setdefault(page.id, {})
        shown[page.revision] = dict(_controls(page.snapshot))
        shown.pop(page.revision - _REMEMBERED_REVISIONS, None)
        for gone in self._shown.keys() - self._preview._pages.keys() - {page.id}:
            del self._shown[gone]


def _relative(message: Mapping[str, Any]) -> bool:
    """Whether a message without pictures has a `<t:…:R>`: it says how long to wait."""
    parts = (message, *walk_components(message["components"]))
    words = (part.get("content") or "" for part in parts)
    return not message["attachments"] and any(":R>" in text for text in words)


def _controls(snapshot: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What each button and menu on the page would send."""
    for message in snapshot["messages"].values():
        for component in walk_components(message["components"]):
            if "control_key" in component and "custom_id" in component:
                yield component["control_key"], component["custom_id"]
