"""Every sentence of `/privacy`."""

from collections.abc import Iterable, Iterator, Sequence

from bot.chat.cards.button_words import KEEP
from bot.chat.own.preference_words import PREFERENCES_NAME
from bot.chat.speech import Name, Phrase, figure, listed, say, say_many, sentences
from bot.chat.words import SHOW_NAME, relative
from bot.domain.jobs import JobId
from bot.domain.privacy import COUNTED_DAYS, REPORT_HOLDS_DAYS, Erased, Holding, Keeping
from bot.services.privacy import Part

PRIVACY_NAME = Name("privacy")
PRIVACY = Phrase("What I store of you, and how to take it with you or have it erased")
SHOW_KEPT_NAME = Name("show")
SHOW_KEPT = Phrase("See what I store of you, why, and for how long")
EXPORT_NAME = Name("export")
EXPORT = Phrase("Get your data and your pictures as files, in private")
DELETE_NAME = Name("delete")
DELETE = Phrase("Have your data erased; I ask you once more before I do")

EXPORT_BUTTON = Phrase("Export my data")
NEXT_BUTTON = Phrase("Next file")
DELETE_BUTTON = Phrase("Delete my data …")
ERASE_BUTTON = Phrase("Delete my data")
ERASE_ALL_BUTTON = Phrase("Delete my data and my pictures in Discord")

_CODES_MAX = 10
_BYTES_PER_MB = 1 << 20


def kept(holding: Holding, keeping: Keeping) -> str:
    """What is kept of somebody, why, for how long, and who gets it."""
    parts = [
        say("**What I store of you**"),
        *_items(_holds(holding)),
        say("**Why, and for how long**"),
        *_items(_reasons(keeping)),
        say("**Who gets it**"),
        *_items(_receivers()),
    ]
    if holding.erasing_since is not None:
        parts.append(
            say(
                "You asked {when} to have your data erased. What is still under way, or reported, goes when "
                "that is over.",
                when=relative(holding.erasing_since),
            )
        )
    return "\n".join(parts)


def _holds(holding: Holding) -> Iterator[str]:
    yield sentences(
        say_many(
            "{number} request with its prompt.", "{number} requests with their prompts.", holding.requests
        ),
        say_many("{number} of them you keep.", "{number} of them you keep.", holding.kept)
        if holding.kept
        else "",
    )
    yield say_many(
        "{number} picture on my disk, about {size} MB.",
        "{number} pictures on my disk, about {size} MB.",
        holding.pictures,
        size=figure(-(-holding.picture_bytes // _BYTES_PER_MB)),
    )
    if holding.preferences:
        yield say("Your choices in `/{preferences}`.", preferences=PREFERENCES_NAME)
    else:
        yield say("No choices of yours in `/{preferences}`.", preferences=PREFERENCES_NAME)
    yield say_many(
        "{number} block on a server, with its reason; ended ones count too.",
        "{number} blocks on servers, with their reasons; ended ones count too.",
        holding.blocks,
    )
    yield say_many("{number} report that you made.", "{number} reports that you made.", holding.reports)
    yield say(
        "Where there are any: limits and extra pictures that moderators set for you, your appeals, and "
        "which rules refused your requests."
    )


def _reasons(keeping: Keeping) -> Iterator[str]:
    yield say("Prompts and pictures: to draw them, and to bring them back when you ask.")
    if keeping.retention_days:
        yield say_many(
            "They are erased {number} day after you asked, unless you press “{keep}” below them.",
            "They are erased {number} days after you asked, unless you press “{keep}” below them.",
            keeping.retention_days,
            keep=KEEP,
        )
    else:
        yield say("They stay until you have them erased.")
    yield say("Numbers and costs: for limits and usage reports. They stay, later without your name.")
    yield say(
        "Blocks, reports and appeals: for the moderators of a server. They stay. "
        "You can have your words in them erased, but not in the moderators' audit."
    )
    yield _backups(keeping)


def _receivers() -> Iterator[str]:
    yield say("The image service gets your prompt, the size and the quality, and not who you are.")
    yield say(
        "Discord gets what I post. The moderators of a server see what was asked for there, but the words of "
        "a private request only where they have to approve it."
    )
    yield say("Nobody else gets anything.")


def _backups(keeping: Keeping) -> str:
    return say_many(
        "The daily copies of my records still have what was erased, for about {number} day.",
        "The daily copies of my records still have what was erased, for about {number} days.",
        keeping.backups_kept,
    )


def question(holding: Holding, keeping: Keeping) -> str:
    """What would go, and what would stay."""
    return "\n".join(
        [
            say("**Do you want your data erased?** This cannot be undone."),
            say("**What goes**"),
            *_items(_goes(holding)),
            say("**What stays, and why**"),
            *_items(_stays(keeping)),
            say("To leave everything as it is, ignore this message."),
        ]
    )


def _goes(holding: Holding) -> Iterator[str]:
    yield sentences(
        say_many(
            "{number} request with its prompt, also if you keep it.",
            "{number} requests with their prompts, also those that you keep.",
            holding.requests,
        ),
        say_many("{number} picture on my disk.", "{number} pictures on my disk.", holding.pictures),
    )
    if holding.under_way:
        yield sentences(
            say_many(
                "{number} request is still under way: it is finished first, and erased then.",
                "{number} requests are still under way: they are finished first, and erased then.",
                holding.under_way,
            ),
            say("Where I ask whether to try a picture again, I do not try again."),
        )
    yield say("Your preferences, and the words of your reports and appeals.")
    yield say(
        "With the second button: also my messages with your pictures, and my replies to them, wherever I can "
        "delete them. Without it they stay, and below them only Report still works, and Delete for "
        "moderators."
    )


def _stays(keeping: Keeping) -> Iterator[str]:
    yield say_many(
        "Numbers and costs, so that limits hold. Your name beside them goes after {number} day.",
        "Numbers and costs, so that limits hold. Your name beside them goes after {number} days.",
        COUNTED_DAYS,
    )
    yield say(
        "What moderators decided about you: blocks, limits, extra pictures. Their audit cannot be changed: "
        "it also has the words of your reports and appeals."
    )
    yield say_many(
        "What somebody has reported, until moderators have decided: {number} day after the report at most. "
        "It is erased then.",
        "What somebody has reported, until moderators have decided: {number} days after the report at most. "
        "It is erased then.",
        REPORT_HOLDS_DAYS,
    )
    yield say(
        "Messages that I cannot delete: private ones, direct messages with copies, copies from `/{show}`, "
        "those in channels that I cannot see, those on servers that have not added me, and the log of the "
        "moderators.",
        show=SHOW_NAME,
    )
    yield _backups(keeping)
    yield say("The image service has had your prompts. What it stores of them is not in my hands.")


def erased(erased: Erased, *, with_cards: bool) -> str:
    """What came of it."""
    said = []
    if erased.requests:
        said.append(
            say_many(
                "**Done.** {number} request is erased.",
                "**Done.** {number} requests are erased.",
                erased.requests,
            )
        )
    elif not erased.left:
        said.append(say("**Done.** No finished request of yours was left to erase."))
    said.append(say("Your preferences, and the words of your reports and appeals, are erased."))
    if with_cards and (erased.requests or erased.cards):
        said.append(say("Your pictures and my messages with them are being removed now; many take a while."))
    elif erased.requests:
        said.append(say("Your pictures are being removed from my disk now."))
    if erased.left:
        said.append(_later(erased.left))
    return sentences(*said)


def _later(left: int) -> str:
    """Of both kinds in one sentence: it gives nobody away who has reported something."""
    return say_many(
        "{number} request is erased later: it is still under way, or a moderator has to look at it first.",
        "{number} requests are erased later: they are still under way, or a moderator has to look at them "
        "first.",
        left,
    )


def packed(part: Part) -> str:
    """What is in a file of an export."""
    said = [say("**Your data, file {number}.** Only you see this.", number=figure(part.number))]
    if part.has_data:
        said.append(say("`data.json` has what is written down of you."))
    said.append(say_many("It has {number} picture.", "It has {number} pictures.", part.pictures))
    if part.smaller:
        said.append(
            say(
                "Too large for Discord, and so there in a smaller version: {codes}.",
                codes=_codes(part.smaller),
            )
        )
    if part.missing:
        said.append(say("I could not read the picture of: {codes}.", codes=_codes(part.missing)))
    said.append(
        say("There is more: press the button for the next file.") if part.rest else say("That is all.")
    )
    return sentences(*said)


def _codes(job_ids: Sequence[JobId]) -> str:
    """Some codes, each once, in order."""
    codes = [f"`{job_id}`" for job_id in dict.fromkeys(job_ids)]
    return listed(*codes[:_CODES_MAX]) + (" …" if len(codes) > _CODES_MAX else "")


def _items(lines: Iterable[str]) -> list[str]:
    return [f"- {line}" for line in lines]
