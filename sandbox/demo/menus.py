"""The menus of messages: simcord's page has none, and a reply with a menu's name takes their place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from simcord import MemberActor, Preview, ResponseMessage
from simcord.enums import AppCommandType
from simcord.preview._pages import _Page

Run: TypeAlias = Callable[[Any, int], Awaitable[dict[str, Any]]]


def menu_in(preview: Preview, page: _Page, body: Mapping[str, Any]) -> Run | None:
    """What a reply chooses from the menu of the message that it answers; None when it is a plain one."""
    viewer, env = page.viewer, preview.env
    typed, replied_to = str(body.get("content")).strip().casefold(), body.get("reply_to_id")
    menus = env.backend.visible_commands(
        user_id=viewer.id, channel_id=page.channel_id, type=AppCommandType.MESSAGE
    )
    name: str = next((menu["name"] for menu in menus if menu["name"].casefold() == typed), "")
    target_id = preview._target_id(replied_to, viewer) if name and replied_to else None
    if target_id is None or not isinstance(viewer, MemberActor):
        return None
    message = ResponseMessage(env, preview._target_message(page, target_id))

    async def run(action: Any, cursor: int) -> dict[str, Any]:
        chosen = viewer.context_menu(preview.channel, name, message)
        return await preview._run_interaction_action(page, action, cursor, chosen, republish_all=True)

    return run
