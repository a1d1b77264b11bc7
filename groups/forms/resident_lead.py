"""What the leader of a group fills in on her telephone."""

from django import forms

from groups.enums import Present


class RehearsalForm(forms.Form):
    """What they did, and a line for each member of today; nothing is ticked beforehand."""

    topic = forms.CharField(
        label="做了什么", max_length=60, initial="排练", error_messages={"required": "请写做了什么。"}
    )

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.members = list(members)
        for member in self.members:
            self.fields[f"m{member.pk}"] = forms.ChoiceField(
                label=member.resident.name, choices=Present.choices, widget=forms.RadioSelect,
                error_messages={"required": "请选一个。", "invalid_choice": "请选一个。"},
            )  # fmt: skip

    def people(self):
        """The bound fields of the members."""
        return [self[f"m{member.pk}"] for member in self.members]

    def presents(self):
        """`{member id: Present}` as ticked."""
        return {member.pk: self.cleaned_data[f"m{member.pk}"] for member in self.members}
