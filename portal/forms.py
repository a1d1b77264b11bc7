"""Forms of a resident's pages: plain HTML, large targets, nothing that needs a script."""

import uuid

from django import forms

from fedhub.core.forms import FilterChoice, FilterForm, StaffForm, StaffModelForm
from fedhub.core.pictures import MOST, PicturesField
from fedhub.core.text import normalise
from fedhub.notices.enums import PUSH
from fedhub.reference.lookup import choices
from households.enums import ConsentHow
from households.minors import born_late
from households.searchkeys import usable_phone
from portal.enums import Proof, RequestState, Right
from portal.models import Guardian
from portal.queries import family_of


class CodeForm(forms.Form):
    code = forms.CharField(
        label="登录码", max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "autocapitalize": "characters", "placeholder": "XXXX-XXXX"}),
    )  # fmt: skip


class NumberForm(forms.Form):
    number = forms.CharField(
        label="手机号", max_length=20, widget=forms.TextInput({"autocomplete": "off", "inputmode": "tel"})
    )

    def clean_number(self):
        if number := usable_phone(self.cleaned_data["number"]):
            return number
        raise forms.ValidationError("手机号是 11 位数字，请再看一下。")


class PhoneCodeForm(forms.Form):
    handle = forms.CharField(max_length=60, widget=forms.HiddenInput)
    code = forms.CharField(
        label="六位验证码", max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip
    tail = forms.CharField(
        label="证件号后四位",
        max_length=10,
        widget=forms.TextInput({"autocomplete": "off", "placeholder": "例如 482X"}),
    )

    def clean_code(self):
        return normalise(self.cleaned_data["code"]).replace(" ", "")

    def clean_tail(self):
        return normalise(self.cleaned_data["tail"]).replace(" ", "").upper()


class AskForm(forms.Form):
    code = forms.CharField(
        label="查询码", max_length=20, widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"})
    )


class ManyFiles(forms.FileInput):
    """Several pictures in one plain input."""

    allow_multiple_selected = True

    def __init__(self):
        super().__init__({"accept": "image/jpeg,image/png,image/webp,image/heic", "multiple": True})

    def value_from_datadict(self, data, files, name):
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class SayForm(forms.Form):
    """A concern. `places` None: she is in, and it is her own."""

    title = forms.CharField(label="什么事", max_length=80)
    detail = forms.CharField(
        label="说一说（可以不写）", max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    place = forms.CharField(label="在什么地方（可以不写）", max_length=60, required=False)
    topic = forms.ChoiceField(label="哪方面", required=False)
    pictures = PicturesField(label=f"照片（可以不附，最多 {MOST} 张）", required=False, widget=ManyFiles)
    area = forms.TypedChoiceField(label="哪个社区、网格", coerce=int)
    only = forms.BooleanField(label="这件事只给专门的人看（家里动手、威胁、孩子受伤，怕别人知道的）", required=False)
    reach = forms.CharField(label="勾了的：怎么找您才安全（可以不写）", max_length=200, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args, places=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", "不知道"), *choices("survey_topic")]
        if places is None:
            del self.fields["area"]
        else:
            self.fields["area"].choices = [("", "请选"), *places]

    def clean(self):
        data = super().clean()
        if data.get("only") and data.get("pictures"):
            self.add_error("pictures", "只给专门的人看的，照片当面交。请去掉照片再交一次。")
        return data


class RightForm(forms.Form):
    kind = forms.ChoiceField(label="要什么", choices=Right.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label="哪里要改、要删什么（要副本的不用写）",
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class StaffRightForm(StaffForm):
    """Written down for her, in person."""

    kind = forms.ChoiceField(label="要什么", choices=[("", "请选"), *Right.choices])
    proof = forms.ChoiceField(
        label="怎么确认是本人", choices=[("", "请选"), *(one for one in Proof.choices if one[0] != Proof.CODE)]
    )
    words = forms.CharField(
        label="哪里要改、要删什么", max_length=1000, required=False, widget=forms.Textarea({"rows": 3}),
        help_text="要副本的不用写。",
    )  # fmt: skip

    sections = [("", ["kind proof", "words"])]


class GuardianForm(StaffModelForm):
    """Who speaks for a child, by which papers, and how the consent was given."""

    class Meta:
        model = Guardian
        fields = ["person", "name", "kind", "proof", "how", "witness", "given_on", "ends_on"]
        widgets = {name: forms.DateInput({"type": "date"}, format="%Y-%m-%d") for name in ("given_on", "ends_on")}
        help_texts = {"name": "在册的选人就行，不在册的写姓名。", "witness": "口头同意要有见证人。",
                      "ends_on": "例如指定监护有期限的。不填就到孩子满 14 周岁。"}  # fmt: skip

    sections = [("监护人", ["person name", "kind proof"]), ("同意", ["how witness", "given_on ends_on"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        child = self.instance.child
        home = child.home
        self.fields["person"].queryset = family_of(child, home, self.user)
        self.fields["person"].empty_label = "不在册"
        self.fields["name"].required = False
        for name in ("kind", "proof"):
            self.fields[name].choices = [("", "请选"), *self.fields[name].choices[1:]]
        self.fields["how"].choices = [
            ("", "请选"),
            *(one for one in ConsentHow.choices if one[0] != ConsentHow.ONLINE),
        ]

    def clean_person(self):
        person = self.cleaned_data["person"]
        if person is not None and born_late(person.birth):
            raise forms.ValidationError("监护人要是成年人。")
        return person

    def clean_witness(self):
        if self.cleaned_data.get("how") == ConsentHow.ORAL and not self.cleaned_data["witness"].strip():
            raise forms.ValidationError("口头同意要有见证人，请写见证人姓名。")
        return self.cleaned_data["witness"]


class AnswerForm(StaffForm):
    done = forms.TypedChoiceField(
        label="怎么办的", choices=[("yes", "已办理"), ("no", "没有办理")], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    answer = forms.CharField(
        label="答复",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text="她在居民端看得到这段话。没有办理的写明理由。",
    )


class RightFilterForm(FilterForm):
    state = FilterChoice(
        label="状态", required=False, choices=[("", "待答复"), ("all", "全部"), *RequestState.choices[1:]]
    )
    kind = FilterChoice(label="要什么", required=False, choices=[("", "全部"), *Right.choices])

    def apply(self, rows):
        self.is_valid()
        return super().apply(rows if self.cleaned_data.get("state") else rows.filter(state=RequestState.OPEN))

    def filter_state(self, rows, value):
        return rows if value == "all" else rows.filter(state=value)

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)


class RateForm(forms.Form):
    score = forms.TypedChoiceField(
        label="满意吗", coerce=int, widget=forms.RadioSelect,
        choices=[(5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")],
    )  # fmt: skip
    words = forms.CharField(
        label="想说的话（不满意的请写）", max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )


class MoreForm(forms.Form):
    """More words about a nameless concern."""

    words = forms.CharField(label="还想说的话", max_length=1000, widget=forms.Textarea({"rows": 3, "id": "id_more"}))
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class ChoiceForm(forms.Form):
    """By what she is told that a message waits, and when. Nothing ticked: she looks by herself."""

    channels = forms.MultipleChoiceField(
        label="有消息时，用什么提醒", choices=[(channel.value, channel.label) for channel in PUSH], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    hour_from = forms.TimeField(
        label="几点以后（不选就是白天）", required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "时间写成 9:00 这样。"},
    )  # fmt: skip
    hour_to = forms.TimeField(
        label="几点以前", required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "时间写成 20:00 这样。"},
    )  # fmt: skip
