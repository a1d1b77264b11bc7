"""Filters of results and of written words; what is told."""

from django import forms

from fedhub.core.forms import FilterChoice, FilterForm, StaffForm, StaffModelForm
from fedhub.reference.lookup import choices
from surveys.models import Finding
from surveys.states import OUT

STATES = [(status.value, status.label) for status in OUT]


class ResultFilterForm(FilterForm):
    q = forms.CharField(label="标题、编号", required=False)
    status = FilterChoice(label="状态", required=False, choices=[("", "全部"), *STATES])
    topic = FilterChoice(label="方面", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", "全部"), *choices("survey_topic")]

    def filter_q(self, rows, value):
        return rows.filter(title__contains=value) | rows.filter(number__contains=value)

    def filter_status(self, rows, value):
        return rows.filter(status=value)

    def filter_topic(self, rows, value):
        return rows.filter(topic=value)


class FindingForm(StaffModelForm):
    """What the results say; the figures it rests on are taken from the question as they stand."""

    class Meta:
        model = Finding
        fields = ["words", "detail", "question", "topic", "area"]
        widgets = {"detail": forms.Textarea({"rows": 4}), "question": forms.Select}

    sections = [("", ["words", "detail", "question", "topic area"])]

    def __init__(self, *args, questions=None, areas=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"] = forms.ChoiceField(label="方面", choices=[("", "请选"), *choices("survey_topic")])
        self.fields["area"].queryset = areas
        self.fields["area"].label = "在哪里"
        if questions is None:
            del self.fields["question"]
        else:
            self.fields["question"] = forms.ChoiceField(
                label="依据哪一题", choices=questions, help_text="这一题现在的数会记下来，以后不变。"
            )


class TellForm(StaffForm):
    """What everybody may see of the results."""

    shown = forms.MultipleChoiceField(
        label="公布哪些题",
        widget=forms.CheckboxSelectMultiple,
        help_text="不足 5 份的数一律不显示。文字答案要在“文字答案”里逐条选。",
    )
    said = forms.CharField(
        label="您说的",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="从问卷里听到了什么，用大家的话写。",
    )
    done = forms.CharField(
        label="我们做了的",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="已经做了什么、准备做什么、做不到的是为什么。",
    )
    findings = forms.MultipleChoiceField(
        label="连同哪些发现和办理情况", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="提过诉求的，公布页上写明办到哪一步，不写编号和人。",
    )  # fmt: skip

    sections = [("公布的内容", ["shown"]), ("您说的，我们做了", ["said", "done", "findings"])]

    def __init__(self, *args, questions, findings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shown"].choices = questions
        self.fields["findings"].choices = findings
        if not findings:
            del self.fields["findings"]
