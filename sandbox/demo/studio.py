"""The server of the demo: "The Studio", with one channel, a member and a moderator."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import discord
from PIL import Image, ImageDraw, ImageFont
from simcord import ChannelHandle, Env, MemberActor
from simcord.backend.cdn import CDN_BASE
from simcord.builders import UserHandle

WELCOME = (
    "**Welcome to The Studio.** Describe a picture and it is made for you. Try this first: type "
    "`/imagine`, choose **prompt**, and write `a red fox in the snow`.\n"
    "-# Then press the buttons below it, and see `/history`, `/queue` and `/preferences`. "
    "Sent alone, `/imagine` opens a larger box to write in.\n"
    "-# This page has no menus for messages: reply to one with `Imagine this` or `Imagine details`.\n"
    "-# You are Mira, a member. Choose Theo at the top to see what a moderator sees: `/imagine-admin` is his."
)
LOG_WELCOME = (
    "**This channel is for moderators.** What is asked for, refused, reported and sent to review comes here. "
    "A request of Mira's waits above until you approve or refuse it. "
    "As Theo, press **Report** on one of her pictures in the other channel, and see.\n"
    "-# `/imagine-admin` works here too."
)
UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024  # a server without boosts


@dataclass(frozen=True, slots=True)
class Studio:
    """Who and what there is."""

    channel: ChannelHandle
    log: ChannelHandle
    """Where moderators are told what happens."""
    member: MemberActor
    moderator: MemberActor
    mira: UserHandle
    """The member, outside of the server."""

    async def welcome(self) -> None:
        """The moderator says in each channel what to do there."""
        await self.moderator.send(self.channel, WELCOME)
        await self.moderator.send(self.log, LOG_WELCOME)


def build(env: Env) -> Studio:
    """Furnish the server before the bot logs in, which then finds it as one it joined long ago."""
    bot = env.backend.bot_user
    bot.name, bot.global_name, bot.avatar = "imagine", "Imagine", "face"
    theo = env.create_user("theo", global_name="Theo", avatar="face")
    mira = env.create_user("mira", global_name="Mira", avatar="face")
    for user, colour in ((bot.id, "#5865f2"), (theo.id, "#1f8b4c"), (mira.id, "#c27c0e")):
        _give_face(env, user, colour)
    guild = env.create_guild("The Studio")
    rights = discord.Permissions(manage_guild=True, manage_messages=True)
    role = guild.create_role("Moderator", permissions=rights, color=0x2ECC71)
    channel = guild.create_text_channel("imagine", topic="Pictures from words. Start with /imagine.")
    moderator = guild.add_member(theo, roles=[role])
    member = guild.add_member(mira)
    seen, unseen = (discord.PermissionOverwrite(view_channel=each) for each in (True, False))
    log = guild.create_text_channel(
        "bot-log",
        topic="For moderators.",
        overwrites={guild.default_role: unseen, role: seen, UserHandle(env, bot): seen},
    )
    env.backend.subscribers.insert(0, _as_in_a_plain_server)
    return Studio(channel, log, member, moderator, mira)


def _give_face(env: Env, user_id: int, colour: str) -> None:
    """Store an avatar; simcord has a reader for them in its CDN, but no way to put one there."""
    user = env.backend.get_user(user_id)
    face = Image.new("RGB", (128, 128), colour)
    letter = (user.global_name or user.name)[0]
    ImageDraw.Draw(face).text((64, 64), letter, "white", ImageFont.load_default(76), anchor="mm")
    out = io.BytesIO()
    face.save(out, "PNG")
    env.backend.cdn._blobs[f"{CDN_BASE}/avatars/{user_id}/{user.avatar}.png"] = out.getvalue()


def _as_in_a_plain_server(event: str, payload: Mapping[str, Any]) -> None:
    """Correct an interaction before the bot sees it.

    simcord fixes the upload limit at 25 MiB, and does not say that it was the server that installed the bot.
    """
    if event == "INTERACTION_CREATE":
        interaction = cast(dict[str, Any], payload)
        interaction["attachment_size_limit"] = UPLOAD_LIMIT_BYTES
        interaction["authorizing_integration_owners"] = {"0": interaction.get("guild_id", "0")}
