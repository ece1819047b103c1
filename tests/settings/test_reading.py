"""Every fault of the settings is told at once, in words, and no secret ever leaves them."""

from pathlib import Path

import pytest

from bot.domain.errors import SettingsError
from bot.domain.jobs import Quality, Size
from bot.settings import Settings, load, misspelt
from bot.settings.values import is_loopback

TOKEN = "AAAAAAAAAAAAAAAAAAAAAAAA.BBBBBB.CCCCCCCCCCCCCCCCCCCCCCCCCCC"
KEY = "mx-0123456789-very-secret"


@pytest.fixture(autouse=True)
def _a_machine_without_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` and none of our variables: those of whoever runs the tests do not count."""
    monkeypatch.chdir(tmp_path)
    for name in (*Settings.model_fields, "discord_token_file", "modellix_api_key_file"):
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

    def test_what_windows_puts_into_the_file_does_not_matter(self, tmp_path: Path) -> None:
        """A byte order mark, line ends, quotes and blanks; and what a shell would want."""
        lines = (f'export DISCORD_TOKEN="{TOKEN}"', f"MODELLIX_API_KEY= '{KEY} ' ", "LOG_LEVEL=debug ")
        (tmp_path / ".env").write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
        settings = load()
        assert settings.discord_token.get_secret_value() == TOKEN
        assert settings.modellix_api_key.get_secret_value() == KEY
        assert settings.log_level == "debug"

    def test_a_secret_may_come_with_the_quotes_that_docker_leaves(self, complete: pytest.MonkeyPatch) -> None:
        complete.setenv("MODELLIX_API_KEY", f'"{KEY}"\r')
        assert load().modellix_api_key.get_secret_value() == KEY

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
        assert all(": is missing." in fault for fault in faults(LOG_LEVEL="info"))

    def test_where_there_are_no_settings_at_all_the_folder_may_be_the_wrong_one(self, tmp_path: Path) -> None:
        first, *others = faults()
        assert first.startswith(f".env: there is none in {tmp_path}. Start the bot where it is, or make it: ")
        assert len(others) == 2
        (tmp_path / ".env").touch()
        assert faults() == others

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
            ("MODELLIX_MAX_TASKS", "1001", "at most 1000"),
            ("MODELLIX_REQUESTS_PER_MINUTE", "9", "at least 10"),
            ("TASK_DEADLINE_S", "59", "at least 60."),
            ("LIMITS", "foo=1", "there is no limit foo; they are: membership, largest_size"),
            ("LIMITS", "waiting=many", "waiting=many: must be a whole number, or none."),
            ("LIMITS", "cooldown=5", "cooldown=5: must be a time such as 30s, 2h or 7d, or none."),
            ("LIMITS", "bot_spend_per_day=5", "a setting of its own: BOT_SPEND_PER_DAY"),
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

    def test_a_file_that_cannot_be_read_is_one_of_them(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_bytes(b"DISCORD_TOKEN=my-secret\nLOG_LEVEL=\xff\n")
        assert faults() == [".env: is not UTF-8 text. Save it as UTF-8."]
        with pytest.raises(SettingsError) as raised:
            load()
        assert raised.value.__context__ is None, "it would hold all of the file"

    def test_a_name_that_is_nearly_one_of_ours_is_asked_about(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text(f"MODELIX_API_KEY={KEY}\nCOMPOSE_PROJECT_NAME=x\nLOG_LEVEL=debug\n")
        said = faults(DISCORD_TOKEN=TOKEN)
        assert [fault.partition(".")[0] for fault in said] == [
            "MODELLIX_API_KEY: is missing",
            "MODELIX_API_KEY: there is no such setting",
        ]
        assert said[1].endswith("Did you mean MODELLIX_API_KEY?")

    def test_so_is_one_in_the_environment_but_none_that_may_be_of_another_program(
        self, complete: pytest.MonkeyPatch
    ) -> None:
        """Compose makes the environment of what is in `.env`."""
        for name in ("BOT_SPEND_PER_DAYS", "LOG_FORMAT", "XDG_DATA_DIRS", "MODELS_BASE_URL"):
            complete.setenv(name, "5")
        assert misspelt() == ["BOT_SPEND_PER_DAYS: there is no such setting. Did you mean BOT_SPEND_PER_DAY?"]

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
        assert raised.value.__context__ is None
        assert "my-secret" not in repr(raised.value)

    def test_they_are_stars_wherever_the_settings_are_printed(self, complete: pytest.MonkeyPatch) -> None:
        settings = load()
        for printed in (repr(settings), str(settings), settings.model_dump_json(exclude={"prices"})):
            assert TOKEN not in printed
            assert KEY not in printed


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
