"""The one tree of errors.

    BotError                    everything this program raises on purpose
    ├── SettingsError           start: the settings are wrong; every fault listed
    ├── TokenRefused            start: Discord does not know the token
    ├── KeyRefused              start: the provider does not accept the key
    ├── DecoderBroken           start: no picture can be decoded on this machine
    ├── StoreError              the database
    │   ├── StoreBusy           retry: locked or too slow
    │   ├── StoreFull           retry later: the disk is full; new requests are refused
    │   ├── StoreInUse          give up: another process holds this data folder
    │   ├── StoreDamaged        give up: the file is not a sound database
    │   ├── StoreTooNew         give up: written by a newer version of this program
    │   └── StaleMove           the row had moved on: somebody else was first; drop the step
    ├── RequestError            tell the member: what they asked cannot be accepted as it is
    │   ├── PromptMissing
    │   ├── PromptTooLong
    │   ├── PromptFileUnreadable
    │   ├── PromptFileAway      retry: Discord did not hand the file over in time
    │   ├── PromptTwice
    │   ├── SearchTooLong
    │   └── OptionUnknown
    ├── JobError                tell the member: what they pressed does not fit the job
    │   ├── JobNotFound
    │   │   ├── CodeUnknown     typed by somebody who looks for a picture
    │   │   └── JobErased
    │   ├── NotYours
    │   ├── PressedTwice        the same, by the same person, within seconds
    │   ├── TooLateForThat
    │   ├── OverLimit           to try again would go above what may be spent
    │   ├── SpenderBlocked      who is blocked on a server spends nothing there
    │   ├── NoPicture           nothing was made, or it is gone
    │   ├── OwnPicture          nobody reports their own
    │   ├── ReportedAlready
    │   └── ReportedTooMuch     by one person within an hour
    ├── PreferenceUnknown       tell the member: not one of the choices; nothing was changed
    ├── ExportUnderWay          tell the member: one file of their data at a time
    ├── ExportUnwritten         tell the member: the disk does not take the file; nothing was changed
    ├── AppealError             tell the member: there is nothing to appeal against
    │   ├── NotBlocked
    │   └── AppealedAlready
    ├── ModerationError         tell the moderator: nothing was changed
    │   ├── NotAModerator       a person without the permission, whatever Discord's surface showed
    │   ├── MayNotDecide        the same, where Manage Messages in the log channel is enough
    │   ├── DecidedAlready      another moderator was first
    │   ├── TakenBack           the request was taken back before anybody decided
    │   ├── OnABot
    │   ├── OnYourself
    │   ├── OnTheOwner
    │   ├── OnSomeoneAbove      their highest role is not below the moderator's
    │   ├── OnARoleAbove        the role is not below the moderator's highest
    │   ├── OnlyForServer       a limit of the whole server, set for a member or a role
    │   ├── HolderUnclear       whose limit it is: two named at once
    │   ├── NothingNamed        neither a limit nor whose it is
    │   ├── Unclear             an amount, a duration or a number that is not one
    │   ├── OutOfRange          a number that makes no sense there
    │   ├── RequestNotHere      a code that no request of this server has
    │   ├── NoLogChannel        one has to be named first
    │   ├── CannotPostThere     a channel that the bot lacks permissions in
    │   ├── PeriodUnclear       the last day before the first
    │   ├── DayUnclear          no day of the calendar
    │   ├── ActionUnknown       no action of that name in the audit
    │   ├── ExportTooLarge      more than one file may weigh here
    │   ├── NothingThere        no such rule, request ...
    │   │   ├── NoSuchBlock
    │   │   └── NoSuchTerm
    │   ├── ReasonMissing       a reason in which nothing can be read
    │   ├── TermUnusable        a text that can be no term of a filter
    │   ├── TermFileUnreadable
    │   ├── TermFileAway        retry: Discord did not hand the file over in time
    │   └── TooMany             more than is kept
    ├── PictureError            a result and the disk
    │   ├── PictureUnreachable  retry: network, 5xx, truncated
    │   ├── PictureNotKept      retry: the disk or the memory, not the link; no try is used up
    │   ├── PictureUnfit        retry a few times: it is sound, but could not be made smaller
    │   └── PictureBad          retry twice, then give up: not a picture, or one too large to decode
    └── PublishError            putting a card into Discord
        ├── DiscordAway         retry: 5xx, network, rate limit
        ├── FilesTooLarge       send smaller files
        ├── CardGone            give up: the message or channel was deleted
        └── PlaceClosed         give up: no permission, or no way to reach the place any more

What a provider answers is no error but a value (`bot/domain/provider.py`). Anything outside the tree
is a bug: logged once, and the member gets a short code to quote. `bot/chat/words.py` has a sentence for
each class that a member can meet, and a test proves it.
"""

from collections.abc import Sequence


class BotError(Exception):
    """Everything this program raises on purpose."""


class SettingsError(BotError):
    """The settings are wrong. `faults` has one sentence each, none with a secret in it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class TokenRefused(BotError):
    """Discord does not know the token."""


class KeyRefused(BotError):
    """The provider does not accept the key."""


class DecoderBroken(BotError):
    """No picture can be decoded on this machine: the installation lacks something, or the machine memory."""


class StoreError(BotError):
    """The database could not do what was asked."""


class StoreBusy(StoreError):
    """Locked, or too slow to answer in time."""


class StoreFull(StoreError):
    """The disk is full."""


class StoreInUse(StoreError):
    """Another process holds this data folder."""


class StoreDamaged(StoreError):
    """The file is not a sound database."""


class StoreTooNew(StoreError):
    """The database was written by a newer version of this program."""


class StaleMove(StoreError):
    """A compare-and-set moved no row: the job or task was no longer in the state expected."""


class RequestError(BotError):
    """The request cannot be accepted as it is; nothing was stored and nothing charged."""


class PromptMissing(RequestError):
    """No text to draw, once blanks are taken away."""


class PromptTooLong(RequestError):
    """More text than the provider takes. `chars` is how many there were."""

    def __init__(self, chars: int) -> None:
        super().__init__(f"{chars} characters")
        self.chars = chars


class PromptFileUnreadable(RequestError):
    """The attached prompt is not a UTF-8 text file."""


class PromptFileAway(RequestError):
    """The attached prompt could not be fetched in time."""


class PromptTwice(RequestError):
    """A prompt was typed and another attached."""


class SearchTooLong(RequestError):
    """A text to look for that is longer than a button's name can remember."""


class OptionUnknown(RequestError):
    """A size, quality or count that is not in the list: a forged interaction."""


class JobError(BotError):
    """What was pressed does not fit the job; nothing changed."""


class JobNotFound(JobError):
    """No such job, or its record was erased."""


class CodeUnknown(JobNotFound):
    """No job has that code that this person may see here."""


class JobErased(JobNotFound):
    """Its prompt and pictures are gone for good."""


class NotYours(JobError):
    """Only the requester (or a moderator, where that holds) may do this."""


class PressedTwice(JobError):
    """The same person asked for the same just now: one request is made of it."""


class TooLateForThat(JobError):
    """The job has moved on: too late to cancel, or already decided by someone else."""


class SpenderBlocked(JobError):
    """Whoever asked for it is blocked on the server now, so nothing more is paid for it."""


class NoPicture(JobError):
    """There is no picture to keep or to hand over."""


class OwnPicture(JobError):
    """Nobody reports their own picture."""


class ReportedAlready(JobError):
    """Somebody reports a picture once."""


class ReportedTooMuch(JobError):
    """Somebody reports a few pictures an hour: moderators have to be able to read them."""


class PreferenceUnknown(BotError):
    """A choice of somebody's own that is not in the list."""


class ExportUnderWay(BotError):
    """A file with their data is being written for this person already."""


class ExportUnwritten(BotError):
    """The disk does not take a file with somebody's data."""


class AppealError(BotError):
    """There is nothing to appeal against; nothing changed."""


class NotBlocked(AppealError):
    """They may ask for pictures."""


class AppealedAlready(AppealError):
    """A block is appealed against once."""


class ModerationError(BotError):
    """A moderator asked for something that cannot be; nothing changed."""


class NotAModerator(ModerationError):
    """Only who may manage the server may do this."""


class MayNotDecide(ModerationError):
    """Only who may manage messages in the log channel, or the server, may do this."""


class DecidedAlready(ModerationError):
    """Another moderator was first."""


class TakenBack(ModerationError):
    """The request was taken back before anybody decided."""


class OnABot(ModerationError):
    """Bots ask for nothing, so nothing can be said of them."""


class OnYourself(ModerationError):
    """Nobody moderates themselves."""


class OnTheOwner(ModerationError):
    """Nobody moderates the server's owner."""


class OnSomeoneAbove(ModerationError):
    """The person's highest role is not below the moderator's."""


class OnARoleAbove(ModerationError):
    """The role is not below the moderator's highest."""


class OnlyForServer(ModerationError):
    """The limit is of a whole server: no member or role has one of their own."""


class HolderUnclear(ModerationError):
    """Whose limit is meant: a member and a role are named at once."""


class NothingNamed(ModerationError):
    """What to clear: neither a limit nor a member or role is named."""


class Unclear(ModerationError):
    """Something typed is not what it has to be. `expected` names that (`bot.chat.measures.Expected`)."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


class OutOfRange(ModerationError):
    """A number that makes no sense there. `least` and `most` do; None: however large."""

    def __init__(self, least: int, most: int | None = None) -> None:
        super().__init__(f"{least} to {most}")
        self.least = least
        self.most = most


class RequestNotHere(ModerationError):
    """No request of this server has that code."""


class NoLogChannel(ModerationError):
    """What the log channel is told cannot be chosen before there is one."""


class CannotPostThere(ModerationError):
    """The bot cannot post in the channel chosen. `missing` names the permissions as Discord does."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = tuple(missing)


class PeriodUnclear(ModerationError):
    """The last day comes before the first."""


class DayUnclear(ModerationError):
    """What was typed is no day of the calendar, written like 2026-11-30."""


class ActionUnknown(ModerationError):
    """No action of that name is ever in the audit."""


class ExportTooLarge(ModerationError):
    """The table is more than one file may weigh here: `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"{max_bytes} bytes")
        self.max_bytes = max_bytes


class NothingThere(ModerationError):
    """There is nothing of the kind to change."""


class NoSuchBlock(NothingThere):
    """That person is not blocked."""


class NoSuchTerm(NothingThere):
    """That is not on the list of the filter."""


class ReasonMissing(ModerationError):
    """A reason in which nobody could read anything."""


class TermUnusable(ModerationError):
    """A text cannot be a term of a filter. `fault` says why (`bot.domain.filters.TermFault`)."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class TermFileUnreadable(ModerationError):
    """The attached list is not a UTF-8 text file, or it is too large."""


class TermFileAway(ModerationError):
    """The attached list could not be fetched in time."""


class TooMany(ModerationError):
    """More than is kept. `most` is how many are."""

    def __init__(self, most: int) -> None:
        super().__init__(str(most))
        self.most = most


class OverLimit(JobError):
    """To send it once more would go above what may be spent.

    `refusal` (`bot.domain.admission`) says which limit.
    """

    def __init__(self, refusal: object) -> None:
        super().__init__("over a limit")
        self.refusal = refusal


class PictureError(BotError):
    """A result could not be brought to disk, or read from there. The message never holds the link."""


class PictureUnreachable(PictureError):
    """The download failed in a way that may pass."""


class PictureNotKept(PictureError):
    """Disk or memory are full or in trouble: that says nothing about the picture, and may pass."""


class PictureUnfit(PictureError):
    """A picture that is kept, and decodes, could not be made small enough."""


class PictureBad(PictureError):
    """What was downloaded is not a picture that may be shown."""


class PublishError(BotError):
    """A card could not be put into Discord."""


class DiscordAway(PublishError):
    """Discord did not answer or asked to wait. `retry_after_s` where it said how long."""

    def __init__(self, detail: str, retry_after_s: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class FilesTooLarge(PublishError):
    """Discord allows less here than the interaction said."""


class CardGone(PublishError):
    """The message, or its channel, was deleted."""


class PlaceClosed(PublishError):
    """The bot may no longer write there."""
