"""What the services and workers need from the outside, as they need it.

The adapters are in `bot/storage`, `bot/modellix`, `bot/media` and `bot/chat`; `bot/app.py` joins them.
"""

from bot.domain.ports.audit import AuditRecord
from bot.domain.ports.blocks import BlockRecord
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
    "BlockRecord",
    "Budget",
    "Charts",
    "Claim",
    "Clock",
    "Draft",
    "Filters",
    "JobView",
    "Jobs",
    "Load",
    "LogChannel",
    "Notices",
    "Pictures",
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
    "Upkeep",
    "Upload",
    "UsageRecord",
]
