"""Forms for the end of a case: ended by law, taken up again, how satisfied the parties are."""

from django import forms

from mediation.enums import AskedHow, Averted, EndGround, Keep, Score
from mediation.forms.cases import OfCase
from mediation.forms.leads import TICKS, PastDay, told
from mediation.keeping import keep_of
from mediation.queries import to_ask


class StopForm(OfCase):
    on = PastDay(label="日期")
    ground = forms.ChoiceField(label="依据", choices=[("", "请选"), *EndGround.choices])
    words = told("情况，告知了当事人什么")


class CloseForm(OfCase):
    on = PastDay(label="日期")
    words = told("情况")
    keep = forms.ChoiceField(label="保管期限", choices=Keep.choices, help_text="按重要程度先选好了，可以改。")
    checker = forms.CharField(label="检查人", max_length=30, required=False)
    remarks = told("卷宗情况说明（缺什么、为什么、要交代的）", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["keep"].initial = keep_of(self.case)


class ReopenForm(OfCase):
    words = told("为什么重新办理")
    agreed = forms.MultipleChoiceField(label="谁同意再调解（逐一问过）", widget=TICKS, required=False)


class AvertedForm(OfCase):
    on = PastDay(label="日期")
    what = forms.ChoiceField(label="防止了什么", choices=[("", "请选"), *Averted.choices])
    people = forms.IntegerField(label="涉及多少人", min_value=1, max_value=9999)
    words = told("本来可能怎样，怎么化解的")


class OpinionForm(OfCase):
    party = forms.ChoiceField(label="问了谁")
    score = forms.ChoiceField(label="满意吗", choices=Score.choices, widget=forms.RadioSelect)
    on = PastDay(label="日期")
    how = forms.ChoiceField(label="怎么问的", choices=AskedHow.choices)
    words = told("她（他）说了什么", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        left = {str(place) for place in to_ask(self.case)}
        self.fields["party"].choices = [one for one in self.fields["party"].choices if one[0] in left]
