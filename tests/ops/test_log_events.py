"""docs/operations/logs.md names every event and every value of the log, and nothing that is in no log."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from bot.domain.log_values import about
from tests.domain.test_cards import job
from tests.support.said import documented, vocabulary

ROOT = Path(__file__).parents[2]
EVENT = re.compile(r"[a-z]+\.[a-z_]+")
_LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
_LOGS = {"log", "job_log", "about"}
_OF_A_JOB = set(about(job()))
_OF_THE_HANDLER = {"log.unwritable": {"logger", "line"}}
"""Said by logging itself when it can say nothing else."""


class Said:
    """What the source logs: by event, the values beside it, and those that its file binds to log lines.

    What is bound to a context instead is in every line that is said within.
    """

    def __init__(self) -> None:
        self.beside: dict[str, set[str]] = defaultdict(set)
        self.bound: dict[str, set[str]] = defaultdict(set)
        self.in_context: set[str] = set()
        self.unclear: list[str] = []
        for path in sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("cogs/**/*.py")]):
            self._read(path)
        for event, values in _OF_THE_HANDLER.items():
            self.beside[event] |= values

    def _read(self, path: Path) -> None:
        calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        bound: set[str] = set()
        for call in calls:
            if _name(call.func) == "bind":
                bound |= _values(call)
            elif _name(call.func) == "bound_contextvars":
                self.in_context |= _values(call)
        for call in calls:
            if not isinstance(call.func, ast.Attribute) or call.func.attr not in _LEVELS:
                continue
            event = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
            if isinstance(event, str) and EVENT.fullmatch(event):
                self.beside[event] |= _values(call) - {"exc_info"}
                self.bound[event] |= bound
            elif _name(call.func.value) in _LOGS:
                self.unclear.append(f"{path.relative_to(ROOT)}:{call.lineno}")


def _values(call: ast.Call) -> set[str]:
    """The names of what is given to a call; `**about(job)` gives those of a job."""
    names: set[str] = set()
    for word in call.keywords:
        if word.arg is not None:
            names.add(word.arg)
        elif isinstance(word.value, ast.Call) and _name(word.value.func) == about.__name__:
            names |= _OF_A_JOB
        else:
            names.add("**")
    return names


def _name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else None


class TestDocument:
    def test_names_every_event_and_no_other(self) -> None:
        said = Said()
        assert said.unclear == []
        assert sorted(documented()) == sorted(said.beside)

    def test_names_each_event_s_values(self) -> None:
        said, table_of = Said(), documented()
        for event, values in said.beside.items():
            assert values <= table_of[event] <= values | said.bound[event] | said.in_context, event

    def test_has_one_word_for_each_value(self) -> None:
        """What is not in the vocabulary is another word for something in it, or wants a line there."""
        assert set().union(*documented().values()) == vocabulary()

    def test_whoever_names_a_job_or_task_says_it_in_these_words(self) -> None:
        table_of = documented()
        for event, values in table_of.items():
            kind = event.partition(".")[0]
            if kind in {"job", "card", "mention"}:
                assert {"job", "guild", "member"} <= values, event
            if kind == "task" and event != "task.replayed":  # of that only the attempt is known
                assert {"task", "job"} <= values, event
