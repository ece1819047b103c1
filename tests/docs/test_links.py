"""What documents point to is there: files, headings, pictures, settings."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from bot.settings import Settings
from sandbox.program import ROOT
from tests.docs.reading import DOCUMENTS, LANGUAGES, anchors, blocks, codes, links, name_of

_SETTINGS = {name.upper() for name in Settings.model_fields}
_NAMES = _SETTINGS | {f"{name}_FILE" for name in _SETTINGS} | {"YOUR_APPLICATION_ID"}


def target_of(file: Path, target: str) -> tuple[Path, str]:
    """The file that a relative link leads to, and the heading in it."""
    path, _, anchor = unquote(target).partition("#")
    return (file.parent / path).resolve() if path else file, anchor


def is_relative(target: str) -> bool:
    return not re.match(r"[a-z]+:", target)


@pytest.mark.parametrize("file", DOCUMENTS, ids=name_of)
def test_every_link_leads_to_something(file: Path) -> None:
    lost = []
    for link in links(file):
        if is_relative(link.target):
            path, anchor = target_of(file, link.target)
            if not path.exists() or (anchor and anchor not in anchors(path)):
                lost.append(f"{link.where}: {link.target}")
    assert lost == []


@pytest.mark.parametrize("file", DOCUMENTS, ids=name_of)
def test_every_picture_is_told_to_who_cannot_see_it(file: Path) -> None:
    assert [link.where for link in links(file) if link.picture and len(link.words.split()) < 3] == []


@pytest.mark.parametrize("file", DOCUMENTS, ids=name_of)
def test_every_block_of_code_says_what_it_is(file: Path) -> None:
    """`sh` is typed, `console` shows what it prints: `test_commands.py` runs both. Nothing is indented."""
    unnamed = [where for where, token in blocks(file) if token.info not in LANGUAGES]
    assert unnamed == [], f"write ``` and one of {sorted(LANGUAGES)}"


@pytest.mark.parametrize(
    "file", [*DOCUMENTS, ROOT / "docs/operations/alerts.yml", ROOT / "compose.yaml"], ids=name_of
)
def test_every_setting_that_is_named_exists(file: Path) -> None:
    """Words in capitals with an underscore, and whatever is given a value."""
    text = file.read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![\w.])[A-Z]+(?:_[A-Z]+)+\b|(?<=`)[A-Z]{4,}(?==)", text))
    assert named - _NAMES == set()


@pytest.mark.parametrize("file", DOCUMENTS, ids=name_of)
def test_every_file_that_is_named_exists(file: Path) -> None:
    """By its path from the top; `*` stands for any name."""
    named = [
        each for each in codes(file) if re.fullmatch(r"(bot|cogs|docs|sandbox|tests)/[\w./*-]+", each[1])
    ]
    assert [f"{where}: {path}" for where, path in named if not any(ROOT.glob(path.rstrip("/")))] == []


def test_every_document_can_be_found_from_readme() -> None:
    """Following links; a link to a folder shows all that is in it."""
    found: set[Path] = set()
    open_ends = [ROOT / "README.md"]
    while open_ends:
        file = open_ends.pop()
        if file in found or not file.exists():
            continue
        found.add(file)
        if file.is_dir():
            open_ends += file.glob("*.md")
        elif file.suffix == ".md":
            open_ends += [target_of(file, link.target)[0] for link in links(file) if is_relative(link.target)]
    assert [name_of(file) for file in DOCUMENTS if file not in found] == []
