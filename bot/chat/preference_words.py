"""Every sentence of `/preferences`."""

from collections.abc import Mapping

from bot.chat.speech import Phrase, say_many
from bot.chat.words import SHOW_NAME
from bot.domain.language import Language
from bot.domain.preferences import Notify

PREFERENCES_NAME = Phrase("preferences")
PREFERENCES = Phrase("Choose what holds for you wherever you say nothing else")

PRIVATE_NAME = Phrase("private")
IMAGINE_PRIVATE = Phrase("Only you see it; a moderator who has to approve it sees your words too")

TITLE = Phrase("**Your preferences**")
EXPLAINED = Phrase(
    "They hold on every server and in direct messages, wherever you ask for a picture and say nothing else. "
    "Each choice is saved at once. Only you see this."
)

SIZE = Phrase("**Size**")
QUALITY = Phrase("**Quality**")
COUNT = Phrase("**Pictures per request**")
NOTIFY = Phrase("**Tell me by a reply when it is done**")
PRIVATE = Phrase("**Who sees what I ask for**")
LANGUAGE = Phrase("**Language I am spoken to in**")

SERVERS_CHOICE = Phrase("As the server sets it")
NOTIFY_CHOICES: Mapping[Notify, Phrase] = {
    Notify.ALWAYS: Phrase("Always"),
    Notify.LONG: Phrase("When it took longer than a minute"),
    Notify.NEVER: Phrase("Never"),
}
EVERYBODY = Phrase("Everybody in the channel")
ONLY_ME = Phrase("Only me")
ONLY_ME_MEANS = Phrase(
    "I can change it for 15 minutes only, and send no reply; /{show} brings it back", show=SHOW_NAME
)
DISCORDS_LANGUAGE = Phrase("As my Discord")
LANGUAGES: Mapping[Language, str] = {
    Language.ENGLISH: "English",
    Language.GERMAN: "Deutsch",
    Language.FRENCH: "Français",
    Language.SPANISH: "Español",
    Language.PORTUGUESE: "Português do Brasil",
    Language.JAPANESE: "日本語",
    Language.KOREAN: "한국어",
    Language.CHINESE: "简体中文",
}
"""By their own names: whoever looks for theirs may read no other."""

CLEAR = Phrase("Back to the server's settings")


def pictures(number: int) -> str:
    """So many pictures."""
    return say_many("{number} picture", "{number} pictures", number)
