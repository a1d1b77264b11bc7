"""Forms of messages: what to send, who told her, the filters of the list."""

from django import forms
from django.core.exceptions import ValidationError

from fedhub.core.forms import CountedForm, FilterChoice, FilterForm, StaffForm
from fedhub.notices import words
from fedhub.notices.enums import ByHand, Channel, State
from fedhub.notices.flow import VIEW
from households.models import Resident
from households.queries import matching_residents

OPEN = (State.HUMAN, State.FAILED)


class WordsMixin:
    """The kind of message and the places of its text; a place that the kind does not have is not asked for."""

    def add_words(self):
        """The fields of every kind that may be chosen by hand."""
        self.kinds = [template for template in words.templates().values() if template.staff]
        self.fields["template"].widget.attrs["data-chooses"] = " ".join(t.key for t in self.kinds if t.places)
        self.fields["template"].choices = [(t.key, f"{t.label}：{t.shown}") for t in self.kinds]
        for template in self.kinds:
            for name, label in template.places.items():
                self.fields[self.place(template, name)] = forms.CharField(
                    label=label, max_length=words.MOST, required=False
                )

    def place(self, template, name):
        """Name of the field for a place of a kind."""
        return f"{template.key}_{name}"

    def values(self):
        """`{place: text}` of the chosen kind."""
        template = words.templates()[self.cleaned_data["template"]]
        return {name: self.cleaned_data.get(self.place(template, name), "") for name in template.places}

    def clean(self):
        cleaned = super().clean()
        template = words.templates().get(cleaned.get("template", ""))
        if template is not None:
            try:
                words.written(template.key, self.values())
            except ValidationError as error:
                for name, found in error.message_dict.items():
                    self.add_error(self.place(template, name), found)
        return cleaned

    def sections_of(self):
        """The layout: the kind, then the places of each kind."""
        places = [self.place(template, name) for template in self.kinds for name in template.places]
        return [("", ["template", *places])]


def template_field():
    return forms.ChoiceField(
        label="发什么", widget=forms.RadioSelect,
        help_text="手机上只显示“您有一条社区服务提醒”，内容她进居民端才看得到。",
        error_messages={"required": "请选发什么。"},
    )  # fmt: skip


class MessageForm(WordsMixin, StaffForm):
    """To one resident."""

    template = template_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_words()
        self.sections = self.sections_of()


class MessageManyForm(WordsMixin, CountedForm):
    """To many; `total` counts them."""

    unit = "人"
    template = template_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_words()
        self.sections = self.sections_of()


class ToldForm(CountedForm):
    """Told in person, by telephone, by letter."""

    unit = "条"
    how = forms.ChoiceField(label="怎么告诉本人的", choices=ByHand.choices, widget=forms.RadioSelect)

    sections = [("", ["how"])]


class MessageFilterForm(FilterForm):
    q = forms.CharField(
        label="搜索", required=False, max_length=60,
        widget=forms.TextInput({"type": "search", "placeholder": "姓名、拼音首字母、电话尾号"}),
    )  # fmt: skip
    state = FilterChoice(label="状态", required=False)
    channel = FilterChoice(label="怎么发的", required=False, choices=[("", "全部"), *Channel.choices])
    template = FilterChoice(label="种类", required=False)
    area = FilterChoice(label="网格", required=False)
    batch = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].offer([("", "要人工的、没发出去的"), ("all", "全部"), *State.choices])
        self.fields["template"].offer([("", "全部"), *((t.key, t.label) for t in words.templates().values())])
        self.fields["area"].offer([("", "全部网格"), *self.user.grids(VIEW)])

    def apply(self, rows):
        self.is_valid()
        return super().apply(rows if self.cleaned_data.get("state") else rows.filter(state__in=OPEN))

    def filter_q(self, rows, value):
        return rows.filter(person__in=matching_residents(Resident.objects.visible_to(self.user, VIEW), value))

    def filter_state(self, rows, value):
        return rows if value == "all" else rows.filter(state=value)

    def filter_channel(self, rows, value):
        return rows.filter(channel=value)

    def filter_template(self, rows, value):
        return rows.filter(template=value)

    def filter_area(self, rows, value):
        return rows.filter(person__area_id__in=self.user.places_within(value))

    def filter_batch(self, rows, value):
        return rows.filter(batch=value)
