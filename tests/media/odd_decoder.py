"""The bot's decoder, which also does what a picture tells it behind its end. Run by tests as a process."""

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from bot.media.decoder import limit_all, limit_next, work

MARK = b"\nodd:"


def told(file: Path, **commands: Any) -> Path:
    """The same file, which tells the odd decoder to do something first; to any other it is as before."""
    file.write_bytes(file.read_bytes() + MARK + json.dumps(commands).encode())
    return file


def obey(work_name: str, on: str = "", at: str = "", once: str = "", **command: Any) -> dict[str, Any] | None:
    """Do what is told; an answer, where the work itself is not to be done.

    `on` is the only work before which it counts, `at` is where to leave the number of the
    process before, `once` a file that is made the first time, after which the command counts no more.
    """
    if (on and on != work_name) or (once and Path(once).exists()):
        return None
    if once:
        Path(once).touch()
    if at:
        Path(at).write_text(f"{os.getpid()}\n")
    match command:
        case {"die": int(number)}:
            os.kill(os.getpid(), number)
        case {"leave": int(code)}:
            sys.exit(code)
        case {"sleep": int(seconds)}:
            time.sleep(seconds)
        case {"answer": dict(answer)}:
            return answer
        case {"memory": int(room)}:
            pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
            most = pages * resource.getpagesize() + room
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
        case {"look": True}:
            return {"made": surroundings()}
    return None


def surroundings() -> dict[str, Any]:
    """What the process has and may."""
    umask = os.umask(0o777)
    os.umask(umask)
    limits = ("AS", "CPU", "FSIZE", "NOFILE", "CORE")
    return {
        "pid": os.getpid(),
        "session": os.getsid(0),
        "environment": dict(os.environ),
        "umask": umask,
        "limits": {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[0] for name in limits},
    }


def main() -> None:
    limit_all()
    for line in sys.stdin:
        limit_next()
        name, args = json.loads(line)
        _, _, commands = Path(args[0]).read_bytes().partition(MARK)
        answer = obey(name, **json.loads(commands)) if commands else None
        sys.stdout.write(json.dumps(answer or work(name, args)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
