"""Forms of those who mediate a case together."""

from django import forms

from accounts.models import User
from mediation.forms.cases import OfCase
from mediation.forms.leads import told


class LeaveForm(OfCase):
    person = forms.ModelChoiceField(label="谁", queryset=User.objects.none(), empty_label="请选")
    recuse = forms.BooleanField(
        label="和当事人有利害关系，要回避", required=False, help_text="回避以后马上看不到这个案件，以后也不能再看。"
    )
    words = told("原因", required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people
        self.fields["person"].label_from_instance = lambda user: user.name
        self.fields["person"].initial = people.first() if people.count() == 1 else None
