"""Which colours and which things a prompt asks for. Pure; no Pillow."""

import hashlib
import re
from dataclasses import dataclass
from random import Random

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one landscape, from the top of the sky to the nearest hill."""

    zenith: Colour
    middle: Colour
    horizon: Colour
    light: Colour
    far: Colour
    near: Colour
    night: bool = False


def _palette(colours: str, *, night: bool = False) -> Palette:
    """Six `rrggbb` words: zenith, middle, horizon, light, far, near."""
    zenith, middle, horizon, light, far, near = (_colour(word) for word in colours.split())
    return Palette(zenith, middle, horizon, light, far, near, night)


def _colour(rrggbb: str) -> Colour:
    red, green, blue = bytes.fromhex(rrggbb)
    return red, green, blue


PALETTES = {
    "dawn": _palette("5b7fb5 b9b3d6 fbd9c4 fff3dc b7a6c6 2f3458"),
    "sunset": _palette("3d2c5e c4546b ffb067 ffe9b0 b9566a 2b1a36"),
    "night": _palette("0b1030 1c2d5c 4a5f94 f4f0dc 31447a 070b1e", night=True),
    "blue": _palette("1f5f9e 6db0dc dff0f5 ffffff 86b4d2 10314f"),
    "green": _palette("4f9a94 a5d0b0 f3efc8 fffbe0 93bd9a 15382f"),
    "red": _palette("5a1630 b8324a f59a78 ffe3c2 a83a4c 270a1a"),
    "gold": _palette("b5763a e8b45c fdeab8 fffbe8 cf9a54 45281c"),
    "purple": _palette("35265f 7d5ba6 e6b8d8 fff0f6 8d6bb0 1d1440"),
    "pink": _palette("8a6fb0 e79ab8 ffdfd6 fff8ef d592b4 4b2a52"),
    "teal": _palette("0f4c5c 3f9a9c d3efdb fdfff0 5ca7a4 08272f"),
    "winter": _palette("6f8fb0 b3cadd f1f5f8 ffffff b8cbdb 2d4560"),
}

_COLOUR_WORDS = {
    "dawn": "dawn morning sunrise spring soft pastel",
    "sunset": "sunset dusk evening orange fire autumn fall lava volcano dragon",
    "night": "night midnight moon moonlit star stars starry dark black space galaxy aurora cyberpunk",
    "blue": "blue sea ocean sky whale water rain robot",
    "green": "green forest jungle meadow nature frog garden field leaf moss",
    "red": "red crimson rose blood mars scarlet",
    "gold": "gold golden yellow desert sand honey bee lion brown wheat",
    "purple": "purple violet lavender magic wizard fantasy mystic",
    "pink": "pink cherry blossom flower flowers candy love unicorn",
    "teal": "teal turquoise lagoon cyan lake river underwater fish",
    "winter": "winter snow snowy ice frozen white grey gray fog mist misty cold silver",
}
_THING_WORDS = {
    "fox": "fox foxes wolf dog puppy",
    "cat": "cat cats kitten kitty",
    "house": "house cabin cottage home lighthouse castle village",
    "city": "city skyline town tokyo street cyberpunk skyscraper buildings",
    "trees": "forest tree trees wood woods pine pines jungle",
    "water": "lake sea ocean water river beach island boat lagoon reflection",
    "peaks": "mountain mountains alps peak peaks volcano snow",
    "birds": "bird birds crow seagull dragon eagle",
}


def seed(*parts: object) -> Random:
    """The same numbers for the same parts, on every machine and every run."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "replace")).digest()
    return Random(int.from_bytes(digest[:8]))


def palette_for(prompt: str) -> Palette:
    """The palette the prompt names, the hour before the colour; else one by the prompt's hash."""
    named = _named(prompt, _COLOUR_WORDS)
    hours = [name for name in named if name in ("dawn", "sunset", "night")]
    return PALETTES[next(iter(hours + named), seed("palette", prompt).choice(list(PALETTES)))]


def things_in(prompt: str) -> frozenset[str]:
    """What is to be seen besides hills: keys of the word table above."""
    return frozenset(_named(prompt, _THING_WORDS))


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with `share` (0–1) of `other` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _named(prompt: str, table: dict[str, str]) -> list[str]:
    """The keys whose words occur in the prompt, in the order of the prompt."""
    keys: dict[str, list[str]] = {}
    for key, words in table.items():
        for word in words.split():
            keys.setdefault(word, []).append(key)
    return [key for word in re.findall(r"[a-z]+", prompt.lower()) for key in keys.get(word, ())]
