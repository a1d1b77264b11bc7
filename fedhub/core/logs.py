"""Log lines without personal data: long digit runs and names of values never reach a file."""

import logging
import re

_DIGITS = re.compile(r"\d{7,}[\dXx]?")


def redact(text):
    """Replace runs of seven digits and more (identity numbers, phones)."""
    return _DIGITS.sub("〔数字〕", text)


class RedactFilter(logging.Filter):
    """Redacts messages; drops exception texts (they may quote values), keeping type and place."""

    def filter(self, record):
        record.msg, record.args = redact(record.getMessage()), ()
        return True


class LineFormatter(logging.Formatter):
    """One line: time, level, logger, message, and for an exception its type and innermost place."""

    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei):  # noqa: N802 - name of the standard library
        kind, _, trace = ei
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
        return f"{kind.__name__} at {place}"
