"""Components and formats as pages use them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms
from django.contrib.auth import get_user_model
from django.template import engines
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from fedhub.core.forms import FilterForm
from fedhub.core.paging import Page
from fedhub.core.templatetags import fmt, ui


def shown(source, **context):
    """`source` rendered with the project's template engine."""
    return engines["django"].from_string(source).render(context).strip()


@pytest.fixture
def today(monkeypatch):
    """A fixed day, 2024-06-30, and a fixed hour, 10:00 in Shanghai."""
    now = datetime(2024, 6, 30, 2, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return date(2024, 6, 30)


# --- icons and chips ----------------------------------------------------------------------------------------------
def test_an_icon_is_hidden_from_readers_unless_it_has_a_word():
    plain, spoken = shown('{% icon "check" %}'), shown('{% icon "eye" "查看" %}')

    assert plain.startswith('<svg class="wf-icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path')
    assert spoken.endswith('<span class="wf-sr">查看</span>')


def test_an_unknown_icon_is_a_mistake_that_shows_at_once():
    with pytest.raises(KeyError):
        ui.icon("nosuch")


def test_a_chip_carries_word_and_icon_and_escapes_its_text():
    html = shown("{% chip 'warn' text %}", text="<b>还有 3 天</b>")

    assert html.startswith('<span class="wf-chip wf-chip-warn"><svg')
    assert html.endswith("&lt;b&gt;还有 3 天&lt;/b&gt;</span>")


def test_a_chip_of_an_unknown_kind_is_quiet_and_one_without_text_is_nothing():
    assert shown("{% chip 'x\" onclick=' '未开始' %}") == '<span class="wf-chip">未开始</span>'
    assert shown("{% chip 'ok' '' %}") == ""


@pytest.mark.parametrize(
    ("days", "kind", "text"),
    [(-7, "bad", "逾期 7 天"), (0, "warn", "今天到期"), (3, "warn", "还有 3 天"), (9, "", "还有 9 天")],
)
def test_a_due_date_near_today_is_a_chip(today, days, kind, text):
    assert ui.due(today + timedelta(days=days)) == ui.chip(kind, text, "clock" if days == 9 else None)


def test_a_due_date_far_away_or_done_is_a_date(today):
    assert ui.due(today + timedelta(days=40)) == "8月9日"
    assert ui.due(today - timedelta(days=40), done=True) == "5月21日"
    assert ui.due(None) == ""


# --- boxes --------------------------------------------------------------------------------------------------------
def test_a_card_has_head_count_link_body_and_foot():
    html = shown('{% card "成员" count=4 link_text="添加" link_url="/x/" foot="最后核对" %}<p>内容</p>{% endcard %}')

    assert '<h2>成员</h2><span class="wf-count">4</span><a href="/x/">添加</a>' in html
    assert '<div class="wf-card-body"><p>内容</p></div>' in html
    assert '<div class="wf-card-foot">最后核对</div>' in html


def test_a_flush_card_has_no_body_frame():
    assert "wf-card-body" not in shown('{% card "表" flush=True %}<i></i>{% endcard %}')


def test_an_alert_has_an_icon_and_a_sentence():
    html = shown('{% alert "bad" "没有保存。" %}内容还在。{% endalert %}')

    assert html.startswith('<div class="wf-alert wf-alert-bad" role="status"><svg')
    assert "<b>没有保存。</b> 内容还在。" in html


def test_a_table_can_be_reached_and_named_and_turns_into_cards():
    html = shown('{% table "困难家庭" %}<tbody></tbody>{% endtable %}')

    assert '<div class="wf-table-wrap" tabindex="0" role="region" aria-label="困难家庭">' in html
    assert '<table class="wf-table wf-table-cards"><caption class="wf-sr">困难家庭</caption><tbody></tbody>' in html
    assert "wf-table-cards" not in shown('{% table "x" stay=True %}{% endtable %}')


class Cells(NamedTuple):
    pk: int
    name: str
    link: str


def test_the_lines_of_a_table_are_filled_and_what_is_no_markup_is_escaped():
    rows = [Cells(1, "<b>王</b>%(pk)s", ui.link("/1/", "王")), Cells(2, "李 100%", ui.link("/2/", "<李>"))]

    html = shown('{% lines rows %}<tr id="%(pk)s" width="5%%">{% if on %}<td>%(name)s{% endif %}%(link)s{% endlines %}',
                 rows=rows, on=True)  # fmt: skip

    assert html == (
        '<tr id="1" width="5%"><td>&lt;b&gt;王&lt;/b&gt;%(pk)s<a href="/1/">王</a>'
        '<tr id="2" width="5%"><td>李 100%<a href="/2/">&lt;李&gt;</a>'
    )
    assert shown("{% lines rows %}<tr>{% endlines %}", rows=[]) == ""


def test_an_empty_fact_says_so_and_a_value_is_escaped():
    assert shown('{% fact "电话" "" %}') == f"<div><dt>电话</dt><dd>{ui.NOTHING}</dd></div>"
    assert shown('{% fact "姓名" name %}', name="<王>") == "<div><dt>姓名</dt><dd>&lt;王&gt;</dd></div>"
    assert shown('{% factblock "情况" %} {% endfactblock %}') == f"<div><dt>情况</dt><dd>{ui.NOTHING}</dd></div>"


def test_page_head_shows_crumbs_chips_facts_and_actions():
    html = shown(
        '{% page_head "王桂兰户" chips=chips meta=meta crumbs=crumbs %}<a href="/v/">记走访</a>{% endpage_head %}',
        chips=[("warn", "二级", "heart")], meta=["4 人", ""], crumbs=[("家庭", "/h/")],
    )  # fmt: skip

    assert '<a href="/h/">家庭</a>' in html
    assert "<h1>王桂兰户</h1><span class=" in html
    assert '<p class="wf-head-meta"><span>4 人</span></p>' in html
    assert '<div class="wf-head-actions"><a href="/v/">记走访</a></div>' in html


def test_tabs_mark_the_current_page_and_show_a_count_of_zero():
    html = shown(
        "{% tabs items %}",
        items=[{"label": "概况", "url": "/a/", "current": True}, {"label": "走访", "url": "/b/", "count": 0}],
    )

    assert '<a href="/a/" aria-current="page">概况</a>' in html
    assert '<a href="/b/">走访<span class="wf-count">0</span></a>' in html


def test_timeline_takes_one_or_several_times():
    html = shown(
        "{% timeline entries %}",
        entries=[{"when": "今天", "title": "转交", "state": "now"}, {"when": ["6月28日", "入户"], "title": "走访"}],
    )

    assert '<li class="is-now">' in html
    assert '<div class="wf-timeline-when"><span>6月28日</span><span>入户</span></div>' in html


def test_the_pager_links_neighbours_and_vanishes_without_rows():
    page = Page([1, 2], total=86, unit="户", next_url="?after=x")

    assert '<span>共 86 户，这一页 2 户</span><a href="?after=x" rel="next">' in shown("{% pager page %}", page=page)
    assert shown("{% pager page %}", page=Page([], total=0)) == ""


# --- masked values ------------------------------------------------------------------------------------------------
class Allowed:
    def __init__(self, *permissions):
        self.permissions = permissions

    def has_perm(self, permission, obj=None):
        return permission in self.permissions


def test_a_masked_value_never_holds_the_full_number():
    person = get_user_model()(pk=7, phone="13800000417")

    html = shown('{% masked person "phone" "刘建芳" %}', person=person, user=Allowed("accounts.change_user"))

    assert "13800000417" not in html
    assert '<span class="wf-mask-dots">138****0417</span>' in html
    assert 'data-record="accounts.user" data-pk="7" data-field="phone" aria-label="查看刘建芳联系电话"' in html


@pytest.mark.parametrize("user", [None, Allowed()])
def test_who_may_not_open_a_value_gets_no_button(user):
    person = get_user_model()(pk=7, phone="13800000417")

    html = shown('{% masked person "phone" %}', person=person, user=user)

    assert html == '<span class="wf-mask"><span class="wf-mask-dots">138****0417</span></span>'


def test_the_account_of_the_request_is_masked_like_any_record():
    person = get_user_model()(pk=7, phone="15900002286")

    html = shown('{% masked person "phone" %}', person=SimpleLazyObject(lambda: person))

    assert html == shown('{% masked person "phone" %}', person=person)


def test_a_masked_field_without_a_value_says_so():
    person = get_user_model()(pk=7, phone="")

    assert shown('{% masked person "phone" %}', person=person) == ui.NOTHING


# --- formats ------------------------------------------------------------------------------------------------------
def test_dates_are_written_as_documents_write_them(today):
    assert fmt.day(today) == "2024年6月30日"
    assert fmt.short_day(today) == "6月30日"
    assert fmt.short_day(date(2023, 6, 30)) == "2023年6月30日"
    assert fmt.iso_day(today) == "2024-06-30"
    assert [f(None) for f in (fmt.day, fmt.short_day, fmt.iso_day, fmt.ago, fmt.moment)] == [""] * 5


def test_a_moment_is_told_in_local_time(today):
    assert fmt.moment(datetime(2024, 6, 30, 1, 40, tzinfo=UTC)) == "今天 09:40"
    assert fmt.moment(datetime(2024, 6, 29, 1, 40, tzinfo=UTC)) == "昨天 09:40"
    assert fmt.moment(datetime(2024, 5, 26, 18, 20, tzinfo=UTC)) == "5月27日 02:20"


@pytest.mark.parametrize(
    ("back", "text"),
    [(-2, "2 天后"), (-1, "明天"), (0, "今天"), (1, "昨天"), (3, "3 天前"), (62, "2 个月前"), (800, "2 年前")],
)
def test_ago_counts_days_months_years(today, back, text):
    assert fmt.ago(today - timedelta(days=back)) == text


@pytest.mark.parametrize(("seconds", "text"), [(20, "刚才"), (300, "5 分钟前"), (7300, "2 小时前")])
def test_ago_counts_minutes_and_hours_of_today(today, seconds, text):
    assert fmt.ago(timezone.now() - timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("born", "years"),
    [
        ("1985", "约 39"), ("1985-04", "39"), ("1985-07", "38"), ("1985-06-30", "39"), ("1985-07-01", "38"),
        ("2030", ""), ("2030-01-01", ""), ("", ""), (None, ""), ("不详", ""), (date(2017, 3, 1), "7"),
    ],
)  # fmt: skip
def test_age_is_as_exact_as_the_birth_date(today, born, years):
    assert fmt.age(born) == years


def test_numbers_have_separators_and_text_stays():
    assert [fmt.comma(v) for v in (2386, Decimal("1180.50"), "1,000+", None)] == ["2,386", "1,180.50", "1,000+", ""]
    assert (fmt.percent(6, 7), fmt.percent(0, 0)) == ("85.7%", "—")
    assert [fmt.file_size(v) for v in (12, 839680, 1258291, None)] == ["1 KB", "820 KB", "1.2 MB", ""]


class Sought(FilterForm):
    q = forms.CharField(label="搜索", required=False)
    month = forms.CharField(label="月份", required=False, widget=forms.DateInput({"type": "month"}, format="%Y-%m"))
    kind = forms.ChoiceField(label="种类", required=False, choices=[("", "全部"), ("a", "甲")])


def test_a_filter_field_is_kept_for_each_choice_but_never_with_what_was_typed():
    ui._filter_fields.clear()

    for data in ({}, {}, {"kind": "a", "q": "110105199001010027"}, {"q": "张三", "month": "2026-03"}):
        form = Sought(data)
        html = "".join(ui.filter_field(field) for field in form)
        assert html == "".join(as_crispy_field(field) for field in form)

    assert sorted(key[1:4:2] for key in ui._filter_fields) == [
        ("kind", "None"), ("kind", "a"), ("month", "None"), ("month", ui._TYPED), ("q", "None"), ("q", ui._TYPED),
    ]  # fmt: skip
    assert "110105199001010027" not in "".join(ui._filter_fields.values())
    assert "张三" not in "".join(ui._filter_fields.values())
    assert "2026-03" not in "".join(ui._filter_fields.values())


@pytest.mark.parametrize(
    "typed", ["张", '"><script>alert(1)</script>', "' onfocus='x", "&amp;", " a  b ", "0", "\\1 %s {{ q }}", ui._TYPED]
)
def test_what_is_typed_into_a_filter_stands_in_it_as_the_library_would_put_it(typed):
    for _ in range(2):
        bound = Sought({"q": typed})["q"]
        assert ui.filter_field(bound) == as_crispy_field(bound)
    assert bound.value() == typed


@pytest.mark.parametrize(
    "data", [{"q": "很长的字"}, {"day": "2024-01-02"}, {"day": "无"}, {"often": "3"}, {"often": "x"}]
)
def test_other_filters_and_wrong_ones_are_made_anew(data):
    class Other(Sought):
        q = forms.CharField(label="搜索", required=False, max_length=2)
        day = forms.DateField(label="哪天", required=False)
        often = forms.IntegerField(label="次数", required=False)

    form = Other(data)

    assert [ui.filter_field(field) for field in form] == [as_crispy_field(field) for field in form]


def test_chips_beyond_the_most_are_counted():
    assert "等 4 类" in ui.chips(("甲", "乙", "丙", "丁"), 3)
    assert ui.chips(("甲", "乙", "丙", "丁"), 3).count('wf-chip"') == 3
    assert ui.chips(()) == '<span class="wf-mute">—</span>'


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14; V2) AppleWebKit/537.36 Chrome/120 Safari/537 MicroMessenger/8",
            "安卓手机，微信",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17 Safari/604", "苹果手机，Safari"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120 Safari/537 Edg/120", "Windows 电脑，Edge"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) Chrome/114 Safari/537", "鸿蒙手机，Chrome"),
        ("curl/8", "不认识的设备"),
        (None, "不认识的设备"),
    ],
)
def test_a_browser_is_named_in_words(agent, words):
    assert fmt.device(agent) == words
