"""Each request and answer held against Discord's own OpenAPI document, where there is one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from sandbox.discord.values import Json

URN = "urn:discord"
SNOWFLAKES = {
    "attachments.id",
    "message_id",
    "channel_id",
    "guild_id",
    "recipient_id",
    "users",
    "roles",
}


class Contract:
    """The document, indexed by operationId."""

    def __init__(self, path: Path) -> None:
        document = json.loads(path.read_text(encoding="utf-8"))
        resource = Resource.from_contents(document, default_specification=DRAFT202012)
        own = {"oneOf": self._union, "anyOf": self._union}
        self._checker = validators.extend(Draft202012Validator, own)
        self._registry: Registry[Any] = Registry().with_resource(URN, resource)
        self._document = document
        self._where = {
            operation["operationId"]: (path_, method)
            for path_, item in document["paths"].items()
            for method, operation in item.items()
            if isinstance(operation, dict) and "operationId" in operation
        }
        self._validators: dict[tuple[str, ...], Draft202012Validator | None] = {}

    def request_errors(self, operation: str, body: Any, *, multipart: bool) -> list[str]:
        """What is wrong with a request body; nothing for operations it does not know."""
        kind = "multipart/form-data" if multipart else "application/json"
        return self._errors(operation, ("requestBody", "content", kind, "schema"), normalised(body))

    def response_errors(self, operation: str, status: int, body: Any) -> list[str]:
        keys = ("responses", str(status), "content", "application/json", "schema")
        return self._errors(operation, keys, body)

    def _union(
        self, validator: Any, branches: list[Json], instance: Any, _: Json
    ) -> Iterator[ValidationError]:
        """The branch whose `type` fits, looked up instead of tried: fast, and it names the fault."""
        fitting = [branch for branch in branches if self._may_be(branch, instance)]
        if len(fitting) == 1:
            yield from validator.descend(instance, fitting[0])
        elif not any(validator.evolve(schema=branch).is_valid(instance) for branch in fitting):
            yield ValidationError(f"{instance!r:.80} fits no branch of the union")

    def _may_be(self, branch: Json, instance: Any) -> bool:
        while "$ref" in branch:
            branch = self._document["components"]["schemas"][branch["$ref"].rpartition("/")[2]]
        if "const" in branch:
            return bool(branch["const"] == instance)
        if branch.get("type") == "null" or instance is None:
            return branch.get("type") == "null" and instance is None
        kinds = branch.get("properties", {}).get("type", {}).get("enum")
        return kinds is None or not isinstance(instance, dict) or instance.get("type") in kinds

    def _errors(self, operation: str, keys: tuple[str, ...], body: Any) -> list[str]:
        validator = self._validator((operation, *keys))
        if validator is None:
            return []
        return [_told(error) for error in validator.iter_errors(body)]

    def _validator(self, place: tuple[str, ...]) -> Draft202012Validator | None:
        if place not in self._validators:
            self._validators[place] = self._build(place)
        return self._validators[place]

    def _build(self, place: tuple[str, ...]) -> Draft202012Validator | None:
        operation, *keys = place
        if operation not in self._where:
            return None
        trail = ("paths", *self._where[operation], *keys)
        node = self._document
        for key in trail:
            node = node.get(key)
            if node is None:
                return None
        pointer = "/".join(key.replace("~", "~0").replace("/", "~1") for key in trail)
        reference = pointer.replace("{", "%7B").replace("}", "%7D")
        return self._checker({"$ref": f"{URN}#/{reference}"}, registry=self._registry)


def normalised(body: Any, inside: str = "") -> Any:
    """Snowflakes as strings: Discord takes numbers too, the document does not say so."""
    if isinstance(body, list):
        return [normalised(item, inside) for item in body]
    if isinstance(body, dict):
        return {key: normalised(value, _within(key, inside)) for key, value in body.items()}
    is_number = isinstance(body, int) and not isinstance(body, bool)
    return str(body) if is_number and inside in SNOWFLAKES else body


def _within(key: str, inside: str) -> str:
    """A component's id is a small number of its own, an attachment's is a snowflake."""
    return "attachments.id" if (inside, key) == ("attachments", "id") else key


def _told(error: ValidationError) -> str:
    where = ".".join(map(str, error.absolute_path)) or "body"
    return f"{where}: {error.message[:200]}"
