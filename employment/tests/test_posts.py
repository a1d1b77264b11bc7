"""Employers and posts: checked once, read before publishing, hidden by themselves, stopped by complaints."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from employment.forms.post import PostForm
from employment.models import Complaint, Employer, Post
from employment.queries import ending_count, warn_until
from employment.services.posts import (
    change_post,
    check_employer,
    complain,
    create_post,
    dismiss_complaint,
    hide_late_posts,
    publish_post,
    refresh_post,
    resume_employer,
)
from employment.tests.factories import ComplaintFactory, EmployerFactory, PostFactory, employer_at
from fedhub.core.flow import FlowError
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.validators import parse_credit_code

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = timedelta(days=1)
CODE = "91350100M000100Y43"
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def today():
    return timezone.localdate()


@given(st.integers(0, 17), st.sampled_from(LETTERS))
def test_one_wrong_character_of_a_credit_code_is_always_found(place, letter):
    """GB 32100-2015: check modulo 31, weights powers of 3."""
    wrong = CODE[:place] + letter + CODE[place + 1 :]
    if wrong == CODE:
        assert parse_credit_code(wrong) == CODE
    else:
        with pytest.raises(ValueError, match="校验不通过"):
            parse_credit_code(wrong)


# --- employers ----------------------------------------------------------------------------------------------------------
def test_an_employer_is_registered_and_checked_by_a_paper_on_a_day(client, chair, community):
    url = reverse("employment:employer_create")
    page = client.get(url)
    told = {"name": "春风超市", "business": "零售", "address": "春江路 8 号", "contact": "周", "phone": "13800138000"}
    wrong = client.post(url, filled(page, code=CODE[:-1] + "4", **told))
    assert "校验不通过" in str(wrong.context["form"].errors["code"])
    client.post(url, filled(page, code=CODE.lower(), **told))

    employer = Employer.objects.get()
    assert (employer.code, employer.state, employer.area) == (CODE, "new", community)
    client.post(reverse("employment:employer_check", args=[employer.pk]), {"paper": "licence", "on": f"{today()}"})
    employer.refresh_from_db()
    assert (employer.state, employer.checked_paper, employer.checked_on, employer.checked_by) == (
        "checked", "licence", today(), chair,
    )  # fmt: skip
    with pytest.raises(FlowError):
        check_employer(employer, paper="licence", on=today(), by=chair)
    page = client.post(url, filled(client.get(url), code=CODE, **told))
    assert "已经登记过" in page.content.decode()


def test_a_checked_employer_does_not_become_another_one(client, chair):
    employer = EmployerFactory()
    url = reverse("employment:employer_update", args=[employer.pk])
    page = client.post(url, filled(client.get(url), name="秋风超市"))

    employer.refresh_from_db()
    assert (employer.name, "重新核验" in page.content.decode()) == ("春风超市", True)


# --- publishing ---------------------------------------------------------------------------------------------------------
def test_a_post_says_all_that_it_must_and_asks_nothing_of_marriage_and_children():
    required = {name for name, field in PostForm.base_fields.items() if field.required}
    texts = [f"{name} {field.label} {field.help_text}" for name, field in PostForm.base_fields.items()]

    assert {"title", "kind", "total", "duties", "conditions", "place", "pay_from", "pay_day", "insurance"} <= required
    assert [text for text in texts if any(word in text for word in ("婚", "育", "孩", "孕"))] == []


def test_a_post_that_prefers_the_married_with_children_is_never_published(client, chair):
    employer = EmployerFactory()
    url = reverse("employment:post_create", args=[employer.pk])
    client.post(
        url, filled(client.get(url), title="收银员", kind="shop", duties="收银", conditions="已婚已育优先", place="春江路",
                    pay_from="3000", pay_day="每月 15 日", insurance="五险"),
    )  # fmt: skip
    post = Post.objects.get()
    assert (post.state, post.keeper, post.left) == ("draft", chair, 1)
    page = client.get(post.get_absolute_url())
    assert "妇女权益保障法第四十三条第四项" in page.content.decode()

    page = client.post(reverse("employment:post_publish", args=[post.pk]), follow=True)
    post.refresh_from_db()
    assert post.state == "draft"
    assert "“已婚已育优先”" in page.content.decode()

    url = reverse("employment:post_update", args=[post.pk])
    client.post(url, filled(client.get(url), conditions="会用收银机"))
    client.post(reverse("employment:post_publish", args=[post.pk]))
    post.refresh_from_db()
    assert (post.state, post.published_on, post.valid_until) == ("open", today(), today() + 30 * DAY)


def test_the_words_of_a_published_post_cannot_be_made_worse(client, chair):
    post = PostFactory()
    url = reverse("employment:post_update", args=[post.pk])
    page = client.post(url, filled(client.get(url), conditions="限男性"))

    post.refresh_from_db()
    assert (post.conditions, "第四十三条" in page.content.decode()) == ("会用收银机，男女不限。", True)


@pytest.mark.parametrize("state", ["new", "suspended"])
def test_nothing_is_published_for_an_employer_that_was_not_checked(chair, state):
    post = PostFactory(employer=employer_at(state), state="draft")

    with pytest.raises(ValidationError, match="核验"):
        publish_post(post, by=chair)


def test_a_post_of_an_agency_needs_its_licence(client, chair):
    post = PostFactory(state="draft")
    url = reverse("employment:post_update", args=[post.pk])
    page = client.post(url, filled(client.get(url), source="agency"))

    assert "许可证号" in page.content.decode()
    assert Post.objects.get().source == "employer"


def test_one_of_two_who_change_a_post_gets_the_page_of_the_clash(client, chair):
    post = PostFactory()
    url = reverse("employment:post_update", args=[post.pk])
    first, second = filled(client.get(url), pay_from="2700"), filled(client.get(url), pay_from="2800")
    client.post(url, first)

    assert client.post(url, second).status_code == 409
    assert Post.objects.get().pay_from == 2700


def test_letters_where_numbers_belong_come_back_with_a_sentence(client, chair):
    post = PostFactory()
    url = reverse("employment:post_update", args=[post.pk])
    page = client.post(url, filled(client.get(url), pay_from="面议", total="0", shift_to=""))

    assert page.status_code == 200
    assert set(page.context["form"].errors) >= {"pay_from", "shift_to"}


# --- its term -----------------------------------------------------------------------------------------------------------
def test_a_post_goes_out_of_sight_by_itself_and_its_keeper_is_told_three_days_before(chair):
    posts = [PostFactory(keeper=chair, valid_until=today() + days * DAY) for days in (-1, 0, 3, 4)]

    assert warn_until() == today() + 3 * DAY
    assert ending_count(chair) == 3
    assert set(Post.objects.alive()) == set(posts[1:])
    assert (hide_late_posts(), hide_late_posts()) == (1, 0)
    posts[0].refresh_from_db()
    assert posts[0].state == "hidden"
    assert ending_count(chair) == 2


def test_somebody_asks_and_the_term_begins_anew(chair):
    post = PostFactory(valid_until=today())

    refresh_post(post, by=chair)

    assert post.valid_until == today() + 30 * DAY
    with pytest.raises(FlowError):
        refresh_post(PostFactory(state="hidden"), by=chair)


# --- complaints ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["fee", "deposit", "id_held"])
def test_a_fee_a_deposit_or_a_kept_id_stops_all_posts_at_once(client, chair, kind):
    post, draft = PostFactory(), PostFactory(state="draft")
    url = reverse("employment:complaint_create", args=[post.employer_id])
    client.post(url, filled(client.get(url), kind=kind, post=str(post.pk), text="要交 200 元"))

    assert set(Post.objects.values_list("state", flat=True)) == {"suspended"}
    employer = Employer.objects.get()
    assert (employer.state, employer.suspended_on) == ("suspended", today())
    assert draft.employer_id == employer.pk


def test_the_third_complaint_stops_an_employer_and_an_unfounded_one_does_not_count(chair):
    employer = PostFactory().employer
    first = complain(Complaint(employer=employer, kind="false", text="工资不实"), by=chair)
    dismiss_complaint(first, why="看过工资条", by=chair)
    for number, state in [(1, "checked"), (2, "checked"), (3, "suspended")]:
        complain(Complaint(employer=employer, kind="other", text=f"{number}"), by=chair)
        employer.refresh_from_db()
        assert employer.state == state
    with pytest.raises(ValidationError, match="已经登记过"):
        dismiss_complaint(first, why="x", by=chair)


def test_a_suspended_employer_comes_back_only_without_complaints_and_is_checked_again(chair):
    post = PostFactory()
    one = complain(Complaint(employer=post.employer, kind="fee", text="收费"), by=chair)
    employer = Employer.objects.get()
    with pytest.raises(ValidationError, match="收费"):
        resume_employer(employer, by=chair)
    dismiss_complaint(one, why="是体检费，已退", by=chair)

    resume_employer(employer, by=chair)

    post.refresh_from_db()
    assert (employer.state, employer.checked_on, post.state) == ("new", None, "hidden")
    with pytest.raises(ValidationError, match="核验"):
        publish_post(post, by=chair)


# --- lists, access, constraints -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_posts_costs_the_same_for_any_number_of_rows(client, worker, rows):
    PostFactory.create_batch(rows)

    page, queries = queries_beyond(client, reverse("employment:post_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_employers_costs_the_same_for_any_number_of_rows(client, worker, rows):
    for number in range(rows):
        EmployerFactory(code=f"{number}")

    page, queries = queries_beyond(client, reverse("employment:employer_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["甲", "乙", "丙"]), ("state=alive", ["甲"]), ("state=ending", ["乙"]), ("state=draft", ["丙"]),
        ("state=all", ["甲", "乙", "丙", "丁"]), ("kind=care", ["丙"]), ("q=乙", ["乙"]), ("q=春风", ["甲", "乙", "丙"]),
        ("work_kind=part", ["甲"]), ("state=x&kind=x", ["甲", "乙", "丙"]),
    ],
)  # fmt: skip
def test_the_filters_of_the_posts(client, worker, query, titles):
    PostFactory(title="甲", work_kind="part")
    PostFactory(title="乙", valid_until=today() - DAY)
    PostFactory(title="丙", state="draft", kind="care")
    PostFactory(title="丁", state="closed")

    rows = client.get(f"{reverse('employment:post_list')}?{query}").context["page"].rows

    assert sorted(t for t in "甲乙丙丁" if any(f">{t}<" in row.title for row in rows)) == sorted(titles)


def test_a_grid_worker_reads_posts_and_changes_none(client, worker):
    post = PostFactory(conditions="限男性", state="draft")

    page = client.get(post.get_absolute_url())

    assert (page.context["may_change"], page.context["findings"]) == (False, [])
    assert client.post(reverse("employment:post_publish", args=[post.pk])).status_code in (403, 404)


def test_what_was_complained_of_is_read_by_those_alone_who_keep_the_posts(client, worker):
    complaint = ComplaintFactory()

    assert complaint.text not in client.get(complaint.employer.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE employment_employer SET state = 'suspended'",
        "UPDATE employment_employer SET checked_on = NULL",
        "UPDATE employment_employer SET state = 'x'",
        'UPDATE employment_post SET "left" = 3',
        "UPDATE employment_post SET valid_until = NULL",
        "UPDATE employment_post SET pay_to = 1",
        "UPDATE employment_post SET source = 'agency'",
        "UPDATE employment_complaint SET dismissed_on = '2026-01-01'",
    ],
)
def test_the_database_refuses(statement):
    ComplaintFactory(post=PostFactory())

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# --- closing taken back, and pay in one unit ------------------------------------------------------------------------------
def test_a_post_closed_by_mistake_comes_back_and_is_published_anew(client, chair):
    post = PostFactory()
    url = reverse("employment:post_step", args=[post.pk, "close"])
    client.post(url)
    closed = client.get(post.get_absolute_url())
    client.post(reverse("employment:post_step", args=[post.pk, "unclose"]))
    post.refresh_from_db()

    assert closed.context["steps"] == [("unclose", "撤销关闭")]
    assert (post.state, Post.objects.alive().count()) == ("hidden", 0)
    publish_post(post, by=chair)
    assert Post.objects.alive().count() == 1


def test_posts_of_different_units_stand_in_one_order_of_pay(client, chair, community):
    for title, pay, unit in [
        ("时薪", 30, "hour"),
        ("月薪", 5000, "month"),
        ("高时薪", 40, "hour"),
        ("计件", 9000, "piece"),
    ]:
        post = PostFactory.build(
            title=title,
            pay_from=pay,
            pay_unit=unit,
            state="draft",
            employer=EmployerFactory(),
            keeper=chair,
            pay_month=0,
        )
        create_post(post, by=chair)
    lines = client.get(f"{reverse('employment:post_list')}?sort=pay").context["page"].rows

    # 40 × 174 = 6960 a month, 30 × 174 = 5220; by the piece says nothing of a month.
    assert [re.search(">([^<]+)</a>", line.title)[1] for line in lines] == ["高时薪", "时薪", "月薪", "计件"]
    assert sorted(Post.objects.values_list("pay_month", flat=True)) == [0, 5000, 5220, 6960]


def test_the_monthly_pay_follows_a_change_of_unit(chair):
    post = create_post(
        PostFactory.build(pay_from=30, state="draft", employer=EmployerFactory(), keeper=chair), by=chair
    )
    post.pay_unit = "hour"
    change_post(post, ["pay_unit"], base_version=post.version, by=chair)

    assert Post.objects.get().pay_month == 5220
