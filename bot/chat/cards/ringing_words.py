"""The reply that tells somebody that their wait is over."""

from bot.chat.speech import say, say_many


def over(member_id: int, pictures: int) -> str:
    """It is read on a lock screen too: who is meant, and what came of it."""
    member = f"<@{member_id}>"
    if not pictures:
        return say("{member} There is no picture this time. The message above says why.", member=member)
    return say_many(
        "{member} Your picture is ready.",
        "{member} Your {number} pictures are ready.",
        pictures,
        member=member,
    )
