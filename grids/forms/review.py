"""Forms of the review of visit records."""

from django import forms

from fedhub.core.forms import CountedForm, StaffForm


class ReturnForm(StaffForm):
    note = forms.CharField(
        label="要改什么", max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text="写清哪一项、怎么改。她改好以后会再回到待审核。",
    )  # fmt: skip


class ApproveManyForm(CountedForm):
    """Nothing to fill in: the number on the page is what is confirmed."""

    unit = "条"
