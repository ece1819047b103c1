"""The desk: commands and buttons, and the services behind them, joined."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.charts.render import Charts
from bot.chat.client import ImagineClient, Trace
from bot.chat.forms import by_name
from bot.domain.jobs import Job
from bot.domain.language import Language
from bot.domain.ports import Clock
from bot.filters.book import FilterBook
from bot.filters.matcher import term_fault
from bot.media.keep import PictureStore
from bot.media.room import has_room
from bot.services.appeals import Appeals
from bot.services.audience import Audience
from bot.services.audit import Audit
from bot.services.blocks import Blocks
from bot.services.cards import Cards
from bot.services.channels import Channels
from bot.services.details import Details
from bot.services.filters import WordFilter
from bot.services.handover import Handover
from bot.services.history import History
from bot.services.imagine import Imagine
from bot.services.limits import Limits
from bot.services.preferences import Choices
from bot.services.privacy import Privacy
from bot.services.queue import Queue
from bot.services.reports import Reports
from bot.services.reviews import Reviews
from bot.services.server_settings import ServerSetup
from bot.services.show import Show
from bot.services.usage import Usage
from bot.settings import Settings
from bot.storage.appeals import AppealList
from bot.storage.audit import Audits
from bot.storage.blocks import BlockList
from bot.storage.facts import Facts
from bot.storage.history import OwnRequests
from bot.storage.jobs import Jobs
from bot.storage.notices import Notices
from bot.storage.preferences import PreferenceList
from bot.storage.privacy import PrivacyFile
from bot.storage.queue import Queues
from bot.storage.reports import ReportList
from bot.storage.reviews import ReviewList
from bot.storage.rules import Rules
from bot.storage.servers import Servers
from bot.storage.sqlite import Store
from bot.storage.tasks import Tasks
from bot.storage.terms import Terms
from bot.storage.usage import UsageSums
from cogs.admin import admin_command
from cogs.admin.audit import audit_button, audit_group
from cogs.admin.block import block_group
from cogs.admin.channels import channels_group
from cogs.admin.filter import filter_group
from cogs.admin.limits import limits_group
from cogs.admin.queue import queue_buttons, queue_group
from cogs.admin.settings import settings_group
from cogs.admin.usage import usage_group
from cogs.cards import card_items
from cogs.help import help_command
from cogs.history import history_buttons, history_command
from cogs.imagine import imagine_command, imagine_form_handler
from cogs.messages import details_menu, imagine_this_menu
from cogs.notices import appeal_button, notice_button, notice_forms
from cogs.preferences import preference_items, preferences_command
from cogs.privacy import privacy_buttons, privacy_command
from cogs.queue import own_queue_buttons, queue_command
from cogs.show import look_button, show_command
from cogs.usage import usage_command


@dataclass(frozen=True, slots=True)
class Parts:
    """What the desk shares with the workers."""

    settings: Settings
    clock: Clock
    store: Store
    jobs: Jobs
    tasks: Tasks
    pictures: PictureStore
    languages: dict[int, Language]
    """By member: the language that they chose, at every moment."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who speaks Discord, and the two services that the rest of the program needs."""

    client: ImagineClient
    imagine: Imagine
    reviews: Reviews


def desk_of(
    parts: Parts,
    *,
    written: Callable[[], None],
    changed: Callable[[], None],
    take_down: Callable[[Job, int], Awaitable[None]],
    erasing: Callable[[], None],
    trace: Trace,
) -> Desk:
    """All that people meet.

    `written` is called when a job is in the record, `changed` when rows have moved, `erasing` when somebody
    has their data erased; `take_down` deletes a message that shows a job; `trace` hears of requests.
    """
    settings, clock, store = parts.settings, parts.clock, parts.store
    operator, prices, data_dir = settings.operator, settings.prices, settings.data_dir
    terms, servers, notices, audits = Terms(store), Servers(store, operator), Notices(store), Audits(store)
    filters, charts = FilterBook(terms.of), Charts()
    imagine = Imagine(
        parts.jobs,
        prices,
        filters,
        clock,
        has_room=lambda: has_room(data_dir),
        written=written,
        opened=changed,
    )
    cards = Cards(parts.jobs, parts.tasks, clock, changed=changed)
    setup = ServerSetup(servers, clock)
    choices = Choices(PreferenceList(store), parts.languages, setup.defaults)
    details = Details(parts.jobs, parts.pictures, clock)
    history = History(OwnRequests(store), parts.jobs, parts.pictures, clock)
    show = Show(parts.jobs, parts.pictures, clock)
    queue = Queue(Queues(store), servers, parts.jobs, parts.tasks, clock, changed=changed)
    audit = Audit(audits, clock)
    usage = Usage(UsageSums(store, operator), audits, prices, clock)
    blocks = Blocks(BlockList(store), clock, changed=changed)
    reviews = Reviews(ReviewList(store), notices, clock, changed=changed)
    appeals = Appeals(AppealList(store, operator), notices, blocks, clock, changed=changed)
    reports = Reports(ReportList(store), notices, cards, blocks, clock, take_down=take_down, changed=changed)
    limits = Limits(Rules(store, operator), filters, prices, clock)
    audience = Audience(Rules(store, operator), filters, clock)
    privacy = Privacy(
        PrivacyFile(store),
        parts.pictures,
        data_dir,
        clock,
        has_room=lambda: has_room(data_dir),
        forgotten=lambda member_id: parts.languages.pop(member_id, None),
        changed=erasing,
    )
    client = ImagineClient(
        Facts(store),
        clock,
        commands=[
            imagine_command(imagine, choices, prices),
            preferences_command(choices, prices),
            show_command(show, audience, history, prices, data_dir),
            history_command(history, data_dir),
            queue_command(history),
            usage_command(usage, charts),
            help_command(usage, prices),
            privacy_command(privacy, settings.keeping, data_dir),
            imagine_this_menu(details, choices, prices),
            details_menu(details),
            admin_command(
                [
                    limits_group(limits, setup, prices),
                    block_group(blocks),
                    filter_group(WordFilter(terms, servers, filters, clock, fault_of=term_fault)),
                    channels_group(Channels(servers, clock)),
                    queue_group(queue),
                    usage_group(usage, charts, data_dir),
                    audit_group(audit, data_dir),
                    settings_group(setup),
                ]
            ),
        ],
        items=[
            *card_items(cards, imagine, choices, reports, Handover(cards, parts.pictures), data_dir),
            look_button(show, audience, prices, data_dir),
            notice_button(reviews, reports, appeals),
            appeal_button(appeals),
            *queue_buttons(queue),
            audit_button(audit),
            *preference_items(choices, prices),
            *history_buttons(history, show, prices, data_dir),
            *own_queue_buttons(history, cards),
            *privacy_buttons(privacy, settings.keeping, data_dir),
        ],
        deletions=cards,
        languages=parts.languages,
        trace=trace,
        on_form=by_name(notice_forms(reviews, reports, appeals), otherwise=imagine_form_handler(imagine)),
    )
    return Desk(client, imagine, reviews)
