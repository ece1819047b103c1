"""`/imagine-admin settings`: how the bot behaves on a server, and what members notice of it."""

from typing import Any

import discord
import pytest
from simcord import ChannelHandle

from bot.chat import speech, words
from bot.domain import errors
from bot.domain.errors import NoLogChannel, NotAModerator, NothingThere, OptionUnknown
from bot.domain.language import Language
from bot.domain.limits import Limit
from tests.support.discord import World, nothing_happened
from tests.support.languages import Marked
from tests.support.shown import Payload

Rights = dict[Any, discord.PermissionOverwrite]
PLAIN_STRIKES = "strikes: 3 86400 86400"


def room(world: World, name: str, **everyone: bool) -> ChannelHandle:
    """A channel where everybody, the bot too, may or may not do some things."""
    guild = world.env.guild
    rights: Rights = {guild.default_role: discord.PermissionOverwrite(**everyone)}
    return guild.create_text_channel(name, overwrites=rights)


def hidden(world: World, name: str = "moderators") -> ChannelHandle:
    """A channel that a moderator and the bot read, and not everybody."""
    guild = world.env.guild
    reads = discord.PermissionOverwrite(view_channel=True)
    everyone = discord.PermissionOverwrite(view_channel=False)
    rights: Rights = {guild.default_role: everyone, guild.me: reads, world.vera: reads}
    return guild.create_text_channel(name, overwrites=rights)


def with_option(command: str, name: str, value: Any) -> Any:
    """A forged value of an option, whatever Discord's list has."""

    def forge(payload: Payload) -> None:
        sub = payload["data"]["options"][0]["options"][0]
        assert sub["name"] == command
        (option,) = [each for each in sub["options"] if each["name"] == name]
        option["value"] = value

    return forge


class TestShow:
    async def test_a_new_server_has_what_the_operator_set(self, world: World) -> None:
        assert await world.admin("settings show") == (
            "**Settings of this server**\n"
            "Requests: taken.\n"
            "Review: only what a word filter sends there.\n"
            "Log: no channel. `/imagine-admin settings log` sets one.\n"
            "Where members choose nothing: Square 1024×1024, Low quality, 1 picture.\n"
            "Language: as this server's language in Discord.\n"
            "Safety refusals: 3 refused requests within 1 day block a member for 1 day."
        )

    async def test_all_that_was_set_is_there_also_after_a_restart(self, world: World) -> None:
        log = world.env.guild.create_text_channel("log")
        await world.admin("settings log", channel=log, tell="important")
        await world.admin("settings review", enabled=True)
        await world.admin("settings defaults", size="1536x1024", quality="medium", count=2)
        await world.admin("settings language", language="ja")
        await world.admin("settings strikes", refusals=0)
        await world.admin("queue pause", reason="lunch")
        await world.restart()
        assert await world.admin("settings show") == (
            "**Settings of this server**\n"
            "Requests: paused. Members read: lunch\n"
            "Review: every request.\n"
            f"Log: I tell only what needs a moderator in <#{log.id}>.\n"
            "Where members choose nothing: Landscape 1536×1024, Medium quality, 2 pictures.\n"
            "Language: 日本語.\n"
            "Safety refusals: they never block anybody."
        )

    async def test_a_channel_where_nobody_can_be_told_by_a_reply_is_named(self, world: World) -> None:
        silent = room(world, "silent", read_message_history=False)
        told = world.told(await world.vera.slash(silent, "imagine-admin settings show"))
        assert "⚠️ I lack Read Message History in this channel" in told


class TestOnAndOff:
    async def test_off_takes_no_requests_and_what_is_in_line_goes_on(self, world: World) -> None:
        card = await world.imagine()
        assert "What is in line goes on" in await world.admin("settings off")
        assert "Pictures are switched off on this server." in world.told(await world.invoke())
        await world.finish()
        assert world.again(card).pictures
        assert world.audit == [("setting_changed", world.vera.id, None, "server: on", "server: off")]

    async def test_on_takes_them_where_the_operator_starts_servers_off(self, world: World) -> None:
        await world.restart(new_servers="off")
        assert "switched off on this server" in world.told(await world.invoke())
        assert await world.admin("settings on") == "I take requests on this server."
        await world.restart(new_servers="off")
        assert "**Waiting**" in (await world.imagine()).text

    async def test_on_says_that_a_pause_still_holds(self, world: World) -> None:
        await world.admin("queue pause", reason="lunch")
        assert "still paused: `/imagine-admin queue resume`" in await world.admin("settings on")

    async def test_what_is_so_already_is_no_change(self, world: World) -> None:
        await world.admin("settings on")
        await world.admin("settings review", enabled=False)
        assert world.audit == []


class TestReview:
    async def test_every_request_waits_for_a_moderator(self, world: World) -> None:
        await world.admin("settings log", channel=world.env.guild.create_text_channel("log"))
        told = await world.admin("settings review", enabled=True)
        assert told == "From now on every request waits for a moderator before anything is paid."
        assert "Waiting for a moderator" in (await world.imagine()).text
        await world.render()
        assert world.paid == []
        assert world.audit[-1] == ("setting_changed", world.vera.id, None, "review: off", "review: on")

    async def test_without_a_log_channel_it_warns(self, world: World) -> None:
        assert "⚠️ No log channel is set" in await world.admin("settings review", enabled=True)
        assert "⚠️ No log channel is set" in await world.admin("settings show")

    async def test_off_lets_those_that_wait_wait_on(self, world: World) -> None:
        await world.admin("settings log", channel=world.env.guild.create_text_channel("log"))
        await world.admin("settings review", enabled=True)
        card = await world.imagine()
        told = await world.admin("settings review", enabled=False)
        assert "Those that wait for one already still do." in told
        assert "Waiting for a moderator" in world.again(card).text
        assert "**Waiting**" in (await world.imagine(as_=world.nora)).text


class TestLog:
    async def test_everything_is_told_there_unless_said_otherwise(self, world: World) -> None:
        log = hidden(world)
        told = await world.admin("settings log", channel=log)
        assert told == f"From now on: I tell everything in <#{log.id}>."
        assert world.audit == [("setting_changed", world.vera.id, None, "log: off", f"log: {log.id} all")]

    async def test_the_channel_stays_when_only_what_is_told_changes(self, world: World) -> None:
        log = hidden(world)
        await world.admin("settings log", channel=log)
        told = await world.admin("settings log", tell="important")
        assert told == f"From now on: I tell only what needs a moderator in <#{log.id}>."
        other = hidden(world, "other")
        told = await world.admin("settings log", channel=other)
        assert told == f"From now on: I tell only what needs a moderator in <#{other.id}>."

    async def test_a_channel_that_everybody_reads_is_warned_of(self, world: World) -> None:
        told = await world.admin("settings log", channel=world.channel)
        assert "⚠️ Everybody can read that channel" in told

    async def test_off_tells_nobody(self, world: World) -> None:
        await world.admin("settings log", channel=hidden(world))
        assert "I tell nobody" in await world.admin("settings log", tell="off")
        assert "Log: no channel." in await world.admin("settings show")

    async def test_off_while_every_request_is_reviewed_is_warned_of(self, world: World) -> None:
        await world.admin("settings log", channel=hidden(world))
        await world.admin("settings review", enabled=True)
        assert "⚠️ No log channel is set" in await world.admin("settings log", tell="off")

    async def test_without_a_channel_there_is_nothing_to_tell(self, world: World) -> None:
        assert await world.admin("settings log", tell="all") == words.refusal(NoLogChannel())
        assert await world.admin("settings log") == words.refusal(NoLogChannel())
        assert world.audit == []

    async def test_what_the_bot_lacks_there_is_named_and_nothing_changes(self, world: World) -> None:
        log = room(world, "closed", send_messages=False, embed_links=False)
        told = await world.admin("settings log", channel=log)
        assert told == (
            "I cannot post there: I lack Send Messages, Embed Links. Nothing was changed. "
            "Please give me that in the channel's settings, and try again."
        )
        assert world.audit == []

    async def test_a_channel_that_the_bot_does_not_see_is_refused(self, world: World) -> None:
        guild = world.env.guild
        rights: Rights = {
            guild.default_role: discord.PermissionOverwrite(view_channel=False),
            world.vera: discord.PermissionOverwrite(view_channel=True),
        }
        closed = guild.create_text_channel("closed", overwrites=rights)
        told = await world.admin("settings log", channel=closed)
        assert told.startswith("I cannot post there: I lack View Channel")
        assert world.audit == []

    async def test_files_are_not_needed_there(self, world: World) -> None:
        log = room(world, "words-only", attach_files=False)
        assert "From now on" in await world.admin("settings log", channel=log)

    async def test_a_choice_that_is_none_is_refused(self, world: World) -> None:
        world.forges.append(with_option("log", "tell", "everything and more"))
        told = await world.admin("settings log", channel=world.channel, tell="all")
        assert told == words.refusal(NothingThere())
        assert world.audit == []


class TestDefaults:
    async def test_what_a_member_leaves_out_is_taken_from_them(self, world: World) -> None:
        told = await world.admin("settings defaults", size="1536x1024", quality="medium", count=2)
        assert told == (
            "Where members choose nothing, they get: Landscape 1536×1024, Medium quality, 2 pictures. "
            "Their limits hold all the same."
        )
        card = await world.imagine()
        assert "Landscape 1536×1024 · Medium quality · 2 pictures" in card.text
        assert world.audit == [
            (
                "setting_changed",
                world.vera.id,
                None,
                "defaults: 1024x1024 low 1",
                "defaults: 1536x1024 medium 2",
            )
        ]

    async def test_what_a_member_chooses_is_theirs(self, world: World) -> None:
        await world.admin("settings defaults", size="1536x1024", quality="medium", count=2)
        card = await world.imagine(size="1024x1024", quality="low", count=1)
        assert "Square 1024×1024 · Low quality\n" in card.text

    async def test_the_form_opens_with_them(self, world: World) -> None:
        await world.admin("settings defaults", size="1024x1536", quality="high", count=3)
        await world.restart()
        form = await world.invoke(None)
        assert form.modal is not None
        prompt, *selects = (label["component"] for label in form.modal["components"])
        chosen = {
            select["custom_id"]: [each["value"] for each in select["options"] if each.get("default")]
            for select in selects
        }
        assert chosen == {"size": ["1024x1536"], "quality": ["high"]}
        card = world.answer(await world.mira.submit_modal(form, {prompt["custom_id"]: "a fox", **chosen}))
        assert "Portrait 1024×1536 · High quality · 3 pictures" in card.text

    async def test_what_is_not_named_stays(self, world: World) -> None:
        await world.admin("settings defaults", quality="medium")
        await world.admin("settings defaults", count=2)
        assert "Square 1024×1024 · Medium quality · 2 pictures" in (await world.imagine()).text

    async def test_with_nothing_named_it_says_what_holds(self, world: World) -> None:
        assert "Square 1024×1024, Low quality, 1 picture." in await world.admin("settings defaults")
        assert world.audit == []

    async def test_beyond_a_members_limits_they_are_refused_as_if_they_had_asked_for_it(
        self, world: World
    ) -> None:
        await world.admin("limits set", limit=Limit.HIGHEST_QUALITY.value, value="low")
        await world.admin("settings defaults", quality="high")
        assert "The highest quality you can ask for here is Low." in world.told(await world.invoke())
        assert "**Waiting**" in (await world.imagine(quality="low")).text

    async def test_in_direct_messages_they_do_not_hold(self, world: World) -> None:
        await world.admin("settings defaults", size="1536x1024")
        assert "Square 1024×1024" in (await world.imagine(as_=world.mira.user)).text

    @pytest.mark.parametrize(("name", "value"), [("size", "1x1"), ("quality", "ultra"), ("count", 9)])
    async def test_an_option_that_is_none_is_refused(self, world: World, name: str, value: object) -> None:
        world.forges.append(with_option("defaults", name, value))
        given: dict[str, Any] = {"size": "1024x1024", "quality": "low", "count": 1}
        assert await world.admin("settings defaults", **given) == words.refusal(OptionUnknown())
        assert world.audit == []


class TestLanguage:
    async def test_new_cards_that_everybody_sees_speak_it(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told = await world.admin("settings language", language="de")
        assert told == "From now on, new messages that everybody sees: Deutsch."
        monkeypatch.setattr(speech, "catalogue_of", Marked)
        place = (await world.job(await world.imagine())).job.place
        assert place.language is place.command_language is Language.GERMAN
        private = await world.job(await world.imagine(private=True))
        assert private.job.place.language is Language.ENGLISH
        assert world.audit == [
            ("setting_changed", world.vera.id, None, "language: as in Discord", "language: de")
        ]
        assert (
            "language: as in Discord → Deutsch" in world.answer(await world.invoke_admin("audit list")).text
        )

    async def test_it_follows_the_server_again(self, world: World) -> None:
        await world.admin("settings language", language="fr")
        told = await world.admin("settings language", language="discord")
        assert told == "From now on, new messages that everybody sees: as this server's language in Discord."
        assert (await world.job(await world.imagine())).job.place.language is Language.ENGLISH

    async def test_a_language_that_i_do_not_speak_is_refused(self, world: World) -> None:
        world.forges.append(with_option("language", "language", "tlh"))
        assert await world.admin("settings language", language="de") == words.refusal(NothingThere())
        assert world.audit == []


class TestStrikes:
    async def test_they_are_set_in_human_words(self, world: World) -> None:
        told = await world.admin("settings strikes", refusals=5, within="12h", block="2 weeks")
        assert told == "From now on: 5 refused requests within 12 hours block a member for 14 days."
        assert world.audit == [
            ("setting_changed", world.vera.id, None, PLAIN_STRIKES, "strikes: 5 43200 1209600")
        ]

    async def test_zero_never_blocks(self, world: World) -> None:
        assert await world.admin("settings strikes", refusals=0) == ("From now on: they never block anybody.")

    @pytest.mark.parametrize("typed", ["soon", "-1d", "1", "0s", "2 fortnights", "400 days"])
    async def test_a_time_that_is_none_is_refused(self, world: World, typed: str) -> None:
        for times in ({"within": typed}, {"block": typed}):
            given: dict[str, Any] = times
            told = await world.admin("settings strikes", refusals=3, **given)
            assert "Nothing was changed." in told
        assert world.audit == []

    @pytest.mark.parametrize("forged", [-1, 101, 2**62])
    async def test_a_number_beyond_what_is_counted_is_refused(self, world: World, forged: int) -> None:
        world.forges.append(with_option("strikes", "refusals", forged))
        told = await world.admin("settings strikes", refusals=3)
        assert told == words.refusal(errors.OutOfRange(0, 100))


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("show", {}),
        ("on", {}),
        ("off", {}),
        ("review", {"enabled": True}),
        ("log", {"tell": "off"}),
        ("defaults", {"count": 2}),
        ("language", {"language": "de"}),
        ("strikes", {"refusals": 0}),
    ],
)
async def test_only_who_manages_the_server_may(world: World, command: str, options: dict[str, Any]) -> None:
    told = await world.admin_as_outsider(f"settings {command}", **options)
    assert told == words.refusal(NotAModerator())
    assert world.audit == []
    await nothing_happened(world)
