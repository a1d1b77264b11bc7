"""Forms of activities, their names and their photos."""

from decimal import Decimal

from django import forms
from django.db.models import Q

from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, FilterForm, StaffForm, StaffModelForm
from fedhub.core.pictures import PicturesField
from fedhub.ledgers.forms import ExportForm, export_form_of
from fedhub.reference import periods
from groups.activity_enums import AHEAD, ActivityKind, ActivityState, EntryState
from groups.forms.group import DAY, SEE_PEOPLE, PlacedForm
from groups.models import Activity, ActivityPhoto, Entry, Group
from groups.services.activities import NOBODY_AND
from households.forms.fields import ResidentPick
from households.models import Resident

MOMENT = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
LONG = forms.Textarea({"rows": 5})


class YuanField(forms.DecimalField):
    """Yuan as typed, fen as kept."""

    def __init__(self, **kwargs):
        super().__init__(min_value=0, max_digits=9, decimal_places=2, required=False, **kwargs)

    def prepare_value(self, value):
        return Decimal(value) / 100 if isinstance(value, int) else value

    def clean(self, value):
        found = super().clean(value)
        return None if found is None else int(found * 100)

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial), data)


class ActivityForm(PlacedForm):
    permission = "groups.add_activity"
    budget_fen = YuanField(label="预算（元）")

    class Meta:
        model = Activity
        fields = [
            "area", "title", "kind", "group", "members_only", "organiser", "starts_at", "ends_at", "place", "capacity",
            "budget_fen", "plan",
        ]  # fmt: skip
        widgets = {"starts_at": MOMENT, "ends_at": MOMENT, "plan": LONG}
        help_texts = {
            "members_only": "勾上以后，只有这支队伍的人在居民端看得到、报得上名。",
            "capacity": "不限的空着；满了以后排候补",
            "organiser": "不是队伍办的，写谁办",
        }

    sections = [
        ("活动", ["area", "title kind", "group organiser", "members_only", "starts_at ends_at", "place"]),
        ("安排", ["capacity budget_fen", "plan"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Group.objects.visible_to(self.user).running()
        if self.instance.pk:
            rows = rows.filter(area=self.instance.area_id)
        self.fields["group"].queryset, self.fields["group"].empty_label = rows.order_by("name", "pk"), "不是队伍的活动"


class ActivityFilterForm(FilterForm):
    q = forms.CharField(label="名称、地点", required=False, max_length=40)
    kind = FilterChoice(label="种类", required=False, choices=[("", "全部"), *ActivityKind.choices])
    state = FilterChoice(
        label="状态", required=False, choices=[("", "没有取消的"), ("ahead", "还没办的"), *ActivityState.choices]
    )
    month = forms.CharField(
        label="月份", required=False, max_length=7, widget=forms.TextInput({"type": "month"})
    )  # fmt: skip

    def apply(self, rows):
        self.is_valid()
        shown = rows if self.cleaned_data.get("state") else rows.exclude(state=ActivityState.CANCELLED)
        return super().apply(shown)

    def filter_q(self, rows, value):
        text = value.strip()
        return rows.filter(Q(title__contains=text) | Q(place__contains=text))

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)

    def filter_state(self, rows, value):
        return rows.filter(state__in=AHEAD) if value == "ahead" else rows.filter(state=value)

    def filter_month(self, rows, value):
        first = periods.month_of(value)
        if not first:
            return rows
        begin, end = periods.start_of(first), periods.start_of(periods.month_after(first))
        return rows.filter(starts_at__gte=begin, starts_at__lt=end)


class SumUpForm(StaffModelForm):
    """What came of it, with the slips that were counted."""

    class Meta:
        model = Activity
        fields = []

    summary = forms.CharField(label="总结", max_length=1000, widget=LONG)
    news = forms.CharField(
        label="新闻稿", max_length=3000, required=False, widget=forms.Textarea({"rows": 10}),
        help_text="不写服务对象的真名、住址和家里的事。",
    )  # fmt: skip
    spent_fen = YuanField(label="实际花费（元）")
    liked = forms.IntegerField(label="满意（票）", min_value=0, max_value=9999, initial=0)
    fair = forms.IntegerField(label="一般（票）", min_value=0, max_value=9999, initial=0)
    disliked = forms.IntegerField(label="不满意（票）", min_value=0, max_value=9999, initial=0)

    sections = [("总结", ["summary", "news", "spent_fen"]), ("满意度（收回的票，不记名）", ["liked fair disliked"])]


class EntryForm(StaffForm):
    """A woman who signs up."""

    resident = ResidentPick(label="谁")
    sections = [("", ["resident"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resident"].open_to(self.user, Resident.objects.visible_to(self.user, SEE_PEOPLE))


class PhotoForm(StaffModelForm):
    pictures = PicturesField(label="照片")

    class Meta:
        model = ActivityPhoto
        fields = ["caption", "nobody", "agreed_by", "agreed_on"]
        widgets = {"agreed_on": DAY}
        help_texts = {"agreed_by": "照片上的人都要问；没有问到的空着，照片只留作内部资料。"}

    sections = [("照片", ["pictures", "caption"]), ("肖像同意", ["nobody", "agreed_by agreed_on"])]

    def clean(self):
        return both_or_none(self, super().clean())


class AgreeForm(StaffModelForm):
    """Who is on it: of those on the list each agrees herself, the others in words."""

    people = forms.ModelMultipleChoiceField(
        Entry.objects.none(), label="照片上有名单里的谁", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="她们在居民端自己同意、自己撤回；有一位没有同意，这张就不能公开。",
    )  # fmt: skip

    class Meta:
        model = ActivityPhoto
        fields = ["nobody", "agreed_by", "agreed_on"]
        widgets = {"agreed_on": DAY}
        labels = {"agreed_by": "其他人里谁当面同意公开"}

    sections = [("肖像同意", ["nobody", "people", "agreed_by agreed_on"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = self.instance.activity.entries.select_related("resident")
        # Who was named stays on the list whatever became of her name.
        rows = rows.filter(Q(state=EntryState.CAME) | Q(pk__in=self.instance.people.values("pk")))
        field = self.fields["people"]
        field.queryset = rows.order_by("resident__name_sort", "pk")
        field.label_from_instance = lambda one: f"{one.resident.name}（{'同意公开' if one.portrait else '没有同意'}）"
        field.initial = list(self.instance.people.values_list("pk", flat=True))
        if not rows.exists():
            del self.fields["people"]

    def clean(self):
        data = both_or_none(self, super().clean())
        if data.get("nobody") and data.get("people"):
            self.add_error("people", NOBODY_AND)
        return data


def both_or_none(form, data):
    """Who agreed stands with its day."""
    if bool(data.get("agreed_by")) != bool(data.get("agreed_on")):
        form.add_error("agreed_by", "谁同意和哪天同意，要么都写，要么都不写。")
    return data


@export_form_of("activities")
class ActivityExportForm(ExportForm):
    scope_rows = ["area", "month"]

    as_of = known_on = None
    month = forms.CharField(label="月份", required=False, max_length=7, widget=forms.TextInput({"type": "month"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.visible_to(self.user, "groups.export_activity").communities()

    def clean_month(self):
        value = self.cleaned_data["month"]
        if value and periods.month_of(value) is None:
            raise forms.ValidationError("月份写成 2026-11 这样。")
        return value
