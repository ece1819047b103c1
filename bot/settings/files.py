"""Secrets in files of their own: found, read with every fault in words, and looked at for who else can.

No sentence of this module holds anything of what is in a file.
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource, PydanticBaseSettingsSource

SECRETS = ("discord_token", "modellix_api_key")
"""Each may come from a file instead, which is named by the same setting with `_FILE` behind it."""

MAX_BYTES = 4096
"""Far above any token or key: what is longer is another file, named by mistake."""

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_INSIDE_A_CONTAINER = Path("/run/secrets")


@dataclass(frozen=True, slots=True)
class Unusable:
    """There is no secret to be had. `why` is a sentence's end: it follows the name of the setting."""

    why: str


def file_of(secret: str) -> str:
    """An example of the file that a secret may be in: where Docker mounts it."""
    return f"/run/secrets/{secret}"


class WithFiles(PydanticBaseSettingsSource):
    """A source in which a secret may be in the file that `NAME_FILE` names."""

    def __init__(self, named: PydanticBaseSettingsSource) -> None:
        super().__init__(named.settings_cls)
        self._named = named

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """As the source itself has it: files are read for all of them at once."""
        return self._named.get_field_value(field, field_name)

    def __call__(self) -> dict[str, Any]:
        """What is set; where a file does not hand its secret out, why."""
        found = self._named()
        for name, path in files_of(self._named).items():
            both = Unusable(f"is set beside {name.upper()}; take one of the two away")
            found[name] = both if name in found else read_secret(Path(path))
        return found


def files_of(source: PydanticBaseSettingsSource) -> dict[str, str]:
    """The paths that a source has for secrets, by secret."""
    variables = source.env_vars if isinstance(source, EnvSettingsSource) else {}
    return {name: path for name in SECRETS if (path := variables.get(f"{name}_file"))}


def read_secret(path: Path) -> str | Unusable:
    """All that is in a file, without what editors put around it.

    No fault repeats the path: it may be the secret itself, set under the wrong name.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as fault:
        return Unusable(f"cannot be read ({fault.strerror})")
    except ValueError:
        return Unusable("is not the path of a file")
    if len(content) > MAX_BYTES:
        return Unusable(f"names a file of more than {MAX_BYTES} bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return Unusable("names a file that is not UTF-8 text")
    return bare(text) or Unusable("names an empty file")


def bare(text: str) -> str:
    """A secret without what comes along when it is pasted: a byte order mark, blanks, line ends, quotes."""
    text = text.strip().removeprefix(_BOM).strip()
    for quote in "\"'":
        if len(text) > 1 and text.startswith(quote) and text.endswith(quote):
            return text[1:-1].strip()
    return text


def readable_by_others(path: Path) -> bool:
    """Whether other users of this machine may read a file, by its mode.

    Its group counts where we own the file; where we do not (`root:imagine-bot 0640`), its group is how it
    was given to us. What is mounted into a container (Docker, Podman, Kubernetes) is open to all in there
    as a rule, and there is nobody else in there. A file that cannot be looked at is open to nobody we know.
    """
    try:
        if path.resolve().is_relative_to(_INSIDE_A_CONTAINER):
            return False
        status = path.stat()
    except (OSError, ValueError, RuntimeError):
        return False
    group = stat.S_IRGRP if status.st_uid == os.geteuid() else 0
    return bool(status.st_mode & (stat.S_IROTH | group))
