"""Every sentence of `/imagine-admin limits`."""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from bot.chat.limit_words import NAMES, value_text, whose
from bot.chat.words import relative
from bot.domain.admission import Assessment
from bot.domain.limits import OF_BOT, OF_MEMBER, OF_SERVER, WINDOWS_S, Limit, Rule, Scope
from bot.domain.moderation import Grant
from bot.services.limits import Change

LIMITS = "How much members may ask for, and exceptions from it"
SHOW = "Which limits hold, whose rule gives each, and what a member has used of them"
SET = "Set a limit for a member, for a role, or for everybody"
CLEAR = "Take a limit away again, so that the next wider rule holds"
EXPLAIN = "Try out whether a request would be accepted; nothing is asked for and nothing is paid"
GRANT = "Give a member extra pictures beyond the limits per hour and day"
RESET = "Forget what a member has used so far"

WHO_MEMBER = "A member; somebody who left can be named by their id"
WHO_ROLE = "A role; leave member and role out for what holds for everybody"
WHICH = "Which limit"
VALUE = "A number, $2.50, 30s, 2h, 7d, 1536x1024, medium, or none for no limit"
CLEAR_WHICH = "Which limit; leave it out for all of that member or role"
CLEAR_DELETED = "A role that was deleted and still has limits"
EXPLAIN_MEMBER = "Who would ask"
EXPLAIN_CHANNEL = "Where they would ask; leave it out for this channel"
EXPLAIN_PROMPT = "What they would write, for the word filter"
EXPLAIN_SIZE = "Which size they would choose"
EXPLAIN_QUALITY = "Which quality they would choose"
EXPLAIN_COUNT = "How many pictures they would ask for"
GRANT_MEMBER = "Who gets them"
GRANT_IMAGES = "How many pictures"
GRANT_LASTS = "How long they can be used, like 12h or 7d; a week if you leave it out"
RESET_MEMBER = "Whose use is forgotten"

CHOICES = [limit for limit in Limit if limit not in OF_BOT]
"""What moderators can set: what the whole bot spends is the operator's alone."""

_COUNTED = frozenset(WINDOWS_S) | {Limit.WAITING, Limit.SERVER_WAITING}
_NOT_FOR_EACH = OF_SERVER | OF_BOT
_KEPT = {Limit.RUNNING, Limit.PRIORITY}
"""A request keeps these as they were when it was accepted."""


def title(scope: Scope, holder_id: int, *, here: bool = True) -> str:
    """What stands above the limits; `here`: whether a member is on the server."""
    match scope:
        case Scope.MEMBER:
            away = "" if here else " They are not on this server now, so no role counts."
            return f"**What holds for <@{holder_id}>.**{away}"
        case Scope.ROLE:
            return f"**What holds for <@&{holder_id}>,** but for a member's own rule or a more generous role:"
        case _:
            return "**What holds for everybody without another rule:**"


def limit_lines(assessment: Assessment, scope: Scope) -> list[str]:
    """Every limit, its number and whose rule gives it; of a member, what is used and when it lifts."""
    policy = assessment.standing.policy
    unset = [
        limit for limit in Limit if policy[limit].value is None and policy[limit].scope is Scope.OPERATOR
    ]
    lines = [_limit_line(limit, assessment, scope) for limit in Limit if limit not in unset]
    if unset:
        lines.append(f"No limit is set for: {', '.join(str(NAMES[limit]) for limit in unset)}.")
    return lines


def _limit_line(limit: Limit, assessment: Assessment, scope: Scope) -> str:
    effective = assessment.standing.policy[limit]
    line = f"{NAMES[limit]}: **{value_text(limit, effective.value)}**, {whose(effective)}"
    if scope is not Scope.MEMBER and limit not in _NOT_FOR_EACH:
        return line
    # What other servers spent is nobody's business here.
    if limit in assessment.standing.used and effective.value is not None and limit not in OF_BOT:
        line += f", {value_text(limit, assessment.standing.used[limit])} used"
    objection = assessment.objection(limit)
    return line if objection is None else f"{line}, {_lifts(objection.lifts_at)}"


def _lifts(at: int | None) -> str:
    return f"free again {relative(at)}" if at is not None else "nothing free"


def grant_line(grant: Grant) -> str:
    """Extra pictures that are left."""
    return (
        f"Extra pictures: **{grant.left} of {grant.images}** left, they expire {relative(grant.expires_at)}"
    )


def rule_lines(rules: Sequence[Rule], role_ids: Collection[int]) -> list[str]:
    """The rules of members and roles, a line for each; `role_ids` are the roles that exist."""
    theirs = [rule for rule in rules if rule.scope is not Scope.SERVER]
    lines = []
    for (scope, holder_id), of_one in groupby(theirs, key=lambda rule: (rule.scope, rule.holder_id)):
        texts = [_rule_text(rule) for rule in of_one]
        lines.append(f"{_named(scope, holder_id, role_ids)}: {', '.join(texts)}")
    return (
        ["**Rules of roles and members:**", *lines] if lines else ["No role and no member has other rules."]
    )


def _rule_text(rule: Rule) -> str:
    return f"{NAMES[rule.limit]} **{value_text(rule.limit, rule.value)}**"


def _named(scope: Scope, holder_id: int, role_ids: Collection[int]) -> str:
    if scope is Scope.MEMBER:
        return f"<@{holder_id}> (`{holder_id}`)"
    return f"<@&{holder_id}>" if holder_id in role_ids else f"Deleted role `{holder_id}`"


def deleted_role(role_id: int, limits: int) -> str:
    """A role that is no more, as a choice."""
    return f"Deleted role {role_id}: {limits} {'limit' if limits == 1 else 'limits'}"


def limit_set(change: Change) -> str:
    """What holds from now on, and what to know about it."""
    rule = change.rule
    first = f"{NAMES[rule.limit]}{_for(rule)}: **{value_text(rule.limit, rule.value)}** from now on."
    if change.before is not None:
        first += f" Before: {value_text(rule.limit, change.before.value)}."
    return "\n".join([first, *_warnings(change)])


def _for(rule: Rule) -> str:
    match rule.scope:
        case Scope.MEMBER:
            return f" for <@{rule.holder_id}>"
        case Scope.ROLE:
            return f" for <@&{rule.holder_id}>"
        case _:
            return "" if rule.limit in OF_SERVER else " for everybody without another rule"


def _warnings(change: Change) -> list[str]:
    rule = change.rule
    later = "Requests already in line keep theirs." if rule.limit in _KEPT else None
    return [each for each in (_capped(change), _used_already(change), _nothing(change), later) if each]


def _capped(change: Change) -> str | None:
    """That the operator allows less."""
    limit, value, policy = change.rule.limit, change.rule.value, change.now.standing.policy
    if limit not in OF_SERVER:
        return None
    holds = policy[limit]
    if holds.scope is Scope.OPERATOR and holds.value != value:
        allowed = value_text(limit, holds.value)
        return f"But the bot's operator allows this server {allowed}, so that is what holds."
    above = _OF_ALL_SERVERS.get(limit)
    most = policy[above].value if above else None
    if above and most is not None and (value is None or value > most):
        return f"But the bot's operator allows {value_text(above, most)} for all servers together."
    return None


_OF_ALL_SERVERS: Mapping[Limit, Limit] = {
    Limit.SERVER_SPEND_PER_DAY: Limit.BOT_SPEND_PER_DAY,
    Limit.SERVER_SPEND_PER_MONTH: Limit.BOT_SPEND_PER_MONTH,
}


def _used_already(change: Change) -> str | None:
    """That more is used than the new number."""
    limit, value = change.rule.limit, change.rule.value
    if limit not in _COUNTED or value is None:
        return None
    if change.rule.scope is not Scope.MEMBER and limit in OF_MEMBER:
        earlier = change.before
        if earlier is not None and earlier.value is not None and earlier.value <= value:
            return None
        return "Members who have used more than that already have to wait until it is less."
    used = change.now.standing.used.get(limit, 0)
    if used <= value:
        return None
    who = f"<@{change.rule.holder_id}> has" if change.rule.scope is Scope.MEMBER else "the server has"
    objection = change.now.objection(limit)
    when = f": {_lifts(objection.lifts_at)}" if objection and objection.lifts_at is not None else ""
    doing = "waiting" if limit in {Limit.WAITING, Limit.SERVER_WAITING} else "used"
    return f"That is lower than what is in use: {who} {value_text(limit, used)} {doing} already{when}."


def _nothing(change: Change) -> str | None:
    """That the smallest request is too much."""
    objection = change.now.objection(change.rule.limit)
    if objection is None or objection.lifts_at is not None or objection.by not in WINDOWS_S:
        return None
    return "With that, not even one small picture can be asked for."


def limits_cleared(rules: Sequence[Rule]) -> str:
    """What was taken away."""
    texts = [_rule_text(rule) for rule in rules]
    return f"Cleared{_for(rules[0])}: {', '.join(texts)}. From now on the next wider rule holds."


def granted(member_id: int, grants: Sequence[Grant]) -> str:
    """What somebody has now."""
    first = f"<@{member_id}> can ask for more pictures than the limits per hour and day. Costs count as ever."
    return "\n".join([first, *map(grant_line, grants)])


def was_reset(member_id: int, used: Mapping[Limit, int]) -> str:
    """What was forgotten."""
    texts = [f"{NAMES[limit]} {value_text(limit, number)}" for limit, number in used.items() if number]
    so_far = f"It was: {', '.join(texts)}." if texts else "It was nothing in the last 30 days."
    return (
        f"What <@{member_id}> used so far does not count against them any more. {so_far} "
        "As money that the server spent, it still counts."
    )
