"""Forms of questions that come from elsewhere: pasted text, a workbook, the bank."""

from django import forms

from fedhub.core.forms import StaffForm
from surveys.definition.textread import read_text
from surveys.services.writing import MOST_QUESTIONS

ADD, REPLACE = "add", "replace"
HOW = [(ADD, "加在后面"), (REPLACE, "换掉现在的全部题目")]


class TakingForm(StaffForm):
    """Questions from elsewhere: behind those that are there, or in their place while nothing is out. `reading` is what was read
    when the form is valid. With errors it is valid only once they were seen (`anyway`)."""

    how = forms.ChoiceField(label="放在哪里", choices=HOW, widget=forms.RadioSelect, initial=ADD)
    anyway = forms.BooleanField(label="有读不出来的也行，先放进去", required=False)

    reading = None

    def __init__(self, *args, may_replace=True, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_replace:
            del self.fields["how"]

    def take(self, reading):
        """Keep the Reading; refuse one that gave nothing, or has errors that nobody saw."""
        self.reading = reading
        asked = reading.questionnaire.questions()
        if len(asked) > MOST_QUESTIONS:
            raise forms.ValidationError(f"一份问卷最多 {MOST_QUESTIONS} 题，这里有 {len(asked)} 题。")
        if reading.errors and not (asked and self.cleaned_data.get("anyway")):
            raise forms.ValidationError(
                f"有 {len(reading.errors)} 处读不出来，列在上面。"
                + ("改好再放，或者勾上“先放进去”。" if asked else "")
            )


class PasteForm(TakingForm):
    text = forms.CharField(
        label="问卷文字", max_length=60_000, widget=forms.Textarea({"rows": 18, "spellcheck": "false"}),
        error_messages={"required": "请把问卷文字粘贴进来。"},
    )  # fmt: skip
    field_order = ["text", "how", "anyway"]

    def clean(self):
        data = super().clean()
        if data.get("text"):
            self.take(read_text(data["text"]))
        return data


class WorkbookForm(TakingForm):
    file = forms.FileField(
        label="XLSForm 文件", widget=forms.FileInput({"accept": ".xlsx"}), error_messages={"required": "请选择文件。"}
    )
    field_order = ["file", "how", "anyway"]


class BankForm(StaffForm):
    """Questions of the bank, ticked."""

    codes = forms.MultipleChoiceField(
        label="题目",
        choices=(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请勾选要用的题目。"},
    )

    def __init__(self, *args, questionnaire, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = [(one.code, one.label) for one in questionnaire.questions()]
