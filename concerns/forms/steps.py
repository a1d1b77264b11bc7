"""Small forms of the steps of a concern."""

from django import forms
from django.utils import timezone

from accounts.models import User
from concerns.forms.fields import DAY, LONG, check_deadline
from concerns.queries import handlers
from fedhub.core.forms import StaffForm
from fedhub.reference.calendar import due_by


class AssignForm(StaffForm):
    """Who does it by when."""

    person = forms.ModelChoiceField(label="承办人", queryset=User.objects.none(), empty_label="请选")
    handle_by = forms.DateField(label="承办期限", **DAY)

    sections = [("", ["person handle_by"])]

    def __init__(self, *args, concern, **kwargs):
        super().__init__(*args, **kwargs)
        self.concern = concern
        self.fields["person"].queryset = handlers(concern)
        self.fields["person"].initial = concern.assigned_to_id
        self.fields["handle_by"].initial = concern.handle_by or max(
            concern.due_on, due_by(timezone.localdate(), "concern_first_answer")
        )
        self.fields["handle_by"].help_text = f"办结期限是 {concern.due_on:%Y-%m-%d}。"

    def clean_handle_by(self):
        return check_deadline(self.cleaned_data["handle_by"])


class FinishForm(StaffForm):
    result = forms.CharField(label="办理结果", max_length=2000, widget=forms.Textarea(LONG))


class SettleForm(StaffForm):
    answer = forms.CharField(label="当场怎么办好的", max_length=2000, widget=forms.Textarea(LONG))


class WithdrawForm(StaffForm):
    reason = forms.CharField(label="撤回原因", max_length=100)


class RouteForm(StaffForm):
    """Which work app takes it."""

    route = forms.ChoiceField(label="转入", widget=forms.RadioSelect)

    def __init__(self, *args, open_to, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["route"].choices = [(route.key, route.label) for route in open_to]
