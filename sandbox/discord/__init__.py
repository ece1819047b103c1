"""A wire-level stand-in of Discord: REST v10 and gateway on loopback, rules, faults and books.

async with DiscordSandbox(openapi=path).serving() as discord:
    alice = discord.add_member(discord.add_guild(), "alice")
    ...                                  # start a bot with discord.api_url, .gateway_url, .token
    await discord.ready("imagine")
    asked = alice.slash("imagine", prompt="a fox")
    card = await asked.message(lambda message: message.attachments)
    assert discord.world.violations == []
"""

from sandbox.discord.actors import Actor
from sandbox.discord.books import Books, Call, Violation
from sandbox.discord.interactions import Callback, Interaction
from sandbox.discord.options import NotOffered
from sandbox.discord.permissions import EVERYDAY, EVERYTHING, Permission
from sandbox.discord.server import DiscordSandbox
from sandbox.discord.values import Attachment, Channel, Guild, Message, Role, Upload, User, Version
from sandbox.discord.world import World

__all__ = [
    "EVERYDAY",
    "EVERYTHING",
    "Actor",
    "Attachment",
    "Books",
    "Call",
    "Callback",
    "Channel",
    "DiscordSandbox",
    "Guild",
    "Interaction",
    "Message",
    "NotOffered",
    "Permission",
    "Role",
    "Upload",
    "User",
    "Version",
    "Violation",
    "World",
]
