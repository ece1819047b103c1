"""Names for jobs and attempts."""

import secrets

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that is mistaken for a digit."""

JOB_ID_PATTERN = f"[{_CROCKFORD}]{{10}}"


def new_job_id() -> str:
    """Ten characters, 50 random bits: short enough to read out, too many to guess."""
    return "".join(secrets.choice(_CROCKFORD) for _ in range(10))


def new_attempt_id() -> str:
    """Names one sending of a paid request."""
    return secrets.token_hex(12)
