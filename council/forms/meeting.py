"""Forms of councils, meetings and votes."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from concerns.forms.fields import DAY, LONG, ResidentField
from council.enums import Ballots, Choice, MeetingStatus, Showing, Slip
from council.models import AgendaItem, Council, Guest, Meeting, Member, Minutes, Motion, Proxy, Speech
from council.queries import communities, owners, seated_in
from fedhub.core.forms import FilterChoice, FilterForm, StaffForm, StaffModelForm

DATE = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
OFFICES = ("convenor", "chair", "recorder")
MOMENT = {"widget": forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")}


class CouncilForm(StaffModelForm):
    class Meta:
        model = Council
        fields = [
            "name", "area", "term", "term_from", "term_to", "quorum", "majority", "important_majority", "proxies", "step_back",
            "notice_days", "confirm_days",
        ]  # fmt: skip
        widgets = {"term_from": DATE, "term_to": DATE}
        labels = {"area": "社区"}

    sections = [
        ("议事会", ["name area", "term", "term_from term_to"]),
        ("章程", ["quorum", "majority important_majority", "proxies", "step_back", "notice_days confirm_days"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["area"], self.fields["term"]
        else:
            self.fields["area"].queryset = communities(self.user, "council.add_council")
            self.fields["area"].empty_label = None


class MemberForm(StaffModelForm):
    resident = ResidentField("居民")

    class Meta:
        model = Member
        fields = ["name", "seat", "kind", "note", "user", "resident", "since"]
        widgets = {"since": DATE}
        labels = {"user": "账号"}
        help_texts = {"user": "有账号的用手机签到、投票；没有的由工作人员登记。"}

    sections = [("成员", ["name note", "seat kind", "user resident", "since"])]

    def __init__(self, *args, council, **kwargs):
        super().__init__(*args, **kwargs)
        self.council = council
        self.fields["user"].queryset, self.fields["user"].empty_label = owners(council.area), "没有账号"
        self.fields["resident"].limit_to(self.user, "council.view_council")

    def clean_since(self):
        since = self.cleaned_data["since"]
        if since < self.council.term_from:
            raise ValidationError(f"加入日期不能早于本届开始（{self.council.term_from:%Y-%m-%d}）。")
        return since


class UnseatForm(StaffForm):
    on = forms.DateField(label="最后一天", initial=timezone.localdate, **DAY)
    why = forms.CharField(label="离任原因", max_length=60)


class MeetingForm(StaffModelForm):
    starts_at = forms.DateTimeField(label="开会时间", **MOMENT)

    class Meta:
        model = Meeting
        fields = ["council", "title", "way", "starts_at", "place", "convenor", "chair", "recorder", "materials"]
        widgets = {"materials": forms.Textarea(LONG)}
        help_texts = {"title": "空着就叫“第几次会议”。", "materials": "一行一份，会前发给成员。"}

    sections = [("会议", ["council", "title way", "starts_at place", "convenor chair recorder", "materials"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        councils = Council.objects.visible_to(self.user, "council.add_meeting").running()
        self.fields["title"].required = bool(self.instance.pk)
        self.fields["council"].queryset, self.fields["council"].empty_label = councils, None
        if self.instance.pk:
            del self.fields["council"]
            councils = [self.instance.council]
        members = seated_in(councils)
        for name in OFFICES:
            field = self.fields[name]
            field.queryset, field.empty_label = members, "待定"
            if len(councils) > 1:
                field.label_from_instance = lambda member: f"{member.name}（{member.council.name}）"
        if len(councils) == 1 and not self.instance.pk:
            self.fields["convenor"].initial = self.fields["chair"].initial = members.filter(seat="chair").first()
            self.fields["recorder"].initial = members.filter(seat="secretary").first()

    def clean_starts_at(self):
        moment = self.cleaned_data["starts_at"]
        if moment.year < timezone.localdate().year - 1 or moment.year > timezone.localdate().year + 1:
            raise ValidationError("开会时间太远，请核对年份。")
        return moment

    def clean(self):
        cleaned = super().clean()
        council = self.instance.council_id or getattr(cleaned.get("council"), "pk", None)
        for name in OFFICES:
            if (member := cleaned.get(name)) and council and member.council_id != council:
                self.add_error(name, "她不是这个议事会的成员。")
        return cleaned


class MeetingFilterForm(FilterForm):
    q = forms.CharField(
        label="搜索",
        required=False,
        max_length=60,
        widget=forms.TextInput({"type": "search", "placeholder": "名称或地点"}),
    )
    status = FilterChoice(label="状态", required=False, choices=[("", "全部"), *MeetingStatus.choices])
    since = forms.DateField(label="从", required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label="到", required=False, widget=forms.DateInput({"type": "date"}))

    def filter_q(self, meetings, value):
        return meetings.filter(title__icontains=value.strip()) | meetings.filter(place__icontains=value.strip())

    def filter_status(self, meetings, value):
        return meetings.filter(status=value)

    def filter_since(self, meetings, value):
        return meetings.filter(starts_at__date__gte=value)

    def filter_until(self, meetings, value):
        return meetings.filter(starts_at__date__lte=value)


class NotifyForm(StaffForm):
    short_notice = forms.CharField(label="没有提前通知的原因", max_length=100, required=False)


class WhyForm(StaffForm):
    why = forms.CharField(label="原因", max_length=100)


class ItemForm(StaffModelForm):
    class Meta:
        model = AgendaItem
        fields = ["title", "minutes"]


class HearForm(StaffForm):
    summary = forms.CharField(label="审议情况", max_length=2000, required=False, widget=forms.Textarea({"rows": 5}))


class GuestForm(StaffModelForm):
    class Meta:
        model = Guest
        fields = ["unit", "name"]


class SlipForm(StaffForm):
    slip = forms.ChoiceField(
        label="回执", choices=[(one.value, one.label) for one in Slip if one != Slip.NONE], widget=forms.RadioSelect
    )
    words = forms.CharField(label="请假原因、书面意见", max_length=500, required=False, widget=forms.Textarea(LONG))


class CheckInForm(StaffForm):
    code = forms.CharField(
        label="签到码", max_length=12, widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"})
    )


class ProxyForm(StaffModelForm):
    class Meta:
        model = Proxy
        fields = ["principal", "holder", "paper"]
        help_texts = {"paper": "委托书的日期或编号，原件存档。"}

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.meeting = meeting
        for name in ("principal", "holder"):
            self.fields[name].queryset, self.fields[name].empty_label = (
                meeting.council.members.seated(meeting.day),
                "请选",
            )


class SpeechForm(StaffModelForm):
    """Who speaks: `who` names a member ("m12") or a guest ("g3")."""

    who = forms.ChoiceField(label="发言人")
    summary = forms.CharField(label="发言", max_length=1000, widget=forms.Textarea({"rows": 4}))

    class Meta:
        model = Speech
        fields = ["who", "summary", "proposal"]

    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.item = item
        here = item.meeting.attendances.exclude(came_at=None).select_related("member")
        members = [(f"m{row.member_id}", row.member.name) for row in here]
        guests = [(f"g{guest.pk}", str(guest)) for guest in item.meeting.guests.all()]
        self.fields["who"].choices = [("", "请选"), ("成员", members), ("列席", guests)]

    def clean(self):
        cleaned = super().clean()
        if who := cleaned.get("who"):
            name = "member_id" if who[0] == "m" else "guest_id"
            setattr(self.instance, name, int(who[1:]))
        return cleaned


class MotionForm(StaffModelForm):
    class Meta:
        model = Motion
        fields = ["text", "important", "ballots", "showing"]
        widgets = {"ballots": forms.RadioSelect, "showing": forms.RadioSelect}
        help_texts = {"showing": "无记名的都在结束以后才看。", "text": "写成能答“同意”或“反对”的一句话。"}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("ballots") == Ballots.SECRET:
            cleaned["showing"] = Showing.END
        return cleaned


class OnlineForm(MotionForm):
    deadline = forms.DateTimeField(label="截止时间", **MOMENT)

    class Meta(MotionForm.Meta):
        fields = ["text", "important", "ballots", "showing", "deadline"]


class StepBackForm(StaffForm):
    member = forms.ModelChoiceField(label="成员", queryset=Member.objects.none(), empty_label="请选")
    reason = forms.CharField(label="回避原因", max_length=100)

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members


class HandsForm(StaffForm):
    """The votes of those in the room as the recorder saw them."""

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.members = list(members)
        for member in self.members:
            self.fields[f"m{member.pk}"] = forms.ChoiceField(
                label=member.name, required=False, initial=Choice.AGREE, choices=[*Choice.choices, ("", "没有投")]
            )

    def chosen(self):
        """`{Member: Choice}` of those who voted."""
        found = {member: self.cleaned_data.get(f"m{member.pk}") for member in self.members}
        return {member: choice for member, choice in found.items() if choice}


class PapersForm(StaffForm):
    agree = forms.IntegerField(label="同意（张）", min_value=0, max_value=999, initial=0)
    against = forms.IntegerField(label="反对（张）", min_value=0, max_value=999, initial=0)
    abstain = forms.IntegerField(label="弃权（张）", min_value=0, max_value=999, initial=0)

    sections = [("", ["agree against abstain"])]


class BallotForm(StaffForm):
    """The ballot itself: for a secret vote nothing stays of it but the choice."""

    choice = forms.ChoiceField(label="您的意见", choices=Choice.choices, widget=forms.RadioSelect)
    member = forms.TypedChoiceField(label="这一票", coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args, papers, once=True, **kwargs):
        self.once = once
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = [
            (member.pk, f"{member.name}委托的一票（{proxy.paper}）" if proxy else "我自己的一票")
            for member, proxy in papers
        ]
        if len(papers) == 1 and papers[0][1] is None:
            self.fields["member"].widget = forms.HiddenInput()
            self.fields["member"].initial = papers[0][0].pk


class MinutesForm(StaffModelForm):
    class Meta:
        model = Minutes
        fields = ["body", "sent_to"]
        widgets = {"body": forms.Textarea({"rows": 24})}
        help_texts = {"sent_to": "例如：街道妇联、社区居委会、各成员。"}


class AdditionForm(StaffForm):
    text = forms.CharField(label="补充说明", max_length=1000, widget=forms.Textarea({"rows": 4}))


class ConfirmForm(StaffForm):
    agrees = forms.TypedChoiceField(
        label="纪要", coerce=lambda text: text == "yes", choices=[("yes", "属实"), ("no", "有不对的地方")],
        widget=forms.RadioSelect,
    )  # fmt: skip
    words = forms.CharField(label="哪里不对", max_length=300, required=False, widget=forms.Textarea(LONG))
