"""The threat model is exact: each row names what stands in the way and a test that shows it; both exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!threat|---)([^|]+) \| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE)


@cache
def shown_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {node.name for node in functions if node.name.startswith("test_")}


@pytest.mark.parametrize(("threat", "barrier", "shown_by"), ROWS, ids=[row[0][:40] for row in ROWS])
def test_every_row_names_a_file_and_a_test_that_exist(threat: str, barrier: str, shown_by: str) -> None:
    files = re.findall(r"`([\w./-]+\.[a-z]+|Dockerfile)`", barrier)
    assert [file for file in files if not (ROOT / file).is_file()] == []
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", shown_by)
    assert named
    assert shown_by.count("`") == 2 * len(named)
    assert [f"{file}::{name}" for file, name in named if name not in shown_in(file)] == []
    assert files, threat


def test_no_table_of_threats_is_passed_over() -> None:
    lines = TEXT[TEXT.index("| threat |") :].splitlines()
    threats = [line for line in lines if line.startswith("| ") and not line.startswith(("| threat", "| ---"))]
    assert len(ROWS) == len(threats) >= 40


def test_every_library_is_locked_with_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-audit.lock"):
        locked = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip())
        assert len(locked) > 10
        assert [each for each in locked if "==" not in each or "--hash=sha256:" not in each] == []
