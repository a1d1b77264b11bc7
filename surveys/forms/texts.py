"""Filters and topics of written words."""

from django import forms

from fedhub.core.forms import FilterChoice, FilterForm, StaffForm
from fedhub.reference.lookup import choices


class TextFilterForm(FilterForm):
    q = forms.CharField(label="找词", required=False)
    question = FilterChoice(label="题目", required=False)
    topic = FilterChoice(label="方面", required=False)
    told = forms.BooleanField(label="只看选了公布的", required=False)

    def __init__(self, *args, questions=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["question"].choices = [("", "全部"), *questions]
        self.fields["topic"].choices = [("", "全部"), *choices("survey_topic"), ("none", "还没归类")]

    def filter_q(self, rows, value):
        """Sealed words are looked through by the page, after all other filters."""
        return rows

    def filter_question(self, rows, value):
        return rows.filter(question=value)

    def filter_topic(self, rows, value):
        return rows.filter(tags=None) if value == "none" else rows.filter(tags__topic=value)

    def filter_told(self, rows, value):
        return rows.filter(told=True)


class TagForm(StaffForm):
    """Which of the seven topics a text speaks of."""

    topics = forms.MultipleChoiceField(label="方面", required=False, widget=forms.CheckboxSelectMultiple)

    sections = [("", ["topics"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topics"].choices = choices("survey_topic")
