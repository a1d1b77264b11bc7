"""Short messages: the carriers' own examples of signatures, what they check, what failed and may be tried again."""

import hashlib
import stat

import pytest
from django.core.exceptions import ImproperlyConfigured

from fedhub.notices.sms import Failure, Receipt, SmsFailed, aliyun, console, is_on, send, tencent
from fedhub.notices.tests.mock_sms import APP_ID, KEY_ID, SECRET, SIGN, MockSms

NUMBER = "13812345678"


@pytest.fixture
def carrier(settings):
    mock = MockSms()
    settings.SMS_ALIYUN_API = settings.SMS_TENCENT_API = mock.url
    settings.SMS_KEY_ID, settings.SMS_KEY_SECRET, settings.SMS_SIGN, settings.SMS_APP_ID = KEY_ID, SECRET, SIGN, APP_ID
    yield mock
    mock.close()


def use(settings, name):
    settings.SMS_SENDER = name
    settings.SMS_TEMPLATES = {"code": {"aliyun": "SMS_100", "tencent": "449739"}.get(name, "")}


def failure(number=NUMBER, template="code", params=None):
    with pytest.raises(SmsFailed) as caught:
        send(number, template, {"code": "123456"} if params is None else params)
    return caught.value.code, caught.value.failure


# --- signatures -------------------------------------------------------------------------------------------------------
def test_the_signature_is_that_of_aliyun_s_own_example():
    """help.aliyun.com, V3 版本请求体&签名机制, 固定参数示例."""
    query = {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"}
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }

    made = aliyun.authorization(query, headers, key_id="YourAccessKeyId", secret="YourAccessKeySecret")

    assert made == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        "x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_the_signature_is_that_of_tencent_s_own_example():
    """cloud.tencent.com, 签名方法 v3."""
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'

    made = tencent.authorization(
        {"content-type": "application/json; charset=utf-8", "host": "cvm.tencentcloudapi.com"}, body,
        timestamp=1551113065, service="cvm", key_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        secret="Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
    )  # fmt: skip

    assert made == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


# --- the two carriers -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "receipt", "template"),
    [
        ("aliyun", Receipt("aliyun", "900619746936498440^1"), "SMS_100"),
        ("tencent", Receipt("tencent", "5000:1"), "449739"),
    ],
)
def test_a_message_reaches_the_carrier_as_it_checks_it(settings, carrier, name, receipt, template):
    use(settings, name)

    assert send("+86 138-1234-5678", "code", {"code": "1 2&3/中~*"}) == receipt
    assert carrier.taken == [(NUMBER, template, ["1 2&3/中~*"])]


@pytest.mark.parametrize(
    ("name", "setting", "code"),
    [
        ("aliyun", {"SMS_KEY_SECRET": "other"}, "SignatureDoesNotMatch"),
        ("aliyun", {"SMS_KEY_ID": "other"}, "InvalidAccessKeyId.NotFound"),
        ("aliyun", {"SMS_SIGN": "别的签名"}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ("aliyun", {"SMS_TEMPLATES": {"code": "SMS_999"}}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ("aliyun", {"SMS_TEMPLATES": {}}, "template"),
        ("tencent", {"SMS_KEY_SECRET": "other"}, "AuthFailure.SignatureFailure"),
        ("tencent", {"SMS_KEY_ID": "other"}, "AuthFailure.SecretIdNotFound"),
        ("tencent", {"SMS_APP_ID": "1"}, "UnauthorizedOperation.SmsSdkAppIdVerifyFail"),
        ("tencent", {"SMS_SIGN": "别的签名"}, "FailedOperation.SignatureIncorrectOrUnapproved"),
        ("tencent", {"SMS_REGION": "mars"}, "UnsupportedRegion"),
    ],
)
def test_what_is_set_wrongly_is_refused_for_good(settings, carrier, name, setting, code):
    use(settings, name)
    for key, value in setting.items():
        setattr(settings, key, value)

    assert failure() == (code, Failure.REFUSED)
    assert carrier.taken == []


@pytest.mark.parametrize(
    ("name", "code"),
    [("aliyun", "isv.BUSINESS_LIMIT_CONTROL"), ("tencent", "LimitExceeded.PhoneNumberThirtySecondLimit")],
)
def test_too_many_at_once_are_tried_later(settings, carrier, name, code):
    use(settings, name)
    carrier.broken = "limit"

    assert failure() == (code, Failure.LATER)


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
@pytest.mark.parametrize(
    ("broken", "said"), [("silent", ("answer", Failure.UNKNOWN)), ("page", ("http 502", Failure.LATER))]
)
def test_a_line_that_broke_leaves_it_open_whether_she_has_it(settings, carrier, name, broken, said):
    use(settings, name)
    carrier.broken = broken

    assert failure() == said


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
def test_nobody_there_is_tried_later(settings, carrier, name):
    use(settings, name)
    carrier.close()

    assert failure() == ("connection", Failure.LATER)


# --- what needs no carrier --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", ["", "0571-88886666", "1381234567", "138123456789", "١٣٨١٢٣٤٥٦٧٨", "+1 2025550123"])
def test_what_is_no_mobile_is_never_asked_for(number):
    assert failure(number) == ("number", Failure.REFUSED)


def test_the_console_writes_a_file_of_its_owner_alone_and_no_log(settings, tmp_path, caplog, capsys):
    settings.HOME = tmp_path

    receipt = send(NUMBER, "code", {"code": 123456})

    (line,) = console.sent()
    assert (line["to"], line["template"], line["params"]) == (NUMBER, "code", {"code": "123456"})
    assert receipt == Receipt("console", line["receipt"])
    assert stat.S_IMODE(console.path().stat().st_mode) == 0o600
    assert (caplog.text, capsys.readouterr().out) == ("", "")


def test_without_a_carrier_there_are_none(settings):
    settings.SMS_SENDER = ""

    assert is_on() is False
    assert failure() == ("off", Failure.REFUSED)


def test_an_unknown_carrier_is_a_fault_of_the_settings(settings):
    settings.SMS_SENDER = "pigeon"

    with pytest.raises(ImproperlyConfigured, match="aliyun"):
        send(NUMBER, "code", {})
