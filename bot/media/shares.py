"""How the files of one message share what it may hold."""

from collections.abc import Sequence


def shares(sizes: Sequence[int], file_limit: int, total_limit: int) -> list[int]:
    """How large each file may be, in bytes, so that each and all together fit.

    What a small file leaves of its equal part goes to the others.
    """
    granted = [0] * len(sizes)
    left = total_limit
    smallest_first = sorted(range(len(sizes)), key=lambda index: sizes[index])
    for place, index in enumerate(smallest_first):
        equal_part = left // (len(sizes) - place)
        granted[index] = min(file_limit, equal_part)
        left -= min(sizes[index], granted[index])
    return granted
