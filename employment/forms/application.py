"""Forms of applications: two texts, one that she reads and one that the staff read."""

from django import forms
from django.utils import timezone

from employment.enums import ApplicationState, RefusedWhy, Share
from employment.forms.filters import FigureFilters, PersonFilter
from employment.models import Application, Post
from employment.queries import silent_since
from fedhub.core.forms import FilterChoice, StaffForm, StaffModelForm
from households.enums import ConsentHow
from households.forms.fields import day_field

SHORT = forms.Textarea({"rows": 2})


class RecommendForm(StaffModelForm):
    shares = forms.MultipleChoiceField(
        label="她同意提供给这个单位的（除了姓名）", choices=Share.choices, widget=forms.CheckboxSelectMultiple, required=False,
        help_text="只给这一个单位、这一个岗位，半年内有效，随时可以撤回。",
    )  # fmt: skip
    how = forms.ChoiceField(label="怎么同意的", choices=ConsentHow.choices)
    witness = forms.CharField(label="见证人（口头同意要写）", max_length=50, required=False)

    class Meta:
        model = Application
        fields = ["post", "shares", "note"]

    sections = [("推荐岗位", ["post", "note"]), ("本人同意", ["shares", "how witness"])]

    def __init__(self, *args, post=None, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Post.objects.visible_to(self.user, "employment.view_post").alive().select_related("employer")
        field = self.fields["post"]
        field.queryset = rows.order_by("employer__name", "title", "pk")
        field.label_from_instance = lambda one: f"{one.employer.name}：{one.title}（{one.shift_words}）"
        field.empty_label, field.initial = "请选", post


class ResultForm(StaffForm):
    """Common to all results."""

    said = forms.CharField(
        label="写给她看的话", max_length=200, required=False, widget=SHORT, help_text="不写的，按结果给一句通用的话。"
    )
    note = forms.CharField(
        label="工作记录（她看不到）",
        max_length=300,
        required=False,
        widget=SHORT,
        help_text="她看不到，只给工作人员看。",
    )


class InviteForm(ResultForm):
    on = day_field("哪天面试")
    sections = [("面试", ["on", "said", "note"])]

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day < timezone.localdate():
            raise forms.ValidationError("面试日期不能早于今天。")
        return day


class HireForm(ResultForm):
    on = day_field("哪天上班")
    sections = [("录用", ["on", "said", "note"])]


class RefuseForm(ResultForm):
    why = forms.ChoiceField(label="为什么没有录用", choices=[("", "请选"), *RefusedWhy.choices])
    sections = [("未录用", ["why", "said", "note"])]


class ApplicationFilterForm(FigureFilters, PersonFilter):
    opens, person_path = "application_list", "seeker__resident"
    state = FilterChoice(
        label="状态", required=False,
        choices=[("", "没有结果的"), ("silent", "很久没有消息的"), *ApplicationState.choices, ("all", "全部")],
    )  # fmt: skip

    def usual(self, rows):
        return rows.running()

    def filter_state(self, rows, value):
        if value == "silent":
            return rows.silent(silent_since())
        return rows if value == "all" else rows.filter(state=value)
