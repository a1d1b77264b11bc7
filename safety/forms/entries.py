"""One form for each kind of entry. What a form asked is what the entry keeps, and how it is shown: `shown(record)`."""

from datetime import date, datetime, timedelta

from django import forms
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core.forms import StaffForm
from fedhub.core.pictures import PicturesField
from households.forms.fields import ResidentPick
from households.models import Resident
from safety import law
from safety.enums import (
    Capacity,
    Danger,
    Harm,
    HelpKind,
    Kind,
    Known,
    Measure,
    Offer,
    OrderStep,
    Outcome,
    Proof,
    Told,
    Visited,
)

LONG = forms.Textarea({"rows": 4})
TICKS = forms.CheckboxSelectMultiple
CHANNELS = [("visit", "当面"), ("phone", "电话"), ("sms", "短信"), ("wechat", "微信"), ("third", "经可靠的人转告")]
SEE_PEOPLE = "households.view_resident"
# A record that an answer points at, kept as its number and followed on the page; in words and copies it has no place.
LINKS = {"resident"}
# Yes, no or not known, of twelve signs that it may get worse (handbook 7.6; the sheet only suggests, a person decides).
ANSWERS = [("yes", "有"), ("no", "没有"), ("unknown", "不清楚")]
DANGER_SIGNS = {
    "weapon": "用过或者扬言用刀、棍等器械",
    "kill": "说过要杀她、杀孩子、同归于尽",
    "choke": "掐过脖子、捂过口鼻",
    "worse": "半年里越来越频繁、越来越重",
    "leaving": "她提出离婚、分居或者已经离开",
    "stalk": "跟踪、查手机、控制行动和钱",
    "drink": "酗酒、吸毒、赌博",
    "mind": "精神失常、扬言自杀",
    "police": "警察来过，或者违反过告诫书、保护令",
    "child": "打过孩子，或者孩子在场",
    "pregnant": "她怀孕、哺乳、重病、残疾或者年老",
    "afraid": "她自己害怕会出人命",
}
GRAVE = {"weapon", "kill", "choke", "afraid"}


def local(text):
    """A moment or day kept as ISO text, in the words of the pages."""
    if len(text) == 10:
        day = date.fromisoformat(text)
        return f"{day.year}年{day.month}月{day.day}日"
    moment = timezone.localtime(datetime.fromisoformat(text))
    return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"


class DayField(forms.DateField):
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class PastDay(DayField):
    """A day that is not after today."""

    def validate(self, value):
        super().validate(value)
        if value and value > timezone.localdate():
            raise forms.ValidationError("不能晚于今天。")


class MomentField(forms.DateTimeField):
    """A moment that has been, in the hours of the place; entries keep it as ISO text."""

    def prepare_value(self, value):
        return super().prepare_value(
            datetime.fromisoformat(value) if "+" in str(value) and isinstance(value, str) else value
        )

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **kwargs)

    def validate(self, value):
        super().validate(value)
        if value and value > timezone.now() + timedelta(minutes=5):
            raise forms.ValidationError("不能晚于现在。")


def text(label, long=True, required=True, **kwargs):
    """A field for words."""
    size = 2000 if long else 60
    return forms.CharField(
        label=label, max_length=size, required=required, widget=LONG if long else forms.TextInput, **kwargs
    )


def choice(label, choices, required=True, **kwargs):
    """One of a list."""
    options = choices if "initial" in kwargs else [("", "请选"), *choices]
    return forms.ChoiceField(label=label, choices=options, required=required, **kwargs)


class EntryForm(StaffForm):
    """Base. `kind` is the Kind it writes; `hint` a Duty or words shown above the fields."""

    kind = None
    hint = ""
    # Fields that are no part of the entry.
    ASIDE = ()

    def __init__(self, *args, state=None, **kwargs):
        self.state = state
        super().__init__(*args, **kwargs)

    def data_of(self):
        """The entry's data: what was filled in, as JSON knows it."""
        kept = {}
        for name in self.asked():
            value = self.cleaned_data.get(name)
            if value in (None, "", []):
                continue
            kept[name] = (
                value.pk if name in LINKS else value.isoformat() if isinstance(value, (date, datetime)) else value
            )
        return kept

    @classmethod
    def own_fields(cls):
        """Names of the fields that the entry keeps."""
        return [name for name in cls.base_fields if name not in cls.ASIDE]

    def asked(self):
        """Those of them that were asked of this user."""
        return [name for name in self.own_fields() if name in self.fields]


class IntakeForm(EntryForm):
    kind = Kind.INTAKE
    hint = law.EVIDENCE
    told_at = MomentField(label="什么时候说的")
    how = choice("怎么知道的", Known.choices)
    name = text("她的姓名", long=False, help_text="不知道姓名就写能找到她的线索。")
    resident = ResidentPick(
        label="册上的这个人", required=False, help_text="选上了，这里能打开她的居民档案；她的居民档案里什么也看不出。"
    )
    birth = text("出生年月或者大约年龄", long=False, required=False)
    capacity = choice("她能不能自己作主", Capacity.choices)
    harms = forms.MultipleChoiceField(label="发生了什么", choices=Harm.choices, widget=TICKS)
    offender = text("对方是谁、和她什么关系", long=False, required=False)
    happened = text("经过（照她的话记）", help_text="时间、地点、经过、伤情、谁在场、有什么物证。不评判，不追问。")
    children = text("家里的孩子、老人现在怎么样", required=False)
    wants = text("她自己想怎么办", required=False)

    sections = [
        ("受理", ["told_at how", "name resident", "birth capacity", "offender"]),
        ("经过", ["harms", "happened"]),
        ("家人和意愿", ["children", "wants"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.user.has_perm(SEE_PEOPLE):
            self.fields["resident"].open_to(self.user, Resident.objects.visible_to(self.user, SEE_PEOPLE))
        else:
            del self.fields["resident"]


class MoreForm(EntryForm):
    kind = Kind.MORE
    hint = "同一个人又有人反映，记在这里；反映人的姓名不写进来。"
    told_at = MomentField(label="什么时候说的")
    how = choice("怎么知道的", Known.choices)
    happened = text("说了什么（照原话记）")

    sections = [("", ["told_at how", "happened"])]


class OpenForm(IntakeForm):
    """The intake that opens a file: who told it is asked too, and kept apart."""

    ASIDE = ("area", "informant", "informant_phone")
    area = forms.ModelChoiceField(label="在哪个网格（社区）", queryset=Area.objects.none(), empty_label="请选")
    informant = text("谁反映的（本人不用写）", long=False, required=False, help_text=str(law.KEEP_REPORTER))
    informant_phone = text("反映人怎么联系", long=False, required=False)

    sections = [("", ["area"]), *IntakeForm.sections, ("反映人（单独封存）", ["informant informant_phone"])]

    def __init__(self, *args, with_area=True, **kwargs):
        super().__init__(*args, **kwargs)
        if not with_area:
            del self.fields["area"]
            return
        places = Area.objects.visible_to(self.user, "safety.add_safetyfile").active()
        self.fields["area"].queryset = places.filter(kind__in=["community", "grid", "unit"])

    def informant_of(self):
        """The dict of who told it."""
        data = self.cleaned_data
        return {"name": data.get("informant", ""), "phone": data.get("informant_phone", "")}


class DangerForm(EntryForm):
    kind = Kind.DANGER
    hint = "照她说的勾，不清楚就选不清楚。分数只是提醒，等级由您定。"
    safe = choice("今晚她安全吗", [("yes", "安全"), ("no", "不安全"), ("unknown", "不清楚")])
    where = text("她今晚在哪里", long=False, required=False)
    level = choice("危险等级", Danger.choices)
    why = text("为什么这样定", required=False)

    sections = [
        ("今晚", ["safe where"]),
        ("有没有这些情况", [f"{a} {b}" for a, b in zip(*[iter(DANGER_SIGNS)] * 2, strict=True)]),
        ("定级", ["level", "why"]),
    ]

    def clean(self):
        data = super().clean()
        signs = {name for name in DANGER_SIGNS if data.get(name) == "yes"}
        grave = data.get("safe") == "no" or signs & GRAVE
        if grave and data.get("level") == Danger.GREEN:
            self.add_error("level", "今晚不安全，或者有器械、扬言杀人、掐脖子、她怕出人命的，不能定为低。")
        if grave and data.get("level") == Danger.YELLOW and not data.get("why"):
            self.add_error("why", "有严重情况而没有定为高的，写明为什么。")
        return data


for _name, _words in DANGER_SIGNS.items():
    DangerForm.base_fields[_name] = choice(_words, ANSWERS, initial="unknown")


class ContactForm(EntryForm):
    kind = Kind.CONTACT
    hint = "只用她说安全的办法找她；共用的电话一律不打，短信、微信默认不用。"
    ways = forms.MultipleChoiceField(label="可以怎么找她", choices=CHANNELS, widget=TICKS)
    number = text("安全的号码", long=False, required=False)
    hours = text("什么时间", long=False)
    words = text("打通了怎么说", long=False, help_text="不提这件事的说法。")
    code_word = text("暗号：她说什么表示不方便", long=False, required=False)
    never = text("绝对不能做的", required=False)

    def clean(self):
        data = super().clean()
        if {"phone", "sms"} & set(data.get("ways") or ()) and not data.get("number"):
            self.add_error("number", "可以打电话、发短信的，写明哪个号码安全。")
        return data


class ReportForm(EntryForm):
    kind = Kind.REPORT
    hint = "报案以后在这里登记：报给谁、几点、谁接的、编号。"
    at = MomentField(label="什么时候报的")
    told = forms.MultipleChoiceField(label="报给谁", choices=Told.choices, widget=TICKS)
    station = text("派出所（单位）", long=False)
    person = text("接报人", long=False)
    number = text("接报编号", long=False, help_text="没有就写“无”。")
    said = text("报了什么，对方怎么答复")

    sections = [("", ["at told", "station person number", "said"])]


class NoReportForm(EntryForm):
    kind = Kind.NO_REPORT
    hint = "法律要求报案。只有核实没有侵害、也没有危险的，才能决定不报。"
    why = text("核实了什么、为什么不报")


class PlanForm(EntryForm):
    kind = Kind.PLAN
    hint = "和她一起定，她自己记住；带回家的纸会给她带来危险。"
    exit = text("怎么离开", required=False, help_text="哪个门、去哪里、找谁。")
    bag = text("提前放好什么", required=False, help_text="身份证、户口本、银行卡、钥匙、药、孩子的东西。")
    signal = text("约好的求助信号、告诉了谁", long=False, required=False)
    children = text("孩子知道怎么做", long=False, required=False)
    text = text("其他说好的事", required=False)

    def clean(self):
        data = super().clean()
        if not any(data.get(name) for name in ("exit", "bag", "signal", "children", "text")):
            self.add_error("exit", "至少写一项。")
        return data


class HelpForm(EntryForm):
    kind = Kind.HELP
    hint = law.HELP
    what = choice("什么帮助", HelpKind.choices)
    agency = text("哪个单位、谁", long=False, required=False)
    step = choice("到哪一步", Offer.choices)
    words = text("怎么办的，她怎么说", required=False)


class FollowForm(EntryForm):
    kind = Kind.FOLLOW
    hint = "按“怎么联系才安全”找她。找不到也记下来。"
    reached = choice("找到她没有", [("yes", "见到、说上话了"), ("no", "没有找到")])
    how = choice("怎么找的", CHANNELS)
    again = choice("又发生了吗", [("no", "没有"), ("yes", "又发生了"), ("unknown", "不清楚")])
    words = text("她现在怎么样，下一步")


class LetterForm(EntryForm):
    kind = Kind.LETTER
    hint = law.LETTER_VISITS
    number = text("告诫书编号", long=False)
    station = text("哪个派出所", long=False)
    on = PastDay(label="告诫日期")
    received_on = PastDay(label="收到日期")
    offender = text("加害人", long=False)
    words = text("写了什么事实、禁止什么", required=False)

    sections = [("", ["number station", "on received_on", "offender", "words"])]

    def clean(self):
        data = super().clean()
        if data.get("on") and data.get("received_on") and data["received_on"] < data["on"]:
            self.add_error("received_on", "不能早于告诫日期。")
        return data


class LetterVisitForm(EntryForm):
    kind = Kind.LETTER_VISIT
    hint = "两边分开去：查访受害人、查访加害人各记一条。又动手的，马上报派出所。"
    letter = forms.TypedChoiceField(label="告诫书", coerce=int)
    who = choice("查访谁", Visited.choices)
    on = PastDay(label="哪天")
    police = text("一起去的民警", long=False, required=False)
    again = choice("有没有再发生", [("no", "没有"), ("yes", "又发生了"), ("unknown", "不清楚")])
    words = text("看到什么、怎么说的")

    sections = [("", ["letter who", "on police", "again", "words"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        letters = [r for r in (self.state.live if self.state else []) if r.kind == Kind.LETTER]
        self.fields["letter"].choices = [(r.number, r.data["number"]) for r in letters]


class OrderForm(EntryForm):
    kind = Kind.ORDER
    hint = f"{law.ORDER_DECIDED}{law.ORDER_TERM}"
    step = choice("到哪一步", OrderStep.choices)
    court = text("哪个法院", long=False)
    number = text("文号", long=False, required=False)
    by = choice("谁申请的", [
        ("self", "她本人"), ("kin", "近亲属"), ("office", "妇联、居委会代为申请"), ("police", "公安机关"), ("other", "其他"),
    ])  # fmt: skip
    urgent = forms.BooleanField(label="情况紧急（二十四小时）", required=False)
    measures = forms.MultipleChoiceField(label="措施", choices=Measure.choices, widget=TICKS, required=False)
    since = DayField(label="生效日期", required=False)
    until = DayField(label="期满日期", required=False)
    words = text("说明", required=False, help_text=str(law.ORDER_APPLY))

    sections = [("", ["step by", "court number", "urgent", "measures", "since until", "words"])]


class OrderTalkForm(EntryForm):
    kind = Kind.ORDER_TALK
    hint = law.ORDER_TERM
    number = choice("哪份保护令", [])
    on = PastDay(label="哪天")
    words = text("她怎么想：延长、不延长，为什么")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["number"].choices = [(o.number, o.number) for o in self.state.orders] if self.state else []


class BreachForm(EntryForm):
    kind = Kind.BREACH
    hint = law.ORDER_BREACH
    at = MomentField(label="什么时候")
    what = text("怎么违反的")
    told = text("报了哪个派出所、法院，谁接的", long=False)


class WishForm(EntryForm):
    kind = Kind.WISH
    hint = law.CIVIL_MATTERS
    about = choice("什么事项", [("custody", "子女抚养"), ("property", "财产"), ("divorce", "离婚"), ("other", "其他")])
    signed_on = PastDay(label="她签字的日期")
    text = text("她写了什么（照原文）")


class WishDecidedForm(EntryForm):
    kind = Kind.WISH_DECIDED
    hint = law.CIVIL_MATTERS
    allowed = forms.TypedChoiceField(
        label="同意办吗", choices=[("yes", "同意，不见面办"), ("no", "不同意")], coerce=lambda value: value == "yes"
    )
    why = text("理由")

    def data_of(self):
        return {"allowed": self.cleaned_data["allowed"], "why": self.cleaned_data["why"]}


class EvidenceForm(EntryForm):
    kind = Kind.EVIDENCE
    hint = "她愿意交的才收；伤处由医院、派出所拍。原件还给她或者交给法院，这里留照片和去向。"
    ASIDE = ("pictures",)
    what = choice("什么证据", Proof.choices)
    on = PastDay(label="取得日期")
    source = text("谁提供的", long=False)
    original = text("原件在哪里", long=False)
    words = text("写明什么", required=False)
    pictures = PicturesField(label="照片", required=False)

    sections = [("", ["what on", "source original", "words", "pictures"])]


class NoteForm(EntryForm):
    kind = Kind.NOTE
    words = text("记什么")


class CloseForm(EntryForm):
    kind = Kind.CLOSE
    outcome = choice("为什么结案", Outcome.choices)
    why = text("她现在怎么样，还有谁在帮她")


class ReopenForm(EntryForm):
    kind = Kind.REOPEN
    why = text("为什么重新打开")


class KeepForm(EntryForm):
    kind = Kind.KEEP
    hint = "官司没完、她或者孩子以后还要用的，写明为什么，保管到那一天；到那天以前不会销毁。"
    until = DayField(label="保管到哪一天")
    why = text("为什么要再留")


class ReviewForm(EntryForm):
    kind = Kind.REVIEW
    hint = "逐个看“谁看得到”：不再需要的先结束，再在这里记一笔。"
    words = text("核对的结果", long=False)


class CopyForm(EntryForm):
    kind = Kind.COPY
    hint = f"{law.EVIDENCE}对方看得到案卷：怎么联系她、安全计划、住处、她的打算不印；经过、回访里写到的，出具以前自己看一遍。"
    to = text("给谁（法院、公安、本人、律师）", long=False)
    why = text("用途", long=False)


FORMS = {
    form.kind: form
    for form in (
        MoreForm, DangerForm, ContactForm, ReportForm, NoReportForm, PlanForm, HelpForm, FollowForm, LetterForm,
        LetterVisitForm, OrderForm, OrderTalkForm, BreachForm, WishForm, WishDecidedForm, EvidenceForm, NoteForm, CloseForm,
        ReopenForm, KeepForm, ReviewForm, CopyForm,
    )
}  # fmt: skip
SHOWN = {**FORMS, Kind.INTAKE: IntakeForm}


def words_of(field, value):
    """How a kept value reads: choices by their words, days and moments as such, a tick as 是."""
    if value is True:
        return "是"
    if isinstance(value, list):
        options = dict(field.choices)
        return "、".join(str(options.get(one, one)) for one in value)
    if isinstance(field, (forms.DateField, forms.DateTimeField)):
        return local(value)
    if isinstance(field, forms.ChoiceField) and field.choices:
        return str(dict(field.choices).get(value, value))
    return str(value)


def shown(record):
    """`[(label, words)]` of what an entry says, in the order of its form. A correction names the fields that it changes."""
    if record.kind == Kind.AMEND:
        fields = SHOWN[record.data["kind"]].base_fields
        rows = [("更正", f"第 {record.data['about']} 条"), ("为什么", record.data["why"])]
        return rows + [
            (fields[n].label, "（去掉）" if v == "" else "已对上" if n in LINKS else words_of(fields[n], v))
            for n, v in record.data["fields"].items()
        ]
    if record.kind == Kind.URGENT:
        return [("谁要打开", record.data["by"]), ("谁同意", record.data["second"]), ("为什么", record.data["why"])]
    form = SHOWN[record.kind]
    if record.kind == Kind.WISH_DECIDED:
        said = "同意，不见面办" if record.data["allowed"] else "不同意"
        return [("同意办吗", said), ("理由", record.data["why"])]
    rows = [
        (form.base_fields[name].label, words_of(form.base_fields[name], record.data[name]))
        for name in form.own_fields() if name not in LINKS and record.data.get(name) not in (None, "", [])
    ]  # fmt: skip
    if record.kind == Kind.DANGER:
        rows = _together(rows)
    pictures = record.data.get("pictures")
    return [*rows, ("附图", f"{len(pictures)} 张")] if pictures else rows


def _together(rows):
    """The rows of a danger sheet, what nobody knew of it in one."""
    unknown = dict(ANSWERS)["unknown"]
    asked = set(DANGER_SIGNS.values())
    open_ones = [label for label, words in rows if label in asked and words == unknown]
    known = [row for row in rows if row[0] not in open_ones]
    return [*known, ("还不清楚的", "；".join(open_ones))] if open_ones else known
