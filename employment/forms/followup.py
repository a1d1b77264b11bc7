"""Forms of follow-ups: what she says of her work, and apart from it what the trained person alone reads."""

from django import forms
from django.utils import timezone

from accounts.queries import is_held
from employment.after import FollowUpState, Problem, StillWorks
from employment.business import BUSINESS_PROBLEMS, JOB_PROBLEMS, STILL_RUNS
from employment.forms.filters import FigureFilters, PersonFilter
from fedhub.core.forms import FilterChoice, StaffForm
from households.forms.fields import day_field, no_later_than_today
from safety.enums import Sign

TICKS = forms.CheckboxSelectMultiple
YES_NO = [("", "不清楚"), ("yes", "是"), ("no", "否")]
SEALED_HINT = "打、威胁、强迫、性侵害，写在这里：只有权益专人看得到，回访记录里不留痕迹。正在发生的，先打 110。"
NOBODY = "这里还没有权益专人，写在这里现在没有人看得到：写下来，并马上当面告诉妇联主席。"


def yes_no(label):
    return forms.TypedChoiceField(
        label=label, choices=YES_NO, required=False, empty_value=None, coerce=lambda value: value == "yes"
    )


# By whether she works for herself.
PAY_LABELS = {False: "每月拿到手多少元", True: "每月大约赚多少元"}


class FollowUpForm(StaffForm):
    """`business`: she is asked after a business of her own."""

    works = forms.ChoiceField(label="还在上班吗", choices=StillWorks.choices, widget=forms.RadioSelect)
    on = day_field("哪天问的")
    pay = forms.IntegerField(label=PAY_LABELS[False], min_value=0, max_value=1_000_000, required=False)
    has_contract = yes_no("签了合同")
    is_insured = yes_no("交了社保")
    employs = forms.IntegerField(label="带动就业几人（不算本人）", min_value=0, max_value=9999, required=False)
    problems = forms.MultipleChoiceField(label="有什么问题", choices=Problem.choices, widget=TICKS, required=False)
    to_concern = forms.BooleanField(label="有问题的，登记成诉求，帮她解决", required=False, initial=True)
    note = forms.CharField(label="怎么说的", max_length=500, required=False, widget=forms.Textarea({"rows": 3}))
    signs = forms.MultipleChoiceField(label="看到、听到了什么", choices=Sign.choices, widget=TICKS, required=False)
    risk_text = forms.CharField(
        label="简单写几句",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="写看到、听到的，不评判、不追问。",
    )

    sections = [
        ("工作", ["works", "on pay", "has_contract is_insured employs"]),
        ("问题", ["problems", "to_concern", "note"]),
        ("有没有要马上报告的", ["signs", "risk_text"]),
    ]

    def __init__(self, *args, area, business=False, **kwargs):
        super().__init__(*args, **kwargs)
        fields = self.fields
        fields["pay"].label = PAY_LABELS[business]
        fields["problems"].choices = [(code, code.label) for code in (BUSINESS_PROBLEMS if business else JOB_PROBLEMS)]
        if business:
            fields["works"].label, fields["works"].choices = "还在经营吗", list(STILL_RUNS.items())
        del fields["has_contract" if business else "employs"]
        self.fields["signs"].help_text = SEALED_HINT if is_held("safety.view_riskreport", area) else NOBODY
        if not self.user.has_perm("concerns.add_concern"):
            del self.fields["to_concern"]

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])

    def told(self):
        """What the valid form says, for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.base_fields}


class FollowUpFilterForm(FigureFilters, PersonFilter):
    opens, person_path = "followup_list", "seeker__resident"
    state = FilterChoice(
        label="状态", required=False,
        choices=[("", "到期的"), ("later", "还没到期的"), ("problem", "有问题的"), ("kept", "还在上班的"),
                 *FollowUpState.choices[1:], ("all", "全部")],
    )  # fmt: skip
    person = FilterChoice(label="谁负责", required=False, choices=[("", "全部"), ("me", "我")])

    def usual(self, rows):
        return rows.waiting()

    def filter_state(self, rows, value):
        if value == "later":
            return rows.filter(state=FollowUpState.DUE, due_on__gt=timezone.localdate())
        if value == "problem":
            return rows.filter(state=FollowUpState.DONE).exclude(problems=[])
        if value == "kept":
            return rows.kept()
        return rows if value == "all" else rows.filter(state=value)

    def filter_person(self, rows, value):
        return rows.filter(seeker__lead=self.user)
