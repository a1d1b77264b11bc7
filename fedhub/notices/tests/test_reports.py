"""What carriers report afterwards: forms of both, the secret in the address, proof, what did not arrive goes to a person."""

import json

import pytest
from django.apps import apps
from django.conf import settings as site
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fedhub.notices import words
from fedhub.notices.enums import State
from fedhub.notices.models import Attempt
from fedhub.notices.services.reports import NOT_ARRIVED
from fedhub.notices.sms.reports import MOST_BYTES, READERS, BadReport, Report, read_reports
from fedhub.notices.tests.factories import message_at

KEY = "a-secret_of-24-signs-0123"
ADDRESS = f"/sms/report/{KEY}/"
# As the carriers' handbooks show them.
ALIYUN = [
    {"phone_number": "13900000001", "send_time": "2017-01-01 11:12:13", "report_time": "2017-02-02 22:23:24", "success": True,
     "err_code": "DELIVERED", "err_msg": "用户接收成功", "sms_size": "1", "biz_id": "12345", "out_id": "67890"},
    {"phone_number": "13900000002", "success": False, "err_code": "MK:0004", "err_msg": "停机", "biz_id": "12346"},
]  # fmt: skip
TENCENT = [
    {"user_receive_time": "2015-10-17 08:03:04", "nationcode": "86", "mobile": "13900000001", "report_status": "SUCCESS",
     "errmsg": "DELIVRD", "description": "用户短信送达成功", "sid": "12345"},
    {"nationcode": "86", "mobile": "13900000002", "report_status": "FAIL", "errmsg": "MK:0004", "sid": "12346"},
]  # fmt: skip


def test_both_carriers_reports_are_read():
    read = {name: read_reports(name, json.dumps(rows).encode()) for name, rows in
            (("aliyun", ALIYUN), ("tencent", TENCENT))}  # fmt: skip

    assert read == {
        "aliyun": [Report("12345", True, "DELIVERED"), Report("12346", False, "MK:0004")],
        "tencent": [Report("12345", True, "DELIVRD"), Report("12346", False, "MK:0004")],
    }


@hypothesis_settings(max_examples=60)
@given(st.binary(max_size=60) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["biz_id", "success", "sid", "report_status", "err_code"]), inner, max_size=4),
    max_leaves=8,
).map(lambda data: json.dumps(data).encode()))  # fmt: skip
def test_anything_else_is_no_report(body):
    for carrier in READERS:
        try:
            read = read_reports(carrier, body)
        except BadReport:
            continue
        assert all(isinstance(one, Report) and len(one.receipt) <= 80 and len(one.code) <= 80 for one in read)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b"[]" + b" " * MOST_BYTES, json.dumps([ALIYUN[0]] * 1001).encode(), b"{}", b"\xff"]
)
def test_what_is_too_much_is_refused(body):
    with pytest.raises(BadReport):
        read_reports("aliyun", body)


# --- the address ------------------------------------------------------------------------------------------------------
@pytest.fixture
def person(grid):
    return apps.get_model(site.NOTICES_PERSON_MODEL).objects.create(name="王桂兰", area=grid)


@pytest.fixture
def on(settings):
    settings.SMS_SENDER, settings.SMS_REPORT_KEY = "aliyun", KEY


def sent(person, receipt, carrier="aliyun", **facts):
    message = message_at(State.SENT, person, **facts)
    Attempt.objects.create(message=message, channel="sms", outcome="accepted", carrier=carrier, receipt=receipt)
    return message


def report(body, address=ADDRESS):
    return Client(enforce_csrf_checks=True).post(address, body, content_type="application/json")


def test_proof_is_kept_and_what_did_not_arrive_waits_for_a_person(on, person):
    arrived, lost, read, other = (
        sent(person, "12345"), sent(person, "12346"), sent(person, "12347"), sent(person, "12348", carrier="tencent")
    )  # fmt: skip
    read.read_at = read.posted_at
    read.save()
    rows = [
        *ALIYUN,
        {**ALIYUN[1], "biz_id": "12347"},
        {**ALIYUN[1], "biz_id": "12348"},
        {**ALIYUN[1], "biz_id": "none"},
    ]

    answer = report(json.dumps(rows))

    assert answer.json() == {"code": 0, "msg": "成功"}
    found = {m.pk: m for m in type(lost).objects.all()}
    assert [(found[m.pk].state, found[m.pk].why) for m in (arrived, lost, read, other)] == [
        ("sent", ""), ("human", NOT_ARRIVED), ("sent", ""), ("sent", ""),
    ]  # fmt: skip
    assert list(Attempt.objects.order_by("pk").values_list("delivered", "report_code")) == [
        (True, "DELIVERED"), (False, "MK:0004"), (False, "MK:0004"), (None, ""),
    ]  # fmt: skip
    # The same once more, or the other way round, changes nothing.
    report(json.dumps([{**ALIYUN[1], "biz_id": "12345"}]))
    assert type(lost).objects.get(pk=arrived.pk).state == "sent"


def test_a_matter_with_a_list_of_its_own_asks_for_nobody(on, person):
    message = sent(person, "12346", template=sorted(words.listed())[0])

    report(json.dumps(ALIYUN))

    message.refresh_from_db()
    assert (message.state, message.channel) == ("sent", "inbox")


@pytest.mark.parametrize(
    ("sender", "key", "address"),
    [
        ("aliyun", KEY, "/sms/report/another-secret-of-24-signs/"), ("aliyun", "", ADDRESS), ("console", KEY, ADDRESS),
        ("", KEY, ADDRESS), ("aliyun", "short", "/sms/report/short/"),
    ],
)  # fmt: skip
def test_nobody_else_finds_the_address(person, settings, sender, key, address):
    settings.SMS_SENDER, settings.SMS_REPORT_KEY = sender, key
    message = sent(person, "12346")

    answer = report(json.dumps(ALIYUN), address)

    message.refresh_from_db()
    assert (answer.status_code, message.state) == (404, "sent")


@pytest.mark.parametrize("body", ["", "[", "[[]]", '[{"biz_id": []}]', "[" * 5000, " " * (MOST_BYTES + 1)])
def test_rubbish_is_taken_with_a_word_and_does_nothing(on, person, body):
    message = sent(person, "12346")

    answer = report(body)

    message.refresh_from_db()
    assert (answer.status_code, answer.json()["code"], message.state) == (200, 0, "sent")
