"""Menu entries of surveys, and what they bring to other pages."""

from surveys import result_hooks  # noqa: F401
