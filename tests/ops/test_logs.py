"""One line for each event, and no secret in any of them, whoever logs and however it goes wrong."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any, Literal

import pytest
import structlog

from bot.ops import logs

SECRET = "mx-0123456789-very-secret"
TOKEN = "aW50ZXJhY3Rpb246.interaction_token-1234"


@pytest.fixture(autouse=True)
def _undone() -> Iterator[None]:
    """Logging is one for the whole process: other tests find it as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def set_up(form: Literal["auto", "json", "text"] = "json", level: str = "info") -> StringIO:
    stream = StringIO()
    logs.set_up(level, form, secrets=[SECRET, ""], stream=stream)
    return stream


def lines(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


class TestForm:
    def test_an_event_is_one_line_of_json_with_its_values(self) -> None:
        stream = set_up()
        structlog.get_logger().info("task.rendered", task="k7m2q9xw4p-1", cost_microusd=6_000)
        (line,) = lines(stream)
        assert list(line) == ["timestamp", "level", "event", "task", "cost_microusd"]
        assert list(line.values())[1:] == ["info", "task.rendered", "k7m2q9xw4p-1", 6_000]
        assert line["timestamp"].endswith("Z")

    def test_auto_is_json_where_nobody_watches(self) -> None:
        stream = set_up("auto")
        structlog.get_logger().info("bot.started")
        assert lines(stream)[0]["event"] == "bot.started"

    def test_text_is_for_people(self) -> None:
        stream = set_up("text")
        structlog.get_logger().info("bot.started", version="1")
        assert "bot.started" in stream.getvalue()
        assert "version=1" in stream.getvalue()

    def test_other_libraries_come_in_the_same_form(self) -> None:
        stream = set_up()
        logging.getLogger("some.library").warning("said %s", "this")
        (line,) = lines(stream)
        assert (line["event"], line["logger"], line["level"]) == ("said this", "some.library", "warning")

    @pytest.mark.parametrize(("level", "count"), [("debug", 3), ("info", 3), ("warning", 2), ("error", 1)])
    def test_only_what_was_asked_for_is_written(self, level: str, count: int) -> None:
        stream = set_up(level=level)
        log = structlog.get_logger()
        for say in (log.info, log.warning, log.error):
            say("something")
        assert len(stream.getvalue().splitlines()) == count

    def test_chatty_libraries_are_heard_when_something_is_wrong_only(self) -> None:
        stream = set_up(level="debug")
        for name in ("discord.http", "aiosqlite", "PIL.PngImagePlugin", "asyncio"):
            logging.getLogger(name).info("chatter")
            logging.getLogger(name).warning("trouble")
        assert [line["event"] for line in lines(stream)] == ["trouble"] * 4


class Unspeakable:
    """Nobody can say what it is."""

    def __repr__(self) -> str:
        raise RuntimeError("no words")


class TestWhateverIsLogged:
    @pytest.mark.parametrize("form", ["json", "text"])
    def test_no_value_stops_who_logs_it_or_loses_the_line(self, form: Literal["json", "text"]) -> None:
        stream = set_up(form)
        endless: list[object] = []
        endless.append(endless)
        values = [object(), {1, 2}, {(1, 2): 3}, endless, b"\xff", "\ud800", Unspeakable(), 2**4_000]
        for number, value in enumerate(values):
            structlog.get_logger().info("some.event", value=value, member=number)
        written = stream.getvalue().splitlines()
        assert len(written) == len(values)
        if form == "json":
            assert [line["member"] for line in lines(stream)] == list(range(len(values)))

    @pytest.mark.parametrize("form", ["json", "text"])
    def test_no_value_looks_like_a_line_of_its_own(self, form: Literal["json", "text"]) -> None:
        """Nor does it clear the screen, or turn what stands beside it round."""
        stream = set_up(form)
        forged = "x\r\n2026-01-01T00:00:00Z [info     ] job.delivered\x85\u2028\x1b[2J\u202e{}"
        structlog.get_logger().info("some.event", fault=forged, more=[forged])
        logging.getLogger("some.library").warning("said %s", forged)
        said = stream.getvalue()
        assert len(said.splitlines()) == 2
        assert all(line.isprintable() for line in said.splitlines())

    def test_an_error_in_json_is_one_line(self) -> None:
        stream = set_up()
        for log in (structlog.get_logger(), logging.getLogger("some.library")):
            try:
                raise ValueError("one\ntwo")
            except ValueError:
                log.exception("went wrong")
        assert [line["exception"].splitlines()[-2:] for line in lines(stream)] == [
            ["ValueError: one", "two"],
            ["ValueError: one", "two"],
        ]

    def test_an_error_in_text_is_indented_whatever_its_message_is(self) -> None:
        stream = set_up("text")
        try:
            raise ValueError("x\n2026-01-01T00:00:00Z [info     ] job.delivered\x1b[2J")
        except ValueError:
            structlog.get_logger().exception("went.wrong")
        first, *others = stream.getvalue().splitlines()
        assert "went.wrong" in first
        assert all(line.startswith("    ") and line.isprintable() for line in others)
        assert any("job.delivered" in line for line in others)

    def test_a_line_that_cannot_be_written_is_told_without_what_it_says(self) -> None:
        """Logging's own way is to print the values, secrets and all, in a form of its own."""
        stream = set_up()
        logging.getLogger("some.library").warning("of %d", SECRET)
        (line,) = lines(stream)
        assert (line["event"], line["logger"], line["level"]) == ("log.unwritable", "some.library", "error")
        assert line["timestamp"]

    def test_what_is_bound_to_the_work_is_in_the_lines_of_libraries_too(self) -> None:
        stream = set_up()
        with structlog.contextvars.bound_contextvars(job="k7m2q9xw4p"):
            logging.getLogger("some.library").warning("slow")
        assert lines(stream)[0]["job"] == "k7m2q9xw4p"


class TestMasks:
    @pytest.mark.parametrize("form", ["json", "text"])
    def test_a_secret_among_the_values_is_stars(self, form: Literal["json", "text"]) -> None:
        stream = set_up(form)
        structlog.get_logger().info("modellix.asked", header=f"Bearer {SECRET}", nested={"key": [SECRET]})
        assert SECRET not in stream.getvalue()
        assert stream.getvalue().count("***") == 2

    @pytest.mark.parametrize("form", ["json", "text"])
    def test_so_is_one_in_a_traceback(self, form: Literal["json", "text"]) -> None:
        stream = set_up(form)
        try:
            raise ValueError(f"https://x/?key={SECRET}")
        except ValueError:
            structlog.get_logger().exception("worker.bug")
        assert "ValueError" in stream.getvalue()
        assert SECRET not in stream.getvalue()

    @pytest.mark.parametrize("form", ["json", "text"])
    def test_so_is_one_that_another_library_logs(self, form: Literal["json", "text"]) -> None:
        stream = set_up(form)
        logging.getLogger("aiohttp.client").error("sent %s", SECRET)
        try:
            raise RuntimeError(SECRET)
        except RuntimeError:
            logging.getLogger("some.library").exception("went wrong")
        assert "went wrong" in stream.getvalue()
        assert SECRET not in stream.getvalue()

    def test_so_is_one_that_is_written_otherwise(self) -> None:
        """In a link, in JSON within the JSON; and one secret that is a part of another."""
        stream = StringIO()
        logs.set_up("info", "json", secrets=["a/b", 'a/b+"c'], stream=stream)
        structlog.get_logger().info("said", link="https://x/?key=a%2Fb%2B%22c", form='{"key": "a/b+\\"c"}')
        (line,) = lines(stream)
        assert (line["link"], line["form"]) == ("https://x/?key=***", '{"key": "***"}')

    @pytest.mark.parametrize("kind", ["webhooks", "interactions"])
    def test_an_interaction_s_token_in_a_path_is_stars(self, kind: str) -> None:
        """discord.py logs whole paths when Discord is slow or away."""
        stream = set_up()
        path = f"/api/v10/{kind}/123456789/{TOKEN}/messages/@original"
        logging.getLogger("discord.http").warning("PATCH %s with 503", path)
        assert TOKEN not in stream.getvalue()
        assert f"/{kind}/123456789/***/messages/@original" in stream.getvalue()
