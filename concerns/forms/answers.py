"""Telling her how it stands, the answer, her rating, opening again."""

from django import forms

from concerns.enums import BY_STAFF, Outcome, Told
from concerns.forms.fields import LONG
from concerns.forms.told import ToldFields, heard_field, proof_field, told_at_field, told_field
from fedhub.core.forms import FilterForm, StaffForm
from fedhub.reference.lookup import rule

SCORES = [(5, "5 分，很满意"), (4, "4 分，满意"), (3, "3 分，一般"), (2, "2 分，不满意"), (1, "1 分，很不满意")]
ENDS = (Outcome.SOLVED, Outcome.HANDED_OVER, Outcome.PASSED_UP, Outcome.NOT_POSSIBLE)


class TellForm(ToldFields, StaffForm):
    """How it stands, told on the way; the first time is the first answer."""

    text = forms.CharField(
        label="告诉她什么", max_length=2000, widget=forms.Textarea(LONG), help_text="例如“已经联系物业，周五来看”。"
    )
    told = told_field()
    told_at = told_at_field()
    heard = heard_field()
    proof = proof_field()

    sections = [("", ["text", "told", "told_at heard", "proof"])]
    not_yet = False

    def __init__(self, *args, concern, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_told_fields(concern)


class AnswerForm(ToldFields, StaffForm):
    """The answer, how it ended, how she was told."""

    outcome = forms.ChoiceField(label="结果", choices=[(o.value, o.label) for o in ENDS])
    answer = forms.CharField(
        label="答复内容", max_length=2000, widget=forms.Textarea(LONG),
        help_text="写给她看的话。无法办理的要写清为什么、还可以找谁。",
    )  # fmt: skip
    told = told_field(help_text="还没告诉的不能办结。")
    told_at = told_at_field()
    heard = heard_field()
    proof = proof_field()

    sections = [("", ["outcome", "answer", "told", "told_at heard", "proof"])]

    def __init__(self, *args, concern, must_ask=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_told_fields(concern)
        if must_ask:
            self.fields["outcome"].help_text = "“无法办理”要先经主席审批。"


class RateForm(StaffForm):
    """What she thinks of the answer, in her words."""

    score = forms.TypedChoiceField(label="她打几分", choices=SCORES, coerce=int, widget=forms.RadioSelect)
    words = forms.CharField(label="她的话", max_length=1000, required=False, widget=forms.Textarea(LONG))
    given_by = forms.ChoiceField(
        label="怎么问到的", choices=[(t.value, t.label) for t in BY_STAFF if t != Told.NOT_YET], initial=Told.PHONE
    )

    sections = [("", ["score", "words", "given_by"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.low = rule("concern_low_score")
        self.fields["words"].help_text = f"照她说的写。{self.low} 分及以下一定要写，会照她的话重新办理。"


class ReopenForm(StaffForm):
    reason = forms.CharField(
        label="为什么重新办理",
        max_length=100,
        help_text="首次答复、办结的期限从今天重新算。承办人不变，已经离岗的要另行交办。",
    )


class WorksheetFilterForm(FilterForm):
    told = forms.ChoiceField(
        label="答复", choices=[("", "全部"), ("no", "还没告诉的"), ("yes", "已经告诉的")], required=False
    )

    def filter_told(self, concerns, value):
        heard = concerns.exclude(told__in=["", Told.NOT_YET])
        return heard if value == "yes" else concerns.filter(told__in=["", Told.NOT_YET])
