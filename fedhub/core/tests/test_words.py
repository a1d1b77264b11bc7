"""What is said about wrong input: the office's words, one sentence, what to do."""

import pytest
from django import forms


class Sample(forms.Form):
    name = forms.CharField(max_length=3)
    count = forms.IntegerField(min_value=0)
    day = forms.DateField()
    moment = forms.DateTimeField()
    kind = forms.ChoiceField(choices=[("a", "甲")])


GOOD = {"name": "王桂兰", "count": "1", "day": "2024-06-30", "moment": "2024-06-30 09:30", "kind": "a"}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("name", "", "这一项要填。"),
        ("name", "王桂兰芳", "最多 3 个字，现在是 4 个。"),
        ("count", "多", "请填整数，例如 3。"),
        ("count", "-1", "不能小于 0。"),
        ("day", "2024-02-31", "没有这一天，请照 2024-06-30 的样子填。"),
        ("moment", "2024-06-30 25:00", "没有这个时间，请照 2024-06-30 09:30 的样子填。"),
        ("kind", "z", "请从列表里选一项。"),
    ],
)
def test_wrong_input_is_told_in_plain_words(name, value, sentence):
    form = Sample(GOOD | {name: value})

    assert form.errors == {name: [sentence]}


def test_good_input_has_nothing_to_say():
    assert Sample(GOOD).errors == {}
