"""JSON that nobody sends: a good payload with parts of it gone, of another type, or far too large."""

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

ODD_TEXTS = [
    "",
    " ",
    "0",
    "-1",
    "1e9",
    str(2**63),
    str(2**64),
    "9" * 400,
    "\u0661\u0662",  # digits, but not those of an id
    "\x00",
    "a\x00b",
    "\ud800",  # half a pair: JSON can say it, UTF-8 cannot
    "\u202eevil\u202c",
    "\u200b\u2060\ufeff",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 @everyone <@1> ||`**",
    "x" * 100,
    "\u00e9" * 6_001,
]
ODD_NUMBERS = [0, 1, -1, 6, 99, 1.5, 2**31, 2**53, 2**63, 2**64, 10**30]
odd = st.one_of(
    st.sampled_from(ODD_TEXTS),
    st.sampled_from(ODD_NUMBERS),
    st.sampled_from([None, True, False]),
    st.sampled_from([[], {}, [None], [[]], [{}], {"id": None}, {"": {}}, [1, "a"]]).map(deepcopy),
    st.text(max_size=8),
)
"""What stands where something else belongs."""


@st.composite
def broken(draw: st.DrawFn, good: Any, most: int = 3) -> Any:
    """The same with up to `most` places broken; those further out more often than those deep inside."""
    whole = [deepcopy(good)]
    for _ in range(draw(st.integers(1, most))):
        node, key = _place(draw, whole)
        match draw(st.sampled_from(["other", "other", "gone", "twice", "wrapped"])):
            case "gone" if node is not whole:
                del node[key]
            case "twice" if isinstance(node, list) and node is not whole:
                node.insert(key, deepcopy(node[key]))
            case "wrapped":
                node[key] = [node[key]]
            case _:
                node[key] = draw(odd)
    return whole[0]


def _place(draw: st.DrawFn, whole: list[Any]) -> tuple[Any, Any]:
    """A container, and what of it is to be broken."""
    node: Any = whole
    key: Any = 0
    while isinstance(inner := node[key], dict | list) and inner and draw(st.integers(0, 3)):
        node = inner
        key = draw(st.sampled_from(list(node) if isinstance(node, dict) else range(len(node))))
    return node, key
