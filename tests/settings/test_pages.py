"""What is written of the settings is what they are."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.settings import Settings, load
from bot.settings.files import SECRETS
from bot.settings.pages import example_file, page

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("file", "written"), [(".env.example", example_file), ("docs/operations/settings.md", page)]
)
def test_the_files_in_the_repository_are_up_to_date(file: str, written: Callable[[], str]) -> None:
    """`python -m bot settings > .env.example`, and `--markdown` for the page."""
    assert (ROOT / file).read_text(encoding="utf-8") == written()


def test_the_example_names_every_setting_with_a_sentence() -> None:
    parts = example_file().split("\n\n")[1:]
    assert len(parts) == len(Settings.model_fields)
    for part, (name, field) in zip(parts, Settings.model_fields.items(), strict=True):
        said, *more = part.splitlines()
        assert field.description
        assert field.description.endswith(".")
        assert said.startswith(f"# {field.description}")
        assert more[-1].lstrip("#").startswith(f"{name.upper()}=")
        assert any(f"{name.upper()}_FILE=" in line for line in more) is (name in SECRETS)


def test_the_page_tells_what_each_takes_and_what_it_is_without() -> None:
    sections = dict(part.split("`\n", 1) for part in page().split("### `")[1:])
    assert list(sections) == [name.upper() for name in Settings.model_fields]
    assert all("- Takes: " in said for said in sections.values())
    assert (
        "- Takes: whole number, 1 to 1000\n- Default: `MODELLIX_MAX_TASKS=10`"
        in sections["MODELLIX_MAX_TASKS"]
    )
    assert "- Takes: `on`, `off`\n" in sections["NEW_SERVERS"]
    assert "- Has to be set, for example: `DISCORD_TOKEN=" in sections["DISCORD_TOKEN"]
    assert "- Or in a file: `DISCORD_TOKEN_FILE=" in sections["DISCORD_TOKEN"]
    assert "- Empty by default; for example: `DATABASE_URL=sqlite:///" in sections["DATABASE_URL"]


def test_what_they_show_as_default_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DISCORD_TOKEN", "AAAAAAAAAAAAAAAAAAAAAAAA.BBBBBB.CCCCCCCCCCCCCCCCCCCCCCCCCCC")
    monkeypatch.setenv("MODELLIX_API_KEY", "mx-0123456789")
    plain = load()
    shown = [line.removeprefix("#") for line in example_file().splitlines() if line.startswith("#")]
    (tmp_path / ".env").write_text("\n".join(line for line in shown if not line.startswith(" ")))
    told = load()
    assert [name for name in Settings.model_fields if getattr(plain, name) != getattr(told, name)] == []
