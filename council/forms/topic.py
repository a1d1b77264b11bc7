"""Forms about a topic: written down, screened, supported, told."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from concerns.enums import BY_STAFF, Told
from concerns.enums import Status as ConcernStatus
from concerns.forms.fields import LONG, ResidentField, check_past
from concerns.models import Concern
from concerns.services.answers import verdict_for
from council.enums import Body, Category, Source, Status
from council.models import Topic
from council.queries import communities, saying, solved
from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, FilterForm, StaffForm, StaffModelForm, TicksField
from fedhub.core.pictures import PicturesField

BY_OFFICE = [Source.PAPER, Source.PROXY, Source.VISIT, Source.SURVEY, Source.HOTLINE, Source.UPPER, Source.MEETING]
WAYS = [(told.value, told.label) for told in BY_STAFF if told != Told.NOT_YET]
ASK = (Told.NOT_YET.value, "发消息请她看")
MOST_NAMES = 200


class TopicForm(StaffModelForm):
    """A topic written down by the office, on paper or for somebody."""

    proposer = ResidentField("提议人")
    pictures = PicturesField(label="照片", required=False)

    class Meta:
        model = Topic
        fields = [
            "title", "category", "urgency", "place", "affected", "detail", "source", "area", "grid", "proposer", "proposer_name",
            "raised_on",
        ]  # fmt: skip
        widgets = {
            "raised_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "place": forms.TextInput({"placeholder": "例如：精诚公寓南门"}),
        }
        labels = {"area": "社区", "proposer_name": "提议人姓名（没有登记过的）"}
        help_texts = {
            "title": "一句话写清要议什么，不写姓名。",
            "proposer_name": "选了上面的居民就空着。姓名不公开。",
        }

    sections = [
        ("议题", ["title", "category urgency", "place affected", "detail", "pictures"]),
        ("谁提的", ["source raised_on", "area grid", "proposer proposer_name"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [(one.value, one.label) for one in BY_OFFICE]
        if self.instance.pk:
            self.fields["source"].choices = [(self.instance.source, self.instance.get_source_display())]
            for name in ("pictures", "area", "proposer", "proposer_name"):
                del self.fields[name]
        else:
            places = communities(self.user, "council.add_topic")
            self.fields["area"].queryset, self.fields["area"].empty_label = places, None
            self.fields["proposer"].limit_to(self.user, "council.add_topic")
        grids = Area.objects.visible_to(self.user, "council.view_topic").grids().active()
        self.fields["grid"].queryset, self.fields["grid"].empty_label = grids, "全社区"

    def clean_raised_on(self):
        day = self.cleaned_data["raised_on"]
        if day > timezone.localdate():
            raise ValidationError("提出日期不能晚于今天。")
        return check_past(day, "提出日期")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("proposer") and cleaned.get("proposer_name"):
            self.add_error("proposer_name", "已经选了居民，这里空着。")
        area, grid = cleaned.get("area") or self.instance.area_id and self.instance.area, cleaned.get("grid")
        if area and grid and not grid.code.startswith(area.code):
            self.add_error("grid", "这个网格不在所选的社区。")
        return cleaned


class HandDownForm(StaffModelForm):
    """What the upper level gives to a community to deliberate on."""

    class Meta:
        model = Topic
        fields = ["title", "category", "urgency", "place", "detail", "area"]
        labels = {"area": "交给哪个社区"}
        help_texts = {"title": "一句话写清要议什么，不写姓名。", "detail": "要求、文号、希望什么时候议。"}

    sections = [("交办议题", ["title", "category urgency", "area place", "detail"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = communities(self.user, "council.hand_topic_down")
        self.fields["area"].empty_label = "请选"


class BoardFilterForm(FilterForm):
    q = forms.CharField(
        label="搜索", required=False, max_length=60,
        widget=forms.TextInput({"type": "search", "placeholder": "编号、议题或地点"}),
    )  # fmt: skip
    category = FilterChoice(label="类别", required=False, choices=[("", "全部"), *Category.choices])
    source = FilterChoice(label="来源", required=False, choices=[("", "全部"), *Source.choices])

    def filter_q(self, topics, value):
        return saying(topics, value)

    def filter_category(self, topics, value):
        return topics.filter(category=value)

    def filter_source(self, topics, value):
        return topics.filter(source=value)


class TopicFilterForm(BoardFilterForm):
    status = FilterChoice(
        label="状态", required=False,
        choices=[("", "全部"), ("running", "没办完的"), ("waiting", "等下次会议的"), ("late", "该答复提议人的"), *Status.choices],
    )  # fmt: skip
    raised_since = forms.DateField(label="提出从", required=False, widget=forms.DateInput({"type": "date"}))
    raised_until = forms.DateField(label="到", required=False, widget=forms.DateInput({"type": "date"}))
    since = forms.DateField(label="办结从", required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label="到", required=False, widget=forms.DateInput({"type": "date"}))
    solved = forms.BooleanField(label="只看已解决", required=False)

    def filter_status(self, topics, value):
        if value == "running":
            return topics.running()
        if value == "waiting":
            return topics.filter(status__in=[Status.ACCEPTED, Status.DISCUSSED])
        if value == "late":
            return topics.running().filter(replied_on=None, reply_due_on__lt=timezone.localdate())
        return topics.filter(status=value)

    field_order = [
        "q", "status", "category", "source", "raised_since", "raised_until", "since", "until", "solved",
    ]  # fmt: skip

    def filter_raised_since(self, topics, value):
        return topics.filter(raised_on__gte=value)

    def filter_raised_until(self, topics, value):
        return topics.filter(raised_on__lte=value)

    def filter_since(self, topics, value):
        return topics.filter(done_on__gte=value)

    def filter_until(self, topics, value):
        return topics.filter(done_on__lte=value)

    def filter_solved(self, topics, value):
        return solved(topics)


class AcceptForm(StaffForm):
    shown = forms.BooleanField(label="居民端可见（可以附议、留言，不显示提议人）", required=False, initial=True)


class ReasonForm(StaffForm):
    reason = forms.CharField(label="理由", max_length=200, widget=forms.Textarea(LONG))


class PassOnForm(StaffForm):
    body = forms.ChoiceField(label="转给", choices=Body.choices)
    reason = forms.CharField(label="理由", max_length=200, widget=forms.Textarea(LONG))


class AnsweredForm(StaffForm):
    answer = forms.CharField(label="对方怎么答复", max_length=500, widget=forms.Textarea(LONG))
    solved = forms.BooleanField(label="事情已经解决", required=False)


class ReplyForm(StaffForm):
    reply = forms.CharField(label="答复内容", max_length=500, widget=forms.Textarea(LONG))
    told = forms.ChoiceField(label="怎么告诉的", choices=WAYS)

    def __init__(self, *args, asks=False, **kwargs):
        super().__init__(*args, **kwargs)
        if asks:
            self.fields["told"].choices = [*WAYS, ASK]


class SupportForm(StaffForm):
    """Supporters on paper: names line by line, or one person of the files."""

    resident = ResidentField("居民")
    names = forms.CharField(
        label="书面附议名单（一行一个姓名）", required=False, max_length=6000, widget=forms.Textarea({"rows": 6}),
        help_text="同名的在姓名后面写楼栋，例如“李梅 3幢”。同一个人只算一次。",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resident"].limit_to(self.user, "council.add_topic")

    def clean_names(self):
        names = [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]
        if len(names) > MOST_NAMES:
            raise ValidationError(f"一次最多 {MOST_NAMES} 个姓名，请分几次登记。")
        if too_long := [name for name in names if len(name) > 50]:
            raise ValidationError(f"“{too_long[0][:10]}…”太长，一行只写一个人。")
        return names

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("names") and not cleaned.get("resident") and not self.errors:
            raise ValidationError("请写姓名，或者选一位居民。")
        return cleaned


class MergeForm(StaffForm):
    topics = TicksField(label="并入这个议题", queryset=Topic.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, topics, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topics"].queryset = topics
        self.fields["topics"].label_from_instance = lambda topic: (
            f"{topic.number} {topic.title}（{topic.get_status_display()}，附议 {topic.supporters} 人）"
        )


class TakeForm(StaffForm):
    concerns = TicksField(label="并入议题的诉求", queryset=Concern.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, concerns, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["concerns"].queryset = concerns
        self.fields["concerns"].label_from_instance = lambda concern: (
            f"{concern.number} {concern.title}　{concern.place}"
        )


class SupervisorsForm(StaffForm):
    members = TicksField(label="监督小组", queryset=Topic.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, members, chosen=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset, self.fields["members"].initial = members, list(chosen)


class OpinionForm(StaffForm):
    agrees = forms.TypedChoiceField(
        label="意见",
        coerce=lambda text: text == "yes",
        choices=[("yes", "同意验收"), ("no", "不同意")],
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(label="说明", max_length=200, required=False, widget=forms.Textarea(LONG))

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("agrees") is False and not cleaned.get("opinion"):
            self.add_error("opinion", "不同意的请写明哪里不行。")
        return cleaned


class FinishTopicForm(StaffForm):
    result = forms.CharField(label="办理结果（会公示，不写姓名）", max_length=1000, widget=forms.Textarea({"rows": 4}))
    solved = forms.TypedChoiceField(
        label="问题",
        coerce=lambda text: text == "yes",
        choices=[("yes", "已解决"), ("no", "没有解决")],
        widget=forms.RadioSelect,
    )
    no_photos = forms.CharField(
        label="没有前后照片的原因", max_length=100, required=False, help_text="有办理前、办理后照片的空着。"
    )


class TellForm(StaffForm):
    """The answer, and for each woman how she was told: at first the way she wished, where it may be used; `rest` is the way of all
    who have none chosen, as far as each may be told so."""

    answer = forms.CharField(label="告诉她们的话", max_length=2000, widget=forms.Textarea({"rows": 4}))
    rest = forms.ChoiceField(
        label="下面没有选的，都", required=False, choices=[("", "先不告诉"), ASK, *WAYS],
        help_text="发消息的，她在居民端看到、或者来问过，才算告诉到。不留姓名的不在内。",
    )  # fmt: skip

    def __init__(self, *args, concerns, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = []
        for concern in concerns:
            name = f"told_{concern.pk}"
            who = "不留姓名" if concern.anonymous else concern.resident.name if concern.resident else "未登记"
            verdict = verdict_for(concern, concern.channel) if concern.channel else None
            help_text = f"她希望{concern.get_channel_display()}答复。" if concern.channel else ""
            if verdict is not None and not verdict.ok:
                help_text += verdict.why
            self.fields[name] = forms.ChoiceField(
                label=f"{concern.number} {who}：{concern.title}", required=False, help_text=help_text,
                choices=_ways(concern), initial=concern.channel if verdict is not None and verdict.ok else "",
            )  # fmt: skip
            self.rows.append((name, concern))
        if not any(not concern.anonymous for _, concern in self.rows):
            del self.fields["rest"]

    def chosen(self):
        """`{concern: Told}` of those who were told."""
        rest, found = self.cleaned_data.get("rest", ""), {}
        for name, concern in self.rows:
            if way := self.cleaned_data.get(name) or (rest if _may(concern, rest) else ""):
                found[concern] = way
        return found

    def clean(self):
        cleaned = super().clean()
        if self.rows and not self.errors and not self.chosen():
            raise ValidationError("还没有选告诉了谁。")
        return cleaned


def _ways(concern):
    if concern.anonymous:
        return [("", "先不答复"), (Told.NOT_YET, "等她凭查询码来问"), (Told.FACE, "当面")]
    asks = [ASK] if concern.resident_id and concern.status != ConcernStatus.ANSWERED else []
    return [("", "还没告诉"), *asks, *WAYS]


def _may(concern, way):
    """True when a way for all is one for this woman too."""
    return bool(way) and way in dict(_ways(concern)) and not concern.anonymous and verdict_for(concern, way).ok


class RateForm(StaffForm):
    score = forms.TypedChoiceField(
        label="评价", coerce=int, choices=[(5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")],
        widget=forms.RadioSelect,
    )  # fmt: skip
    words = forms.CharField(label="她的话", max_length=500, required=False, widget=forms.Textarea(LONG))
    resident = ResidentField("谁的评价")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resident"].limit_to(self.user, "council.add_topic")
        self.fields["resident"].required = True


class JudgeForm(StaffForm):
    show = forms.TypedChoiceField(
        label="这条留言", coerce=lambda text: text == "yes", choices=[("yes", "显示给大家"), ("no", "不显示")],
        widget=forms.RadioSelect,
    )  # fmt: skip
    reason = forms.CharField(
        label="不显示的原因", max_length=100, required=False, help_text="例如：有别人的姓名、电话。"
    )
