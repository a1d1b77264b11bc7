"""Forms of start-ups and their loans."""

from django import forms

from employment.business import BusinessKind, StartupEnd, StartupState
from employment.forms.filters import FigureFilters, PersonFilter
from employment.models import Startup, StartupLoan
from fedhub.core.forms import FilterChoice, MaskedField, StaffForm, StaffModelForm
from households.forms.fields import day_field, no_later_than_today

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
# What a small firm may be lent at most is decided in each place: a slip of the finger is all that is stopped.
MOST = 10_000_000


class StartupForm(StaffModelForm):
    licence = forms.CharField(
        label="统一社会信用代码", max_length=30, required=False, help_text="办了执照的照执照填，没有办的空着。"
    )
    employs = forms.IntegerField(label="带动就业几人（不算本人）", min_value=0, max_value=9999, initial=0)
    note = forms.CharField(label="备注", max_length=300, required=False, widget=forms.Textarea({"rows": 2}))

    class Meta:
        model = Startup
        fields = ["kind", "trade", "name", "licence", "place", "started_on", "employs", "note"]
        widgets = {"started_on": DAY}
        help_texts = {"trade": "例如“早餐店”“月嫂工作室”“直播卖土产”。"}

    sections = [
        ("创业", ["kind started_on", "trade name", "place", "licence employs", "note"]),
    ]

    def clean_started_on(self):
        return no_later_than_today(self.cleaned_data["started_on"])


class StartupEndForm(StaffForm):
    on = day_field("哪天停办")
    why = forms.ChoiceField(label="为什么停办", choices=[("", "请选"), *StartupEnd.choices])

    sections = [("停办", ["on why"])]


class LoanForm(StaffModelForm):
    amount = forms.IntegerField(label="贷款金额（元）", min_value=1, max_value=MOST)
    months = forms.IntegerField(label="期限（月）", min_value=1, max_value=120)
    guarantor = MaskedField(
        label="谁担保", max_length=60, required=False, help_text="担保公司或担保人的名称；免担保的空着。"
    )

    class Meta:
        model = StartupLoan
        fields = ["amount", "bank", "lent_on", "months", "guarantee", "guarantor", "is_subsidised"]
        widgets = {"lent_on": DAY}
        help_texts = {"amount": "银行实际发放的。额度、期限、免担保的条件以当地人社、银行的为准。"}

    sections = [("创业担保贷款", ["amount bank", "lent_on months", "guarantee guarantor", "is_subsidised"])]

    def clean_lent_on(self):
        return no_later_than_today(self.cleaned_data["lent_on"])


class LoanVoidForm(StaffForm):
    why = forms.CharField(label="为什么作废", max_length=60)


class StartupFilterForm(FigureFilters, PersonFilter):
    opens, person_path = "startup_list", "seeker__resident"
    state = FilterChoice(label="状态", required=False, choices=[("", "全部"), *StartupState.choices])
    kind = FilterChoice(label="种类", required=False, choices=[("", "全部"), *BusinessKind.choices])
    loan = FilterChoice(label="贷款", required=False, choices=[("", "全部"), ("yes", "有贷款"), ("no", "没有贷款")])

    def filter_state(self, rows, value):
        return rows.filter(state=value)

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)

    def filter_loan(self, rows, value):
        lent = StartupLoan.objects.visible_to(self.user, "employment.view_seeker").valid().values("startup")
        return rows.filter(pk__in=lent) if value == "yes" else rows.exclude(pk__in=lent)


class LoanFilterForm(FigureFilters, PersonFilter):
    opens, person_path = "loan_list", "startup__seeker__resident"
    state = FilterChoice(
        label="状态", required=False, choices=[("", "没有作废的"), ("void", "作废的"), ("all", "全部")]
    )
    bank = forms.CharField(label="银行", required=False, max_length=40)

    def usual(self, rows):
        return rows.valid()

    def filter_state(self, rows, value):
        return rows.filter(void_on__isnull=False) if value == "void" else rows

    def filter_bank(self, rows, value):
        return rows.filter(bank__contains=value.strip())
