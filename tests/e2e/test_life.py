"""Starting, stopping and being killed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.ops.heartbeat import is_alive
from sandbox.discord import DiscordSandbox
from sandbox.modellix import ModellixSandbox
from sandbox.program import Program, settings_for
from tests.e2e.conftest import KEY, Place, shows_outcome

pytestmark = pytest.mark.e2e


async def failed_start(folder: Path, **settings: str) -> list[str]:
    """What a start says that must fail, with the exit code checked: what is critical, and sentences."""
    async with Program.running(settings, folder) as bot:
        assert await bot.ended() == 1
        lines = bot.said().splitlines()
        return [line for line in lines if not line.startswith("{") or '"level": "critical"' in line]


async def test_every_missing_setting_is_named_at_once(tmp_path: Path) -> None:
    said = await failed_start(tmp_path, MODELLIX_MAX_TASKS="many")

    assert [line.split(":")[0] for line in said[:3]] == [
        "DISCORD_TOKEN",
        "MODELLIX_API_KEY",
        "MODELLIX_MAX_TASKS",
    ]
    assert len(said) == 4


async def test_a_wrong_token_is_one_sentence(
    discord: DiscordSandbox, provider: ModellixSandbox, tmp_path: Path
) -> None:
    wrong = discord.token[::-1]
    async with provider.serving() as base_url:
        settings = settings_for(discord.api_url, discord.gateway_url, wrong, base_url, KEY)
        said = await failed_start(tmp_path, **settings)

    event, sentence = said
    assert '"event": "bot.cannot_run", "reason": "token", "fault": "TokenRefused()"' in event
    assert sentence.startswith("DISCORD_TOKEN: Discord does not accept it.")


async def test_a_wrong_key_is_one_sentence(
    discord: DiscordSandbox, provider: ModellixSandbox, tmp_path: Path
) -> None:
    async with provider.serving() as base_url:
        settings = settings_for(discord.api_url, discord.gateway_url, discord.token, base_url, "wrong")
        said = await failed_start(tmp_path, **settings)

    event, sentence = said
    assert '"event": "bot.cannot_run", "reason": "key", "fault": "KeyRefused()"' in event
    assert sentence.startswith("MODELLIX_API_KEY: Modellix does not accept it.")


async def test_no_bot_runs_that_can_decode_no_picture(
    discord: DiscordSandbox, provider: ModellixSandbox, tmp_path: Path
) -> None:
    """All of them would be paid, and none shown."""
    (tmp_path / "PIL.py").write_text("raise ImportError")  # found before all others, from where it is started
    async with provider.serving() as base_url:
        settings = settings_for(discord.api_url, discord.gateway_url, discord.token, base_url, KEY)
        said = await failed_start(tmp_path, **settings)

    *_, event, sentence = said
    assert '"event": "bot.cannot_run", "reason": "decoder", "fault": "DecoderBroken(' in event
    assert sentence.startswith("Pictures cannot be decoded on this machine: the decoder ended with 1: ")


async def test_a_second_process_on_the_same_data_is_refused(place: Place, tmp_path: Path) -> None:
    async with place.provider.serving() as base_url:
        discord = place.discord
        settings = settings_for(discord.api_url, discord.gateway_url, discord.token, base_url, KEY)
        same_data = {**settings, "DATA_DIR": str(place.bot.database.parent)}
        said = await failed_start(tmp_path / "second", **same_data)

    event, sentence = said
    assert '"event": "bot.cannot_run", "reason": "database", "fault": "StoreInUse(' in event
    assert sentence == "The database cannot be used: another process is using this data folder."


async def test_a_picture_in_the_making_survives_sigterm_and_a_new_start(place: Place) -> None:
    place.provider.world.change({"duration_s": 3600.0})
    asked = place.alice.slash("imagine", prompt="a long winter")
    await place.discord.until(lambda: place.provider.world.tasks, 10)

    assert await place.bot.stop() == 0
    place.provider.world.finish()
    await place.bot.start()

    card = await place.delivered(asked)
    assert len(card.attachments) == 1
    assert len(place.provider.world.tasks) == 1


async def test_a_picture_in_the_making_survives_a_kill(place: Place) -> None:
    place.provider.world.change({"duration_s": 3600.0})
    asked = place.alice.slash("imagine", prompt="a sudden night")
    await asked.message(lambda message: "Drawing" in message.text)

    await place.bot.kill()
    place.provider.world.finish()
    await place.bot.start()

    await place.delivered(asked)
    assert len(place.provider.world.tasks) == 1
    assert len(place.discord.books.created) == 1


async def test_killed_while_the_paid_request_is_on_the_wire_it_asks_a_person(place: Place) -> None:
    """Promise 1: nobody knows whether it was taken, so it is not sent again by itself."""
    place.provider.fault("late_after", on="submit", delay_s=600)
    asked = place.alice.slash("imagine", prompt="an unanswered question")
    await place.discord.until(lambda: place.provider.world.tasks, 10)

    await place.bot.kill()
    await place.discord.gone()
    await place.bot.start()
    card = await asked.message(lambda message: "Not sure" in message.text)
    await place.discord.ready("imagine")  # the card is edited before the gateway is up, where presses arrive
    place.alice.press(card, "Try again (may be charged twice)")

    await place.delivered(asked)
    assert len(place.provider.world.tasks) == 2
    assert [message for message in place.discord.books.created if not message.ephemeral] == [card]


async def test_the_record_tells_the_whole_story(place: Place) -> None:
    """Every move of a job and its task is an event, in order."""
    await place.delivered(place.alice.slash("imagine", prompt="once upon a time"))
    assert await place.bot.stop() == 0

    with closing(sqlite3.connect(place.bot.database)) as database:
        moves = database.execute("SELECT task_id IS NULL, to_state FROM event ORDER BY seq").fetchall()

    assert [state for of_job, state in moves if of_job] == ["accepted", "open", "delivering", "delivered"]
    assert [state for of_job, state in moves if not of_job] == [
        "queued",
        "submitting",
        "rendering",
        "rendered",
    ]


async def test_what_it_stores_is_for_its_own_user_only(place: Place) -> None:
    """Prompts and pictures lie in the data folder; on a shared machine others must not read them."""
    await place.delivered(place.alice.slash("imagine", prompt="a secret garden"))

    stored = [file for file in place.bot.database.parent.rglob("*") if file.is_file()]

    assert {file.suffix for file in stored} >= {".sqlite3", ".png"}
    open_to_others = [file.name for file in stored if file.stat().st_mode & 0o077]
    assert open_to_others == []


async def test_discord_away_at_the_start_is_waited_for(
    discord: DiscordSandbox, provider: ModellixSandbox, tmp_path: Path
) -> None:
    """REST refuses, then the gateway does: discord.py alone would end the process at either."""
    guild = discord.add_guild("The Studio")
    alice = discord.add_member(guild, "alice")
    discord.faults.fail("get_my_user", status=503)
    discord.faults.drop("get_my_user")
    discord.gateway.refusals = 2
    async with provider.serving() as base_url:
        settings = settings_for(discord.api_url, discord.gateway_url, discord.token, base_url, KEY)
        async with Program.running(settings, tmp_path) as bot:
            await discord.ready("imagine")
            asked = alice.slash("imagine", prompt="patience")
            card = await asked.message(shows_outcome, 30)

    assert len(card.attachments) == 1
    assert bot.said().count('"event": "discord.away"') >= 2


async def test_a_malformed_event_does_not_end_the_process(place: Place) -> None:
    place.discord.gateway.spoil(without=("attachment_size_limit",))
    place.alice.slash("imagine", prompt="never read")

    card = await place.delivered(place.alice.slash("imagine", prompt="read all the same"))

    assert len(card.attachments) == 1
    assert '"event": "discord.malformed_event"' in place.bot.said()


async def test_the_same_command_delivered_twice_makes_one_job(place: Place) -> None:
    place.discord.gateway.spoil(copies=2)

    card = await place.delivered(place.alice.slash("imagine", prompt="once is enough"))

    assert len(place.provider.world.tasks) == 1
    assert place.discord.books.created == [card]


async def test_it_stops_when_told_although_discord_is_away(
    discord: DiscordSandbox, provider: ModellixSandbox, tmp_path: Path
) -> None:
    """And goes on with what is paid meanwhile: its heart beats before it is logged in."""
    async with provider.serving() as base_url:
        settings = settings_for(discord.api_url, discord.gateway_url, discord.token, base_url, KEY)
        await discord.go_down()
        async with Program.running(settings, tmp_path) as bot:
            await bot.has_said('"event": "discord.away"')
            assert is_alive(bot.database.parent)
            assert await bot.stop() == 0


async def test_a_damaged_database_is_left_alone_and_the_backup_named(place: Place) -> None:
    """It is not started over; what to do is said in commands that can be pasted."""
    await place.delivered(place.alice.slash("imagine", prompt="before the damage"))
    assert await place.bot.stop() == 0
    (backup,) = (place.bot.database.parent / "backups").iterdir()
    damaged = b"\x00" * 100 + place.bot.database.read_bytes()[100:]
    place.bot.database.write_bytes(damaged)

    await place.bot.start()
    assert await place.bot.ended() == 1

    said = place.bot.said()
    assert "The database is damaged" in said
    assert f"python -m bot restore {backup}" in said
    assert place.bot.database.read_bytes() == damaged
