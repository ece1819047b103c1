"""Which picture a task's file holds."""

from sandbox.modellix import pictures
from sandbox.modellix.faults import Fault
from sandbox.modellix.settings import SIZES, Pictures
from sandbox.modellix.tasks import Task


def picture(task: Task, kind: Pictures, fault: Fault | None = None) -> bytes:
    """The PNG of a finished task, or the wrong one that `fault` asks for. Call in a thread."""
    width, height = SIZES[task.size]
    if fault is Fault.BOMB:
        return pictures.bomb()
    if fault is Fault.WRONG_SIZE:
        width, height = width // 2, height // 2
    if fault is Fault.NOISE or kind == "noise":
        return pictures.noise((width, height), task.number)
    if kind == "plain":
        return pictures.plain(task.prompt, (width, height))
    return pictures.paint(task.prompt, (width, height), task.number)
