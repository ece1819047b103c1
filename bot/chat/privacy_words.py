"""Every sentence of `/privacy`."""

from collections.abc import Iterable, Iterator, Sequence

from bot.chat.cards.button_words import KEEP
from bot.chat.preference_words import PREFERENCES_NAME
from bot.chat.speech import Phrase, figure, listed, say, say_many, sentences
from bot.chat.words import SHOW_NAME, relative
from bot.domain.jobs import JobId
from bot.domain.privacy import COUNTED_DAYS, Erased, Holding, Keeping
from bot.services.privacy import Part

PRIVACY_NAME = Phrase("privacy")
PRIVACY = Phrase("What I keep of you, and how to take it with you or have it erased")
SHOW_KEPT_NAME = Phrase("show")
SHOW_KEPT = Phrase("See what I keep of you, why, and for how long")
EXPORT_NAME = Phrase("export")
EXPORT = Phrase("Get your data and your pictures as files, in private")
DELETE_NAME = Phrase("delete")
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
        say("**What I keep of you**"),
        *_items(_holds(holding)),
        say("**Why, and for how long**"),
        *_items(_reasons(keeping)),
        say("**Who gets it**"),
        *_items(_receivers()),
    ]
    if holding.erasing_since is not None:
        parts.append(
            say(
                "You asked {when} to have your data erased. What is still under way goes when it is over.",
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
    yield say("Numbers and costs: for limits and reports. They stay, later without your name.")
    yield say("Blocks and reports: for the moderators of a server. They stay.")
    yield _backups(keeping)


def _receivers() -> Iterator[str]:
    yield say("The image service gets your prompt, the size and the quality, and not who you are.")
    yield say("Discord gets what I post. The moderators of a server see what was asked for there.")
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
        "With the second button: also my messages with your pictures, wherever I can delete them. "
        "Without it they stay, and their buttons stop working, Delete too."
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
    yield say(
        "Messages that I cannot delete: private ones, direct messages with copies, copies from `/{show}`, "
        "those on servers that have not added me, and the log of the moderators.",
        show=SHOW_NAME,
    )
    yield _backups(keeping)
    yield say("The image service has had your prompts. What it keeps of them is not in my hands.")


def erased(erased: Erased, *, with_cards: bool) -> str:
    """What came of it."""
    said = [
        say_many(
            "**Done.** {number} request is erased.",
            "**Done.** {number} requests are erased.",
            erased.requests,
        )
        if erased.requests
        else say("**Done.** No finished request of yours was left to erase. Your preferences are erased.")
    ]
    if with_cards:
        said.append(say("Your pictures and my messages with them are being removed now; many take a while."))
    elif erased.requests:
        said.append(say("Your pictures are being removed from my disk now."))
    if erased.under_way:
        said.append(_still(erased.under_way))
    return sentences(*said)


def _still(under_way: int) -> str:
    return say_many(
        "{number} request is still under way: it is erased when it is over.",
        "{number} requests are still under way: they are erased when they are over.",
        under_way,
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
