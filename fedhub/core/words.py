"""Django's own sentences about wrong input, said as the office says them: no 字段, no 变量, and what to do next."""

from django import forms
from django.core import validators
from django.db import models

FORM_WORDS = {
    forms.Field: {"required": "这一项要填。"},
    forms.IntegerField: {"invalid": "请填整数，例如 3。"},
    forms.FloatField: {"invalid": "请填数字，例如 12.5。"},
    forms.DecimalField: {"invalid": "请填数字，例如 12.5。"},
    forms.DateField: {"invalid": "没有这一天，请照 2024-06-30 的样子填。"},
    forms.TimeField: {"invalid": "没有这个时间，请照 09:30 的样子填。"},
    forms.DateTimeField: {"invalid": "没有这个时间，请照 2024-06-30 09:30 的样子填。"},
    forms.ChoiceField: {"invalid_choice": "请从列表里选一项。"},
    forms.MultipleChoiceField: {"invalid_choice": "请从列表里选。", "invalid_list": "请从列表里选。"},
    forms.ModelChoiceField: {"invalid_choice": "请从列表里选一项。"},
    forms.ModelMultipleChoiceField: {
        "list": "请从列表里选。", "invalid_choice": "请从列表里选。", "invalid_pk_value": "请从列表里选。",
    },
    forms.FileField: {
        "invalid": "没有收到文件，请再选一次。", "missing": "没有收到文件，请再选一次。",
        "empty": "文件是空的，请确认选对了文件。",
    },
    models.Field: {"unique": "这个%(field_label)s已经有了，请换一个。"},
}  # fmt: skip
VALIDATOR_WORDS = {
    validators.MaxLengthValidator: "最多 %(limit_value)d 个字，现在是 %(show_value)d 个。",
    validators.MinLengthValidator: "至少 %(limit_value)d 个字，现在是 %(show_value)d 个。",
    validators.MaxValueValidator: "不能大于 %(limit_value)s。",
    validators.MinValueValidator: "不能小于 %(limit_value)s。",
}


def use_plain_words():
    """Put the sentences in place; once, at start."""
    for field, words in FORM_WORDS.items():
        field.default_error_messages = {**field.default_error_messages, **words}
    for validator, words in VALIDATOR_WORDS.items():
        validator.message = words
