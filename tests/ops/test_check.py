"""What `python -m bot check` finds before the bot is started."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.ops.check import Finding, findings
from bot.settings import Settings, load
from bot.storage.sqlite import Store
from sandbox.modellix import Fault, ModellixSandbox
from tests.modellix.loopback import closed_port
from tests.support.database import Database

KEY = "mx-0123456789"


def settings(data_dir: Path, base_url: str, key: str = KEY) -> Settings:
    return load(
        _env_file=None,
        discord_token=SecretStr("AAAAAAAAAAAAAAAAAAAAAAAA.BBBBBB.CCCCCCCCCCCCCCCCCCCCCCCCCCC"),
        modellix_api_key=SecretStr(key),
        modellix_base_url=base_url,
        data_dir=data_dir,
    )


async def found(chosen: Settings) -> dict[str, Finding]:
    return {finding.name: finding async for finding in findings(chosen)}


async def offline(data_dir: Path) -> dict[str, Finding]:
    """What is found where the provider does not answer."""
    return await found(settings(data_dir, f"http://127.0.0.1:{closed_port()}"))


class TestProvider:
    @pytest.fixture
    def provider(self) -> ModellixSandbox:
        return ModellixSandbox(key=KEY, balance_microusd=12_340_000)

    async def test_with_everything_in_place_all_is_good(
        self, tmp_path: Path, provider: ModellixSandbox
    ) -> None:
        async with provider.serving() as base_url:
            told = await found(settings(tmp_path, base_url))
        assert [finding.name for finding in told.values() if not finding.good] == []
        assert told["Modellix balance"].says == "$12.34"

    async def test_a_wrong_key_is_told_and_not_shown(self, tmp_path: Path, provider: ModellixSandbox) -> None:
        async with provider.serving() as base_url:
            told = await found(settings(tmp_path, base_url, key="mx-another-key"))
        assert not told["Modellix key"].good
        assert "not accepted" in told["Modellix key"].says
        assert not any("mx-another-key" in finding.says for finding in told.values())

    async def test_an_empty_balance_is_told(self, tmp_path: Path) -> None:
        async with ModellixSandbox(key=KEY, balance_microusd=0).serving() as base_url:
            told = await found(settings(tmp_path, base_url))
        assert told["Modellix key"].good
        assert (told["Modellix balance"].good, told["Modellix balance"].says) == (False, "$0.00; top up")

    async def test_a_service_in_trouble_is_not_a_wrong_key(
        self, tmp_path: Path, provider: ModellixSandbox
    ) -> None:
        provider.fault(Fault.STATUS_503, on="account", times=0)
        async with provider.serving() as base_url:
            told = await found(settings(tmp_path, base_url))
        assert not told["Modellix key"].good
        assert "did not answer" in told["Modellix key"].says

    async def test_a_service_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        told = await offline(tmp_path)
        assert not told["Modellix key"].good
        assert "is the address right?" in told["Modellix key"].says


class TestMachine:
    async def test_a_new_folder_has_no_database_yet(self, tmp_path: Path) -> None:
        told = await offline(tmp_path / "data")
        assert told["Data folder"].good
        assert (told["Database"].good, told["Database"].says) == (
            True,
            "none yet; the first start makes one",
        )

    async def test_a_folder_that_cannot_be_written_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("a file")
        told = await offline(tmp_path / "data")
        assert not told["Data folder"].good

    async def test_a_healthy_database_is_told_with_its_version(self, tmp_path: Path) -> None:
        async with Store.open(tmp_path / "bot.sqlite3"):
            pass
        told = await offline(tmp_path)
        assert told["Database"].good
        assert told["Database"].says.startswith("healthy, version ")

    async def test_it_may_be_looked_at_while_the_bot_runs(self, tmp_path: Path) -> None:
        async with Store.open(tmp_path / "bot.sqlite3"):
            assert (await offline(tmp_path))["Database"].good

    async def test_one_of_a_newer_bot_is_told(self, tmp_path: Path) -> None:
        async with Store.open(tmp_path / "bot.sqlite3"):
            pass
        Database(tmp_path / "bot.sqlite3").alter("INSERT INTO migration VALUES (999, 'x', 'then')")
        told = await offline(tmp_path)
        assert not told["Database"].good
        assert "update the bot" in told["Database"].says

    async def test_one_that_is_none_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "bot.sqlite3").write_bytes(b"no database" * 1_000)
        assert not (await offline(tmp_path))["Database"].good
