"""Forms of agreements: the draft, its terms, signing, what became of promises, follow-ups, the court; and private notes."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from fedhub.core.forms import FilterChoice, FilterForm, StaffForm
from households.forms.fields import yuan_field
from mediation.enums import AgreementForm, Kept, NextStep, PromiseState
from mediation.family_law import hints
from mediation.forms.cases import OfCase
from mediation.forms.leads import TICKS, VIOLENCE, PastDay, told
from mediation.queries import mediated_by
from safety.law import CIVIL_MATTERS

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
BOTH, OTHER = "双方", "孩子、老人或者其他人（写在内容里）"


class Hinted(OfCase):
    """A form whose texts family law has something to say to: said once, then it is up to the parties."""

    texts = ()
    seen = forms.BooleanField(label="提示看过了，给当事人讲过，他们还是这样定", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields([*[name for name in self.fields if name != "seen"], "seen"])
        if not self.hints:
            self.fields["seen"].widget = forms.HiddenInput()

    @cached_property
    def hints(self):
        """`[Hint]` for what was typed."""
        return hints(*(self.data.get(name, "") for name in self.texts)) if self.is_bound else []

    def clean(self):
        cleaned = super().clean()
        if self.hints and not cleaned.get("seen") and not self.errors:
            raise forms.ValidationError(
                [
                    "还没有保存。下面是家事法律的提示（不是法律意见），看过以后在最下面打勾再保存：",
                    *map(str, self.hints),
                ]
            )
        return cleaned


class DraftForm(Hinted):
    texts = ("facts", "dispute", "ways")
    form = forms.ChoiceField(
        label="形式", choices=AgreementForm.choices,
        help_text="当事人要求、不能当时履行的、重大复杂的，写书面协议；简单的、当事人认为不用写的，登记口头协议。",
    )  # fmt: skip
    facts = told("主要事实")
    dispute = told("争议事项、各方责任")
    ways = told("履行的办法、说明", required=False, help_text=str(CIVIL_MATTERS))


class TermForm(Hinted):
    texts = ("what",)
    who = forms.ChoiceField(label="谁做")
    whom = forms.ChoiceField(label="为谁")
    what = told("做什么、怎么做")
    amount = yuan_field("金额（元）", help_text="不给钱的不填。")
    due_on = forms.DateField(label="哪天前做", widget=DAY)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = [one["name"] for one in self.case.parties]
        self.fields["who"].choices = [("", "请选"), *((one, one) for one in (*names, BOTH))]
        self.fields["whom"].choices = [("", "请选"), *((one, one) for one in (*names, BOTH, OTHER))]

    def clean_amount(self):
        """In fen."""
        amount = self.cleaned_data["amount"]
        return None if amount is None else int(amount * 100)


class WrittenForm(OfCase):
    """Signatures of a written agreement; the day of each stands beside the name."""

    mediator_on = PastDay(label="调解员签名的日期")
    stamped_on = PastDay(label="调委会盖章的日期")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = []
        for place, one in enumerate(self.case.parties):
            names.append(f"signed_{place}")
            self.fields[names[-1]] = PastDay(label=f"{one['name']}签名、盖章或者按指印的日期")
        self.order_fields([*names, *[name for name in self.fields if name not in names]])

    def facts(self):
        """What the service is told."""
        data = self.cleaned_data
        signed = [data[f"signed_{place}"] for place in range(len(self.case.parties))]
        return {"signed": signed, "mediator_on": data["mediator_on"], "stamped_on": data["stamped_on"]}


class OralForm(OfCase):
    """An oral agreement, as its register asks."""

    on = PastDay(label="达成的日期")
    agreed = forms.MultipleChoiceField(label="谁确认了（给各方念过）", widget=TICKS, required=False)

    def facts(self):
        """What the service is told."""
        return {"on": self.cleaned_data["on"], "agreed": self.cleaned_data["agreed"]}


class PromiseForm(OfCase):
    state = forms.ChoiceField(
        label="履行情况", choices=[one for one in PromiseState.choices if one[0] != PromiseState.OPEN]
    )
    on = PastDay(label="日期")
    words = told("凭什么知道（收条、转账、看到的）")


class FollowUpForm(OfCase):
    on = PastDay(label="回访日期")
    result = forms.ChoiceField(label="履行情况", choices=[("", "请选"), *Kept.choices], required=False)
    words = told("问到的情况（履行、有没有起诉、有没有反复的苗头）")
    next_step = forms.ChoiceField(
        label="没有全部履行的：告知了哪个下一步", choices=[("", "—"), *NextStep.choices], required=False
    )
    again_on = forms.DateField(label="哪天再回访一次", widget=DAY, required=False)
    violence = forms.BooleanField(
        label=VIOLENCE, required=False, help_text="勾了以后，这次写的交给权益专人，这里不再调解，页面上不说为什么。"
    )


class ConfirmationForm(OfCase):
    on = PastDay(label="申请日期")
    court = forms.CharField(label="向哪个法院申请", max_length=60)
    agreed = forms.MultipleChoiceField(label="谁在申请书上签了名", widget=TICKS, required=False)
    identity = forms.BooleanField(label="协议里有确认婚姻关系、收养关系、身份关系的内容", required=False)
    words = told("带了哪些材料（申请书、协议、身份证明、财产证明、联系方式）", required=False)


class CourtForm(OfCase):
    on = PastDay(label="日期")
    words = told("文书的号、内容")


class NoteForm(StaffForm):
    words = told("笔记")


class DutyFilterForm(FilterForm):
    when = FilterChoice(label="时间", required=False, choices=[("", "30 天内"), ("due", "已经到期"), ("all", "全部")])
    mine = FilterChoice(label="谁的", required=False, choices=[("", "我调解的"), ("all", "我看得到的全部")])

    def narrow(self, rows, *, day, case):
        """Those of `rows` that are asked for: `day` names the field of the day, `case` leads to the case."""
        when, days = self.cleaned_data.get("when"), {"due": 0, "": 30}
        if self.cleaned_data.get("mine") != "all":
            rows = rows.filter(**{f"{case}__in": mediated_by(self.user)})
        if when in days:
            rows = rows.filter(**{f"{day}__lte": timezone.localdate() + timedelta(days=days[when])})
        return rows
