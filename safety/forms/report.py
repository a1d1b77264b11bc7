"""Forms of the sealed compartment: writing a report, and noting what was done."""

from django import forms

from fedhub.areas.models import Area
from fedhub.core.forms import StaffForm
from safety import law
from safety.enums import TOLD_AT_DESK, Sign


class ReportForm(StaffForm):
    """A report from the front desk, the phone or the street. Nothing of it can be read again by its writer."""

    subject_name = forms.CharField(
        label="关于谁",
        max_length=50,
        required=False,
        help_text="知道姓名就写；不知道就写能找到她的线索，例如“2 号楼穿红衣的女孩”。",
    )
    area = forms.ModelChoiceField(label="在哪个网格（社区）", queryset=Area.objects.none(), empty_label="请选")
    source = forms.ChoiceField(label="怎么知道的", choices=[(one.value, one.label) for one in TOLD_AT_DESK])
    informant = forms.CharField(
        label="谁反映的（本人不用写）", max_length=60, required=False, help_text=f"可以不写。{law.KEEP_REPORTER}"
    )
    informant_phone = forms.CharField(label="反映人怎么联系", max_length=60, required=False)
    signs = forms.MultipleChoiceField(
        label="看到、听到了什么", choices=Sign.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    text = forms.CharField(
        label="简单写几句", widget=forms.Textarea({"rows": 4}), max_length=2000, required=False,
        help_text="写看到、听到的，不评判、不追问。交上去以后，只有权益专人能看到。",
    )  # fmt: skip

    sections = [("", ["area source", "subject_name", "signs", "text"]), ("反映人", ["informant informant_phone"])]

    def informant_of(self):
        """The dict of who told it."""
        data = self.cleaned_data
        return {"name": data.get("informant", ""), "phone": data.get("informant_phone", "")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = Area.objects.visible_to(self.user, "safety.add_riskreport").active()
        self.fields["area"].queryset = places.filter(kind__in=["community", "grid", "unit"])

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("signs") and not cleaned.get("text"):
            self.add_error("signs", "请至少选一项，或者简单写几句。")
        return cleaned


class HandleForm(StaffForm):
    note = forms.CharField(
        label="怎么处理的", widget=forms.Textarea({"rows": 4}), max_length=2000,
        help_text="报了哪个派出所、几点、谁接的；联系了谁；下一步。",
    )  # fmt: skip


class JoinForm(StaffForm):
    """Which of her files a report belongs to."""

    file = forms.ChoiceField(label="并入哪份档案", widget=forms.RadioSelect)

    def __init__(self, *args, files=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].choices = files
