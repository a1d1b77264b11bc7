"""What happens when an option is chosen: a choice for each."""

from django import forms

from fedhub.core.forms import StaffForm
from surveys.definition.check import numbers
from surveys.definition.edit import HELP, NOTHING, TELL, rule_of
from surveys.definition.questionnaire import WITH_OPTIONS
from surveys.enums import Kind

RULES = [
    (NOTHING, "照常往下填"),
    (HELP, "显示求助电话"),
    (TELL, "显示求助电话，还告诉她可以只让专人知道"),
]
# Of a matrix an option is a column, of a ranking every option is placed: neither says that something happened to her.
RULED = [kind for kind in WITH_OPTIONS if kind not in (Kind.MATRIX, Kind.RANKING)]


class RulesForm(StaffForm):
    """`groups`: [(number, question, [bound field])] for the page."""

    def __init__(self, *args, questionnaire, **kwargs):
        super().__init__(*args, **kwargs)
        self.names, places, self.asked = {}, numbers(questionnaire), []
        for question in questionnaire.questions():
            if question.retired or question.kind not in RULED:
                continue
            for option in question.offered():
                name = f"{question.code}_{option.code}"
                self.names[name] = (question.code, option.code)
                self.fields[name] = forms.ChoiceField(
                    label=option.label, choices=RULES, required=False, initial=rule_of(option)
                )
            self.asked.append((places[question.code], question))

    @property
    def groups(self):
        return [
            (number, question, [self[f"{question.code}_{option.code}"] for option in question.offered()])
            for number, question in self.asked
        ]

    def rules(self):
        """{(question, option): rule}; call it when the form is valid."""
        return {key: self.cleaned_data[name] for name, key in self.names.items() if name in self.cleaned_data}
