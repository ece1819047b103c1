"""The numbers and names in README and the operators' page are those of the program."""

import re
from itertools import product

from ruamel.yaml import YAML

from bot.chat.client import PERMISSIONS
from bot.chat.forms import FORM_PROMPT_MAX_CHARS
from bot.chat.limit_words import NAMES, value_text
from bot.chat.words import dollars
from bot.domain.jobs import PROMPT_MAX_CHARS, Quality
from bot.domain.limits import OF_BOT, Limit
from bot.domain.prices import TIERS
from bot.settings import Settings
from sandbox.program import ROOT
from tests.settings.test_reading import KEY, TOKEN

README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMED = {"read_messages": "view channels"}
"""What Discord calls otherwise than discord.py."""
DEFAULTS = Settings(_env_file=None, discord_token=TOKEN, modellix_api_key=KEY)  # type: ignore[call-arg, arg-type]


def table(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading."""
    rows = README.partition(f"\n## {heading}\n")[2].partition("\n| --- ")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows.splitlines()[1:]]


def test_every_limit_stands_in_its_table_with_its_default() -> None:
    def shown(limit: Limit) -> str:
        value = DEFAULTS.operator.limits.get(limit)
        return "none" if value is None and limit is not Limit.PRIORITY else value_text(limit, value)

    assert sorted(row[:3] for row in table("Limits")) == sorted(
        [str(NAMES[limit]), "–" if limit in OF_BOT else f"`{limit.value}`", shown(limit)] for limit in Limit
    )


def test_the_prices_are_the_defaults() -> None:
    prices = [dollars(DEFAULTS.prices.table[quality, tier]) for quality, tier in product(Quality, TIERS)]
    assert [cell for row in table("What a picture costs") for cell in row[1:]] == prices


def test_the_example_of_a_month_adds_up() -> None:
    (sum_shown,) = re.findall(r"10 × \$0\.13 = \$(\d+\.\d\d)", README.replace("\n", " "))
    counts = {Quality.LOW: 300, Quality.MEDIUM: 60, Quality.HIGH: 10}
    total = sum(count * DEFAULTS.prices.table[quality, TIERS[0]] for quality, count in counts.items())
    assert dollars(total) == f"${sum_shown}"


def test_a_prompt_may_be_as_long_as_it_says() -> None:
    assert f"{PROMPT_MAX_CHARS:,} characters in a file" in README
    assert f"{FORM_PROMPT_MAX_CHARS:,} in the form" in README


def test_the_invite_link_asks_for_what_the_bot_needs() -> None:
    assert f"scope=bot+applications.commands&permissions={PERMISSIONS.value}`" in README
    words = " ".join(README.lower().split())
    needed = [NAMED.get(name, name.replace("_", " ")) for name, asked in PERMISSIONS if asked]
    assert [name for name in needed if name not in words] == []


def test_operators_read_what_to_do_about_every_alert() -> None:
    """The sentence that comes with the alert."""
    groups = YAML(typ="safe").load(ROOT / "docs/operations/alerts.yml")["groups"]
    actions = [(rule["alert"], rule["annotations"]["action"]) for group in groups for rule in group["rules"]]
    page = (ROOT / "docs/operators.md").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^\| (Imagine\w+) \| (.+) \|$", page.replace("`", "")) == actions
