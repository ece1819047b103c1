"""The two files that tell all settings, written from what the settings say of themselves."""

from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from bot.settings.fields import Settings
from bot.settings.files import SECRETS, file_of

_INTRODUCTION = """\
# Settings

Written by `python -m bot settings --markdown`.

Only the first two have to be set. A setting is taken from the environment or, where it is not set there,
from the file `.env` in the folder that the bot is started in. An empty one counts as not set. A faulty one
ends the program before anything is opened; all faults are told at once, and none repeats a secret.

## Secrets

`DISCORD_TOKEN` and `MODELLIX_API_KEY` are secrets. Each is set directly, or put into a file of its own that
`DISCORD_TOKEN_FILE` or `MODELLIX_API_KEY_FILE` names: one that Docker, Kubernetes or the `LoadCredential=`
of systemd hands to the process, for example. Both forms at once in the same place are a fault. Blanks, line
ends and quotes around a secret do not count.

No other user of the machine should be able to read these files, or a `.env` with a secret in it. Where one
can, the bot says so when it starts (`settings.readable_by_others`). The mend is `chmod 600 .env`. Under
`/run/secrets`, where containers get theirs, nothing is said: nobody else is in there.

## All settings
"""


def example_file() -> str:
    """`.env.example`: every setting with its sentence; those without a default are left to fill in."""
    lines = [
        "# Settings of the bot. Copy this file to .env and fill in the first two.",
        "# Everything else has the default shown; take away the # to change it.",
    ]
    for name, field in Settings.model_fields.items():
        hint = f" For example: {_example(field)}" if not field.is_required() and not _default(field) else ""
        lines += ["", f"# {field.description}{hint}"]
        if name in SECRETS:
            lines.append(f"# Or name a file that it is in: {name.upper()}_FILE={file_of(name)}")
        lines.append(f"{'' if field.is_required() else '#'}{name.upper()}={_default(field)}")
    return "\n".join(lines) + "\n"


def page() -> str:
    """`docs/operations/settings.md`: every setting with what it takes, its default and an example."""
    lines = [_INTRODUCTION]
    for name, field in Settings.model_fields.items():
        lines += [f"### `{name.upper()}`", "", str(field.description), "", f"- Takes: {_takes(field)}"]
        lines.append(f"- {_unset(field)}: `{name.upper()}={_default(field) or _example(field)}`")
        if name in SECRETS:
            lines.append(f"- Or in a file: `{name.upper()}_FILE={file_of(name)}`")
        lines.append("")
    return "\n".join(lines)


def _unset(field: FieldInfo) -> str:
    if field.is_required():
        return "Has to be set, for example"
    return "Default" if _default(field) else "Empty by default; for example"


def _example(field: FieldInfo) -> str:
    return str((field.examples or [""])[0])


def _default(field: FieldInfo) -> str:
    """As it is written; the example of a setting that has a default shows it (a test proves that)."""
    return "" if field.is_required() or field.default == "" else _example(field)


def _takes(field: FieldInfo) -> str:
    """What kind of value it is, and within which bounds."""
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(field.annotation))
    if field.title:
        return field.title
    least, most = (
        next(getattr(bound, name) for bound in field.metadata if hasattr(bound, name))
        for name in ("ge", "le")
    )
    return f"{'whole number' if field.annotation is int else 'number'}, {least} to {most}"
