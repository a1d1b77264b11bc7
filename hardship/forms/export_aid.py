"""What of the deliveries leaves the house."""

from django import forms
from django.core.exceptions import ValidationError

from fedhub.areas.models import Area
from fedhub.core.text import row_key
from fedhub.ledgers.forms import ExportForm, export_form_of
from hardship.enums import Occasion
from hardship.models import Batch, Fund
from households.forms.fields import HouseholdPick
from households.models import Household

EXPORT = "hardship.export_delivery"
DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


@export_form_of("aid")
class AidExportForm(ExportForm):
    scope_rows = ["area occasion", "since until", "source", "household"]

    as_of = known_on = None
    since = forms.DateField(label="发放从", required=False, widget=DAY)
    until = forms.DateField(label="到", required=False, widget=DAY)
    occasion = forms.ChoiceField(label="事由", required=False, choices=[("", "全部"), *Occasion.choices])
    source = forms.ChoiceField(label="从哪里出", required=False)
    household = HouseholdPick(label="只要哪一户", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        goods = Batch.objects.visible_to(self.user, "hardship.view_batch").order_by("item", "-received_on", "pk")
        groups = [("物资", [(f"b{batch.pk}", str(batch)) for batch in goods])]
        if self.user.has_perm("hardship.view_fund"):
            funds = Fund.objects.visible_to(self.user, "hardship.view_fund").order_by("name", "pk")
            groups.append(("款项", [(f"f{fund.pk}", fund.name) for fund in funds]))
        self.fields["source"].choices = [("", "全部"), *(group for group in groups if group[1])]
        self.fields["household"].open_to(self.user, Household.objects.visible_to(self.user, EXPORT))

    def clean_until(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data["until"]
        if since and until and until < since:
            raise ValidationError("不能早于前面的日期。")
        return until

    @classmethod
    def initial_of(cls, query, user):
        found = super().initial_of(query, user)
        code = query.get("area")
        if code:
            area = Area.objects.visible_to(user, EXPORT).filter(code=code).first()
            found["area"] = area and area.pk
        found["household"] = row_key(query.get("household"))
        return found

    def left_out(self, query):
        said = []
        if any(query.get(name) for name in ("q", "state", "round")):
            said.append("列表里搜的词、状态和慰问没有带过来；导出的是发出去的，按下面的条件。")
        return said
