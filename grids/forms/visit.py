"""Forms of visits: one in the order of a conversation for the phone, and those for correcting and withdrawing."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from fedhub.core.forms import StaffModelForm, TicksField
from fedhub.core.validators import parse_phone
from fedhub.reference.lookup import choices
from grids.enums import LEDGER_FIELDS, ChangeKind, Met, PolicyTopic
from grids.forms.hazards import HazardsField
from grids.forms.photos import PhotosField
from grids.forms.signature import SignatureField
from grids.models import Visit, VisitChange
from grids.queries import colleagues, people_at_home
from grids.services.visit import Request, Risk
from households.enums import HousingKind
from households.models import Resident
from safety.enums import Sign

YES_NO = [("no", "没有变化"), ("yes", "有变化")]
RISK = [("no", "没有"), ("yes", "有，马上报")]
REQUESTS = 3
# Shown only when asked for.
FOLDED = [
    "visited_on", "kind", "started_at", "ended_at", "mode", "reason", "visitor", "partner", "topics", "gifts",
    "satisfaction", "next_on", "next_step",
]  # fmt: skip
VALUE_LABELS = {
    ChangeKind.JOB: "现在的工作情况",
    ChangeKind.HEALTH: "现在的健康状况",
    ChangeKind.HOUSING: "现在的住房",
    ChangeKind.INCOME: "现在的收入情况",
    ChangeKind.PHONE: "新号码",
}


class VisitFacts(StaffModelForm):
    """What is common to logging and correcting a visit."""

    met = forms.ChoiceField(label="见到人了吗", choices=Met.choices, widget=forms.RadioSelect, initial=Met.MET)
    people = TicksField(
        label="见到了谁", queryset=Resident.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )
    hazards = HazardsField(label="需要留意的情况")
    topics = forms.MultipleChoiceField(
        label="宣传了什么", choices=PolicyTopic.choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    class Meta:
        model = Visit
        fields = [
            "met", "others", "summary", "problems", "hazards", "visited_on", "started_at", "ended_at", "mode", "kind", "reason",
            "visitor", "partner", "topics", "gifts", "satisfaction", "next_step", "next_on",
        ]  # fmt: skip
        widgets = {
            "gifts": forms.TextInput({"placeholder": "大米一袋、食用油一桶"}),
            "visited_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "next_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "started_at": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "ended_at": forms.TimeInput({"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args, household, **kwargs):
        super().__init__(*args, **kwargs)
        self.household = household
        members = people_at_home(household, self.instance if self.instance.pk else None)
        self.fields["people"].queryset = members
        if not self.instance.pk and len(members) == 1:
            self.fields["people"].initial = list(members)
        if self.instance.pk:
            self.fields["people"].initial = list(self.instance.people.all())
        for name in ("visitor", "partner"):
            kept = (self.instance.visitor_id, self.instance.partner_id)
            self.fields[name].queryset = colleagues(household.area, keep=kept)
        self.fields["visitor"].required = False
        self.fields["visitor"].empty_label = "我自己"
        self.fields["partner"].empty_label = "没有"
        self.fields["satisfaction"].choices = [("", "没有问"), *self.fields["satisfaction"].choices[1:]]

    def clean_visited_on(self):
        day = self.cleaned_data["visited_on"]
        if day > timezone.localdate():
            raise ValidationError("走访日期不能晚于今天。")
        return day

    def clean_next_on(self):
        day, visited = self.cleaned_data["next_on"], self.cleaned_data.get("visited_on")
        if day and visited and day <= visited:
            raise ValidationError("下次走访日期要在这次走访之后。")
        return day

    def clean_visitor(self):
        return self.cleaned_data["visitor"] or self.user

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("met") == Met.MET and not cleaned.get("people") and not cleaned.get("others"):
            self.add_error("people", "见到了谁？请至少选一位；不在名单里的写在“还见到”。")
        start, end = cleaned.get("started_at"), cleaned.get("ended_at")
        if start and end and end < start:
            self.add_error("ended_at", "结束时间不能早于开始时间。")
        return cleaned


class VisitForm(VisitFacts):
    """走访. Dynamic fields: `job_who`, `job_value`, `job_text` … for each kind of change, `request_1_title` …"""

    change = forms.ChoiceField(label="家里情况", choices=YES_NO, widget=forms.RadioSelect, required=False)
    changes = forms.MultipleChoiceField(
        label="变了什么", choices=ChangeKind.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    risk = forms.ChoiceField(
        label="有没有要马上报告的", choices=RISK, widget=forms.RadioSelect, initial="no", required=False
    )
    signs = forms.MultipleChoiceField(
        label="看到、听到了什么", choices=Sign.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    risk_text = forms.CharField(
        label="简单写几句", widget=forms.Textarea({"rows": 3}), max_length=2000, required=False,
        help_text="只有权益专人能看到。写看到、听到的，不评判、不追问。",
    )  # fmt: skip
    photos = PhotosField(label="照片", required=False)
    signature = SignatureField(label="对方签名", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        members = self.fields["people"].queryset
        for kind in ChangeKind:
            self._add_change_fields(kind, members)
        for number in range(1, REQUESTS + 1):
            self.fields[f"request_{number}_title"] = forms.CharField(
                label="要办的事", max_length=80, required=False, widget=forms.TextInput({"placeholder": "没有就空着"})
            )
            self.fields[f"request_{number}_topic"] = forms.ChoiceField(
                label="方面", choices=[("", "不确定"), *choices("survey_topic")], required=False
            )
            self.fields[f"request_{number}_answer"] = forms.CharField(
                label="当场怎么办好的", max_length=500, required=False, help_text="没有当场办好就空着。"
            )

    def _add_change_fields(self, kind, members):
        owner = LEDGER_FIELDS.get(kind, ("resident", ""))[0]
        if owner == "resident":
            self.fields[f"{kind}_who"] = forms.ModelChoiceField(
                label="谁", queryset=members, required=False, empty_label="请选",
                initial=members[0] if len(members) == 1 else None,
            )  # fmt: skip
        tables = {ChangeKind.JOB: "employment_status", ChangeKind.HEALTH: "health"}
        if kind in tables:
            value = forms.ChoiceField(choices=[("", "没有选"), *choices(tables[kind])], required=False)
        elif kind == ChangeKind.HOUSING:
            value = forms.ChoiceField(choices=[("", "没有选"), *HousingKind.choices], required=False)
        else:
            value = forms.CharField(max_length=200, required=False)
        if kind in VALUE_LABELS:
            value.label = VALUE_LABELS[kind]
            self.fields[f"{kind}_value"] = value
        self.fields[f"{kind}_text"] = forms.CharField(label="说明", max_length=500, required=False)

    @property
    def change_blocks(self):
        """For the template: (code, label, bound fields) of each kind of change."""
        blocks = []
        for kind in ChangeKind:
            names = [f"{kind}_{part}" for part in ("who", "value", "text")]
            blocks.append((kind.value, kind.label, [self[name] for name in names if name in self.fields]))
        return blocks

    @property
    def request_blocks(self):
        """For the template: (title, topic, answer) of each request row."""
        parts = ("title", "topic", "answer")
        return [[self[f"request_{number}_{part}"] for part in parts] for number in range(1, REQUESTS + 1)]

    def clean(self):
        cleaned = super().clean()
        met = cleaned.get("met") == Met.MET
        if met and not cleaned.get("change"):
            self.add_error("change", "家里有没有变化？请选一项。")
        cleaned["changed"] = met and cleaned.get("change") == "yes"
        if cleaned["changed"]:
            self._clean_changes(cleaned)
        for number in range(1, REQUESTS + 1):
            if not cleaned.get(f"request_{number}_title") and cleaned.get(f"request_{number}_answer"):
                self.add_error(f"request_{number}_title", "写了怎么办好的，请把是什么事也写上。")
        if cleaned.get("risk") == "yes" and not cleaned.get("signs") and not cleaned.get("risk_text"):
            self.add_error("signs", "请至少选一项，或者简单写几句。")
        return cleaned

    def _clean_changes(self, cleaned):
        if not cleaned.get("changes"):
            self.add_error("changes", "请选变了什么。")
        for kind in cleaned.get("changes") or []:
            if f"{kind}_value" in self.errors:
                continue
            if not cleaned.get(f"{kind}_value") and not cleaned.get(f"{kind}_text"):
                last = f"{kind}_value" if f"{kind}_value" in self.fields else f"{kind}_text"
                self.add_error(last, "请选新情况，或者写一句说明。")
            elif cleaned.get(f"{kind}_value") and f"{kind}_who" in self.fields and not cleaned.get(f"{kind}_who"):
                self.add_error(f"{kind}_who", "请选是谁。")

    def clean_phone_value(self):
        text = self.cleaned_data["phone_value"]
        if not text or ChangeKind.PHONE not in self.data.getlist(self.add_prefix("changes")):
            return text
        try:
            return parse_phone(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def found_changes(self):
        """Unsaved VisitChange rows of the ticked kinds."""
        data = self.cleaned_data
        rows = []
        for kind in data["changes"] if data["changed"] else []:
            value = data.get(f"{kind}_value") or ""
            rows.append(
                VisitChange(
                    kind=kind,
                    resident=data.get(f"{kind}_who"),
                    field=LEDGER_FIELDS[kind][1] if value else "",
                    value=value,
                    text=data[f"{kind}_text"],
                )
            )
        return rows

    def requests(self):
        """The things asked for."""
        data = self.cleaned_data
        return [
            Request(
                title=data[f"request_{number}_title"],
                topic=data[f"request_{number}_topic"],
                answer=data[f"request_{number}_answer"],
            )
            for number in range(1, REQUESTS + 1)
            if data[f"request_{number}_title"]
        ]

    def told_risk(self):
        """Risk, or None."""
        data = self.cleaned_data
        return Risk(signs=data["signs"], text=data["risk_text"]) if data["risk"] == "yes" else None

    @property
    def more_errors(self):
        """True when something is wrong in the part that is folded away."""
        return any(name in self.errors for name in FOLDED)

    @property
    def refused_photos(self):
        """Sentences about pictures that were not taken."""
        return getattr(self.fields["photos"], "refused", [])

    @property
    def refused_signature(self):
        """A sentence about a signature that was not taken, or nothing."""
        return getattr(self.fields["signature"], "refused", "")
