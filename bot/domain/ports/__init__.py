"""What the services and workers need from the outside, as they need it.

The adapters are in `bot/storage`, `bot/modellix`, `bot/media` and `bot/chat`; `bot/app.py` joins them.
"""

from bot.domain.ports.audit import AuditRecord
from bot.domain.ports.blocks import BlockRecord
from bot.domain.ports.facts import Facts
from bot.domain.ports.history import HistoryRecord, Thumbnails
from bot.domain.ports.mentions import Bell, Mentions
from bot.domain.ports.notices import (
    AppealRecord,
    LogChannel,
    Notices,
    ReportRecord,
    ReviewRecord,
)
from bot.domain.ports.outside import (
    Budget,
    Charts,
    Clock,
    Filters,
    Load,
    Pictures,
    Provider,
    Publisher,
    Upload,
)
from bot.domain.ports.preferences import PreferenceRecord
from bot.domain.ports.privacy import Erasures, PrivacyRecord
from bot.domain.ports.queue import QueueRecord
from bot.domain.ports.record import Claim, Draft, Jobs, JobView, Spill, Spilled, Tasks
from bot.domain.ports.rules import RuleRecord
from bot.domain.ports.servers import ServerRecord
from bot.domain.ports.terms import TermBook, TermRecord
from bot.domain.ports.upkeep import Upkeep
from bot.domain.ports.usage import UsageRecord

__all__ = [
    "AppealRecord",
    "AuditRecord",
    "Bell",
    "BlockRecord",
    "Budget",
    "Charts",
    "Claim",
    "Clock",
    "Draft",
    "Erasures",
    "Facts",
    "Filters",
    "HistoryRecord",
    "JobView",
    "Jobs",
    "Load",
    "LogChannel",
    "Mentions",
    "Notices",
    "Pictures",
    "PreferenceRecord",
    "PrivacyRecord",
    "Provider",
    "Publisher",
    "QueueRecord",
    "ReportRecord",
    "ReviewRecord",
    "RuleRecord",
    "ServerRecord",
    "Spill",
    "Spilled",
    "Tasks",
    "TermBook",
    "TermRecord",
    "Thumbnails",
    "Upkeep",
    "Upload",
    "UsageRecord",
]
