"""A secret may be in a file of its own; who else can read it is told."""

import os
from pathlib import Path

import pytest

from bot.domain.errors import SettingsError
from bot.settings import exposed_files, files, load
from bot.settings.files import MAX_BYTES, SECRETS

TOKEN = "AAAAAAAAAAAAAAAAAAAAAAAA.BBBBBB.CCCCCCCCCCCCCCCCCCCCCCCCCCC"
KEY = "mx-0123456789-very-secret"


@pytest.fixture(autouse=True)
def _only_the_token_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in SECRETS:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the setting names; not there yet."""
    file = tmp_path / "key-of-mine"
    monkeypatch.setenv("MODELLIX_API_KEY_FILE", str(file))
    return file


def key() -> str:
    return load().modellix_api_key.get_secret_value()


def fault() -> str:
    """The one thing that is said of the settings."""
    with pytest.raises(SettingsError) as raised:
        load()
    (said,) = raised.value.faults
    assert raised.value.__context__ is None
    return said


class TestReading:
    @pytest.mark.parametrize("written", [KEY, f"{KEY}\n", f"\ufeff{KEY}\r\n", f' "{KEY}" \n\n', f"'{KEY}'"])
    def test_all_of_it_is_the_secret_but_for_what_editors_put_around(self, file: Path, written: str) -> None:
        file.write_bytes(written.encode())
        assert key() == KEY

    def test_it_may_be_named_in_the_env_file(self, tmp_path: Path) -> None:
        (tmp_path / "key").write_text(KEY)
        (tmp_path / ".env").write_text("MODELLIX_API_KEY_FILE=key\n")
        assert key() == KEY

    def test_the_environment_goes_before_the_env_file(self, tmp_path: Path, file: Path) -> None:
        """Each setting does, in whichever form it is there."""
        file.write_text(KEY)
        (tmp_path / ".env").write_text("MODELLIX_API_KEY=another\n")
        assert key() == KEY

    def test_an_empty_one_beside_it_does_not_count(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """`.env.example` as it is copied."""
        file.write_text(KEY)
        monkeypatch.setenv("MODELLIX_API_KEY", "")
        assert key() == KEY

    def test_both_forms_at_once_are_a_fault(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file.write_text(KEY)
        monkeypatch.setenv("MODELLIX_API_KEY", KEY)
        said = fault()
        assert said.startswith("MODELLIX_API_KEY_FILE: is set beside MODELLIX_API_KEY; take one")
        assert KEY not in said

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b" \r\n", "names an empty file"),
            (b"mx-secret\xff", "is not UTF-8"),
            (b"s" * (MAX_BYTES + 1), "more than 4096 bytes"),
            (None, "cannot be read (No such file"),
        ],
    )
    def test_what_is_wrong_with_it_is_said_but_not_what_is_in_it(
        self, file: Path, content: bytes | None, said: str
    ) -> None:
        if content is not None:
            file.write_bytes(content)
        told = fault()
        assert told.startswith("MODELLIX_API_KEY_FILE: ")
        assert said in told
        assert "Example: MODELLIX_API_KEY_FILE=/run/secrets/" in told
        assert "secret\xff" not in told

    @pytest.mark.parametrize("path", ["/", KEY, "x" * 5000])
    def test_the_path_is_never_said(self, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
        """It may be the secret itself, under the wrong name."""
        monkeypatch.setenv("MODELLIX_API_KEY_FILE", path)
        assert fault().startswith("MODELLIX_API_KEY_FILE: cannot be read (")
        assert KEY not in fault()

    def test_its_fault_is_told_with_all_others(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LOG_LEVEL", "loud")
        with pytest.raises(SettingsError) as raised:
            load()
        names = [said.partition(":")[0] for said in raised.value.faults]
        assert names == ["MODELLIX_API_KEY_FILE", "LOG_LEVEL"]


class TestExposed:
    @pytest.mark.parametrize(
        ("mode", "exposed"), [(0o600, False), (0o400, False), (0o640, True), (0o644, True)]
    )
    def test_a_file_that_others_can_read_is_named(
        self, tmp_path: Path, file: Path, mode: int, exposed: bool
    ) -> None:
        file.write_text(KEY)
        (tmp_path / ".env").write_text(f"DISCORD_TOKEN={TOKEN}\n")
        for each in (file, tmp_path / ".env"):
            each.chmod(mode)
        assert exposed_files() == ((Path(".env"), file) if exposed else ())

    def test_an_env_file_without_secrets_may_be_read_by_all(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("LOG_LEVEL=debug\n")
        (tmp_path / ".env").chmod(0o644)
        assert exposed_files() == ()

    def test_one_that_is_not_there_is_not_named(self, file: Path) -> None:
        assert exposed_files() == ()

    def test_the_group_that_a_file_of_root_was_given_to_us_by_is_no_other(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """`install --owner root --group imagine-bot --mode 0640`, as the systemd unit says."""
        file.write_text(KEY)
        file.chmod(0o640)
        monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
        assert exposed_files() == ()
        file.chmod(0o644)
        assert exposed_files() == (file,)

    def test_a_container_s_own_are_read_by_nobody_else(
        self, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Kubernetes puts links there that lead elsewhere in the same place."""
        monkeypatch.setattr(files, "_INSIDE_A_CONTAINER", tmp_path / "secrets")
        mounted = tmp_path / "secrets/..data/key"
        mounted.parent.mkdir(parents=True)
        mounted.write_text(KEY)
        mounted.chmod(0o444)
        file.symlink_to(mounted)
        assert key() == KEY
        assert exposed_files() == ()
