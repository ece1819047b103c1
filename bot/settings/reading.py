"""The settings of this process, out of the environment and `.env`; every fault is told at once."""

from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from bot.domain.errors import SettingsError
from bot.settings import values
from bot.settings.fields import ENV_FILE, Settings
from bot.settings.files import SECRETS, file_of, files_of, readable_by_others

MISSING = "is missing"
"""What is said of a setting that has no default."""

_NEAR_IN_ENV_FILE = 0.8
_NEAR_IN_ENVIRONMENT = 0.9
"""How alike a name must be to one of ours: the environment is full of what others have set."""


def exposed_files() -> tuple[Path, ...]:
    """The files that this process takes secrets from and that other users of the machine can read."""
    dotenv = DotEnvSettingsSource(Settings)
    named = [
        Path(path) for source in (EnvSettingsSource(Settings), dotenv) for path in files_of(source).values()
    ]
    if any(name in dotenv.env_vars for name in SECRETS):
        named.insert(0, Path(ENV_FILE))
    return tuple(path for path in dict.fromkeys(named) if readable_by_others(path))


def misspelt() -> list[str]:
    """What is set under a name that no setting has but one nearly has: a sentence each."""
    known = _names()
    meant: dict[str, str] = {}
    for source, alike in (
        (DotEnvSettingsSource(Settings), _NEAR_IN_ENV_FILE),
        (EnvSettingsSource(Settings), _NEAR_IN_ENVIRONMENT),  # what `env_file:` of compose becomes, too
    ):
        for name in source.env_vars:
            if name not in known and (near := get_close_matches(name, known, 1, alike)):
                meant[name] = near[0]
    return [
        f"{name.upper()}: there is no such setting. Did you mean {near.upper()}?"
        for name, near in meant.items()
    ]


def load(**overrides: Any) -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: with every fault, each naming the setting and an example of a right value.
    """
    try:
        return Settings(**overrides)
    except ValidationError as wrong:
        faults = [*_no_env_file(), *map(_in_words, wrong.errors()), *misspelt()]
    except UnicodeDecodeError:
        faults = [f"{ENV_FILE}: is not UTF-8 text. Save it as UTF-8."]
    except OSError as wrong:
        faults = [f"{ENV_FILE}: cannot be read ({wrong.strerror}). Let the user who runs the bot read it."]
    raise SettingsError(faults)  # outside the handlers: the errors above hold what was read


def _names() -> list[str]:
    """All names that can be set, as pydantic has them: in lower case."""
    return [*Settings.model_fields, *(f"{name}_file" for name in SECRETS)]


def _no_env_file() -> list[str]:
    """Why everything is missing, perhaps; nothing where the environment holds settings, as in a container."""
    environment = EnvSettingsSource(Settings, env_ignore_empty=False).env_vars
    if Path(ENV_FILE).exists() or any(name in environment for name in _names()):
        return []
    mend = f"Start the bot where it is, or make it: install -m 600 .env.example {ENV_FILE}"
    return [f"{ENV_FILE}: there is none in {Path.cwd()}. {mend}"]


def _in_words(fault: ErrorDetails) -> str:
    name = str(fault["loc"][0]) if fault["loc"] else "settings"
    if fault["type"] == values.IN_ITS_FILE:
        return f"{name.upper()}_FILE: {fault['msg']}. Example: {name.upper()}_FILE={file_of(name)}"
    field = Settings.model_fields.get(name)
    example = f" Example: {name.upper()}={field.examples[0]}" if field and field.examples else ""
    return f"{name.upper()}: {_said(fault)}.{example}"


def _said(fault: ErrorDetails) -> str:
    bounds = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            return MISSING
        case "int_parsing" | "int_from_float":
            return "must be a whole number"
        case "float_parsing":
            return "must be a number"
        case "greater_than_equal":
            return f"must be at least {bounds['ge']:g}"
        case "less_than_equal":
            return f"must be at most {bounds['le']:g}"
        case "literal_error":
            return f"must be {bounds['expected']}"
        case _:
            return fault["msg"].removeprefix("Value error, ")
