"""What is said once a message is deleted: what else there is of it."""

from bot.chat.own.privacy_words import DELETE_NAME, PRIVACY_NAME
from bot.chat.speech import say
from bot.chat.words import HISTORY_NAME
from bot.domain.jobs import Job
from bot.services.person import Person


def deleted(job: Job, person: Person) -> str:
    """The message is gone, its request is not."""
    if job.erased_at is not None:
        return say("The message is gone. Its words and pictures had been erased before.")
    if job.requester_id != person.id:
        return say(
            "The message is gone. Whoever asked for it still has it in `/{history}`, which only they see.",
            history=HISTORY_NAME,
        )
    return say(
        "The message is gone. `/{history}` still has what was in it; `/{privacy} {delete}` erases all that "
        "you asked for.",
        history=HISTORY_NAME,
        privacy=PRIVACY_NAME,
        delete=DELETE_NAME,
    )
