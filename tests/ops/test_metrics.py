"""What Prometheus is told: by a real bot, between the stand-ins, after one job."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from bot import __version__
from bot.media.room import ROOM_MIN_BYTES
from sandbox.discord import DiscordSandbox
from sandbox.modellix import ModellixSandbox
from sandbox.program import Program, settings_for
from tests.e2e.conftest import shows_outcome
from tests.modellix.loopback import closed_port
from tests.support.contract import OPENAPI

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations"
KEY = "metrics-key-that-must-never-be-told"
PROMPT = "a very private sentence"
NAMES = re.compile(r"\b(?:imagine|process)_[a-z_]+")
EXACT = {
    'imagine_job_moves_total{state="accepted"}': 1,
    'imagine_job_moves_total{state="delivered"}': 1,
    'imagine_job_moves_total{state="undeliverable"}': 0,
    'imagine_image_moves_total{state="rendered"}': 2,
    'imagine_image_failures_total{reason="safety"}': 0,
    'imagine_jobs{state="open"}': 0,
    'imagine_images{state="queued"}': 0,
    "imagine_queue_oldest_seconds": 0,
    "imagine_acknowledgement_seconds_count": 1,
    'imagine_render_seconds_count{quality="low"}': 2,
    "imagine_delivery_seconds_count": 1,
    "imagine_polls_per_image_count": 2,
    'imagine_provider_answers_total{answer="Taken",request="submit"}': 2,
    'imagine_provider_answers_total{answer="Done",request="poll"}': 2,
    'imagine_discord_requests_total{status="5xx"}': 0,
    "imagine_discord_invalid_requests": 0,
    "imagine_discord_held_back": 0,
    'imagine_hold{reason="balance"}': 0,
    "imagine_governor_tasks_max": 10,
    'imagine_spend_limit_usd{window="day"}': 5,
    "imagine_gateway_up": 1,
    "imagine_database_readable": 1,
}

pytestmark = pytest.mark.e2e


@dataclass(frozen=True)
class Told:
    """What the bot said over HTTP, and what it must not say."""

    metrics: str
    again: str
    """Asked for a second time, with nothing in between."""
    ready: dict[str, Any]
    alive: int
    secrets: dict[str, str]

    @property
    def numbers(self) -> dict[str, float]:
        """Every sample by its name and labels, as Prometheus writes them."""
        return samples(self.metrics)


def samples(text: str) -> dict[str, float]:
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


async def one_job(folder: Path) -> Told:
    """One request of two images, from the command to the outcome, and then the questions."""
    port = closed_port()
    provider = ModellixSandbox(key=KEY, duration_s=0.3, pictures="plain")
    async with DiscordSandbox(openapi=OPENAPI).serving() as discord, provider.serving() as base_url:
        guild = discord.add_guild("The Studio")
        alice = discord.add_member(guild, "alice")
        settings = settings_for(discord.api_url, discord.gateway_url, discord.token, base_url, KEY)
        settings |= {"OPS_PORT": str(port), "BOT_SPEND_PER_DAY": "5"}
        async with (
            Program.running(settings, folder) as bot,
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
        ):
            await discord.ready("imagine")
            asked = alice.slash("imagine", prompt=PROMPT, count=2, quality="low")
            await asked.message(shows_outcome, 30)
            await bot.has_said("job.delivered")
            await bot.has_said("janitor.backed_up")
            texts = []
            for _ in range(2):
                async with http.get("/metrics") as answer:
                    assert answer.status == 200
                    texts.append(await answer.text())
            async with http.get("/readyz") as answer:
                ready = {"status": answer.status, **await answer.json()}
            async with http.get("/healthz") as answer:
                alive = answer.status
            (task, *_) = provider.world.tasks
            secrets = {
                "key": KEY,
                "token": discord.token,
                "interaction token": asked.token,
                "prompt": PROMPT,
                "server": str(guild.id),
                "server's name": "The Studio",
                "member": str(alice.user.id),
                "task": str(task),
                "folder": str(folder),
            }
            return Told(texts[0], texts[1], ready, alive, secrets)


async def test_after_one_job_of_two_images_the_numbers_are_right(tmp_path: Path) -> None:
    """One run of the program for all that is asked of it: a run costs seconds."""
    told = await one_job(tmp_path)
    assert told.alive == 200
    assert told.ready == {"status": 200, "ready": True, "gateway": "ok", "database": "ok", "workers": "ok"}
    numbers = told.numbers
    assert {name: numbers[name] for name in EXACT} == EXACT
    what_has_no_exact_number_is_there(told)
    to_ask_twice_counts_nothing_twice(told)
    nothing_secret_and_nobody_is_in_it(told)
    for file in ("grafana-dashboard.json", "alerts.yml", "monitoring.md"):
        every_metric_that_it_names_exists(told, file)
    every_metric_of_ours_is_explained_and_on_the_dashboard(told)


def what_has_no_exact_number_is_there(told: Told) -> None:
    numbers = told.numbers
    assert numbers["imagine_polls_per_image_sum"] >= 2
    assert 0 < numbers['imagine_spend_usd{window="day"}'] == numbers['imagine_spend_usd{window="month"}']
    assert numbers["imagine_database_write_seconds_count"] > 5
    assert numbers["imagine_loop_lag_seconds_count"] >= 1
    assert numbers['imagine_discord_requests_total{status="ok"}'] >= 4
    assert numbers["imagine_governor_requests_left"] <= 96
    assert 0 <= numbers["imagine_backup_age_seconds"] < 60
    assert numbers["imagine_disk_free_bytes"] > 0
    assert f'version="{__version__}"' in told.metrics
    workers = {name for name in numbers if name.startswith("imagine_worker_still_seconds")}
    assert len(workers) == 7


def to_ask_twice_counts_nothing_twice(told: Told) -> None:
    moves = {name: value for name, value in told.numbers.items() if "_moves_total" in name}
    assert {name: samples(told.again)[name] for name in moves} == moves


def nothing_secret_and_nobody_is_in_it(told: Told) -> None:
    said = told.metrics + json.dumps(told.ready)
    assert [name for name, secret in told.secrets.items() if secret in said] == []
    lines = re.sub(r"(?m)^(process_|imagine_disk_).*$", "", told.metrics)
    assert re.findall(r"(?<![\d.])\d{17,}", lines) == []


def every_metric_that_it_names_exists(told: Told, file: str) -> None:
    said = (OPERATIONS / file).read_text(encoding="utf-8")
    known = {name.partition("{")[0] for name in told.numbers}
    known |= {family.name for family in text_string_to_metric_families(told.metrics)} | {"process_"}
    assert len(set(NAMES.findall(said))) > 10
    assert set(NAMES.findall(said)) - known == set()


def every_metric_of_ours_is_explained_and_on_the_dashboard(told: Told) -> None:
    explained = (OPERATIONS / "monitoring.md").read_text(encoding="utf-8")
    drawn = (OPERATIONS / "grafana-dashboard.json").read_text(encoding="utf-8")
    families = [family.name for family in text_string_to_metric_families(told.metrics)]
    ours = [name for name in families if name.startswith("imagine_")]
    assert [name for name in ours if name not in explained] == []
    # What became of images is told by those under way and the failures.
    assert {name for name in ours if name not in drawn} == {"imagine_image_moves"}


def test_the_files_are_what_their_readers_expect() -> None:
    dashboard = json.loads((OPERATIONS / "grafana-dashboard.json").read_text(encoding="utf-8"))
    assert all(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    rules = YAML(typ="safe").load(OPERATIONS / "alerts.yml")
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    (full,) = [rule["expr"] for rule in alerts if rule["alert"] == "ImagineDiskFull"]
    assert int(full.rpartition("<")[2]) > 2 * ROOM_MIN_BYTES  # before requests are refused
    assert len({rule["alert"] for rule in alerts}) == len(alerts)
    assert all(rule["expr"] and rule["annotations"].keys() == {"summary", "action"} for rule in alerts)
