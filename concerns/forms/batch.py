"""Giving many concerns to one person: which ones, to whom, by when."""

from django import forms

from accounts.models import User
from concerns.forms.fields import DAY, check_deadline
from concerns.queries import handlers_of_all
from fedhub.core.forms import CountedForm

NOBODY_FOR_ALL = "没有一位能管到这些诉求所在的全部地方。请先给人授权，或者在诉求列表里按网格筛选，分几次交办。"


class ReceiverForm(CountedForm):
    """Whoever may answer in every place that the concerns lie in."""

    person = forms.ModelChoiceField(
        label="交给", queryset=User.objects.none(), empty_label="请选",
        error_messages={"invalid_choice": "选的人管不到这些诉求所在的地方，请另选一位。"},
    )  # fmt: skip
    reason = forms.CharField(label="原因", max_length=60, required=False, help_text="例如：按分工，本周起由她办。")

    def __init__(self, *args, area_ids, leaver=None, **kwargs):
        super().__init__(*args, **kwargs)
        people = handlers_of_all(area_ids, self.user)
        people = people if leaver is None else people.exclude(pk=leaver.pk)
        self.fields["person"].queryset = people
        if not people.exists():
            self.fields["person"].help_text = NOBODY_FOR_ALL


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
