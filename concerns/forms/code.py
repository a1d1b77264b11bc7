"""The code that whoever raised a concern was told."""

from django import forms

from fedhub.core.forms import StaffForm


class CodeForm(StaffForm):
    code = forms.CharField(
        label="查询码", max_length=20, help_text="登记时告诉她的 8 位码，大小写、空格都不要紧。",
        widget=forms.TextInput({"autocomplete": "off", "autofocus": True}),
    )  # fmt: skip

    once = False
    sections = [("", ["code"])]
