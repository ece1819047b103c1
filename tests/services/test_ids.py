"""Ids that a person can read out and a stranger cannot guess."""

import re

from bot.services.ids import JOB_ID_PATTERN, new_attempt_id, new_job_id


def test_a_job_id_fits_its_pattern_and_has_no_letter_that_is_mistaken_for_a_digit() -> None:
    for _ in range(100):
        job_id = new_job_id()
        assert re.fullmatch(JOB_ID_PATTERN, job_id)
        assert not set(job_id) & set("ilou")


def test_no_two_are_the_same() -> None:
    assert len({new_job_id() for _ in range(1_000)}) == 1_000
    assert len({new_attempt_id() for _ in range(1_000)}) == 1_000
