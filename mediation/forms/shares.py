"""The form that lends papers of a case to an expert from outside."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from mediation.forms.cases import OfCase
from mediation.forms.leads import TICKS, told
from mediation.models import CaseShare, Mediator
from mediation.services.shares import MOST_DAYS


class ShareForm(OfCase):
    mediator = forms.ModelChoiceField(
        label="在调解员名单上的", queryset=Mediator.objects.none(), required=False, empty_label="不在名单上"
    )
    name = forms.CharField(label="姓名", max_length=40, required=False, help_text="名单上没有的才写。")
    unit = forms.CharField(label="单位", max_length=60, required=False)
    clear = forms.BooleanField(label="问过她：和当事人没有利害关系")
    papers = forms.MultipleChoiceField(label="给她看哪些", widget=TICKS)
    until = forms.DateField(
        label="看到哪天",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=f"最多 {MOST_DAYS} 天。",
    )
    why = told("请她看什么")

    sections = [("谁", ["mediator", "name unit", "clear"]), ("看什么", ["papers", "until", "why"])]

    def __init__(self, *args, people, papers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mediator"].queryset = people
        self.fields["papers"].choices = [(key, label) for key, label, _ in papers]
        self.fields["until"].initial = timezone.localdate() + timedelta(days=7)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("mediator") and not cleaned.get("name"):
            self.add_error("name", "请写姓名，或者从名单上选。")
        return cleaned

    def facts(self):
        """What the service is told."""
        data = {k: v for k, v in self.cleaned_data.items() if k not in ("once_key", "clear")}
        return data | {"name": data["mediator"].name if data["mediator"] else data["name"]}


class ShutForm(OfCase):
    share = forms.ModelChoiceField(label="收回谁的", queryset=CaseShare.objects.none(), empty_label="请选")

    def __init__(self, *args, shares, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["share"].queryset = shares
        self.fields["share"].label_from_instance = lambda one: f"{one.facts.get('name', '')}，看到 {one.until}"
        self.fields["share"].initial = shares.first() if shares.count() == 1 else None


class CodeForm(forms.Form):
    code = forms.CharField(label="查阅码", max_length=20)
