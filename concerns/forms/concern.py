"""A concern written down by staff, and the filters of the list."""

from crispy_forms.layout import HTML
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from concerns import states
from concerns.enums import BY_STAFF, Origin, Outcome, Status, Told
from concerns.figures import ENDED, raised_in
from concerns.forms.fields import LONG, ResidentField, check_past, topics
from concerns.forms.figures import FigureFilters
from concerns.models import Concern
from concerns.parts import PARTS, part_of
from concerns.queries import joinable, places_of
from concerns.search import Found, search
from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, StaffModelForm
from fedhub.core.lookups import Aside, Written
from fedhub.core.text import row_key
from fedhub.reference.lookup import rule
from fedhub.reference.periods import MonthField, month_after, start_of
from households.forms.fields import FoldedFilterForm

RAISED_BY_STAFF = [Origin.FRONT_DESK, Origin.HOTLINE, Origin.UPPER, Origin.SURVEY, Origin.COUNCIL, Origin.PORTAL]
MINE, NOBODY = "me", "none"
UNDECIDED = NOBODY
SCORES = [("", "全部"), ("low", "不满意"), ("any", "评价过的"), ("none", "答复了还没评价")]
MERGED = [("", "全部"), ("own", "不看并入别件的"), ("lead", "带着并案的"), ("led", "并入别件的")]


class ConcernForm(StaffModelForm):
    """A concern written down by staff; `answer` settles it on the spot, `join` names the concern it repeats."""

    resident = ResidentField("提出人")
    answer = forms.CharField(
        label="当场怎么办好的", max_length=2000, required=False, widget=forms.Textarea(LONG),
        help_text="已经当场答复她的才写，存下来就是“当场办结”。没办好的空着。",
    )  # fmt: skip
    join = forms.ModelChoiceField(label="并入", queryset=Concern.objects.none(), required=False)

    class Meta:
        model = Concern
        fields = [
            "title", "place", "topic", "origin", "resident", "on_behalf", "anonymous", "area", "channel", "detail",
            "raised_on",
        ]  # fmt: skip
        widgets = {
            "raised_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "place": forms.TextInput({"placeholder": "例如：3幢2单元楼道"}),
            "anonymous": forms.CheckboxInput({"data-hides": "resident on_behalf"}),
        }
        labels = {"area": "网格（社区）", "anonymous": "不留姓名"}
        help_texts = {
            "title": "一句话写清要办什么，不写伤害、隐私的细节。",
            "place": "事情在哪里，没有固定地点的空着。",
            "area": "选了提出人就不用选，按她所在的网格。",
            "on_behalf": "替她来说的人，例如女儿。本人来的空着。",
            "anonymous": "不记是谁提的，只给查询码，凭码来问答复。",
        }

    sections = [
        ("诉求", ["title", "place", "topic origin", "detail"]),
        ("谁提的", ["anonymous", "resident on_behalf", "area", "channel raised_on"]),
        ("当场办结", ["answer"]),
    ]

    def __init__(self, *args, household=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.household = household
        self.fields["topic"] = forms.ChoiceField(label="方面", choices=topics("不确定"), required=False)
        self.fields["origin"].choices = [(o.value, o.label) for o in RAISED_BY_STAFF]
        self.fields["channel"].choices = [("", "没有说"), *((t.value, t.label) for t in BY_STAFF if t != Told.NOT_YET)]
        places = Area.objects.visible_to(self.user, "concerns.add_concern").active()
        self.fields["area"].queryset = places.filter(kind__in=["community", "grid", "unit"])
        self.fields["area"].required = False
        self.fields["area"].empty_label = "请选"
        self.fields["resident"].limit_to(self.user, "concerns.add_concern")
        # Only read when one was chosen among those that the page suggests.
        self.fields["join"].queryset = joinable(Concern.objects.visible_to(self.user, "concerns.add_concern"))
        self.fields["join"].error_messages["invalid_choice"] = "选的那件已经答复或者并走了，请重新看看有没有同一件事。"
        if household is not None:
            del self.fields["area"], self.fields["anonymous"]

    def build_layout(self):
        """Under title and place stands what the concern may repeat."""
        layout = super().build_layout()
        layout[0].fields.insert(2, HTML('{% include "concerns/concern_form/_hint.html" %}'))
        return layout

    def clean_raised_on(self):
        day = self.cleaned_data["raised_on"]
        if day > timezone.localdate():
            raise ValidationError("提出日期不能晚于今天。")
        return check_past(day, "提出日期")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("anonymous"):
            cleaned["resident"], cleaned["on_behalf"] = None, ""
        if self.household is None and not cleaned.get("area"):
            if cleaned.get("resident"):
                cleaned["area"] = cleaned["resident"].area
            elif "area" not in self.errors:
                self.add_error("area", "请选提出人，或者选网格（社区）。")
        if cleaned.get("join") and cleaned.get("answer"):
            self.add_error("answer", "并入别的诉求就随那件一起办，不能又当场办结。请只选一样。")
        return cleaned


class ConcernFilterForm(FigureFilters, FoldedFilterForm):
    first = ("q", "status", "person")

    q = forms.CharField(
        label="搜索", required=False, max_length=60,
        widget=forms.TextInput({"type": "search", "placeholder": "编号、诉求或地点"}),
    )  # fmt: skip
    status = FilterChoice(
        label="状态", required=False, choices=[("", "全部"), *states.LABELS.items(), *Status.choices]
    )
    person = FilterChoice(label="承办人", required=False)
    topic = FilterChoice(label="方面", required=False)
    grid = FilterChoice(label="网格", required=False)
    origin = FilterChoice(label="来源", required=False, choices=[("", "全部"), *Origin.choices])
    outcome = FilterChoice(label="结果", required=False, choices=[("", "全部"), *Outcome.choices])
    month = MonthField(label="提出月份", required=False)
    closed = MonthField(label="办结月份", required=False)
    score = FilterChoice(label="评价", required=False, choices=SCORES)
    merged = FilterChoice(label="并案", required=False, choices=MERGED)
    overdue = forms.BooleanField(label="只看逾期", required=False)
    reopened = forms.BooleanField(label="只看重办过的", required=False)
    # Somebody's part in concerns ("raised:12"), in sight only when her duty record led here.
    part = FilterChoice(label="履职", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].offer([*topics("全部", keep=self.data.get("topic", "")), (UNDECIDED, "没定方面")])
        places = places_of(self.user, "concerns.view_concern", keep=row_key(self.data.get("grid")))
        self.fields["grid"].offer([("", "全部"), *((str(pk), place.name) for pk, place in places)])
        people = User.objects.visible_to(self.user, "concerns.view_concern").order_by("name", "pk")
        officers = {str(pk): name for pk, name in people.values_list("pk", "name").distinct()}
        asked = self.data.get("person", "")
        if row_key(asked):
            # Somebody of a wider place, chosen by a link: her concerns here are in sight anyway.
            officers.setdefault(asked, "选中的人")
        self.fields["person"].offer([("", "全部"), (MINE, "我"), (NOBODY, "没有承办人"), *officers.items()])
        key, _, who = self.data.get("part", "").partition(":")
        if key in PARTS and row_key(who):
            label = f"{officers.get(who, '选中的人')}：{PARTS[key].label}"
            self.fields["part"].offer([("", "全部"), (f"{key}:{who}", label)])
        else:
            del self.fields["part"]

    @property
    def newest(self):
        """The field that says which are the newest of what is asked for, and has an index for it."""
        asked = self.cleaned_data
        if asked.get("closed") or asked.get("figure") == ENDED or asked.get("status") == "lately":
            return "closed_at"
        return "raised_on" if any(asked.get(name) for name in ("month", "since", "until")) else "updated_at"

    def apply(self, rows):
        """As everywhere; words are looked for last, among what the other filters leave (`found`: search.Found)."""
        rows, words = super().apply(rows), self.cleaned_data.get("q")
        self.found = search(rows, words, self.newest) if words else Found(rows)
        return self.found.rows

    def filter_q(self, concerns, value):
        return concerns

    def filter_status(self, concerns, value):
        return concerns.filter(states.condition(value) if value in states.LABELS else states.at(value))

    def filter_person(self, concerns, value):
        if value == NOBODY:
            return concerns.filter(assigned_to=None)
        return concerns.filter(assigned_to=self.user.pk if value == MINE else value)

    def filter_topic(self, concerns, value):
        return concerns.filter(topic="") if value == UNDECIDED else concerns.filter(Aside("topic", value))

    def filter_grid(self, concerns, value):
        place = self.user.places.get(int(value))
        return concerns.filter(area_id__in=self.user.places_within(place.code))

    def filter_origin(self, concerns, value):
        return concerns.filter(origin=value)

    def filter_outcome(self, concerns, value):
        return concerns.filter(outcome=value)

    def filter_month(self, concerns, value):
        return raised_in(concerns, value, value)

    def filter_closed(self, concerns, value):
        return concerns.filter(closed_at__gte=start_of(value), closed_at__lt=start_of(month_after(value)))

    def filter_score(self, concerns, value):
        if value == "low":
            return concerns.filter(Written("score", "<=", rule("concern_low_score")))
        return concerns.filter(score__isnull=False) if value == "any" else concerns.filter(states.unrated())

    def filter_part(self, concerns, value):
        key, _, who = value.partition(":")
        return concerns.filter(part_of(key, row_key(who)))

    def filter_merged(self, concerns, value):
        if value == "led":
            return concerns.filter(lead__isnull=False)
        if value == "lead":
            return concerns.filter(pk__in=Concern.objects.visible_to(self.user).exclude(lead=None).values("lead_id"))
        return concerns.leading()

    def filter_overdue(self, concerns, value):
        return concerns.filter(states.condition("overdue"))

    def filter_reopened(self, concerns, value):
        return concerns.filter(Written("reopened", ">", 0))
