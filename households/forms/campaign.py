"""Campaigns: what, when, which families, to whom."""

from django import forms
from django.core.exceptions import ValidationError

from fedhub.areas.enums import AreaKind
from fedhub.areas.models import Area
from fedhub.core.forms import CountedForm, FilterChoice, FilterForm, StaffForm, StaffModelForm
from fedhub.reference.enums import FamilyKind, RiskLevel
from fedhub.reference.lookup import choices
from households.enums import CampaignState, Living
from households.models import Campaign

CRITERIA = ("categories", "levels", "kinds", "living", "age_from", "age_to", "areas")


def ticks(label, offered, **more):
    """Several of the pairs that `offered()` gives, to tick."""
    return forms.MultipleChoiceField(
        label=label, choices=offered, required=False, widget=forms.CheckboxSelectMultiple, **more
    )


class CampaignForm(StaffModelForm):
    categories = ticks(
        "有下面类别的家庭", lambda: choices("hardship_category", form=False), help_text="一样也不勾：不看类别。"
    )
    levels = ticks("风险等级", lambda: RiskLevel.choices)
    kinds = ticks("家庭类型", lambda: FamilyKind.choices)
    living = forms.ChoiceField(label="家里有", choices=Living.choices, required=False)
    age_from = forms.IntegerField(label="满几周岁", min_value=0, max_value=130, required=False)
    age_to = forms.IntegerField(label="到几周岁", min_value=0, max_value=130, required=False)
    areas = ticks("只在这些网格", list, help_text="一个也不勾：全部网格。")

    class Meta:
        model = Campaign
        fields = ["name", "area", "starts_on", "ends_on", "visit_kind", "goods", "ask", "route", "whom"]
        widgets = {
            "starts_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "ask": forms.Textarea({"rows": 2}),
            "route": forms.Textarea({"rows": 2}),
        }
        labels = {"area": "在哪里开展"}
        help_texts = {
            "goods": "记走访时给这项活动打勾，就记进“送达物资”。",
            "starts_on": "农历节日请改成今年的日期。",
            "ask": "走访的人看得到；不写是哪一户的事。",
        }

    sections = [
        ("活动", ["name area", "starts_on ends_on", "visit_kind whom", "goods", "ask", "route"]),
        ("走访哪些家庭", ["categories", "living age_from age_to", "kinds", "levels", "areas"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        verb = "change" if self.instance.pk else "add"
        offered = Area.objects.visible_to(self.user, f"households.{verb}_campaign").active().order_by("code")
        self.fields["area"].queryset = offered.filter(kind__in=[AreaKind.COMMUNITY, AreaKind.GRID])
        self.fields["area"].empty_label = None
        grids = list(offered.filter(kind=AreaKind.GRID).values_list("code", "name"))
        self.fields["areas"].choices = grids
        if len(grids) < 2:
            del self.fields["areas"]
        for name in CRITERIA:
            if name in self.fields:
                self.fields[name].initial = self.instance.criteria.get(name)

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "结束日期不能早于开始日期。")
        if cleaned.get("age_from") and cleaned.get("age_to") and cleaned["age_to"] < cleaned["age_from"]:
            self.add_error("age_to", "不能小于前面的岁数。")
        return cleaned

    def criteria(self):
        """What was chosen, as households.criteria reads it."""
        return {name: self.cleaned_data[name] for name in CRITERIA if self.cleaned_data.get(name)}


class StartCampaignForm(CountedForm):
    unit = "户"


class CloseCampaignForm(StaffForm):
    why = forms.CharField(
        label="结束说明", max_length=40, initial="活动按期结束", help_text="没走访的任务记上这一句取消。"
    )

    def clean_why(self):
        why = self.cleaned_data["why"].strip()
        if not why:
            raise ValidationError("请写结束说明。")
        return why


class CampaignFilterForm(FilterForm):
    q = forms.CharField(label="名称", required=False, max_length=40)
    state = FilterChoice(label="状态", required=False, choices=[("", "全部"), *CampaignState.choices])

    def filter_q(self, rows, value):
        return rows.filter(name__contains=value)

    def filter_state(self, rows, value):
        return rows.filter(state=value)
