"""What Discord refuses is refused, with its code, and written down."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from sandbox.discord import DiscordSandbox, Permission
from tests.sandbox.discord.client import picture
from tests.sandbox.discord.raw import Json, Raw
from tests.support.contract import OPENAPI, needs_document

V2 = 1 << 15
PNG = {"a.png": picture()}


def text(content: str = "hi") -> Json:
    return {"type": 10, "content": content}


def button(custom_id: str = "x", label: str = "X", **more: Any) -> Json:
    return {"type": 2, "style": 1, "custom_id": custom_id, "label": label, **more}


def row(*inner: Json) -> Json:
    return {"type": 1, "components": list(inner)}


def gallery(*urls: str, **more: Any) -> Json:
    return {"type": 12, "items": [{"media": {"url": url}, **more} for url in urls]}


def v2(*components: Json) -> Json:
    return {"flags": V2, "components": list(components)}


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001},
        {"components": [text()]},
        {**v2(text()), "content": "x"},
        {**v2(text()), "embeds": [{"title": "x"}]},
        {"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]},
        {"embeds": [{"title": "x" * 257}]},
        v2(*[text("x")] * 41),
        v2({"type": 17, "components": [text("x")] * 40}),
        v2(text("x" * 2001), text("x" * 2000)),
        v2(row(button("same"), button("same"))),
        v2(row(button("x" * 101))),
        v2(row(button(label="x" * 81))),
        v2(row(button(label=""))),
        v2(row(button(url="https://example.org"))),
        v2(row(*[button(str(n)) for n in range(6)])),
        v2(row()),
        v2(button()),
        v2(gallery()),
        v2(gallery(*["https://example.org/a.png"] * 11)),
        v2(gallery("https://example.org/a.png", description="x" * 1025)),
        v2(gallery("attachment://missing.png")),
        v2({"type": 13, "file": {"url": "https://example.org/a.png"}}),
        v2({"type": 9, "components": [text()]}),
        v2({"type": 4, "custom_id": "x", "style": 1}),
        v2({"type": 17, "components": [{"type": 17, "components": [text()]}]}),
        v2(row({"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}] * 2})),
        {"embeds": [{"image": {"url": "attachment://missing.png"}}]},
        {"content": "x", "nonce": "n" * 26},
        {"content": "x", "attachments": [{"id": 0}]},
        {"content": "x", "message_reference": {"message_id": "1"}},
    ],
)
async def test_malformed_messages_are_refused(raw: Raw, body: Json) -> None:
    answer = await raw.post(body)
    assert (answer.status, answer.code) == (400, 50035)
    assert raw.sandbox.books.created == []
    assert [violation.code for violation in raw.sandbox.violations] == [50035]


async def test_a_message_needs_something_to_show(raw: Raw) -> None:
    assert (await raw.post({"content": " "})).code == 50006


async def test_legal_messages_pass(raw: Raw) -> None:
    select = {"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}]}
    link = {"type": 2, "style": 5, "url": "https://example.org", "label": "go"}
    for body, files in (
        ({"content": "x" * 2000}, None),
        ({"components": [row(button(), link), row(select)]}, None),
        (v2(gallery("attachment://a.png"), row(button())), PNG),
        ({"attachments": [{"id": 0, "description": "x" * 1024}]}, PNG),
        (v2({"type": 17, "components": [text("x" * 100)] * 39}), None),
        (v2({"type": 9, "components": [text()], "accessory": button()}), None),
    ):
        assert (await raw.post(body, files)).status == 200
    assert raw.sandbox.violations == []


async def test_files_and_their_list_must_match(raw: Raw) -> None:
    unlisted = await raw.post({"attachments": []}, PNG)
    twice = await raw.post({"attachments": [{"id": 0}, {"id": "0"}]}, PNG)
    assert [unlisted.code, twice.code] == [50035, 50035]


async def test_files_have_a_size_limit_each_and_together(raw: Raw) -> None:
    assert raw.alice.place.guild
    raw.alice.place.guild.upload_limit = 1_000
    assert (await raw.post({}, {"a.bin": bytes(1_000)})).status == 200
    over = await raw.post({}, {"a.bin": bytes(1_001)})
    raw.sandbox.rest.request_limit = 1_500
    together = await raw.post({}, {"a.bin": bytes(900), "b.bin": bytes(900)})
    assert [(a.status, a.code) for a in (over, together)] == [(413, 40005)] * 2


async def test_an_interaction_has_its_own_file_limit(raw: Raw) -> None:
    raw.alice.user.upload_limit = 2_000
    assert raw.alice.place.guild
    raw.alice.place.guild.upload_limit = 1_000
    asked = await raw.asked()
    await raw.respond(asked, 5)
    path = raw.original(asked)
    attachments = {"attachments": [{"id": 0}]}
    assert (await raw.ask("PATCH", path, attachments, {"a": bytes(2_001)})).code == 40005
    assert (await raw.ask("PATCH", path, attachments, {"a": bytes(2_000)})).status == 200


async def test_an_edit_keeps_what_it_lists_and_drops_the_rest(raw: Raw) -> None:
    sent = await raw.post({"content": "x"}, {"a.png": picture(), "b.png": picture()})
    ident, kept = sent.body["id"], sent.body["attachments"][1]["id"]
    path = f"{raw.channel}/messages/{ident}"
    listed = [{"id": kept}, {"id": 0, "filename": "c.png"}]
    edited = await raw.ask("PATCH", path, {"attachments": listed}, {"c.png": picture()})
    assert [a["filename"] for a in edited.body["attachments"]] == ["b.png", "c.png"]
    unlisted = await raw.ask("PATCH", path, {}, {"d.png": picture()})
    foreign = await raw.ask("PATCH", path, {"attachments": [{"id": "123456789"}]})
    assert [unlisted.code, foreign.code] == [50035, 50035]
    reply = await raw.ask("PATCH", path, {"attachments": []})
    assert reply.body["attachments"] == []


async def test_v2_can_be_set_by_an_edit_and_never_removed(raw: Raw) -> None:
    path = f"{raw.channel}/messages/{(await raw.post({'content': 'x'})).body['id']}"
    assert (await raw.ask("PATCH", path, v2(text()))).code == 50035
    assert (await raw.ask("PATCH", path, {**v2(text()), "content": None})).status == 200
    assert (await raw.ask("PATCH", path, {"flags": 0})).code == 50035
    assert (await raw.ask("PATCH", path, {"content": "back"})).code == 50035


async def test_the_first_response_is_due_within_three_seconds(raw: Raw) -> None:
    asked = await raw.asked()
    raw.sandbox.clock.advance(3.1)
    late = await raw.respond(asked, 5)
    assert (late.status, late.code) == (404, 10062)


async def test_there_is_one_first_response(raw: Raw) -> None:
    asked = await raw.asked()
    assert (await raw.ask("PATCH", raw.original(asked), {"content": "x"})).code == 10015
    assert (await raw.respond(asked, 5)).status == 200
    second = await raw.respond(asked, 4, {"content": "x"})
    assert (second.status, second.code) == (400, 40060)


async def test_a_token_lives_for_fifteen_minutes(raw: Raw) -> None:
    asked = await raw.asked()
    await raw.respond(asked, 4, {"content": "x"})
    raw.sandbox.clock.advance(15 * 60 - 1)
    assert (await raw.ask("PATCH", raw.original(asked), {"content": "y"})).status == 200
    raw.sandbox.clock.advance(2)
    expired = await raw.ask("PATCH", raw.original(asked), {"content": "z"})
    assert (expired.status, expired.code) == (401, 50027)
    assert asked.original
    by_bot = f"{raw.channel}/messages/{asked.original.id}"
    assert (await raw.ask("PATCH", by_bot, {"content": "z"})).status == 200


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (5, {"flags": V2}),
        (6, None),
        (7, {"content": "x"}),
        (8, {"choices": []}),
        (99, None),
        (9, {"title": "x" * 46, "custom_id": "m", "components": [text()]}),
        (9, {"title": "x", "custom_id": "m", "components": [text()] * 6}),
        (9, {"title": "x", "custom_id": "m", "components": [row(button())]}),
        (9, {"title": "x", "custom_id": "m", "components": [{"type": 18, "label": "x" * 46}]}),
        (4, {"content": "x" * 2001}),
    ],
)
async def test_answers_that_do_not_fit_are_refused(raw: Raw, kind: int, data: Json | None) -> None:
    asked = await raw.asked()
    assert (await raw.respond(asked, kind, data)).code == 50035
    assert (await raw.respond(asked, 4, {"content": "still open"})).status == 200


async def test_ephemeral_is_fixed_at_the_ack_and_hidden_from_the_bots_token(raw: Raw) -> None:
    asked = await raw.asked()
    await raw.respond(asked, 5, {"flags": 64})
    edited = await raw.ask("PATCH", raw.original(asked), {"content": "x", "flags": 4})
    assert edited.body["flags"] == 64 | 4
    by_bot = await raw.ask("GET", f"{raw.channel}/messages/{edited.body['id']}")
    assert (by_bot.status, by_bot.code) == (404, 10008)


async def test_a_follow_up_is_booked_as_one(raw: Raw) -> None:
    asked = await raw.asked()
    await raw.respond(asked, 5)
    first = await raw.ask("POST", raw.webhook(asked), {"content": "takes the thinking one"})
    second = await raw.ask("POST", raw.webhook(asked), {"content": "new"})
    assert asked.original
    assert first.body["id"] == str(asked.original.id) != second.body["id"]
    assert len(raw.sandbox.books.followups) == 2


async def test_a_nonce_makes_one_message(raw: Raw) -> None:
    body = {"content": "x", "nonce": "job-1", "enforce_nonce": True}
    first, again = await raw.post(body), await raw.post(body)
    assert first.body["id"] == again.body["id"]
    assert raw.sandbox.books.posts_by_nonce() == {"job-1": 2}
    assert raw.sandbox.books.created_by_nonce() == {"job-1": 1}
    await raw.ask("DELETE", f"{raw.channel}/messages/{first.body['id']}")
    assert (await raw.post(body)).code == 10008
    raw.sandbox.clock.advance(600)
    assert (await raw.post(body)).body["id"] != first.body["id"]


async def test_permissions_hold_for_the_bots_token(raw: Raw) -> None:
    room = raw.alice.place
    raw.sandbox.restrict_bot(room, Permission.ATTACH_FILES)
    assert (await raw.post({"content": "x"})).status == 200
    assert (await raw.post({}, PNG)).code == 50013
    raw.sandbox.restrict_bot(room, Permission.SEND_MESSAGES)
    assert (await raw.post({"content": "x"})).code == 50013
    raw.sandbox.restrict_bot(room, Permission.VIEW_CHANNEL)
    assert (await raw.post({"content": "x"})).code == 50001
    raw.sandbox.restrict_bot(room, Permission.NONE)
    assert (await raw.post({"content": "x"})).status == 200


async def test_a_thread_asks_for_its_own_permission(raw: Raw) -> None:
    thread = raw.sandbox.add_thread(raw.alice.place)
    raw.sandbox.restrict_bot(raw.alice.place, Permission.SEND_MESSAGES)
    path = f"/channels/{thread.id}/messages"
    assert (await raw.ask("POST", path, {"content": "x"}, PNG)).status == 200
    raw.sandbox.restrict_bot(raw.alice.place, Permission.SEND_MESSAGES_IN_THREADS)
    assert (await raw.ask("POST", path, {"content": "x"})).code == 50013


async def test_what_is_deleted_is_unknown(raw: Raw) -> None:
    asked = await raw.asked()
    await raw.respond(asked, 4, {"content": "x"})
    assert asked.original
    raw.sandbox.world.delete_message(asked.original)
    assert (await raw.ask("PATCH", raw.original(asked), {"content": "y"})).code == 10008
    raw.sandbox.world.delete_channel(raw.alice.place)
    assert (await raw.post({"content": "x"})).code == 10003
    assert (await raw.ask("POST", raw.webhook(asked), {"content": "y"})).code == 10003


async def test_a_closed_direct_message_refuses(raw: Raw) -> None:
    opened = await raw.ask("POST", "/users/@me/channels", {"recipient_id": raw.alice.user.id})
    path = f"/channels/{opened.body['id']}/messages"
    assert (await raw.ask("POST", path, {"content": "x"})).status == 200
    raw.alice.user.accepts_dms = False
    assert (await raw.ask("POST", path, {"content": "x"})).code == 50007


async def test_a_user_install_has_no_bot_and_five_follow_ups(raw: Raw) -> None:
    nowhere = raw.sandbox.add_guild("elsewhere", has_bot=False)
    bob = raw.sandbox.add_member(nowhere, "bob")
    bob.user.installed_app = True
    both = {"integration_types": [0, 1]}
    await raw.register({"name": "imagine", "description": "draw", **both})
    asked = bob.slash("imagine")
    await raw.respond(asked, 4, {"content": "x"})
    assert asked.original
    assert not asked.original.ephemeral
    codes = [(await raw.ask("POST", raw.webhook(asked), {"content": "x"})).status for _ in range(6)]
    assert codes == [200] * 5 + [400]
    assert raw.sandbox.violations[-1].code == 40094
    by_bot = await raw.ask("POST", f"/channels/{bob.place.id}/messages", {"content": "x"})
    assert by_bot.code == 50001
    nowhere.everyone.permissions &= ~Permission.USE_EXTERNAL_APPS
    hidden = bob.slash("imagine")
    await raw.respond(hidden, 4, {"content": "x"})
    assert hidden.original
    assert hidden.original.ephemeral


def option(name: str, **more: Any) -> Json:
    return {"type": 3, "name": name, "description": "x", **more}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Imagine"},
        {"name": "has space"},
        {"description": ""},
        {"name_localizations": {"xx": "bild"}},
        {"options": [option("a", choices=[{"name": "n", "value": "v"}] * 26)]},
        {"options": [option("a", max_length=6001)]},
        {"options": [option("a"), option("b", required=True)]},
        {"options": [option("a"), option("a")]},
        {
            "options": [
                option(f"o{n}", choices=[{"name": "n" * 90, "value": "v" * 90}] * 2) for n in range(25)
            ]
        },
    ],
)
async def test_command_definitions_are_checked(raw: Raw, change: Json) -> None:
    good = {"name": "imagine", "description": "draw", "type": 1}
    assert (await raw.register(good)).status == 200
    assert (await raw.register({**good, **change})).code == 50035
    assert len(raw.sandbox.world.commands[None]) == 1


async def test_a_wrong_token_is_unauthorised(raw: Raw) -> None:
    raw.token = "wrong"
    assert (await raw.ask("GET", "/users/@me")).status == 401
    assert (await raw.ask("GET", "/nowhere")).status == 404


async def test_mentions_are_noticed_under_allowed_mentions(raw: Raw) -> None:
    await raw.post({"content": "@everyone <@5>"})
    await raw.post({"content": "@everyone <@5>", "allowed_mentions": {"parse": []}})
    await raw.post({"content": "@everyone <@5>", "allowed_mentions": {"users": [5]}})
    pings = [message.pings for message in raw.sandbox.books.created]
    assert pings == [{"everyone", "5"}, set(), {"5"}]


@needs_document
async def test_the_document_refuses_what_it_describes() -> None:
    wrong_colour = v2({"type": 17, "accent_color": 1 << 24, "components": [text()]})
    good = v2(gallery("attachment://a.png"), row(button()))
    good["attachments"] = [{"id": 0, "filename": "a.png"}]
    sandbox = DiscordSandbox(openapi=OPENAPI, check_replies=True)
    async with sandbox.serving(), aiohttp.ClientSession() as session:
        raw = Raw(session, sandbox, sandbox.add_member(sandbox.add_guild(), "alice"))
        assert (await raw.post(good, PNG)).status == 200
        wrong = await raw.post(wrong_colour)
    assert (wrong.status, wrong.code) == (400, 50035)
    assert "accent_color" in sandbox.violations[0].field
    assert sandbox.world.reply_gaps == []
