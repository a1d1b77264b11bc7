"""Small jobs of every minute: each app adds its own function; all are idempotent."""

JOBS = []


def every_minute(function):
    """Register `function()`; it runs once a minute in the tick process."""
    JOBS.append(function)
    return function
