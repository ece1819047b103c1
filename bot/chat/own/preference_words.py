"""Every sentence of `/preferences`."""

from collections.abc import Mapping

from bot.chat.speech import Name, Phrase
from bot.chat.words import SHOW_NAME
from bot.domain.language import Language
from bot.domain.preferences import Notify

PREFERENCES_NAME = Name("preferences")
PREFERENCES = Phrase("Choose what holds for you wherever you say nothing else")

PRIVATE_NAME = Name("private")
IMAGINE_PRIVATE = Phrase("Only you see it; a moderator who has to approve it sees your words too")

TITLE = Phrase("**Your preferences**")
EXPLAINED = Phrase(
    "They hold on every server and in direct messages, wherever you ask for a picture and say nothing else. "
    "Each choice is saved at once. Only you see this."
)

SIZE = Phrase("**Size**")
QUALITY = Phrase("**Quality**")
COUNT = Phrase("**Pictures per request**")
NOTIFY = Phrase("**Tell you by a reply when it is done**")
PRIVATE = Phrase("**Who sees what you ask for**")
LANGUAGE = Phrase("**Language of answers to you**")

SERVERS_SIZE = Phrase("Size: as the server sets it")
SERVERS_QUALITY = Phrase("Quality: as the server sets it")
SERVERS_COUNT = Phrase("Pictures: as the server sets it")
NOTIFY_CHOICES: Mapping[Notify, Phrase] = {
    Notify.ALWAYS: Phrase("Always"),
    Notify.LONG: Phrase("When it took longer than a minute"),
    Notify.NEVER: Phrase("Never"),
}
EVERYBODY = Phrase("Everybody in the channel")
ONLY_YOU = Phrase("Only you")
ONLY_YOU_MEANS = Phrase(
    "I can change it for 15 minutes only, and send no reply; /{show} brings it back", show=SHOW_NAME
)
DISCORDS_LANGUAGE = Phrase("As your Discord has it")
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
