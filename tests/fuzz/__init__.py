"""What comes in from outside, in any shape."""

from hypothesis import HealthCheck, settings


def examples(few: int) -> settings:
    """So many as the suite has time for; with `--hypothesis-profile=long` as many as the profile says."""
    is_long = settings.get_current_profile_name() == "long"
    return settings(
        max_examples=settings().max_examples if is_long else few,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
