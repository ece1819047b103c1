"""Texts that people type, as LIKE takes them."""

_WILD = str.maketrans({char: f"\\{char}" for char in r"\%_"})
"""What LIKE would not take by its letter."""


def beginning(text: str) -> str:
    r"""What begins with this text, letter by letter, for `LIKE ... ESCAPE '\'`."""
    return f"{text.translate(_WILD)}%"


def containing(text: str) -> str:
    """What contains it."""
    return f"%{beginning(text)}"
