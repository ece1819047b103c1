"""What Discord refuses in components: of messages and of modals."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from sandbox.discord.refusals import invalid
from sandbox.discord.values import Json, walk

ROW, BUTTON, SELECT, TEXT_INPUT, SECTION, TEXT, THUMBNAIL = 1, 2, 3, 4, 9, 10, 11
GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 12, 13, 14, 17, 18
SELECTS = {3, 5, 6, 7, 8}
FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 19, 21, 22, 23
TOP_V2 = {ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER}
LABELLED = SELECTS | {TEXT_INPUT, FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX}


def length(value: object, least: int, most: int, field: str) -> None:
    if not isinstance(value, (str, list)) or not least <= len(value) <= most:
        raise invalid(field, f"Must be between {least} and {most} in length.")


def check_components(components: list[Json], *, v2: bool) -> None:
    allowed, most = (TOP_V2, 40) if v2 else ({ROW}, 5)
    for component in components:
        if component["type"] not in allowed:
            raise invalid("components", f"Type {component['type']} is not allowed here; V2: {v2}")
    if len(components) > most or sum(1 for _ in walk(components)) > 40:
        raise invalid("components", "The maximum number of components is 40, of legacy rows 5")
    if sum(len(c["content"]) for c in walk(components) if c["type"] == TEXT) > 4000:
        raise invalid("components", "Text displays exceed 4000 characters in total")
    _unique_custom_ids(components)
    for component in walk(components):
        MESSAGE_PARTS.get(component["type"], _misplaced)(component)


def _unique_custom_ids(components: list[Json]) -> None:
    ids = sorted(c["custom_id"] for c in walk(components) if c.get("custom_id") is not None)
    for before, after in pairwise(ids):
        if before == after:
            raise invalid("components", f"Component custom id cannot be duplicated: {after}")
    for custom_id in ids:
        length(custom_id, 1, 100, "components.custom_id")
    numbers = [c["id"] for c in walk(components) if c.get("id")]
    if len(set(numbers)) != len(numbers):
        raise invalid("components", "Component ids must be unique")


def _misplaced(component: Json) -> None:
    raise invalid("components", f"Type {component['type']} is not allowed in a message")


def _row(row: Json) -> None:
    kinds = [inner["type"] for inner in row["components"]]
    buttons_only = set(kinds) == {BUTTON} and len(kinds) <= 5
    one_select = len(kinds) == 1 and kinds[0] in SELECTS
    if not buttons_only and not one_select:
        raise invalid("components", f"A row holds 1-5 buttons or one select, not {kinds}")


def _button(button: Json) -> None:
    length(button.get("label") or "", 0, 80, "components.label")
    if not button.get("label") and not button.get("emoji"):
        raise invalid("components.label", "A button needs a label or an emoji")
    is_link, has_url, has_id = button["style"] == 5, "url" in button, "custom_id" in button
    if button["style"] in range(1, 6) and (is_link, not is_link) != (has_url, has_id):
        raise invalid("components.style", "A link has a url, any other button a custom_id")
    length(button.get("url") or "", 0, 512, "components.url")


def _select(select: Json) -> None:
    length(select.get("custom_id"), 1, 100, "components.custom_id")
    length(select.get("placeholder") or "", 0, 150, "components.placeholder")
    if select["type"] == SELECT:
        length(select.get("options"), 1, 25, "components.options")
        _options(select["options"])


def _options(options: list[Json]) -> None:
    for option in options:
        length(option["label"], 1, 100, "components.options.label")
        length(option["value"], 1, 100, "components.options.value")
        length(option.get("description") or "", 0, 100, "components.options.description")
    if len({option["value"] for option in options}) != len(options):
        raise invalid("components.options", "The specified option value is already used")


def _section(section: Json) -> None:
    length(section["components"], 1, 3, "components.components")
    if any(inner["type"] != TEXT for inner in section["components"]):
        raise invalid("components", "A section holds text displays")
    if (section.get("accessory") or {}).get("type") not in (BUTTON, THUMBNAIL):
        raise invalid("components.accessory", "Must be a button or a thumbnail")


def _text(text: Json) -> None:
    length(text["content"], 1, 4000, "components.content")


def _thumbnail(thumbnail: Json) -> None:
    length(thumbnail.get("description") or "", 0, 1024, "components.description")


def _gallery(gallery: Json) -> None:
    length(gallery["items"], 1, 10, "components.items")
    for item in gallery["items"]:
        length(item.get("description") or "", 0, 1024, "components.items.description")


def _container(container: Json) -> None:
    length(container["components"], 1, 40, "components.components")
    if any(inner["type"] == CONTAINER for inner in container["components"]):
        raise invalid("components", "A container holds no container")


def _anything(_: Json) -> None:
    pass


MESSAGE_PARTS: dict[int, Callable[[Json], None]] = {
    ROW: _row,
    BUTTON: _button,
    SECTION: _section,
    TEXT: _text,
    THUMBNAIL: _thumbnail,
    GALLERY: _gallery,
    FILE: _anything,
    SEPARATOR: _anything,
    CONTAINER: _container,
    **dict.fromkeys(SELECTS, _select),
}


def media_urls(components: list[Json]) -> list[tuple[str, str, bool]]:
    """(field, url, whether only attachment:// will do) of each picture and file."""
    found = []
    for component in walk(components):
        if component["type"] == THUMBNAIL:
            found.append(("components.media", component["media"]["url"], False))
        if component["type"] == GALLERY:
            urls = [item["media"]["url"] for item in component["items"]]
            found += [("components.items.media", url, False) for url in urls]
        if component["type"] == FILE:
            found.append(("components.file", component["file"]["url"], True))
    return found


def check_modal(modal: Json) -> None:
    length(modal.get("title"), 1, 45, "data.title")
    length(modal.get("custom_id"), 1, 100, "data.custom_id")
    length(modal.get("components"), 1, 5, "data.components")
    for component in modal["components"]:
        if component["type"] not in (LABEL, TEXT):
            raise invalid("data.components", "A modal holds labels and text displays")
        if component["type"] == LABEL:
            _label(component)
    _unique_custom_ids(modal["components"])


def _label(label: Json) -> None:
    length(label.get("label"), 1, 45, "data.components.label")
    length(label.get("description") or "", 0, 100, "data.components.description")
    inner = label.get("component") or {}
    kind = inner.get("type")
    if kind not in LABELLED:
        raise invalid("data.components.component", f"Type {kind} is not allowed in a label")
    if inner.get("disabled"):
        raise invalid("data.components.component.disabled", "Not allowed in a modal")
    length(inner.get("custom_id"), 1, 100, "data.components.component.custom_id")
    if kind == TEXT_INPUT:
        _text_input(inner)
    if kind in SELECTS:
        _select(inner)
    if kind in (RADIO, CHECKBOXES):
        length(inner.get("options"), 2 if kind == RADIO else 1, 10, "data.components.options")
        _options(inner["options"])


def _text_input(given: Json) -> None:
    length(given.get("value") or "", 0, 4000, "data.components.value")
    length(given.get("placeholder") or "", 0, 100, "data.components.placeholder")
    least, most = given.get("min_length") or 0, given.get("max_length") or 4000
    if not 0 <= least <= most <= 4000:
        raise invalid("data.components.max_length", "Must be between 1 and 4000")
    if value := given.get("value"):
        length(value, least, most, "data.components.value")
