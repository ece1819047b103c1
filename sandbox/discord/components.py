"""Components as Discord gives them back: numbered, complete, with real links."""

from __future__ import annotations

from collections.abc import Collection

from sandbox.discord.payloads import pixels
from sandbox.discord.values import Attachment, Json


def shown_components(components: list[Json], files: Collection[Attachment]) -> list[Json]:
    """Components as they come back: numbered, with `attachment://` turned into real links."""
    by_name = {f"attachment://{one.filename}": one for one in files}
    taken = 0

    def medium(given: Json) -> Json:
        one = by_name.get(given["url"])
        if one is None:
            return {"id": "0", "proxy_url": given["url"], **given}
        media = {"id": str(one.id), "url": one.url, "proxy_url": one.url}
        extra = {"content_type": one.content_type, "attachment_id": str(one.id)}
        return media | extra | pixels(one)

    def shown(given: Json) -> Json:
        nonlocal taken
        taken += 1
        out = _with_defaults(given) | {"id": given.get("id") or taken}
        if "components" in given:
            out["components"] = [shown(inner) for inner in given["components"]]
        if "accessory" in given:
            out["accessory"] = shown(given["accessory"])
        if "media" in given:
            out["media"] = medium(given["media"])
        if "items" in given:
            plain = {"description": None, "spoiler": False}
            out["items"] = [plain | i | {"media": medium(i["media"])} for i in given["items"]]
        if "file" in given:
            out["file"] = medium(given["file"])
            one = by_name.get(given["file"]["url"])
            out |= {"name": one.filename, "size": one.size} if one else {}
        return out

    return [shown(given) for given in components]


DEFAULTS: dict[int, Json] = {
    3: {"min_values": 1, "max_values": 1},
    11: {"description": None, "spoiler": False},
    13: {"spoiler": False},
    14: {"spacing": 1, "divider": True},
    17: {"accent_color": None, "spoiler": False},
}


def _with_defaults(given: Json) -> Json:
    return DEFAULTS.get(given["type"], {}) | given
