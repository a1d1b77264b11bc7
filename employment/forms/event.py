"""Forms of events, their sessions, stalls and intentions."""

from django import forms
from django.db.models import Q

from employment.enums import EmployerState
from employment.event_enums import EventKind, EventState, IntentionKind
from employment.forms.filters import FigureFilters
from employment.models import Employer, Event, Intention, Post, Session, Signup, Stall, StallPost
from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, StaffForm, StaffModelForm, TicksField

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
HOUR = forms.TimeInput({"type": "time"}, format="%H:%M")
LONG = forms.Textarea({"rows": 4})


class EventForm(StaffModelForm):
    class Meta:
        model = Event
        fields = [
            "area", "kind", "title", "class_no", "about", "place", "organiser", "skill", "teacher", "teacher_note",
            "capacity", "signup_from", "signup_until", "certificate_title", "certificate_level", "pass_percent",
            "subsidised",
        ]  # fmt: skip
        widgets = {"signup_from": DAY, "signup_until": DAY, "about": LONG}
        help_texts = {
            "about": "讲什么、适合谁、要带什么。居民看得到；不能写限男、婚育要求。",
            "capacity": "培训必须写；招聘会、讲座可以不限。报满以后的人排候补。",
            "certificate_title": "发证的培训才写，例如“母婴护理培训合格证”。",
            "pass_percent": "按课时算，一般 80%。",
            "teacher_note": "培训要写，例如“高级育婴员，带班十年”。",
        }

    sections = [
        ("活动", ["area", "kind title class_no", "about", "place organiser"]),
        ("讲课的人", ["skill", "teacher teacher_note"]),
        ("报名", ["capacity", "signup_from signup_until"]),
        ("结业", ["certificate_title certificate_level", "pass_percent subsidised"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = Area.objects.visible_to(self.user, "employment.add_event").active().communities()
        self.fields["area"].queryset, self.fields["area"].empty_label = places.order_by("code"), None
        self.fields["area"].label = "哪个社区"
        if self.instance.pk:
            del self.fields["area"]

    def clean(self):
        data = super().clean()
        if data.get("kind") == EventKind.COURSE and not data.get("capacity") and "capacity" in data:
            self.add_error("capacity", "培训要写名额。")
        if data.get("capacity") == 0:
            self.add_error("capacity", "名额至少是 1。不限的空着。")
        return data


class EventFilterForm(FigureFilters):
    opens = "event_list"
    q = forms.CharField(
        label="名称", required=False, max_length=40, widget=forms.TextInput({"type": "search", "placeholder": "名称、地点"})
    )  # fmt: skip
    kind = FilterChoice(label="种类", required=False, choices=[("", "全部"), *EventKind.choices])
    state = FilterChoice(
        label="状态", required=False,
        choices=[("", "没有结束的"), *EventState.choices, ("all", "全部")],
    )  # fmt: skip

    def usual(self, rows):
        return rows.filter(state__in=[EventState.DRAFT, EventState.OPEN])

    def filter_q(self, rows, value):
        text = value.strip()
        return rows.filter(Q(title__contains=text) | Q(place__contains=text))

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)

    def filter_state(self, rows, value):
        return rows if value == "all" else rows.filter(state=value)


class CancelEventForm(StaffForm):
    why = forms.CharField(
        label="为什么取消", max_length=100, help_text="报了名的人都会收到消息，写她们看得懂的。例如“老师临时有事”。"
    )


class SessionForm(StaffModelForm):
    """One session, or the same hours once a week."""

    weeks = forms.IntegerField(
        label="每周一次，连着几周", min_value=1, max_value=30, initial=1, help_text="只有一场写 1。"
    )

    class Meta:
        model = Session
        fields = ["on", "starts", "ends", "topic"]
        widgets = {"on": DAY, "starts": HOUR, "ends": HOUR}

    sections = [("场次", ["on starts ends", "topic weeks"])]

    def clean(self):
        data = super().clean()
        if data.get("starts") and data.get("ends") and data["ends"] <= data["starts"]:
            self.add_error("ends", "结束要晚于开始。")
        return data


class StallForm(StaffModelForm):
    posts = TicksField(
        label="带来的岗位", queryset=Post.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text="只列招聘中、没有到期的岗位；要选同一个单位的。",
    )  # fmt: skip

    class Meta:
        model = Stall
        fields = ["employer", "booth"]

    sections = [("展位", ["employer booth", "posts"])]

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Employer.objects.visible_to(self.user, "employment.view_post").filter(state=EmployerState.CHECKED)
        self.fields["employer"].queryset = rows.exclude(stalls__event=event).order_by("name", "pk")
        self.fields["employer"].empty_label = "请选"
        posts = Post.objects.visible_to(self.user, "employment.view_post").alive().select_related("employer")
        self.fields["posts"].queryset = posts.order_by("employer__name", "title", "pk")
        self.fields["posts"].label_from_instance = lambda one: f"{one.employer.name}：{one.title}，还招 {one.left} 人"

    def clean(self):
        data = super().clean()
        employer = data.get("employer")
        if employer and any(one.employer_id != employer.pk for one in data.get("posts") or ()):
            self.add_error("posts", "有的岗位不是这个单位的。")
        return data

    def wanted(self):
        """[(Post, how many are looked for)]: all places that are left."""
        return [(post, post.left) for post in self.cleaned_data["posts"]]


class IntentionForm(StaffForm):
    """How far somebody came with a post; a later word takes the place of the earlier one."""

    signup = forms.ModelChoiceField(label="谁（签到的人里选）", queryset=Signup.objects.none(), empty_label="请选")
    stall_post = forms.ModelChoiceField(label="哪个岗位", queryset=StallPost.objects.none(), empty_label="请选")
    kind = forms.ChoiceField(label="到哪一步", choices=IntentionKind.choices)
    note = forms.CharField(label="备注", max_length=100, required=False)

    sections = [("意向", ["signup", "stall_post kind", "note"])]

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Signup.objects.visible_to(self.user, "employment.change_signup").filter(event=event).came()
        self.fields["signup"].queryset = rows.select_related("resident").order_by("resident__name_sort", "pk")
        self.fields["signup"].label_from_instance = lambda one: one.name
        posts = StallPost.objects.visible_to(self.user).filter(stall__event=event)
        field = self.fields["stall_post"]
        field.queryset = posts.select_related("stall__employer", "post").order_by("stall__booth", "pk")
        field.label_from_instance = lambda one: f"{one.stall.booth} {one.stall.employer.name}：{one.post.title}"

    def intention(self):
        return Intention(**{name: self.cleaned_data[name] for name in ("signup", "stall_post", "kind", "note")})
