import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import redeem_code
from desk import setup
from fedhub.areas.models import Area
from fedhub.core import backup

pytestmark = pytest.mark.django_db

ANSWERS = {
    "code": "330106003012",
    "district": "西湖区",
    "street": "文新街道",
    "community": "清和社区",
    "office_name": "清和社区妇联",
    "grids": 3,
    "chair_name": "周敏",
    "chair_account": "zhoumin",
    "admin_name": "钱进",
    "admin_account": "qianjin",
}


def as_office(user):
    """A client signed in as `user`, who has set her password."""
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="accounts.backends.StaffBackend")
    return client


@pytest.fixture(autouse=True)
def no_recovery_key(settings):
    backup.public_key_path().unlink(missing_ok=True)
    yield
    backup.public_key_path().unlink(missing_ok=True)


def test_the_first_run_makes_the_chain_the_grids_and_two_accounts(client):
    response = client.post(reverse("desk:first_run", args=[setup.new_token()]), ANSWERS)

    done = response.context["done"]
    assert list(Area.objects.values_list("code", "name")) == [
        ("330106", "西湖区"),
        ("330106003", "文新街道"),
        ("330106003012", "清和社区"),
        ("330106003012001", "第一网格"),
        ("330106003012002", "第二网格"),
        ("330106003012003", "第三网格"),
    ]
    assert redeem_code("zhoumin", done.chair_code).role_labels == ["妇联主席（副主席）"]
    assert redeem_code("qianjin", done.admin_code).role_labels == ["系统管理员"]
    assert backup.read_recovery_key(done.recovery_key) is not None
    assert response.headers["Cache-Control"] == "no-store"


def test_the_page_needs_the_printed_token_and_ends_with_the_first_account(client):
    token = setup.new_token()
    wrong = client.get(reverse("desk:first_run", args=["guess"]))
    client.post(reverse("desk:first_run", args=[token]), ANSWERS)

    again = client.get(reverse("desk:first_run", args=[token]))

    assert (wrong.status_code, again.status_code) == (404, 404)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "33010600301"}, "code"),
        ({"code": "330106003"}, "code"),
        ({"admin_account": "zhoumin"}, "admin_account"),
        ({"chair_account": "周敏"}, "chair_account"),
        ({"grids": 0}, "grids"),
        ({"safety_name": "吴静", "safety_account": "qianjin"}, "safety_account"),
        ({"safety_name": "吴静"}, "safety_account"),
        ({"safety_account": "wujing"}, "safety_name"),
    ],
)
def test_wrong_answers_are_named_and_nothing_is_made(client, change, field):
    response = client.post(reverse("desk:first_run", args=[setup.new_token()]), ANSWERS | change)

    assert list(response.context["form"].errors) == [field]
    assert (Area.objects.count(), User.objects.count()) == (0, 0)


def test_the_trained_person_may_be_named_at_the_first_run(client):
    answers = ANSWERS | {"safety_name": "吴静", "safety_account": "wujing"}

    done = client.post(reverse("desk:first_run", args=[setup.new_token()]), answers).context["done"]

    assert redeem_code("wujing", done.safety_code).role_labels == ["权益专人"]
    home = as_office(done.chair).get(reverse("desk:home"))
    assert [b["text"] for b in home.context["banners"] if "权益专人" in b["text"]] == []


def test_without_her_the_page_and_the_chairs_first_page_say_so(client):
    answer = client.post(reverse("desk:first_run", args=[setup.new_token()]), ANSWERS)

    assert "还没有权益专人" in answer.content.decode()
    home = as_office(answer.context["done"].chair).get(reverse("desk:home"))
    assert [b["text"] for b in home.context["banners"] if "权益专人" in b["text"]] == [
        "清和社区还没有权益专人，在那里报告的家庭暴力、儿童受伤害没有人看得到。请指定一位。"
    ]


def test_a_second_first_run_is_refused(chair):
    with pytest.raises(ValidationError, match="已经设置过"):
        setup.first_run(**ANSWERS)


@pytest.mark.parametrize(("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")])
def test_grids_are_counted_in_chinese(number, text):
    assert setup.numeral(number) == text
