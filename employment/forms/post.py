"""Forms of employers, posts and complaints. A post has no field for marriage or children (妇女权益保障法 art. 43)."""

from django import forms

from employment.enums import CheckPaper, EmployerState, JobKind, PostState, WorkKind
from employment.forms.filters import FigureFilters
from employment.models import Complaint, Employer, Post
from employment.queries import warn_until
from employment.search import Found, search
from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, MaskedField, StaffForm, StaffModelForm
from households.forms.fields import day_field, no_later_than_today

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
HOUR = forms.TimeInput({"type": "time"}, format="%H:%M")
LONG = forms.Textarea({"rows": 3})
SEARCH = forms.TextInput({"type": "search", "placeholder": "名称"})


class EmployerForm(StaffModelForm):
    contact = MaskedField(label="联系人", max_length=50)
    phone = MaskedField(label="联系电话", max_length=30)
    code = forms.CharField(
        label="统一社会信用代码", max_length=30, help_text="18 位，照营业执照填；校验不通过的不收。"
    )

    class Meta:
        model = Employer
        fields = ["area", "name", "code", "business", "address", "contact", "phone"]

    sections = [("用人单位", ["area", "name code", "business", "address", "contact phone"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = Area.objects.visible_to(self.user, "employment.add_employer").active().communities()
        self.fields["area"].queryset = places.order_by("code")
        self.fields["area"].label, self.fields["area"].empty_label = "登记在哪个社区", None
        if self.instance.pk:
            del self.fields["area"]


class EmployerCheckForm(StaffForm):
    paper = forms.ChoiceField(label="看了什么", choices=[("", "请选"), *CheckPaper.choices])
    on = day_field("哪天看的")

    sections = [("核验", ["paper on"])]

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])


class WhyForm(StaffForm):
    why = forms.CharField(label="为什么", max_length=100)


class ComplaintForm(StaffModelForm):
    text = forms.CharField(label="经过", max_length=500, widget=LONG)

    class Meta:
        model = Complaint
        fields = ["kind", "post", "on", "text"]
        widgets = {"on": DAY}
        help_texts = {"kind": "收费、押金、扣证件的，登记以后这个单位的岗位全部暂停；其他的满三件暂停。"}

    sections = [("投诉", ["kind on", "post", "text"])]

    def __init__(self, *args, employer, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Post.objects.visible_to(self.user, "employment.view_post").filter(employer=employer)
        self.fields["post"].queryset, self.fields["post"].empty_label = rows.order_by("-pk"), "不是哪一个岗位"

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])


class PostForm(StaffModelForm):
    class Meta:
        model = Post
        fields = [
            "title", "kind", "total", "work_kind", "duties", "conditions", "needs_certificate", "adults_only", "women_reason",
            "place", "place_area", "walk_minutes", "shift_from", "shift_to", "weekends", "pay_from", "pay_to", "pay_unit",
            "pay_day", "insurance", "contract", "benefits", "source", "licence",
        ]  # fmt: skip
        widgets = {"shift_from": HOUR, "shift_to": HOUR, "duties": LONG, "conditions": LONG}
        help_texts = {
            "women_reason": "国家规定的岗位，或者妇女专场招聘；不写的不能只招女性。",
            "adults_only": "重体力、危险、夜班、娱乐场所。",
            "place_area": "在本社区附近的选上，用来算步行多久。",
            "walk_minutes": "没有选网格的，从社区居委会走过去要几分钟。",
            "insurance": "例如“五险”“意外险”“不交”。",
            "pay_day": "例如“每月 15 日”“当天结”。",
        }

    sections = [
        (
            "岗位",
            ["title kind", "total work_kind", "duties", "conditions", "needs_certificate adults_only", "women_reason"],
        ),
        ("地点和时间", ["place", "place_area walk_minutes", "shift_from shift_to weekends"]),
        ("待遇", ["pay_from pay_to pay_unit", "pay_day insurance", "contract benefits"]),
        ("来源（不得收费、收押金、扣证件）", ["source licence"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = Area.objects.visible_to(self.user, "employment.view_post").active()
        self.fields["place_area"].queryset = places.filter(kind__in=["community", "grid"]).order_by("code")
        self.fields["place_area"].empty_label = "不在这里"

    def clean(self):
        data = super().clean()
        if bool(data.get("shift_from")) != bool(data.get("shift_to")):
            self.add_error("shift_to", "上班、下班两个时间一起写；时间灵活的都空着。")
        return data


class EmployerFilterForm(FigureFilters):
    opens = "employer_list"
    q = forms.CharField(label="名称", required=False, max_length=40, widget=SEARCH)
    state = FilterChoice(label="状态", required=False, choices=[("", "全部"), *EmployerState.choices])

    def filter_q(self, rows, value):
        return rows.filter(name__contains=value.strip())

    def filter_state(self, rows, value):
        return rows.filter(state=value)


class PostFilterForm(FigureFilters):
    opens = "post_list"
    q = forms.CharField(label="岗位、单位", required=False, max_length=40, widget=SEARCH)
    state = FilterChoice(
        label="状态", required=False,
        choices=[("", "没有关闭的"), ("alive", "招聘中、没有到期"), ("ending", "快到期的"), *PostState.choices, ("all", "全部")],
    )  # fmt: skip
    kind = FilterChoice(label="工种", required=False, choices=[("", "全部"), *JobKind.choices])
    work_kind = FilterChoice(label="用工形式", required=False, choices=[("", "全部"), *WorkKind.choices])

    def usual(self, rows):
        return rows.exclude(state=PostState.CLOSED)

    def apply(self, rows):
        """As everywhere; words are looked for last, among what the other filters leave (`found`: search.Found)."""
        rows, words = super().apply(rows), self.cleaned_data.get("q")
        self.found = search(rows, words, self.newest or "updated_at", self.user) if words else Found(rows)
        return self.found.rows

    def filter_q(self, rows, value):
        return rows

    def filter_state(self, rows, value):
        if value == "alive":
            return rows.alive()
        if value == "ending":
            return rows.ending(warn_until())
        return rows if value == "all" else rows.filter(state=value)

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)

    def filter_work_kind(self, rows, value):
        return rows.filter(work_kind=value)
