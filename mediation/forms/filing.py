"""Forms of what lies in the file of a case: materials, inquiries, what papers say of a party."""

from django import forms

from fedhub.core.pictures import PicturesField
from fedhub.core.validators import validate_partial_date
from households.forms.fields import coded
from mediation.enums import MaterialKind, Power
from mediation.forms.agreements import DAY
from mediation.forms.cases import SAFE, OfCase
from mediation.forms.leads import VIOLENCE, PastDay, told

MOST_PAGES = 60


class MaterialForm(OfCase):
    kind = forms.ChoiceField(label="种类", choices=[("", "请选"), *MaterialKind.choices])
    name = forms.CharField(label="名称", max_length=60, help_text="例如：结婚证复印件、转账截图、收条。")
    source = forms.ChoiceField(label="谁交来的")
    on = PastDay(label="收到日期")
    pages = forms.IntegerField(label="页数", min_value=1, max_value=MOST_PAGES, initial=1)
    pictures = PicturesField(label="照片", required=False, help_text="一页一张，最多 6 张；没有照片的只登记。")

    sections = [("材料", ["kind name", "source on", "pages", "pictures"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = [one["name"] for one in self.case.parties]
        self.fields["source"].choices = [
            ("", "请选"),
            *((one, one) for one in (*names, "调解员收集", "别的单位、别的人")),
        ]


class StrikeForm(OfCase):
    why = forms.CharField(label="为什么作废", max_length=100)


class InquiryForm(OfCase):
    on = PastDay(label="日期")
    place = forms.CharField(label="地点", max_length=60)
    asked = forms.CharField(label="被调查人", max_length=50)
    kin = forms.CharField(label="和当事人的关系", max_length=30, required=False)
    sex = coded("sex", "性别", blank="—")
    age = forms.IntegerField(label="年龄", min_value=0, max_value=130, required=False)
    others = forms.CharField(label="参加人、记录人", max_length=100, required=False)
    words = told("调查内容", help_text="不写电话；被调查人怎么联系，记在自己的笔记里。")
    violence = forms.BooleanField(
        label=VIOLENCE, required=False, help_text="勾了以后，这次写的交给权益专人，这里不再调解，页面上不说为什么。"
    )

    sections = [("调查", ["on place", "asked kin", "sex age", "others", "words", "violence"])]


class PersonForm(OfCase):
    """What papers say of a party; what stands in the files need not be typed."""

    sex = coded("sex", "性别", blank="—")
    birth = forms.CharField(
        label="出生日期", max_length=10, required=False, help_text="例如 1985-04-01，只知道年的写 1985。",
        validators=[validate_partial_date],
    )  # fmt: skip
    ethnic = coded("ethnic", "民族", blank="—")
    job = forms.CharField(label="职业、职务", max_length=40, required=False)
    address = forms.CharField(label="单位或住址", max_length=120, required=False)
    open = forms.BooleanField(
        label="她（他）同意把住址写进双方都看的文书",
        required=False,
        help_text="不勾的，双方都看的文书上住址空着，由本人自己写。",
    )
    contact = forms.CharField(label="怎么联系", max_length=200, required=False, help_text=f"{SAFE}不印在任何文书上。")
    agent = forms.CharField(label="代理人", max_length=50, required=False)
    kin = forms.CharField(label="代理人和她（他）的关系", max_length=30, required=False)
    unit = forms.CharField(label="代理人的单位", max_length=60, required=False)
    power = forms.ChoiceField(label="代理权限", choices=[("", "—"), *Power.choices], required=False)
    scope = told(
        "特别授权的事项", required=False, help_text="逐项写明，例如：代为承认、变更请求，签订协议，收取钱物。"
    )
    since = forms.DateField(label="委托从", widget=DAY, required=False)
    until = forms.DateField(label="到", widget=DAY, required=False)
    # A fingerprint of what stood there when the page was opened.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    sections = [
        ("文书上的资料", ["sex birth", "ethnic job", "address", "open", "contact"]),
        ("委托了代理人的", ["agent kin", "unit power", "scope", "since until"]),
    ]
    FACTS, MANDATE = (
        ("sex", "birth", "ethnic", "job", "address", "open"),
        ("kin", "unit", "power", "scope", "since", "until"),
    )

    def __init__(self, *args, known="", **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("sex", "birth", "ethnic", "address"):
            if known:
                self.fields[name].help_text = f"{self.fields[name].help_text}留空就用居民档案里的。"
        if known:
            self.fields["job"].help_text = "留空的，双方都看的文书上空着，只留在案卷里的用居民档案里的。"

    def clean(self):
        cleaned = super().clean()
        agent = cleaned.get("agent")
        if not agent and any(cleaned.get(name) for name in self.MANDATE):
            self.add_error("agent", "写了委托的内容，请写代理人是谁。")
        if agent and cleaned.get("power") == Power.SPECIAL and not cleaned.get("scope"):
            self.add_error("scope", "特别授权的，请逐项写明授权的事项。")
        if cleaned.get("since") and cleaned.get("until") and cleaned["until"] < cleaned["since"]:
            self.add_error("until", "不早于开始的日期。")
        return cleaned

    def told(self):
        """What the service is told."""
        data = self.cleaned_data
        mandate = {name: data[name] for name in self.MANDATE if data[name]} if data["agent"] else {}
        return {
            "facts": {name: data[name] for name in self.FACTS if data[name]}, "agent": data["agent"],
            "mandate": {name: getattr(v, "isoformat", lambda v=v: v)() for name, v in mandate.items()},
            "contact": data["contact"], "seen": data["seen"],
        }  # fmt: skip

    @classmethod
    def initial_of(cls, party):
        """What the form opens with."""
        return {
            **(party.get("facts") or {}),
            **(party.get("mandate") or {}),
            "agent": party["agent"],
            "contact": party["contact"],
        }
