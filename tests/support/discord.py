"""A Discord inside the process with the real bot in it, people to act, and one clock for everybody.

The bot's workers are not started: `World.work` lets them take the steps that are due, and `World.finish`
moves the clock until nothing is left to do.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Any, Self, TypeAlias, cast

import discord
from simcord import ChannelHandle, Env, InteractionResult, MemberActor, ResponseMessage
from simcord._clock import Clock as SimcordClock
from simcord.backend.errors import BackendError
from simcord.backend.serializers import message_payload
from simcord.builders import UserHandle
from simcord.components import walk_components
from simcord.enums import ComponentType, InteractionType
from simcord.http.router import route
from simcord.http.routes.interactions import get_original_response
from simcord.interactions import base_payload

from bot.app import App, opened
from bot.domain.ports import JobView
from bot.domain.units import MS_PER_S
from bot.settings import load
from bot.storage.restore import restore
from sandbox.modellix import ModellixSandbox
from tests.support.clock import START, ManualClock
from tests.support.database import Database, prepare
from tests.support.shown import Payload, Shown

KEY = "a-key-of-nobody"
TOKEN = "made-up-token-for-the-tests.abcdef.nobody-will-ever-accept-this-one"
UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024
_ROUNDS_MAX = 60

# discord.py quotes the @, and simcord does not unquote it as Discord does.
route("GET", "/webhooks/{webhook_id}/{token}/messages/%40original")(get_original_response)

Forge: TypeAlias = Callable[[Payload], None]
Actor: TypeAlias = MemberActor | UserHandle


class _OneClock(SimcordClock):
    """simcord's clock as a view of the tests' own."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock

    @property
    def elapsed(self) -> float:
        return (self._clock.now() - START) / MS_PER_S

    @elapsed.setter
    def elapsed(self, value: float) -> None:
        raise TypeError("only the ManualClock is set by hand")

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.unix_s(), UTC)

    def advance(self, seconds: float) -> None:
        # Up to the next millisecond: simcord waits until an instant is reached.
        self._clock.move_to(START + ceil((self.elapsed + seconds) * MS_PER_S))


class _PromptEnv(Env):
    """simcord's, looking again at once: by itself it sleeps 50 ms beside a callback that is about to run."""

    async def _settle_internal(self, **how: Any) -> None:
        await super()._settle_internal(**{**how, "idle": 0.005})


class World:
    """One server with one channel, three people, the bot, and the stand-in of the image service."""

    env: Env
    app: App
    channel: ChannelHandle
    mira: MemberActor
    """A member."""
    nora: MemberActor
    """Another member."""
    theo: MemberActor
    """A moderator: may manage messages."""
    vera: MemberActor
    """Manages the server: may use `/imagine-admin`."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.database = Database(data_dir / "bot.sqlite3")
        self.clock = ManualClock()
        self.sandbox = ModellixSandbox(key=KEY, duration_s=0, pictures="plain", now=self.clock.unix_s)
        self.bot_is_member = True
        """Whether the server installed the bot; else only the person did."""
        self.forges: list[Forge] = []
        """What is done to the next interactions before the bot sees them, one each."""
        self.last_interaction: Payload = {}
        self._base_url = ""
        self._app_stack = AsyncExitStack()

    @classmethod
    @asynccontextmanager
    async def opened(cls, data_dir: Path) -> AsyncIterator[Self]:
        """Log the bot in; everything is closed on leaving."""
        world = cls(data_dir)
        prepare(world.database.path)
        async with AsyncExitStack() as stack:
            world._base_url = await stack.enter_async_context(world.sandbox.serving())
            stack.push_async_callback(lambda: world._app_stack.aclose())
            world.app = await world._open_app({})
            world.env = _PromptEnv(world.app.client, settle_timeout=10.0)
            world.env.backend.clock = _OneClock(world.clock)
            world._furnish()
            await world.env.start()
            stack.push_async_callback(world.env.shutdown)
            yield world

    def _furnish(self) -> None:
        guild = self.env.create_guild("The Studio")
        rights = discord.Permissions(manage_messages=True)
        moderators = guild.create_role("Moderators", permissions=rights)
        managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        self.channel = guild.create_text_channel("imagine")
        self.mira = guild.add_member(self.env.create_user("mira"))
        self.nora = guild.add_member(self.env.create_user("nora"))
        self.theo = guild.add_member(self.env.create_user("theo"), roles=[moderators])
        self.vera = guild.add_member(self.env.create_user("vera"), roles=[managers])
        self.env.backend.subscribers.insert(0, cast(Any, self._as_on_the_wire))

    def _as_on_the_wire(self, event: str, payload: Payload) -> None:
        """What simcord leaves out of an interaction, and what a test wants to be wrong with it."""
        if event != "INTERACTION_CREATE":
            return
        payload["attachment_size_limit"] = UPLOAD_LIMIT_BYTES
        guild_id = payload.get("guild_id")
        person = payload.get("user") or payload["member"]["user"]
        if guild_id and self.bot_is_member:
            payload["authorizing_integration_owners"] = {"0": guild_id}
        else:
            payload["authorizing_integration_owners"] = {"1": person["id"]}
        if self.forges:
            self.forges.pop(0)(payload)
        self.last_interaction = payload

    async def _open_app(self, settings: Mapping[str, Any]) -> App:
        loaded = load(
            discord_token=TOKEN,
            modellix_api_key=KEY,
            modellix_base_url=self._base_url,
            data_dir=self.data_dir,
            _env_file=None,
            **settings,
        )
        return await self._app_stack.enter_async_context(opened(loaded, self.clock))

    async def put_back(self, backup: Path) -> None:
        """End the program, restore a backup, and start it again."""
        await self._app_stack.aclose()
        await restore(backup, self.database.path, self.clock.now())
        await self.restart()

    async def restart(self, **settings: Any) -> None:
        """End the program and start it again on the same data folder."""
        await self._app_stack.aclose()
        self._app_stack = AsyncExitStack()
        self.app = await self._open_app(settings)
        with self.env.time_context():
            await self.env.restart_bot(self.app.client)
            await self.app.crew.renderer.recover()
            await self.app.crew.deliverer.recover()
            await self.app.crew.herald.recover()

    # -- what people do ----------------------------------------------------------------------

    async def imagine(
        self, prompt: str | None = "a red fox", *, as_: Actor | None = None, **more: Any
    ) -> Shown:
        """`/imagine` in the channel (in a direct message for a `UserHandle`): the answer."""
        return self.answer(await self.invoke(prompt, as_=as_, **more))

    async def invoke(
        self, prompt: str | None = "a red fox", *, as_: Actor | None = None, **more: Any
    ) -> InteractionResult:
        """`/imagine`, whatever comes of it; options that are None are left out."""
        options = {"prompt": prompt, **more}
        given = {name: value for name, value in options.items() if value is not None}
        where = given.pop("where", self.channel)
        person = as_ or self.mira
        if isinstance(person, UserHandle):
            return cast(InteractionResult, await person.slash("imagine", **given))
        return await person.slash(where, "imagine", **given)

    async def admin(self, command: str, *, as_: Actor | None = None, **options: Any) -> str:
        """`/imagine-admin …` by who manages the server: what they alone are told."""
        return self.told(await self.invoke_admin(command, as_=as_, **options))

    async def invoke_admin(
        self, command: str, *, as_: Actor | None = None, **options: Any
    ) -> InteractionResult:
        """`/imagine-admin …`, whatever comes of it; options that are None are left out."""
        given = {name: value for name, value in options.items() if value is not None}
        person = as_ or self.vera
        assert isinstance(person, MemberActor)
        return await person.slash(self.channel, f"imagine-admin {command}", **given)

    async def admin_as_outsider(self, command: str, **options: Any) -> str:
        """`/imagine-admin …` by somebody whom Discord would not have shown it to: what they are told."""
        self.forges.append(lambda payload: payload["member"].update(permissions="0"))
        return await self.admin(command, **options)

    @property
    def audit(self) -> list[tuple[Any, ...]]:
        """What the audit has: action, who, whom, before, after."""
        return self.database.rows(
            "SELECT action, actor_id, target_id, before_value, after_value FROM audit ORDER BY seq"
        )

    async def press(self, card: Shown, label: str, *, as_: Actor | None = None) -> InteractionResult:
        """Press a button."""
        message = ResponseMessage(self.env, card.message)
        return cast(InteractionResult, await (as_ or self.mira).click(message, label=label))

    async def choose(self, card: Shown, *values: str, as_: Actor | None = None) -> InteractionResult:
        """Choose in the select of a card."""
        message = ResponseMessage(self.env, card.message)
        return cast(InteractionResult, await (as_ or self.mira).select(message, list(values)))

    def answer(self, result: InteractionResult) -> Shown:
        """The message that an interaction was answered with."""
        assert result.response is not None, self.env.transcript()
        return self.see(result.response.id, result.response.channel_id)

    def told(self, result: InteractionResult) -> str:
        """The sentence that the person alone was told."""
        answers = [each for each in (result.response, *result.followups) if each]
        (answer,) = [self.see(each.id, each.channel_id) for each in answers if each.ephemeral]
        return answer.text

    def see(self, message_id: int, channel_id: int | None = None) -> Shown:
        """A message as it is now."""
        return Shown(self.env, self.env.backend.get_message(channel_id or self.channel.id, message_id))

    def again(self, shown: Shown) -> Shown:
        """The same message as it is now."""
        return self.see(shown.id, shown.message.channel_id)

    def is_there(self, shown: Shown) -> bool:
        """Whether the message still exists."""
        try:
            self.again(shown)
        except BackendError:
            return False
        return True

    def components(self, shown: Shown, kind: int) -> list[Payload]:
        """The components of one kind on a message, nested ones too."""
        return [part for part in walk_components(shown.message.components) if part["type"] == kind]

    @property
    def cards(self) -> list[Shown]:
        """All messages in the channel."""
        return [Shown(self.env, each) for each in self.env.backend.messages[self.channel.id].values()]

    # -- what the bot does -------------------------------------------------------------------

    async def render(self) -> int | None:
        """One step of the image service's side."""
        with self.env.time_context():
            return await self.app.crew.renderer.run_once()

    async def deliver(self) -> int | None:
        """One step of Discord's side."""
        with self.env.time_context():
            return await self.app.crew.deliverer.run_once()

    async def herald(self) -> int | None:
        """One step towards the log channels."""
        with self.env.time_context():
            return await self.app.crew.herald.run_once()

    async def ring(self) -> int | None:
        """One step towards those whose wait is over."""
        with self.env.time_context():
            return await self.app.crew.ringer.run_once()

    async def finish(self, *, within_s: float = 600.0) -> None:
        """Move the clock from one due step to the next until none is left, or the time is up."""
        until = self.clock.now() + round(within_s * MS_PER_S)
        for _ in range(_ROUNDS_MAX):
            due = [at for at in (await self.render(), await self.deliver()) if at is not None]
            if self.app.crew.renderer._nudged.is_set():
                continue
            if not due or min(due) > until:
                return
            self.clock.move_to(min(due))
        raise AssertionError("the bot is never done")

    async def job(self, shown: Shown) -> JobView:
        """The record behind a card."""
        view = await self.app.jobs.find(shown.job_id)
        assert view is not None
        return view

    @property
    def paid(self) -> list[Payload]:
        """The tasks in the image service's books."""
        return cast(list[Payload], self.sandbox.world.books()["tasks"])

    async def press_at_once(self, card: Shown, *presses: tuple[Actor, str]) -> list[InteractionResult]:
        """Several people press buttons of one card before the bot has answered the first."""
        backend = self.env.backend
        results = []
        payloads = []
        for person, label in presses:
            data = {"custom_id": card.custom_id(label), "component_type": ComponentType.BUTTON}
            record, payload = base_payload(
                backend,
                type=InteractionType.MESSAGE_COMPONENT,
                channel_id=card.message.channel_id,
                guild_id=backend.get_channel(card.message.channel_id).guild_id,
                user_id=person.id,
                data=data,
            )
            record.source_message_id = card.id
            payload["message"] = dict(message_payload(backend, card.message))
            payloads.append(payload)
            results.append(InteractionResult(self.env, record))
        for payload in payloads:
            backend.emit("INTERACTION_CREATE", payload)
        await self.env.settle()
        return results

    async def dispatch_again(self) -> None:
        """Discord delivers the last interaction a second time."""
        self.env.backend.emit("INTERACTION_CREATE", dict(self.last_interaction))
        await self.env.settle()

    def requests(self, method: str, path_end: str) -> list[Any]:
        """The bodies of what the bot sent to Discord, by method and the end of the path."""
        log = self.env.http_requests
        return [each.json for each in log if each.method == method and each.path.endswith(path_end)]


async def nothing_happened(world: World) -> None:
    """No card that others see, nothing to do, nothing stored, nothing paid."""
    assert all(shown.private for shown in world.cards)
    assert (await world.render(), await world.deliver()) == (None, None)
    assert world.paid == []
    assert list((world.data_dir / "images").iterdir()) == []
