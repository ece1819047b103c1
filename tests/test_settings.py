"""Every fault of the settings is told at once, in words, and no secret ever leaves them."""

from pathlib import Path

import pytest

from bot.domain.errors import SettingsError
from bot.domain.jobs import Quality, Size
from bot.settings import Settings, example_file, is_loopback, load

TOKEN = "AAAAAAAAAAAAAAAAAAAAAAAA.BBBBBB.CCCCCCCCCCCCCCCCCCCCCCCCCCC"
KEY = "mx-0123456789-very-secret"
ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _a_machine_without_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` and none of our variables: those of whoever runs the tests do not count."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The two settings that have no default; more can be set."""
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("MODELLIX_API_KEY", KEY)
    return monkeypatch


def faults(**environment: str) -> list[str]:
    """What is said of an environment on top of the complete one."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(SettingsError) as raised:
            load()
    return raised.value.faults


class TestComplete:
    def test_two_settings_are_enough(self, complete: pytest.MonkeyPatch) -> None:
        settings = load()
        assert settings.discord_token.get_secret_value() == TOKEN
        assert settings.modellix_base_url == "https://api.modellix.ai"
        assert settings.database_path == Path("data/bot.sqlite3")
        assert settings.prices.image(Size.SQUARE, Quality.LOW) == 6_000

    def test_they_may_be_in_a_file(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text(f"DISCORD_TOKEN={TOKEN}\nMODELLIX_API_KEY={KEY}\nLOG_LEVEL=debug\n")
        assert load().log_level == "debug"

    def test_the_environment_goes_before_the_file(self, tmp_path: Path, complete: pytest.MonkeyPatch) -> None:
        (tmp_path / ".env").write_text("LOG_LEVEL=debug\n")
        complete.setenv("LOG_LEVEL", "error")
        assert load().log_level == "error"

    def test_an_empty_one_is_as_good_as_none(self, complete: pytest.MonkeyPatch) -> None:
        complete.setenv("MODELLIX_MAX_TASKS", "")
        assert load().modellix_max_tasks == 10

    def test_what_is_not_ours_is_passed_over(self, complete: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("SOMETHING_ELSE=1\n")
        load()

    def test_they_cannot_be_changed_afterwards(self, complete: pytest.MonkeyPatch) -> None:
        with pytest.raises(ValueError, match="frozen"):
            load().modellix_max_tasks = 5

    def test_the_database_may_be_elsewhere(self, complete: pytest.MonkeyPatch) -> None:
        complete.setenv("DATABASE_URL", "sqlite:////srv/imagine/bot.sqlite3")
        assert load().database_path == Path("/srv/imagine/bot.sqlite3")

    def test_prices_may_be_changed(self, complete: pytest.MonkeyPatch) -> None:
        complete.setenv("PRICES", "low=1/2/3 medium=4/5/6 high=7/8/9.5")
        assert load().prices.image(Size.PORTRAIT_4K, Quality.HIGH) == 9_500_000


class TestFaults:
    def test_all_of_them_are_told_at_once_by_name_and_with_an_example(self) -> None:
        said = faults(MODELLIX_MAX_TASKS="0", LOG_LEVEL="loud", MODELLIX_BASE_URL="ftp://x")
        assert len(said) == 5
        assert [fault.partition(":")[0] for fault in said] == [
            "DISCORD_TOKEN",
            "MODELLIX_API_KEY",
            "MODELLIX_BASE_URL",
            "MODELLIX_MAX_TASKS",
            "LOG_LEVEL",
        ]
        assert all(f"Example: {fault.partition(':')[0]}=" in fault for fault in said)

    def test_what_is_missing_is_called_missing(self) -> None:
        assert all(": is missing." in fault for fault in faults())

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("DISCORD_TOKEN", "not-a-token", "three parts joined by dots"),
            ("DISCORD_TOKEN", f"Bot {TOKEN}", "three parts joined by dots"),
            ("MODELLIX_API_KEY", "two words", "without blanks"),
            ("MODELLIX_API_KEY", "schlüssel", "without blanks"),
            ("MODELLIX_BASE_URL", "http://api.modellix.ai", "unless it leads to this machine"),
            ("MODELLIX_BASE_URL", "https://user:pass@api.modellix.ai", "user name or password"),
            ("MODELLIX_BASE_URL", "https://api.modellix.ai?x=1", "begins with https://"),
            ("MODELLIX_BASE_URL", "api.modellix.ai", "begins with https://"),
            ("DISCORD_GATEWAY_URL", "https://gateway.discord.gg", "begins with wss://"),
            ("DISCORD_GATEWAY_URL", "ws://gateway.discord.gg", "unless it leads to this machine"),
            ("MODELLIX_MAX_TASKS", "ten", "must be a whole number"),
            ("MODELLIX_MAX_TASKS", "101", "at most 100"),
            ("MODELLIX_REQUESTS_PER_MINUTE", "9", "at least 10"),
            ("TASK_DEADLINE_S", "59", "at least 60"),
            ("DATABASE_URL", "postgresql://x/y", "not supported yet"),
            ("LOG_FORM", "xml", "auto"),
            ("PRICES", "low=1/2/3 medium=4/5/6", "low, medium and high"),
            ("PRICES", "low=1/2 medium=4/5/6 high=7/8/9", "low, medium and high"),
            ("PRICES", "low=1/2/x medium=4/5/6 high=7/8/9", "low, medium and high"),
            ("PRICES", "low=1/2/-3 medium=4/5/6 high=7/8/9", "low, medium and high"),
            ("PRICES", "best=1/2/3 medium=4/5/6 high=7/8/9", "low, medium and high"),
        ],
    )
    def test_each_says_what_is_wrong_and_of_which(
        self, complete: pytest.MonkeyPatch, name: str, value: str, said: str
    ) -> None:
        (fault,) = faults(**{name: value})
        assert fault.startswith(f"{name}: ")
        assert said in fault

    @pytest.mark.parametrize("address", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:1"])
    def test_this_machine_may_be_reached_in_plain(self, complete: pytest.MonkeyPatch, address: str) -> None:
        complete.setenv("MODELLIX_BASE_URL", address)
        assert load().modellix_base_url == address


class TestSecrets:
    @pytest.mark.parametrize("secret", [f"{TOKEN} and more", "mx-987654 very-secret"])
    @pytest.mark.parametrize("name", ["DISCORD_TOKEN", "MODELLIX_API_KEY"])
    def test_a_fault_never_repeats_the_value(self, name: str, secret: str) -> None:
        said = "\n".join(faults(**{name: secret}))
        assert secret not in said
        assert secret.split()[0] not in said

    def test_the_error_itself_holds_none_either(self) -> None:
        """A traceback prints the causes of an error as well."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DISCORD_TOKEN", "my-secret-but-not-a-token")
            with pytest.raises(SettingsError) as raised:
                load()
        assert raised.value.__cause__ is None
        assert raised.value.__suppress_context__
        assert "my-secret" not in repr(raised.value)

    def test_they_are_stars_wherever_the_settings_are_printed(self, complete: pytest.MonkeyPatch) -> None:
        settings = load()
        for printed in (repr(settings), str(settings), settings.model_dump_json(exclude={"prices"})):
            assert TOKEN not in printed
            assert KEY not in printed


class TestExample:
    def test_the_file_in_the_repository_is_up_to_date(self) -> None:
        """`python -m bot settings > .env.example` writes it."""
        assert (ROOT / ".env.example").read_text(encoding="utf-8") == example_file()

    def test_it_names_every_setting_with_a_sentence(self) -> None:
        lines = example_file().splitlines()
        for name, field in Settings.model_fields.items():
            assert field.description
            assert field.description.endswith(".")
            place = next(
                at for at, line in enumerate(lines) if line.lstrip("#").startswith(f"{name.upper()}=")
            )
            assert lines[place - 1].startswith(f"# {field.description}")

    def test_what_it_shows_as_default_is_the_default(
        self, tmp_path: Path, complete: pytest.MonkeyPatch
    ) -> None:
        plain = load()
        shown = [line.removeprefix("#") for line in example_file().splitlines() if line.startswith("#")]
        (tmp_path / ".env").write_text("\n".join(line for line in shown if not line.startswith(" ")))
        told = load()
        assert [name for name in Settings.model_fields if getattr(plain, name) != getattr(told, name)] == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:80", True),
        ("http://127.9.9.9", True),
        ("http://[::1]/x", True),
        ("http://localhost", True),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://10.0.0.1", False),
        ("https://api.modellix.ai", False),
        ("nonsense", False),
    ],
)
def test_this_machine_is_told_from_others(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected
