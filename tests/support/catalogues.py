"""`make catalogues`: collects the sentences that members read into `bot/chat/catalogues`, and compiles them.

A `.po` file is what translators write in, a `.mo` file beside it is what the bot reads. A sentence that is
no longer in the program goes; a new one comes without a translation, and a test names it.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file

from bot.chat.speech import CATALOGUES
from bot.domain.language import Language

ROOT = Path(__file__).parents[2]
LANGUAGES = [language for language in Language if language is not Language.ENGLISH]
_KEYWORDS = {"Name": None, "Phrase": None, "say": None, "say_many": (1, 2)}
_FOR_TRANSLATORS = "For translators:"


class _Catalogue(Catalog):
    """Its header tells nothing that changes when no sentence does: no dates, no versions."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", str(self.plural_forms)),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def sources() -> Iterator[Path]:
    """The files that sentences are looked for in."""
    for folder in ("bot", "cogs"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def extracted() -> Catalog:
    """Every sentence that is in the program."""
    template = Catalog()
    for source in sources():
        found = extract_from_file(
            "python", source, keywords=_KEYWORDS, comment_tags=[_FOR_TRANSLATORS], strip_comment_tags=True
        )
        for line, message, comments, context in found:
            location = (source.relative_to(ROOT).as_posix(), line)
            template.add(message, locations=[location], auto_comments=comments, context=context)
    return template


def po_path(language: Language) -> Path:
    """What translators write in."""
    return CATALOGUES / f"{language.value}.po"


def mo_path(language: Language) -> Path:
    """What the bot reads."""
    return CATALOGUES / f"{language.value}.mo"


def read(language: Language) -> Catalog:
    """What is translated."""
    catalogue = _Catalogue(
        language.value.replace("-", "_"), header_comment=f"# {language.value}", fuzzy=False
    )
    if po_path(language).exists():
        with po_path(language).open("rb") as file:
            for message in pofile.read_po(file, abort_invalid=True):
                if message.id:
                    catalogue[message.id] = message
    return catalogue


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as the bot reads it: what has no translation is not in it, so it is said in English."""
    complete = _Catalogue(catalogue.locale)
    for message in catalogue:
        if message.id and all(strings(message.string)):
            complete[message.id] = message
    content = io.BytesIO()
    mofile.write_mo(content, complete)
    return content.getvalue()


def update(language: Language, template: Catalog) -> Catalog:
    """The catalogue with what is in the program now, and nothing else."""
    catalogue = read(language)
    catalogue.update(template, no_fuzzy_matching=True)
    with po_path(language).open("wb") as file:
        pofile.write_po(
            file, catalogue, width=0, sort_by_file=True, include_lineno=False, ignore_obsolete=True
        )
    mo_path(language).write_bytes(compiled(catalogue))
    return catalogue


def main() -> None:
    """Bring every catalogue up to date, and say what is missing."""
    template = extracted()
    for language in LANGUAGES:
        catalogue = update(language, template)
        missing = [message for message in catalogue if message.id and not all(strings(message.string))]
        print(f"{language.value}: {len(catalogue)} sentences, {len(missing)} without a translation")


def strings(said: object) -> tuple[str, ...]:
    """The forms of a sentence, of which there is one where it does not count anything."""
    return tuple(str(form or "") for form in said) if isinstance(said, tuple | list) else (str(said or ""),)


if __name__ == "__main__":
    main()
