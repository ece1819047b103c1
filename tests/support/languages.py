"""A language that says of every text which one it is."""

import gettext
import re
from string import Formatter

from bot.domain.language import Language


class Marked(gettext.NullTranslations):
    """A catalogue in which every text is the English one behind the language's code."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._mark = "" if language is Language.ENGLISH else f"[{language.value}] "

    def gettext(self, message: str) -> str:
        """The text with its mark."""
        return self._mark + message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The same in singular or plural."""
        return self._mark + super().ngettext(msgid1, msgid2, n)


class Silent(gettext.NullTranslations):
    """A catalogue that leaves no letter in a text: what still has some did not go through it."""

    def __init__(self, _: Language) -> None:
        super().__init__()

    def gettext(self, message: str) -> str:
        """The text with its values and signs, and a dot for each letter."""
        return "".join(
            re.sub("[A-Za-z]", "·", text) + (f"{{{value}}}" if value is not None else "")
            for text, value, _, _ in Formatter().parse(message)
        )

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The same in singular or plural."""
        return self.gettext(super().ngettext(msgid1, msgid2, n))
