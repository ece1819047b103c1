"""What is shipped: one version, images and actions pinned by content, files that their own linters accept.

Linters that are not installed are skipped with their name; the release workflow installs those it can.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot import __version__

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "docs/operations/imagine-bot.service"
WORKFLOW = ROOT / ".github/workflows/release.yml"
SHA256 = r"@sha256:[0-9a-f]{64}"
TOO_EXPOSED = "20"
"""2.0 of the 10 that `systemd-analyze security` gives to a unit without any hardening."""


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def needed(tool: str) -> str:
    """Where a tool is; the test is skipped without it."""
    found = shutil.which(tool, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if not found:
        pytest.skip(f"{tool} is not installed")
    return found


def test_the_version_is_said_in_one_place() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    assert "version" not in project["project"]
    assert project["tool"]["hatch"]["version"] == {"path": "bot/__init__.py"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_the_changelog_says_what_is_new_in_this_version() -> None:
    """What is not released yet stands under Unreleased; the release takes the section of its version."""
    headings = re.findall(r"^## (.+)$", read("CHANGELOG.md"), re.MULTILINE)
    released = headings[1:] if headings[0] == "Unreleased" else headings
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ \(\d{4}-\d{2}-\d{2}\)", heading) for heading in released)
    if headings[0] != "Unreleased":
        assert headings[0].startswith(f"{__version__} ")


def test_every_image_and_action_is_pinned_by_what_is_in_it() -> None:
    """A tag can be moved to other contents; decision 19."""
    stages = re.findall(r"^FROM \S+ AS (\w+)$", read("Dockerfile"), re.MULTILINE)
    images = re.findall(r"^FROM (\S+)", read("Dockerfile"), re.MULTILINE)
    assert [image for image in images if image not in stages and not re.search(SHA256, image)] == []
    sources = re.findall(r"^ADD (.+)$", read("Dockerfile"), re.MULTILINE)
    assert all(re.match(r"--checksum=sha256:[0-9a-f]{64} ", source) for source in sources)
    actions = re.findall(r"uses: (\S+)", WORKFLOW.read_text(encoding="utf-8"))
    assert actions
    assert [action for action in actions if not re.search(r"@[0-9a-f]{40}$", action)] == []


def test_the_image_gets_what_it_copies_and_runs_as_nobody_special() -> None:
    dockerfile, allowed = read("Dockerfile"), read(".dockerignore").splitlines()
    copied = re.findall(r"^COPY ([^-\s]\S*) ", dockerfile, re.MULTILINE)
    assert copied
    assert {f"!{name}" for name in copied} == {line for line in allowed if line.startswith("!")}
    assert all((ROOT / name).exists() for name in copied)
    assert re.findall(r"^USER (.+)$", dockerfile, re.MULTILINE) == ["10001:10001"]


def test_it_is_released_on_every_python_that_it_promises() -> None:
    promised = re.findall(r"Programming Language :: Python :: (3\.\d+)", read("pyproject.toml"))
    (tried,) = re.findall(r"python: \[(.+)\]", WORKFLOW.read_text(encoding="utf-8"))
    assert re.findall(r"\d\.\d+", tried) == promised
    assert tomllib.loads(read("pyproject.toml"))["project"]["requires-python"] == f">={promised[0]}"


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("compose-spec", "compose.yaml"),
        ("github-workflows", ".github/workflows/release.yml"),
        ("dependabot", ".github/dependabot.yml"),
    ],
)
def test_it_has_the_form_that_is_read(schema: str, file: str) -> None:
    checked = run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", file)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    "command",
    [
        ("hadolint", "Dockerfile"),
        ("actionlint", str(WORKFLOW)),
        ("zizmor", "--offline", "--no-progress", str(ROOT)),
    ],
    ids=lambda command: command[0],
)
def test_its_linter_finds_nothing(command: tuple[str, ...]) -> None:
    linted = run(needed(command[0]), *command[1:])
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_compose_understands_its_file(tmp_path: Path) -> None:
    docker = needed("docker")
    if run(docker, "compose", "version").returncode:
        pytest.skip("docker compose is not installed")
    shutil.copy(ROOT / "compose.yaml", tmp_path)
    shutil.copy(ROOT / ".env.example", tmp_path / ".env")
    understood = run(docker, "compose", "--project-directory", str(tmp_path), "config", "--quiet")
    assert understood.returncode == 0, understood.stderr


def test_systemd_finds_its_unit_hardened() -> None:
    systemd = needed("systemd-analyze")
    if run(systemd, "security", "--offline=true", "--help").returncode:
        pytest.skip("systemd before 250 looks at running units only")
    looked = run(systemd, "security", "--offline=true", f"--threshold={TOO_EXPOSED}", "--no-pager", str(UNIT))
    assert looked.returncode == 0, looked.stdout + looked.stderr


def test_systemd_understands_its_unit(tmp_path: Path) -> None:
    """The program it names is put where there is one: systemd looks for it."""
    systemd = needed("systemd-analyze")
    unit = tmp_path / UNIT.name
    unit.write_text(
        UNIT.read_text(encoding="utf-8").replace("/opt/imagine-bot/.venv/bin/python", sys.executable)
    )
    verified = run(systemd, "verify", "--man=no", str(unit))
    assert (verified.returncode, verified.stderr) == (0, "")
