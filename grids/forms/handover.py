"""Handing over what somebody is in charge of."""

from django import forms
from django.utils import timezone

from accounts.models import User
from fedhub.core.forms import CountedForm, FilterChoice
from fedhub.core.text import row_key
from grids.services.handover import Share

SAME, KEEP, NOBODY = "", "keep", "none"


class HandOverForm(CountedForm):
    """`duties`: those of the leaver; `people`: (id, name) of who may take over; `homes`: {area id: families};
    `concerns`: how many of her open concerns the user may hand over."""

    unit = "项"

    to = forms.ModelChoiceField(label="交给", queryset=User.objects.none(), required=False, empty_label="请选")
    on = forms.DateField(
        label="从哪天起", initial=timezone.localdate,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="今天就是马上：点了以后她就看不到了，打开着的页面也不行。",
    )  # fmt: skip
    reason = forms.CharField(label="原因", max_length=60, help_text="例如换届、调动、离职。")
    concerns = forms.BooleanField(label="手里没办结的诉求一起移交", required=False, initial=True)

    def __init__(self, *args, duties, people, homes, concerns, **kwargs):
        super().__init__(*args, total=len(duties), **kwargs)
        self.duties = duties
        self.fields["to"].queryset = people
        self.people = {str(one.pk): one for one in people}
        pairs = [
            (SAME, "交给上面选的人"), *((pk, one.name) for pk, one in self.people.items()),
            (NOBODY, "没有人接，只结束"), (KEEP, "先不交，还由她负责"),
        ]  # fmt: skip
        for duty in duties:
            number = homes.get(duty.area_id, 0)
            field = FilterChoice(label=f"{duty.area} {duty.get_role_display()}（{number:,} 户）", required=False)
            field.offer(pairs)
            self.fields[self.name_of(duty)] = field
        if concerns:
            self.fields[
                "concerns"
            ].help_text = f"{concerns:,} 件：在交出去的网格里的，跟网格走；其余的交给上面选的人。"
        else:
            del self.fields["concerns"]
        names = [self.name_of(duty) for duty in duties]
        self.sections = [
            ("交接", ["to on", "reason", "concerns"]),
            ("各项包保", [" ".join(names[n : n + 2]) for n in range(0, len(names), 2)]),
        ]

    @staticmethod
    def name_of(duty):
        return f"duty_{duty.pk}"

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("to") and any(cleaned.get(self.name_of(duty)) == SAME for duty in self.duties):
            self.add_error("to", "请选接手的人，或者在下面逐项选。")
        return cleaned

    def shares(self):
        """The duties given up, each with who takes it over."""
        found = []
        for duty in self.duties:
            choice = self.cleaned_data[self.name_of(duty)]
            if choice != KEEP:
                to = self.cleaned_data["to"] if choice == SAME else self.people.get(str(row_key(choice)))
                found.append(Share(duty, to))
        return found
