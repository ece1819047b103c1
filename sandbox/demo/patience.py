"""How long an action waits for the bot to become quiet, and what is no longer waited for."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from simcord import Env
from simcord._settlement import _is_parked, _owned_tasks

log = logging.getLogger(__name__)

PATIENCE_S = 2.5  # the bot apologises after two seconds, so that a slow answer is still seen


def be_patient(env: Env) -> None:
    """Let no background task of the bot spoil what a person does.

    simcord waits after each action for every task that the bot ever started, and fails the action
    when one is still busy after `settle_timeout`. A test wants that. In a demo such a task (a
    queue's reader that was started by a command, say) is waited for once, named in the log, and
    left out from then on, which is what `env.external_wait` would have declared. Only replacing
    `_settle_internal` reaches every waiter.
    """
    settle = env._settle_internal

    async def bounded(**how: Any) -> None:
        try:
            await settle(**how)
        except TimeoutError:
            _leave_out(env)

    env._settle_internal = bounded  # type: ignore[method-assign]


def _leave_out(env: Env) -> None:
    """Declare what is still busy to be background work."""
    work, state = env._work, env._settlement_state()
    now = asyncio.get_running_loop().time()
    for task in _owned_tasks(state):
        if task is asyncio.current_task() or _is_parked(state, task, now):
            continue
        log.warning("the bot's task %s is busy in the background: not waited for", task.get_coro())
        work.external_waits[task] = "background work"
        task.add_done_callback(lambda done: work.external_waits.pop(done, None))
    for waiter, record in tuple(work.executors.items()):
        log.warning("the bot's thread %s is busy in the background: not waited for", record.label)
        work.executors.pop(waiter, None)
