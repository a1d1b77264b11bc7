"""Giving many concerns to one person: which ones, to whom, by when."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from concerns.forms.fields import DAY, check_deadline
from concerns.queries import handlers_of_all
from fedhub.core.forms import StaffForm

NOBODY_FOR_ALL = "没有一位能管到这些诉求所在的全部地方。请先给人授权，或者在诉求列表里按网格筛选，分几次交办。"


class ReceiverForm(StaffForm):
    """Whoever may answer in every place that the concerns lie in. `total`: how many would change hands now; when they have
    become more than the page had `counted`, it is shown again with the new count."""

    person = forms.ModelChoiceField(
        label="交给", queryset=User.objects.none(), empty_label="请选",
        error_messages={"invalid_choice": "选的人管不到这些诉求所在的地方，请另选一位。"},
    )  # fmt: skip
    counted = forms.IntegerField(widget=forms.HiddenInput, label="", required=False)
    reason = forms.CharField(label="原因", max_length=60, required=False, help_text="例如：按分工，本周起由她办。")

    def __init__(self, *args, area_ids, total, leaver=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.total = self.fields["counted"].initial = total
        people = handlers_of_all(area_ids, self.user)
        people = people if leaver is None else people.exclude(pk=leaver.pk)
        self.fields["person"].queryset = people
        if not people.exists():
            self.fields["person"].help_text = NOBODY_FOR_ALL

    def clean(self):
        cleaned = super().clean()
        counted = cleaned.get("counted")
        if counted is not None and self.total > counted:
            self.data = self.data.copy()
            self.data["counted"] = self.total
            raise ValidationError(
                f"您打开这一页时是 {counted} 件，现在是 {self.total} 件，还没有动。请看清楚，没有问题就再点一次。"
            )
        return cleaned


class AssignManyForm(ReceiverForm):
    handle_by = forms.DateField(label="承办期限", required=False, help_text="空着的，按每件自己的期限。", **DAY)

    sections = [("交办", ["person handle_by", "reason"])]

    def clean_handle_by(self):
        day = self.cleaned_data["handle_by"]
        return day and check_deadline(day)


class HandOverForm(ReceiverForm):
    sections = [("移交", ["person", "reason"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].help_text = "例如：调离，工作交接。"
