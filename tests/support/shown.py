"""A message as a person sees it: words, buttons, pictures, files."""

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

from simcord import Env
from simcord.backend.models import Message
from simcord.components import walk_components
from simcord.enums import ComponentType

from bot.services.ids import JOB_ID_PATTERN

Payload: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on a message: its place in the gallery and its bytes."""

    name: str
    alt_text: str
    content: bytes


class Shown:
    """A message as a person sees it now."""

    def __init__(self, env: Env, message: Message) -> None:
        self._env = env
        self.message = message

    @property
    def id(self) -> int:
        """The message's id."""
        return self.message.id

    @property
    def private(self) -> bool:
        """Whether only one person sees it."""
        return self.message.is_ephemeral

    @property
    def text(self) -> str:
        """All words, one line per text display."""
        parts = (part.get("content", "") for part in walk_components(self.message.components))
        return "\n".join(filter(None, (self.message.content, *parts)))

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons."""
        return [part["label"] for part in self._parts(ComponentType.BUTTON)]

    def custom_id(self, label: str) -> str:
        """The name of the button of that label."""
        (found,) = [part for part in self._parts(ComponentType.BUTTON) if part["label"] == label]
        return str(found["custom_id"])

    @property
    def pictures(self) -> list[Picture]:
        """What its gallery shows, in order."""
        found = []
        for gallery in self._parts(ComponentType.MEDIA_GALLERY):
            for item in gallery["items"]:
                url = item["media"]["url"]
                content = self._env.backend.cdn.get(url)
                assert content is not None, f"{url} was never uploaded"
                found.append(Picture(url.rpartition("/")[2], item["description"], content))
        return found

    @property
    def files(self) -> dict[str, bytes]:
        """Its attachments by name."""
        cdn = self._env.backend.cdn
        return {file["filename"]: cdn.get(file["url"]) or b"" for file in self.message.attachments}

    @property
    def job_id(self) -> str:
        """The short code of the job it shows."""
        found = re.search(f"`({JOB_ID_PATTERN})`", self.text)
        assert found is not None, f"no job in {self.text!r}"
        return found[1]

    def _parts(self, kind: ComponentType) -> list[Payload]:
        return [part for part in walk_components(self.message.components) if part["type"] == kind]
