"""`python -m bot backup`, `restore` and `db …`, on real files: what they do, and what they say."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.storage.migrate import migrations
from tests.support.clock import ManualClock
from tests.support.database import Database
from tests.support.records import opened_records

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gexamp.an-example-of-the-form-and-no-token-at-all"
NEWEST = len(migrations())


@dataclass(frozen=True)
class Home:
    """The folder of an operator who has drawn one picture and asked for another."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def database(self) -> Path:
        return self.data / "bot.sqlite3"

    @property
    def picture(self) -> Path:
        (found,) = self.data.glob("images/*/1.png")
        return found

    def bot(self, *words: str) -> Result:
        """`python -m bot …`; a traceback fails the test."""
        result = CliRunner().invoke(main, words, catch_exceptions=False)
        assert "Traceback" not in result.output
        return result

    def ask(self) -> None:
        """One more request, by a bot that is stopped again."""
        asyncio.run(self._asked())

    async def _asked(self) -> None:
        async with opened_records(self.database, ManualClock()) as records:
            await records.opened()

    async def drawn(self) -> None:
        async with opened_records(self.database, ManualClock()) as records:
            view = await records.opened()
            (claim,) = await records.rendering()
            await records.render(claim)
            folder = self.data / "images" / view.job.id
            await asyncio.to_thread(_put, folder)
            await records.opened()

    @property
    def requests(self) -> int:
        return int(Database(self.database).value("SELECT COUNT(*) FROM job"))


def _put(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in ("1.png", "1.fit-8.jpg", "1.thumb.webp", "2.0123.part"):
        (folder / name).write_bytes(b"x" * 2_000)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "DATA_DIR", "BACKUPS_KEPT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("MODELLIX_API_KEY", "a-key")
    home = Home(tmp_path)
    home.data.mkdir()
    asyncio.run(home.drawn())
    return home


def names_in(folder: Path) -> list[str]:
    """What is there."""
    return sorted(file.name for file in folder.iterdir())


def damage(database: Path) -> None:
    """Noise in the middle, as a bad sector leaves it."""
    content = bytearray(database.read_bytes())
    content[4096 * 2 : 4096 * 20] = b"\x5a" * (4096 * 18)
    database.write_bytes(content)


class TestBackup:
    def test_it_goes_to_a_file_of_ones_own_and_says_what_is_not_in_it(self, home: Home) -> None:
        done = home.bot("backup", "mine.sqlite3")
        assert done.exit_code == 0
        assert f"version {NEWEST}, 2 requests" in done.output
        assert "Not in it: the pictures (4 files, 7.8 KiB in data/images), " in done.output
        mine = home.folder / "mine.sqlite3"
        assert mine.stat().st_mode & 0o777 == 0o600
        assert names_in(home.folder) == ["data", "mine.sqlite3"]
        with closing(sqlite3.connect(mine)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    def test_it_writes_over_nothing_and_through_no_link(self, home: Home) -> None:
        (home.folder / "precious").write_text("mine")
        (home.folder / "link").symlink_to(home.folder / "nowhere")
        for name in ("precious", "link", "data", "data/bot.sqlite3"):
            refused = home.bot("backup", name)
            assert refused.exit_code == 1
            assert refused.output == f"No backup was made: {name}: is there already.\n"
        assert (home.folder / "precious").read_text() == "mine"
        assert not (home.folder / "nowhere").exists()

    def test_each_trouble_is_a_sentence(self, home: Home) -> None:
        away = home.bot("backup", "no/such/folder/mine.sqlite3")
        assert away.exit_code == 1
        assert away.output == "No backup was made: no/such/folder: No such file or directory.\n"
        damage(home.database)
        damaged = home.bot("backup", "mine.sqlite3")
        assert damaged.exit_code == 1
        assert "No backup was made: the database is damaged" in damaged.output
        home.database.unlink()
        assert "there is no database at data/bot.sqlite3" in home.bot("backup", "mine.sqlite3").output
        assert names_in(home.folder) == ["data"]


class TestRestore:
    def test_what_was_then_is_there_and_what_it_replaced_is_kept_whole(self, home: Home) -> None:
        """Also what only the write-ahead log held, as after a kill."""
        home.bot("backup", "mine.sqlite3")
        with closing(sqlite3.connect(home.database)) as reader:
            reader.execute("SELECT * FROM job").fetchone()  # the log stays as long as this one looks
            home.ask()
            assert home.database.with_name("bot.sqlite3-wal").stat().st_size > 0
            done = home.bot("restore", "mine.sqlite3")
        assert done.exit_code == 0, done.output
        assert not home.database.with_name("bot.sqlite3-wal").exists()
        assert home.requests == 2
        assert home.database.stat().st_mode & 0o777 == 0o600
        (aside,) = home.data.glob("bot.sqlite3.replaced-*Z")
        assert Database(aside).value("SELECT COUNT(*) FROM job") == 3
        assert str(aside.relative_to(home.folder)) in done.output
        assert "is not in it:" in done.output
        assert "1 picture of 1 request had not been paid when it was made, and may have been since." in (
            done.output
        )
        waiting = "SELECT state FROM task WHERE picture_path IS NULL"
        assert Database(home.database).rows(waiting) == ["unknown"]
        home.ask()
        assert home.requests == 3
        assert (home.folder / "mine.sqlite3").exists()

    def test_onto_an_empty_machine(self, home: Home) -> None:
        home.bot("backup", "mine.sqlite3")
        shutil.rmtree(home.data)
        assert "There was no database before." in home.bot("restore", "mine.sqlite3").output
        assert home.data.stat().st_mode & 0o077 == 0
        assert home.requests == 2

    def test_a_damaged_database_is_replaced_as_the_bot_advises(self, home: Home) -> None:
        home.bot("backup", "data/backups.sqlite3")
        damage(home.database)
        damaged = home.database.read_bytes()
        assert home.bot("restore", "data/backups.sqlite3").exit_code == 0
        (aside,) = home.data.glob("bot.sqlite3.replaced-*Z")
        assert aside.read_bytes() == damaged
        assert home.requests == 2

    def test_commands_are_told_to_discord_anew(self, home: Home) -> None:
        Database(home.database).alter("INSERT INTO fact VALUES ('commands', 'of then')")
        home.bot("backup", "mine.sqlite3")
        home.bot("restore", "mine.sqlite3")
        assert Database(home.database).rows("SELECT * FROM fact WHERE name = 'commands'") == []

    def test_what_is_no_sound_backup_of_this_bot_changes_nothing(self, home: Home) -> None:
        for name in ("damaged", "newer"):
            home.bot("backup", name)
        damage(home.folder / "damaged")
        Database(home.folder / "newer").alter("INSERT INTO migration VALUES (999, 'of the future', 'then')")
        (home.folder / "text").write_text("not a database at all" * 500)
        (home.folder / "empty").touch()
        with closing(sqlite3.connect(home.folder / "foreign")) as connection:
            connection.execute("CREATE TABLE migration (number INTEGER)")
        before = home.database.read_bytes()
        for name, reason in {
            "damaged": "damaged is no backup of this bot, or a damaged one",
            "newer": f"it has version 999, and this program knows up to {NEWEST}. Update the program first",
            "text": "text is no backup of this bot, or a damaged one",
            "empty": "it is empty",
            "foreign": "not of this bot",
            "nowhere": "there is no database at nowhere",
            "data": "there is no database at data",
            "data/bot.sqlite3": "the database itself",
        }.items():
            refused = home.bot("restore", name)
            assert refused.exit_code == 1
            assert refused.output.startswith("Nothing was changed: ")
            assert reason in refused.output
        assert home.database.read_bytes() == before
        assert not list(home.data.glob("*.replaced-*")) + list(home.data.glob("*.restoring*"))

    def test_a_link_in_the_databases_place_is_followed_and_stays(self, home: Home) -> None:
        """The database is on another disk: it does not come back on the small one."""
        (home.folder / "disk").mkdir()
        home.database.rename(home.folder / "disk" / "real.sqlite3")
        home.database.symlink_to(home.folder / "disk" / "real.sqlite3")
        home.bot("backup", "mine.sqlite3")
        assert home.bot("restore", "mine.sqlite3").exit_code == 0
        assert home.database.is_symlink()
        assert home.requests == 2
        assert len(list(home.folder.glob("disk/real.sqlite3.replaced-*Z"))) == 1
        assert list(home.data.glob("*.replaced-*")) == []
        assert "Kept aside by restore: 1 file" in home.bot("db", "check").output

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
    def test_root_is_kept_from_making_files_that_the_bot_could_not_write(self, home: Home) -> None:
        home.bot("backup", "mine.sqlite3")
        os.chown(home.data, 65_534, 65_534)
        for words in (("restore", "mine.sqlite3"), ("db", "upgrade")):
            refused = home.bot(*words)
            assert refused.exit_code == 1
            assert "run this as that user, not as root" in refused.output


class TestUpgrade:
    def test_it_says_from_where_to_where_and_what_it_kept(self, home: Home) -> None:
        assert (
            home.bot("db", "upgrade").output == f"Nothing to do: the database has version {NEWEST} already.\n"
        )
        home.database.unlink()
        asyncio.run(_of_version_1(home.database))
        assert f"ok     Version: 1; the next start or `db upgrade` brings it to {NEWEST}\n" in (
            home.bot("db", "check").output
        )
        done = home.bot("db", "upgrade")
        assert done.exit_code == 0
        assert done.output.startswith(f"Upgraded from version 1 to {NEWEST} (doubt, moderation, ")
        (backup,) = home.data.glob("backups/*")
        assert f"The database as it was before: {backup.relative_to(home.folder)}\n" in done.output


async def _of_version_1(path: Path) -> None:
    import aiosqlite

    from bot.storage.migrate import migrate

    async with aiosqlite.connect(path, isolation_level=None) as connection:
        await migrate(connection, migrations()[:1])


class TestCheck:
    def wrong(self, home: Home, code: int, *words: str) -> list[str]:
        """What is wrong, with this exit code."""
        result = home.bot("db", "check", *words)
        assert result.exit_code == code, result.output
        return [line for line in result.output.splitlines() if not line.startswith("ok ")]

    def test_all_is_well(self, home: Home) -> None:
        assert self.wrong(home, 0) == []
        said = home.bot("db", "check").output
        assert f"ok     Version: {NEWEST}\n" in said
        assert "ok     Pictures missing: none of 1\n" in said
        assert "ok     Pictures and their smaller copies: 4 files, 7.8 KiB\n" in said

    def test_pictures_and_rows_that_do_not_match_are_named(self, home: Home) -> None:
        """Neither of what is still being drawn, nor of what is erased and about to leave."""
        missing = home.picture.relative_to(home.data)
        home.picture.unlink()
        assert self.wrong(home, 3) == [f"WRONG  Pictures missing: {missing}"]
        Database(home.database).alter("UPDATE job SET erased_at = 5 WHERE id = ?", missing.parts[1])
        assert self.wrong(home, 0) == []
        Database(home.database).alter("UPDATE job SET removal_at = NULL")
        smaller = f"{missing.with_suffix('.fit-8.jpg')}, {missing.with_suffix('.thumb.webp')}"
        assert self.wrong(home, 3) == [f"WRONG  Pictures that no request names: 2: {smaller}"]

    def test_a_long_list_is_cut_unless_all_of_it_is_asked_for(self, home: Home) -> None:
        stray = home.data / "images" / "stray"
        stray.mkdir()
        for number in range(1, 9):
            (stray / f"{number}.png").touch()
        (line,) = self.wrong(home, 3)
        assert line.endswith("images/stray/5.png … and 3 more (--all)")
        (line,) = self.wrong(home, 3, "--all")
        assert line.endswith("images/stray/8.png")

    def test_damage_a_newer_version_and_rows_without_their_owner_are_told(self, home: Home) -> None:
        Database(home.database).alter("INSERT INTO migration VALUES (999, 'of the future', 'then')")
        assert self.wrong(home, 1) == [
            f"WRONG  Version: 999 is newer than this program ({NEWEST}); update it"
        ]
        Database(home.database).alter("DELETE FROM migration WHERE number = 999")
        Database(home.database).alter("INSERT INTO mention (job_id, due_at) VALUES ('nobody', 1)")
        assert self.wrong(home, 1) == ["WRONG  References: rows without what they belong to: mention (1)"]
        damage(home.database)
        assert "Database: " in "".join(self.wrong(home, 1))
        home.database.write_bytes(b"not a database at all" * 500)
        (line,) = self.wrong(home, 1)
        assert "is damaged" in line
        assert "python -m bot restore FILE" in line
        home.database.unlink()
        assert self.wrong(home, 1) == [
            "WRONG  Database: cannot be read: there is no database at data/bot.sqlite3"
        ]
