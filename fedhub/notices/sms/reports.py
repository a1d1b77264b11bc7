"""状态报告: what a carrier says afterwards of a short message that it took. The carriers sign nothing; the address holds a secret.

Sources: help.aliyun.com, 短信服务 SmsReport (HTTP 批量推送); cloud.tencent.com, 短信 下发状态通知.
"""

import json
from dataclasses import dataclass

MOST_BYTES, MOST_ROWS = 256 * 1024, 1000


class BadReport(ValueError):
    """Nothing that a carrier sends."""


@dataclass(frozen=True)
class Report:
    """Of the message with this receipt number: whether it arrived, and the carrier's code for it."""

    receipt: str
    delivered: bool
    code: str


def _aliyun(row):
    return Report(_text(row["biz_id"]), row["success"] is True, _text(row.get("err_code") or ""))


def _tencent(row):
    return Report(_text(row["sid"]), row["report_status"] == "SUCCESS", _text(row.get("errmsg") or ""))


def _text(value):
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise BadReport("type")
    return str(value)[:80]


READERS = {"aliyun": _aliyun, "tencent": _tencent}
# What each carrier waits for; without it the same reports come again.
ANSWERS = {"aliyun": {"code": 0, "msg": "成功"}, "tencent": {"result": 0, "errmsg": "OK"}}


def read_reports(carrier, body):
    """`[Report]` in the `body` (bytes) that `carrier` ("aliyun", "tencent") posted. Numbers of phones in it are not looked at.
    Raises BadReport."""
    if len(body) > MOST_BYTES:
        raise BadReport("size")
    try:
        rows = json.loads(body)
        if not isinstance(rows, list) or len(rows) > MOST_ROWS:
            raise BadReport("rows")
        return [READERS[carrier](row) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadReport(type(error).__name__) from None
