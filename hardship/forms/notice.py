"""Forms of public notices, and the one that people outside fill in."""

from django import forms

from fedhub.core.forms import StaffForm, StaffModelForm
from hardship.models import Notice


class NoticeForm(StaffModelForm):
    class Meta:
        model = Notice
        fields = ["kind", "amount", "days", "phone"]

    sections = [("", ["kind amount", "days phone"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["days"].min_value, self.fields["days"].help_text = 5, "5 至 7 天，到期自动撤下。"
        self.fields["kind"].help_text = "只写种类，不写病情、家庭情况。"


class WhyForm(StaffForm):
    why = forms.CharField(label="为什么撤下", max_length=100)


class AnswerForm(StaffForm):
    upheld = forms.TypedChoiceField(
        label="异议成立吗", choices=[("yes", "成立，公示马上撤下"), ("no", "不成立")], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    answer = forms.CharField(label="核实了什么", max_length=300, widget=forms.Textarea({"rows": 3}))


class ObjectionForm(forms.Form):
    """From outside, without an account."""

    text = forms.CharField(
        label="您有什么异议", max_length=500, widget=forms.Textarea({"rows": 5}),
        error_messages={"required": "请写明您的异议。", "max_length": "最多 500 个字。"},
    )  # fmt: skip
    name = forms.CharField(label="您的姓名（可以不写）", max_length=30, required=False)
    contact = forms.CharField(label="怎么联系您（可以不写）", max_length=50, required=False)
