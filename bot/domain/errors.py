"""The one tree of errors.

    BotError                    everything this program raises on purpose
    ├── SettingsError           start: the settings are wrong; every fault listed
    ├── TokenRefused            start: Discord does not know the token
    ├── KeyRefused              start: the provider does not accept the key
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
    │   └── OptionUnknown
    ├── JobError                tell the member: what they pressed does not fit the job
    │   ├── JobNotFound
    │   ├── NotYours
    │   └── TooLateForThat
    ├── PictureError            the download of a result
    │   ├── PictureUnreachable  retry: network, 5xx, truncated
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


class OptionUnknown(RequestError):
    """A size, quality or count that is not in the list: a forged interaction."""


class JobError(BotError):
    """What was pressed does not fit the job; nothing changed."""


class JobNotFound(JobError):
    """No such job, or its record was erased."""


class NotYours(JobError):
    """Only the requester (or a moderator, where that holds) may do this."""


class TooLateForThat(JobError):
    """The job has moved on: too late to cancel, or already decided by someone else."""


class PictureError(BotError):
    """A result could not be brought to disk. The message never holds the link."""


class PictureUnreachable(PictureError):
    """The download failed in a way that may pass."""


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
