"""Forms of visits: one in the order of a conversation for the phone, and those for correcting and withdrawing."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from concerns.models import Concern
from fedhub.core.forms import StaffModelForm, TicksField
from fedhub.core.validators import parse_phone
from fedhub.reference.lookup import choices, rule
from grids.enums import (
    FACE_TO_FACE,
    LEDGER_FIELDS,
    TRY_AGAIN,
    ChangeKind,
    MemberEvent,
    Met,
    PolicyTopic,
    VisitKind,
    VisitMode,
)
from grids.forms.hazards import HazardsField
from grids.forms.opened import opened_now, seconds_since
from grids.forms.photos import PhotosField
from grids.forms.signature import SignatureField
from grids.lasttime import last_time, two_should_go, waiting_tasks
from grids.models import Visit, VisitChange
from grids.queries import colleagues, people_at_home
from grids.services.visit import NEWS_OF_MET, ONLY_WITH, RETRY_RULES, Request, Risk, check_day, log_visit, next_try
from households.enums import HousingKind
from households.models import Resident, VisitTask
from safety.enums import Sign

YES_NO = [("no", "没有变化"), ("yes", "有变化")]
RISK = [("no", "没有"), ("yes", "有，马上报")]
REQUESTS = 3
# Up to so many people are tiles to tap, more are a list to pull down.
TILES = 6
# Talking from afar is an answer of its own at the top of the form.
REMOTE = "remote"
ANSWERS = [
    (Met.MET, "见到了"),
    (Met.NOBODY, "没人在家"),
    (Met.REFUSED, "不愿见"),
    (REMOTE, "电话、微信"),
    (Met.MOVED, "已搬走"),
    (Met.DIED, "有人去世"),
    (Met.EMPTY, "空置房"),
]
KEPT = [("yes", "做到了"), ("no", "还没有")]
# Shown only when asked for.
FOLDED = [
    "visited_on", "kind", "started_at", "ended_at", "mode", "reason", "visitor", "partner", "topics", "gifts",
    "satisfaction", "next_on", "next_step", "tasks",
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
            "met", "left_note", "refused_how", "told_by", "others", "summary", "problems", "hazards", "visited_on",
            "started_at", "ended_at", "mode", "kind", "reason", "visitor", "partner", "topics", "gifts", "satisfaction",
            "next_step", "next_on",
        ]  # fmt: skip
        widgets = {
            "refused_how": forms.RadioSelect,
            "mode": forms.RadioSelect,
            "satisfaction": forms.RadioSelect,
            "told_by": forms.TextInput({"placeholder": "邻居、房东、物业"}),
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
        if self.instance.pk:
            self.fields["people"].initial = list(self.instance.people.all())
        for name in ("visitor", "partner"):
            kept = (self.instance.visitor_id, self.instance.partner_id)
            self.fields[name].queryset = colleagues(household.area, keep=kept)
        self.fields["visitor"].required = False
        self.fields["visitor"].empty_label = "我自己"
        self.fields["partner"].empty_label = "没有"
        self.fields["satisfaction"].choices = [("", "没有问"), *self.fields["satisfaction"].choices[1:]]
        self.fields["refused_how"].choices = self.fields["refused_how"].choices[1:]
        self.fields["refused_how"].required = False

    def clean_visited_on(self):
        day = self.cleaned_data["visited_on"]
        try:
            check_day(Visit(household=self.household, visited_on=day))
        except ValidationError as error:
            raise ValidationError(error.messages) from error
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
        met = Met.MET if cleaned.get("met") == REMOTE else cleaned.get("met")
        return cleaned | {n: empty for n, (empty, fits) in ONLY_WITH.items() if n in cleaned and met not in fits}


def task_label(task):
    """What a task is, with what its campaign brings along."""
    goods = task.campaign.goods if task.campaign_id else ""
    return f"{task.why}（送：{goods}）" if goods else task.why


class VisitForm(VisitFacts):
    """走访. Each answer at the top has its own few fields. Dynamic fields: `job_who`, `job_value`, `job_text` … for each
    kind of change, `request_1_title` …, `nobody_again` and `refused_again`."""

    met = forms.ChoiceField(label="这次怎么样", choices=ANSWERS, widget=forms.RadioSelect, initial=Met.MET)
    remote_mode = forms.ChoiceField(
        label="怎么联系的", choices=[(m, m.label) for m in (VisitMode.PHONE, VisitMode.WECHAT)],
        widget=forms.RadioSelect, initial=VisitMode.PHONE, required=False,
    )  # fmt: skip
    moved_on = forms.DateField(label="哪天搬的（知道的话）", widget=forms.DateInput({"type": "date"}), required=False)
    moved_to = forms.CharField(label="搬到哪里（听说的）", max_length=100, required=False)
    died_who = forms.ModelChoiceField(
        label="谁", queryset=Resident.objects.none(), widget=forms.RadioSelect, required=False, empty_label=None
    )
    died_on = forms.DateField(label="哪天（知道的话）", widget=forms.DateInput({"type": "date"}), required=False)
    promise_kept = forms.ChoiceField(label="上次说好的事", choices=KEPT, widget=forms.RadioSelect, required=False)
    tasks = TicksField(
        label="这次办了哪些任务",
        queryset=VisitTask.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    follows = forms.ModelChoiceField(
        label="回访的诉求", queryset=Concern.objects.none(), widget=forms.HiddenInput, required=False
    )
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

    # What belongs to the sealed compartment.
    SEALED = ("risk", "signs", "risk_text")

    def __init__(self, *args, asks_risk=True, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks_risk:
            for name in self.SEALED:
                del self.fields[name]
        self.fields["opened"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=opened_now, label="")
        members = self.fields["people"].queryset
        self.last = last_time(self.household)
        self.must_tasks, self.other_tasks = waiting_tasks(self.household)
        self.two_people = two_should_go(self.household)
        self._fill_from_last_time(list(members))
        self.fields["mode"].choices = [(mode, mode.label) for mode in FACE_TO_FACE]
        self.fields["mode"].required = False
        self.fields["died_who"].queryset = members
        open_ones = VisitTask.objects.visible_to(self.user, "grids.add_visit")
        chosen = open_ones.filter(pk__in=[task.pk for task in self.other_tasks])
        self.fields["tasks"].queryset = chosen.select_related("campaign").order_by("due_on", "pk")
        self.fields["tasks"].label_from_instance = task_label
        self.fields["follows"].queryset = Concern.objects.visible_to(self.user).filter(household=self.household)
        for met in TRY_AGAIN:
            self.fields[f"{met}_again"] = forms.DateField(
                label="下次什么时候再去", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
                initial=next_try(self.household, met, timezone.localdate()),
            )  # fmt: skip
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

    def _fill_from_last_time(self, members):
        """Whom one met then and who still lives there, how, and with whom; the only one at home in any case."""
        met = {person.pk for person in self.last.people}
        again = [person for person in members if person.pk in met]
        self.fields["people"].initial = members if len(members) == 1 else again
        if self.last.mode:
            self.initial["mode"] = self.last.mode
        if self.last.visit and self.last.visit.visitor_id == self.user.pk:
            self.initial["partner"] = self.last.visit.partner_id
        if self.must_tasks and not self.initial.get("follows"):
            self.initial["kind"] = VisitKind.MUST

    def _add_change_fields(self, kind, members):
        owner = LEDGER_FIELDS.get(kind, ("resident", ""))[0]
        if owner == "resident":
            few = len(members) <= TILES
            self.fields[f"{kind}_who"] = forms.ModelChoiceField(
                label="谁", queryset=members, required=False, empty_label=None if few else "请选",
                widget=forms.RadioSelect if few else forms.Select,
                initial=members[0] if len(members) == 1 else None,
            )  # fmt: skip
        if kind == ChangeKind.MEMBERS:
            self.fields[f"{kind}_event"] = forms.ChoiceField(
                label="发生了什么",
                choices=[*MemberEvent.choices, ("", "其他")],
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"{kind}_on"] = forms.DateField(
                label="哪天（知道的话）", widget=forms.DateInput({"type": "date"}), required=False
            )
        tables = {ChangeKind.JOB: "employment_status", ChangeKind.HEALTH: "health"}
        if kind in tables:
            value = forms.ChoiceField(choices=[("", "没有选"), *choices(tables[kind])], required=False)
        elif kind == ChangeKind.HOUSING:
            value = forms.ChoiceField(choices=HousingKind.choices, widget=forms.RadioSelect, required=False)
        else:
            value = forms.CharField(max_length=200, required=False)
        if kind == ChangeKind.PHONE:
            value.widget = forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"})
        if kind in VALUE_LABELS:
            value.label = VALUE_LABELS[kind]
            self.fields[f"{kind}_value"] = value
        self.fields[f"{kind}_text"] = forms.CharField(label="说明", max_length=500, required=False)

    @property
    def change_blocks(self):
        """For the template: (code, label, bound fields) of each kind of change."""
        blocks = []
        for kind in ChangeKind:
            names = [f"{kind}_{part}" for part in ("event", "who", "on", "value", "text")]
            blocks.append((kind.value, kind.label, [self[name] for name in names if name in self.fields]))
        return blocks

    @property
    def request_blocks(self):
        """For the template: (title, topic, answer) of each request row."""
        parts = ("title", "topic", "answer")
        return [[self[f"request_{number}_{part}"] for part in parts] for number in range(1, REQUESTS + 1)]

    @property
    def retry_words(self):
        """For the template: {answer: the rule of the next try in words}."""
        nobody, refused = (rule(RETRY_RULES[met]) for met in TRY_AGAIN)
        return {
            "nobody": f"按规则 {nobody} 天后再去，可以改；有任务的不会拖过最晚日期。这次不算完成走访。",
            "refused": f"尊重她的意思，按规则 {refused} 天内不再上门，可以改。这次不算完成走访。",
        }

    def clean_mode(self):
        return self.cleaned_data["mode"] or VisitMode.HOME

    def clean_moved_on(self):
        return self._not_to_come("moved_on")

    def clean_died_on(self):
        return self._not_to_come("died_on")

    def clean_members_on(self):
        return self._not_to_come("members_on")

    def _not_to_come(self, name):
        day = self.cleaned_data[name]
        if day and day > timezone.localdate():
            raise ValidationError("日期不能晚于今天。")
        return day

    def clean(self):
        cleaned = super().clean()
        answer = cleaned.get("met")
        if answer == REMOTE:
            self._clean_remote(cleaned)
        if answer == Met.MET and not cleaned.get("change"):
            self.add_error("change", "家里有没有变化？请选一项。")
        cleaned["changed"] = answer == Met.MET and cleaned.get("change") == "yes"
        if cleaned["changed"]:
            self._clean_changes(cleaned)
        if answer in TRY_AGAIN:
            self._clean_again(cleaned, answer)
        elif answer in NEWS_OF_MET:
            cleaned["next_on"] = None
        if answer == Met.REFUSED and not cleaned.get("refused_how"):
            self.add_error("refused_how", "怎么说的？请选一项。")
        if answer == Met.DIED:
            self._clean_died(cleaned)
        for number in range(1, REQUESTS + 1):
            if not cleaned.get(f"request_{number}_title") and cleaned.get(f"request_{number}_answer"):
                self.add_error(f"request_{number}_title", "写了怎么办好的，请把是什么事也写上。")
        if not cleaned.get("gifts"):
            # What the campaign brings along is what was handed over, unless the visitor wrote something else.
            goods = [task.campaign.goods for task in cleaned.get("tasks", ()) if task.campaign_id]
            cleaned["gifts"] = "、".join(filter(None, goods))[:200]
        if cleaned.get("risk") == "yes" and not cleaned.get("signs") and not cleaned.get("risk_text"):
            self.add_error("signs", "请至少选一项，或者简单写几句。")
        return cleaned

    def _clean_remote(self, cleaned):
        cleaned["met"], cleaned["mode"] = Met.MET, cleaned.get("remote_mode") or VisitMode.PHONE
        if not cleaned.get("people") and not cleaned.get("others"):
            self.add_error("people", "和谁联系的？请至少选一位；不在名单里的写在“还见到”。")

    def _clean_again(self, cleaned, answer):
        day, visited = cleaned.get(f"{answer}_again"), cleaned.get("visited_on")
        if day and visited and day <= visited:
            self.add_error(f"{answer}_again", "下次的日期要在这次之后。")
        cleaned["next_on"] = day

    def _clean_died(self, cleaned):
        who, day = cleaned.get("died_who"), cleaned.get("died_on")
        if who is None and self.fields["died_who"].queryset:
            self.add_error("died_who", "是谁去世了？请选一位。")
        if who is not None and day and day.isoformat()[: len(who.birth)] < who.birth:
            self.add_error("died_on", "日期早于她的出生日期，请核对。")

    def _clean_changes(self, cleaned):
        if not cleaned.get("changes"):
            self.add_error("changes", "请选变了什么。")
        for kind in cleaned.get("changes") or []:
            if f"{kind}_value" in self.errors:
                continue
            if kind == ChangeKind.MEMBERS and cleaned.get("members_event"):
                if not cleaned.get("members_who"):
                    self.add_error("members_who", "请选是谁。")
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
        """Unsaved VisitChange rows: of the ticked kinds, or of the answer that is itself news for the ledger."""
        data = self.cleaned_data
        if data["met"] == Met.MOVED:
            return [
                VisitChange(
                    kind=ChangeKind.MEMBERS, event=MemberEvent.MOVED, happened_on=data["moved_on"],
                    value=data["moved_to"], text=NEWS_OF_MET[Met.MOVED],
                )
            ]  # fmt: skip
        if data["met"] == Met.DIED and data["died_who"] is not None:
            return [
                VisitChange(
                    kind=ChangeKind.MEMBERS, event=MemberEvent.DIED, resident=data["died_who"],
                    happened_on=data["died_on"], text="走访时得知去世，请核实后登记。",
                )
            ]  # fmt: skip
        return [self._change(kind) for kind in data["changes"]] if data["changed"] else []

    def _change(self, kind):
        data = self.cleaned_data
        value = data.get(f"{kind}_value") or ""
        event = data.get(f"{kind}_event") or ""
        return VisitChange(
            kind=kind, resident=data.get(f"{kind}_who"), field=LEDGER_FIELDS[kind][1] if value else "", value=value,
            event=event, happened_on=data.get(f"{kind}_on") if event else None, text=data[f"{kind}_text"],
        )  # fmt: skip

    def requests(self):
        """The things asked for; only somebody spoken to asks for anything."""
        data = self.cleaned_data
        if data["met"] != Met.MET:
            return []
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
        return Risk(signs=data["signs"], text=data["risk_text"]) if data.get("risk") == "yes" else None

    def log(self, *, photos=(), signature=None, by):
        """Save the visit that the valid form describes, `photos` and `signature` kept earlier included. Returns the Visit.
        Raises ValidationError."""
        visit, data = self.instance, self.cleaned_data
        visit.household = self.household
        visit.changed, visit.hazards, visit.topics = data["changed"], data["hazards"], data["topics"]
        visit.follows = data["follows"]
        if data["promise_kept"] and self.last.promise:
            visit.promise, visit.promise_kept = self.last.promise, data["promise_kept"] == "yes"
        return log_visit(
            visit,
            people=data["people"],
            changes=self.found_changes(),
            requests=self.requests(),
            risk=self.told_risk(),
            photos=[*photos, *data["photos"]],
            signature=data["signature"] or signature,
            tasks=data["tasks"],
            once=data["once_key"],
            by=by,
        )

    def seconds_open(self):
        """Seconds from opening the form to sending it, None where nothing believable says so."""
        return seconds_since(self.cleaned_data.get("opened"))

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
