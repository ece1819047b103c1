"""The settings: what is wrong with each, and what can be gone on with all the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.errors import SettingsError
from bot.ops.check.finding import Finding, note, ok, wrong
from bot.settings import ENV_FILE, MISSING, Settings, load, misspelt

NAME = "Settings"

_CHANGE_IT = "Change it in the environment or .env"


@dataclass(frozen=True, slots=True)
class SettingsFound:
    """What the operator set, as far as it can be used."""

    settings: Settings | None
    """An example stands in the place of each faulty one. None: not even the file can be read."""
    faults: Sequence[str] = ()
    """As `SettingsError` has them: a sentence each, which begins with the name."""

    def faulty(self, *fields: str) -> str:
        """Why nothing that needs these settings can be looked at; empty where it can."""
        if self.settings is None:
            return "the settings cannot be read"
        wrong_ones = [name.upper() for name in fields if name in _fields(self.faults)]
        return f"see {' and '.join(wrong_ones)}" if wrong_ones else ""

    def rows(self) -> Iterator[Finding]:
        """One for each faulty setting."""
        for fault in self.faults:
            name, _, says = fault.partition(": ")
            if name == ENV_FILE:
                says, _, mend = says.rpartition(". ")
            else:
                says, _, example = says.partition(" Example: ")
                mend = "Write it into .env" if says == f"{MISSING}." else _CHANGE_IT
                mend += f", as in {example}" if example else "."
            yield wrong(name, says, mend)
        if not self.faults:
            unknown = misspelt()
            yield note(NAME, " ".join(unknown), f"{_CHANGE_IT}.") if unknown else ok(NAME, "complete")


def find_settings() -> SettingsFound:
    """Those of this process, without a word about what is wrong with them yet."""
    try:
        return SettingsFound(load())
    except SettingsError as wrong_ones:
        faults = wrong_ones.faults
    examples = {field: Settings.model_fields[field].examples for field in _fields(faults)}
    try:
        return SettingsFound(load(**{field: shown[0] for field, shown in examples.items() if shown}), faults)
    except SettingsError:
        return SettingsFound(None, faults)


def _fields(faults: Sequence[str]) -> list[str]:
    """Which settings these are about."""
    named = [fault.partition(":")[0].lower() for fault in faults]
    return [field for field in Settings.model_fields if field in named or f"{field}_file" in named]
