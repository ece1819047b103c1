"""What the documents say: command lines, links, pictures, anchors, and the names of things."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from sandbox.program import ROOT

DOCUMENTS = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
COMMENTED = (ROOT / "compose.yaml", ROOT / "Dockerfile", ROOT / "docs/operations/imagine-bot.service")
"""What has command lines in its comments."""
PROGRAMS = {
    ".venv/bin/python",
    "$EDITOR",
    "cd",
    "chmod",
    "cp",
    "curl",
    "docker",
    "git",
    "install",
    "journalctl",
    "make",
    "promtool",
    "python",
    "rsync",
    "sudo",
    "systemctl",
    "tar",
    "useradd",
    "uv",
}
"""With one of these and a blank begins what is a command line within a sentence."""
LANGUAGES = {"sh", "console", "text", "yaml", "json"}
"""What a block of code says it is: to be typed; typed, with what it prints; neither."""


@dataclass(frozen=True, slots=True)
class Line:
    """A command line, as somebody reads it."""

    where: str
    text: str
    typed: bool
    """Whether it stands in a block, to be typed as it is; else it is spoken of."""
    shown: str = ""
    """What the document says it prints."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a document points to; `words` are the link's, or a picture's alt text."""

    where: str
    target: str
    words: str
    picture: bool


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def tokens(file: Path) -> Iterator[tuple[str, Token]]:
    """Every token, those within a paragraph too, with its place."""
    row = 0
    for token in MarkdownIt("commonmark").enable("table").parse(file.read_text(encoding="utf-8")):
        row = token.map[0] + 1 if token.map else row
        for each in (token, *(token.children or ())):
            yield f"{name_of(file)}:{row}", each


def blocks(file: Path) -> Iterator[tuple[str, Token]]:
    """Every block of code."""
    return ((where, token) for where, token in tokens(file) if token.type in {"fence", "code_block"})


def codes(file: Path) -> Iterator[tuple[str, str]]:
    """Everything that is set as code within a sentence."""
    return (
        (where, " ".join(token.content.split()))
        for where, token in tokens(file)
        if token.type == "code_inline"
    )


def command_lines() -> list[Line]:
    """All of them, in the order of reading."""
    found: list[Line] = []
    for file in DOCUMENTS:
        for where, token in blocks(file):
            if token.info == "sh":
                found += [
                    Line(where, text, typed=True) for text in map(_bare, token.content.splitlines()) if text
                ]
            elif token.info == "console":
                found += _with_answers(where, token.content)
        found += [Line(where, code, typed=False) for where, code in codes(file) if _is_command(code)]
    for file in COMMENTED:
        found += _in_comments(file)
    return found


def links(file: Path) -> Iterator[Link]:
    """Links and pictures, those in HTML too."""
    for where, token in tokens(file):
        if token.type == "link_open":
            yield Link(where, str(token.attrs["href"]), "", picture=False)
        elif token.type == "image":
            yield Link(where, str(token.attrs["src"]), token.content, picture=True)
        elif token.type in {"html_block", "html_inline"}:
            for tag in re.findall(r"<img [^>]*>", token.content):
                attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
                yield Link(where, attributes["src"], attributes.get("alt", ""), picture=True)


def anchors(file: Path) -> set[str]:
    """The names that headings get on GitHub."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def _bare(text: str) -> str:
    """Without the comment behind it."""
    return re.sub(r"(^|\s+)# .*", "", text).strip()


def _with_answers(where: str, content: str) -> Iterator[Line]:
    for part in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
        text, _, shown = part.partition("\n")
        yield Line(where, text.strip(), typed=True, shown=shown.strip())


def _is_command(text: str) -> bool:
    return text.partition(" ")[0] in PROGRAMS and " " in text


def _in_comments(file: Path) -> Iterator[Line]:
    for row, text in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if text.startswith("#"):
            pieces = re.split(r" {2,}|: |; ", text.lstrip("# "))
            yield from (
                Line(f"{name_of(file)}:{row}", piece.strip(), typed=False)
                for piece in pieces
                if _is_command(piece.strip())
            )
