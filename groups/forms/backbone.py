"""Forms of backbone women and of what stands in their files."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from accounts.models import User
from accounts.queries import holders_at
from concerns.queries import places_of
from fedhub.core.forms import FilterChoice, FilterForm, StaffForm, StaffModelForm
from fedhub.core.text import row_key
from groups.backbone_enums import BackboneEnd, BackboneLevel, BackboneSource, Skill
from groups.forms.group import DAY, LONG
from groups.models import Backbone, BackboneTask, Evaluation, Honour, Training
from households.forms.fields import ResidentPick, day_field, no_later_than_today
from households.models import Resident
from households.queries import matching_residents

VIEW, ADD, CHANGE = "groups.view_backbone", "groups.add_backbone", "groups.change_backbone"
TASK_DAYS = 14
CHOOSE = [("", "请选")]


class BackboneForm(StaffModelForm):
    """Who she is, what she can do, and who keeps contact with her."""

    resident = ResidentPick(label="谁", help_text="按姓名、电话、住址找在册的成年妇女。")
    skills = forms.MultipleChoiceField(
        label="专长", choices=Skill.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一样专长。"},
    )  # fmt: skip
    level = forms.ChoiceField(label="级别", choices=BackboneLevel.choices)
    ground = forms.CharField(label="依据（文件、会议）", max_length=60, required=False)
    note = forms.CharField(label="备注", max_length=200, required=False, widget=LONG)

    class Meta:
        model = Backbone
        fields = ["resident", "skills", "can_do", "source", "recommended_by", "valid_from", "keeper", "note"]
        widgets = {"valid_from": DAY}
        help_texts = {
            "can_do": "例如：有律师证、会弹古筝、办过网店",
            "note": "只有工作人员看得到",
            "keeper": "谁经常和她联系、给她安排任务",
        }

    sections = [
        ("骨干", ["resident", "skills", "can_do", "source recommended_by"]),
        ("任期", ["valid_from level", "ground", "keeper", "note"]),
    ]

    def __init__(self, *args, resident=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = CHOOSE + BackboneSource.choices
        if self.instance.pk:
            for name in ("resident", "level", "ground", "valid_from"):
                del self.fields[name]
            area = self.instance.resident.area
        else:
            self.fields["resident"].open_to(self.user, Resident.objects.visible_to(self.user, ADD).active())
            self.fields["resident"].initial = resident.pk if resident else None
            area = resident.area if resident else None
        field = self.fields["keeper"]
        if area is None:
            del self.fields["keeper"]
        else:
            field.queryset = holders_at("groups.add_backbonetask", area, [self.instance.keeper_id])
            field.empty_label, field.initial = None, self.instance.keeper_id or self.user.pk

    def clean_valid_from(self):
        return no_later_than_today(self.cleaned_data["valid_from"])


class BackboneFilterForm(FilterForm):
    q = forms.CharField(
        label="姓名", required=False, max_length=40,
        widget=forms.TextInput({"type": "search", "placeholder": "姓名、拼音首字母、电话"}),
    )  # fmt: skip
    skill = FilterChoice(label="专长", required=False, choices=[("", "全部"), *Skill.choices])
    level = FilterChoice(label="级别", required=False, choices=[("", "全部"), *BackboneLevel.choices])
    source = FilterChoice(label="来源", required=False, choices=[("", "全部"), *BackboneSource.choices])
    area = FilterChoice(label="社区（网格）", required=False)
    state = FilterChoice(
        label="状态", required=False,
        choices=[("", "现任骨干"), ("mine", "我联系的"), ("tasks", "有我交办没办完的"), ("ended", "已结束的"), ("all", "全部")],
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        shown = places_of(self.user, VIEW, keep=row_key(self.data.get("area") or ""))
        self.fields["area"].offer([("", "全部"), *((str(pk), place.name) for pk, place in shown)])

    def apply(self, rows):
        self.is_valid()
        return super().apply(rows if self.cleaned_data.get("state") else rows.current())

    def filter_q(self, rows, value):
        people = Resident.objects.visible_to(self.user, VIEW)
        return rows.filter(resident__in=matching_residents(people, value).values("pk"))

    def filter_skill(self, rows, value):
        return rows.who_can(value)

    def filter_level(self, rows, value):
        return rows.filter(level=value)

    def filter_source(self, rows, value):
        return rows.filter(source=value)

    def filter_area(self, rows, value):
        return rows.filter(resident__area__code__startswith=self.user.places[int(value)].code)

    def filter_state(self, rows, value):
        if value == "mine":
            return rows.current().filter(keeper=self.user)
        if value == "tasks":
            return rows.with_tasks_of(self.user)
        return rows if value == "all" else rows.filter(valid_to__isnull=False)


class LevelForm(StaffForm):
    level = forms.ChoiceField(label="级别", choices=CHOOSE + BackboneLevel.choices)
    since = day_field("从哪天起")
    ground = forms.CharField(label="依据（文件、会议）", max_length=60, required=False)

    sections = [("", ["level since", "ground"])]


class BackboneEndForm(StaffForm):
    end_why = forms.ChoiceField(label="为什么结束", choices=CHOOSE + BackboneEnd.choices)
    on = day_field("到哪天为止")
    note = forms.CharField(label="说明", max_length=100, required=False, widget=LONG)

    sections = [("", ["end_why on", "note"])]


class TrainingForm(StaffModelForm):
    class Meta:
        model = Training
        fields = ["on", "name", "hours", "organiser", "certificate"]
        widgets = {"on": DAY}

    sections = [("培训", ["name", "on hours", "organiser certificate"])]


class HonourForm(StaffModelForm):
    class Meta:
        model = Honour
        fields = ["kind", "level", "title", "year", "paper", "issuer"]
        help_texts = {"title": "和证书上一样；不写就按级别和名称"}

    sections = [("荣誉", ["kind level", "title", "year paper", "issuer"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year


class EvaluationForm(StaffModelForm):
    words = forms.CharField(label="评语", max_length=300, widget=LONG, help_text="只有能评价的人看得到，本人看不到")

    class Meta:
        model = Evaluation
        fields = ["year", "grade", "words"]

    sections = [("年度评价", ["year grade", "words"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year


class TaskForm(StaffModelForm):
    due_on = day_field("什么时候以前", initial=lambda: timezone.localdate() + timedelta(days=TASK_DAYS))

    class Meta:
        model = BackboneTask
        fields = ["what", "due_on"]
        widgets = {"what": LONG}
        help_texts = {"what": "她在自己的页面上看得到，不写别人家的私事"}

    sections = [("任务", ["what", "due_on"])]


class TaskDoneForm(StaffForm):
    on = day_field("哪天办好的")
    result = forms.CharField(label="办得怎样", max_length=200, widget=LONG)

    sections = [("", ["on", "result"])]


class HandOverForm(StaffForm):
    """Another one of the staff for all of them at once."""

    person = forms.ModelChoiceField(label="移交给", queryset=User.objects.none(), empty_label="请选")
    reason = forms.CharField(label="为什么", max_length=60, help_text="例如：调离，工作交接。")

    sections = [("移交", ["person", "reason"])]

    def __init__(self, *args, areas=(), leaver=None, **kwargs):
        super().__init__(*args, **kwargs)
        keys = None
        for area in areas:
            able = set(holders_at("groups.add_backbonetask", area).values_list("pk", flat=True))
            keys = able if keys is None else keys & able
        self.fields["person"].queryset = (
            User.objects.filter(pk__in=keys or ()).exclude(pk=leaver.pk).order_by("name", "pk")
        )


class SuccessorForm(StaffForm):
    """Whom to propose for a post; who fits best stands first, with what speaks for her."""

    backbone = forms.ChoiceField(label="提名谁")
    why = forms.CharField(label="推荐理由", max_length=100, widget=LONG)

    sections = [("", ["backbone", "why"])]

    def __init__(self, *args, found=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.found = {str(one.pk): one for one, _ in found}
        self.fields["backbone"].choices = CHOOSE + [
            (str(one.pk), f"{one.resident.name}（{'；'.join(reasons) or '没有登记专长以外的情况'}）")
            for one, reasons in found
        ]

    def clean_backbone(self):
        return self.found[str(row_key(self.cleaned_data["backbone"]))]
