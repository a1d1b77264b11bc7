"""The filter of the pictures of a survey."""

from fedhub.core.forms import FilterChoice, FilterForm


class PhotoFilterForm(FilterForm):
    question = FilterChoice(label="题目", required=False)

    def __init__(self, *args, questions=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["question"].choices = [("", "全部"), *questions]

    def filter_question(self, rows, value):
        return rows.filter(question=value)
