"""`/imagine-admin filter`: words and phrases that prompts must not have in them."""

from typing import Any

import pytest

from bot.services.filters import IMPORT_MAX_BYTES
from tests.support.discord import World, nothing_happened

REFUSED = "Your prompt has words in it that this server's moderators do not allow."
NOT_A_TERM = "A word or phrase needs letters or digits: blanks and signs alone are never found."


async def test_a_prompt_with_a_term_is_refused(world: World) -> None:
    told = await world.admin("filter add", term="Bomb")
    assert told == "“bomb” is on the list now. Prompts with it are refused from now on."
    assert world.told(await world.invoke("a BÓMB in the snow")).startswith(REFUSED)
    await nothing_happened(world)
    assert "**Waiting**" in (await world.imagine("a bombastic fox")).text
    assert world.audit == [("term_added", world.vera.id, None, None, "refuse: bomb")]


async def test_a_prompt_with_a_term_for_review_waits(world: World) -> None:
    have_a_log_channel(world)
    told = await world.admin("filter add", term="bomb", action="review")
    assert told == "“bomb” is on the list now. Prompts with it wait for a moderator from now on."
    assert "**Waiting for a moderator.**" in (await world.imagine("a bomb")).text


async def test_a_moderator_is_told_that_nobody_can_be_asked(world: World) -> None:
    told = await world.admin("filter add", term="bomb", action="review")
    assert "⚠️ No log channel is set, so requests that need a moderator are refused" in told
    assert "A moderator would have to approve this first" in world.told(await world.invoke("a bomb"))


async def test_a_term_that_is_there_already_is_changed_or_left(world: World) -> None:
    await world.admin("filter add", term="bomb")
    told = await world.admin("filter add", term=" BOMB ")
    assert told == "“bomb” is on the list already. Nothing was changed."
    told = await world.admin("filter add", term="bomb", action="review")
    assert told.startswith("“bomb” was on the list already, and is changed now.")
    assert world.audit[1:] == [("term_added", world.vera.id, None, "refuse: bomb", "review: bomb")]


async def test_a_removed_term_is_not_looked_for_any_more(world: World) -> None:
    await world.admin("filter add", term="bomb")
    assert await world.admin("filter remove", term="Bomb") == (
        "“bomb” is off the list. It is not looked for any more."
    )
    assert "**Waiting**" in (await world.imagine("a bomb")).text
    assert (await world.admin("filter remove", term="bomb")).startswith("That is not on the list.")


async def test_terms_to_remove_are_offered(world: World) -> None:
    for term in ("bomb", "a bomb", "knife"):
        await world.admin("filter add", term=term)
    assert await offered(world, "BOM") == ["bomb", "a bomb"]
    assert await offered(world, "") == ["a bomb", "bomb", "knife"]
    assert await offered(world, "x") == []


async def test_no_more_are_offered_than_discord_shows(world: World) -> None:
    lines = "\n".join(f"{'x' * 90} {number}" for number in range(100))
    await imported(world, lines.encode())
    assert len(await offered(world, "x")) == 25


async def test_terms_are_offered_to_moderators_only(world: World) -> None:
    """Or members would learn what to write around."""
    await world.admin("filter add", term="bomb")
    world.forges.append(lambda payload: payload["member"].update(permissions="0"))
    assert await offered(world, "b") == []


async def test_the_list_shows_what_becomes_of_prompts(world: World) -> None:
    assert await world.admin("filter list") == (
        "There is nothing on the list: the filter lets every prompt pass."
    )
    await world.admin("filter add", term="knife", action="review")
    await world.admin("filter add", term="@everyone *look*")
    assert (await world.admin("filter list")).splitlines() == [
        "**On the list:** 1 refused, 1 for a moderator to look at.",
        "- \\@\u200beveryone \\*look\\*",
        "- knife (for a moderator)",
    ]


async def test_a_long_list_is_a_file_that_can_be_imported_again(world: World) -> None:
    have_a_log_channel(world)
    content = "".join([*(f"term *{number}*\n" for number in range(1_000, 2_000)), "review: knife\n"])
    await imported(world, content.encode())
    shown = world.answer(await world.invoke_admin("filter list"))
    assert shown.private
    assert len(shown.text) <= 2_000
    assert shown.text.startswith("**On the list:** 1,000 refused, 1 for a moderator to look at.\n- term")
    assert shown.text.endswith("\n… the whole list is in the file.")
    assert shown.files["list.txt"].decode() == content
    told = await imported(world, shown.files["list.txt"])
    assert told == "**The list is imported.** 0 added. 1,001 there already. 0 skipped."


async def test_a_text_can_be_tried_out(world: World) -> None:
    await world.admin("filter add", term="bomb")
    await world.admin("filter add", term="knife", action="review")
    told = await world.admin("filter test", text="a knife and a b0mb")
    assert told == "It would be **refused**, because of “bomb”."
    told = await world.admin("filter test", text="a knife")
    assert told.startswith("It would be **refused**, because of “knife”.\n⚠️ No log channel is set")
    have_a_log_channel(world)
    told = await world.admin("filter test", text="a knife")
    assert told == "It would **wait for a moderator**, because of “knife”."
    told = await world.admin("filter test", text="a fox")
    assert told == "Nothing on the list is in it: the filter would let it pass."
    await nothing_happened(world)
    assert world.database.value("SELECT COUNT(*) FROM refusal") == 0


class TestImport:
    async def test_a_moderator_is_told_that_nobody_can_be_asked(self, world: World) -> None:
        told = await imported(world, b"review: knife\n")
        assert told.splitlines()[1].startswith("⚠️ No log channel is set")

    async def test_all_lines_hold_at_once(self, world: World) -> None:
        have_a_log_channel(world)
        told = await imported(world, b"# ours\nbomb\nBOMB\nreview: knife\n***\n" + b"x" * 101 + b"\n")
        assert told.splitlines() == [
            "**The list is imported.** 2 added. 1 there already. 2 skipped.",
            "Line 5 was skipped: no letters or digits.",
            "Line 6 was skipped: longer than 100 characters.",
        ]
        assert world.told(await world.invoke("a bomb")).startswith(REFUSED)
        assert world.audit == [
            ("terms_imported", world.vera.id, None, None, "added 2, changed 0, there already 0")
        ]

    async def test_ten_skipped_lines_are_named(self, world: World) -> None:
        told = (await imported(world, b"!\n" * 25)).splitlines()
        assert told[0] == "**The list is imported.** 0 added. 0 there already. 25 skipped."
        assert told[10] == "Line 10 was skipped: no letters or digits."
        assert told[11:] == ["15 more were skipped for such reasons."]

    async def test_what_was_imported_outlives_a_restart(self, world: World) -> None:
        await imported(world, b"bomb\n")
        await world.restart()
        assert world.told(await world.invoke("a bomb")).startswith(REFUSED)

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("terms.txt", "bömb".encode("latin-1")),
            ("terms.txt", b"bo\x00mb"),
            ("terms.csv", b"bomb"),
            ("terms.txt.exe", b"bomb"),
            ("terms.txt", b"x" * (IMPORT_MAX_BYTES + 1)),
        ],
        ids=["latin-1", "null", "csv", "exe", "huge"],
    )
    async def test_a_file_that_is_no_list_changes_nothing(
        self, world: World, name: str, content: bytes
    ) -> None:
        told = await world.admin("filter import", file=(name, content))
        assert told.startswith("I could not read that file. Nothing was changed.")
        assert world.audit == []

    async def test_a_file_that_is_too_large_is_not_even_fetched(self, world: World) -> None:
        world.forges.append(lambda _: world.env.backend.cdn._blobs.clear())
        told = await world.admin("filter import", file=("terms.txt", b"x" * (IMPORT_MAX_BYTES + 1)))
        assert told.startswith("I could not read that file.")

    async def test_a_file_that_cannot_be_fetched_changes_nothing(self, world: World) -> None:
        world.forges.append(lambda _: world.env.backend.cdn._blobs.clear())
        told = await imported(world, b"bomb")
        assert told.startswith("Discord did not hand me your file in time. Nothing was changed.")

    async def test_a_file_that_nobody_sent_changes_nothing(self, world: World) -> None:
        def unresolve(payload: dict[str, Any]) -> None:
            payload["data"]["resolved"] = {}

        world.forges.append(unresolve)
        assert (await imported(world, b"bomb")).startswith("I could not read that file.")


class TestBadInput:
    @pytest.mark.parametrize("term", ["***", "?!", "\u200b\u200b", "\u3164"])
    async def test_a_term_without_words_is_refused(self, world: World, term: str) -> None:
        told = await world.admin("filter add", term=term)
        assert told == f"{NOT_A_TERM} Nothing was changed."
        assert world.audit == []

    async def test_a_term_that_discord_should_have_refused_is_refused(self, world: World) -> None:
        world.forges.append(lambda payload: option(payload, "term").update(value="x" * 101))
        told = await world.admin("filter add", term="x")
        assert told == "A word or phrase can have 100 characters at the most. Nothing was changed."

    async def test_an_action_that_is_not_in_the_list_is_refused(self, world: World) -> None:
        world.forges.append(lambda payload: option(payload, "action").update(value="allow"))
        told = await world.admin("filter add", term="bomb", action="review")
        assert told.startswith("There is nothing of the kind")
        assert world.audit == []

    async def test_a_term_is_data_and_nothing_else(self, world: World) -> None:
        await world.admin("filter add", term="'; DROP TABLE filter_term; --")
        assert world.told(await world.invoke("x drop table filter term x")).startswith(REFUSED)


@pytest.mark.parametrize("command", ["add", "remove", "list", "test", "import"])
async def test_only_who_manages_the_server_may(world: World, command: str) -> None:
    await world.admin("filter add", term="bomb")
    options: dict[str, dict[str, Any]] = {
        "add": {"term": "fox"},
        "remove": {"term": "bomb"},
        "test": {"text": "a bomb"},
        "import": {"file": ("terms.txt", b"fox")},
    }
    told = await world.admin_as_outsider(f"filter {command}", **options.get(command, {}))
    assert told.startswith("Only people who may manage this server can do that.")
    assert "bomb" not in told
    assert len(world.audit) == 1


def have_a_log_channel(world: World) -> None:
    """Where moderators can be asked."""
    world.database.alter("INSERT INTO server (guild_id, log_channel_id) VALUES (?, 9)", world.env.guild.id)


async def imported(world: World, content: bytes) -> str:
    """What is told of an import."""
    return await world.admin("filter import", file=("terms.txt", content))


async def offered(world: World, typed: str) -> list[str]:
    """What is offered to who types that as a term to remove."""
    choices = await world.vera.autocomplete(world.channel, "imagine-admin filter remove", "term", typed)
    return [choice["value"] for choice in choices]


def option(payload: dict[str, Any], name: str) -> dict[str, Any]:
    """An option of a command in a group."""
    (group,) = payload["data"]["options"]
    (command,) = group["options"]
    return next(each for each in command["options"] if each["name"] == name)
