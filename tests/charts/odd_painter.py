"""A painter that misbehaves, each chart in its own way. `test_render.py` runs it as a process."""

import json
import os
import sys
import time
from pathlib import Path

PNG = b"\x89PNG\r\n\x1a\n"


def main() -> None:
    """The first row of the data set `told` says where to leave traces."""
    name, values = sys.argv[1], json.load(sys.stdin)
    told = values["told"][0]
    match name:
        case "slow":
            Path(told["path"]).write_text(f"{os.getpid()}\n")
            sys.stdout.buffer.write(PNG + bytes(1_000_000))  # more than a pipe holds
            sys.stdout.flush()
            time.sleep(60)
        case "fails":
            raise ValueError(f"cannot draw {told['name']}")
        case "chats":
            sys.stdout.write("no picture today")
        case "alone":
            Path(told["path"]).touch(exist_ok=False)
            time.sleep(0.05)
            Path(told["path"]).unlink()
            sys.stdout.buffer.write(PNG)
        case "environment":
            sys.stdout.buffer.write(PNG + json.dumps(dict(os.environ)).encode())


if __name__ == "__main__":
    main()
