"""Forms of the links with every woman: one, many, a leaver's; and the filters of their list."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from accounts.queries import holders_in_all
from fedhub.areas.enums import AreaKind, AreaStatus
from fedhub.core.forms import CountedForm, FilterChoice, StaffForm, StaffModelForm
from fedhub.core.text import row_key
from fedhub.ledgers.forms import ExportForm, export_form_of
from households.coverage import ALL, SHOWN, adults, condition, of_kind, of_person
from households.enums import ContactHow, LinkEnd, LinkKind
from households.forms.fields import FoldedFilterForm, day_field, no_later_than_today
from households.models import Link
from households.queries import matching_residents

ME = "me"
DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
# A visit notes itself.
HOW = [("", "请选"), *(pair for pair in ContactHow.choices if pair[0] != ContactHow.VISIT)]
# The other reasons are written by what happened itself: handing over, moving away, merging.
ENDS = (LinkEnd.CHANGED, LinkEnd.LEFT, LinkEnd.GROUP, LinkEnd.WISH, LinkEnd.MISTAKE)
LISTS = [
    ("", SHOWN["gaps"][0]),
    *((key, label) for key, (label, _) in SHOWN.items() if key != "gaps"),
    (ALL, "全部妇女"),
]
KINDS = [("", "全部"), *LinkKind.choices]
# How long there is to visit those who were chosen, unless another day is given.
VISIT_DAYS = 30
NOBODY = "没有一位能管到这些妇女所在的全部地方。请先给人授权，或者按网格筛选，分几次登记。"


class LinkForm(StaffModelForm):
    """Who reaches her, and since when."""

    class Meta:
        model = Link
        fields = ["kind", "person", "name", "valid_from", "noted_on", "noted_how"]
        widgets = {"valid_from": DAY, "noted_on": DAY}
        labels = {
            "person": "联系人", "name": "没有账号的，写姓名、小组或群名", "valid_from": "从哪天起", "noted_on": "最近一次联系",
        }  # fmt: skip
        help_texts = {
            "name": "例如：二单元联户长 李秀英；精诚公寓姐妹群。",
            "noted_on": "还没有联系过就空着。走访时见到本人的会自动算上。",
        }

    sections = [("谁联系她", ["kind", "person name", "valid_from"]), ("最近联系", ["noted_on noted_how"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "请选"), *LinkKind.choices]
        people = User.objects.visible_to(self.user, "households.add_link").filter(is_active=True)
        self.fields["person"].queryset, self.fields["person"].empty_label = people, "没有账号"
        self.fields["noted_how"].choices = HOW

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("person")) == bool(cleaned.get("name")) and "person" not in self.errors:
            self.add_error("name", "联系人选账号或者写名字，二选一。")
        if bool(cleaned.get("noted_on")) != bool(cleaned.get("noted_how")) and "noted_on" not in self.errors:
            self.add_error("noted_how", "最近联系的日期和方式要么都填，要么都不填。")
        return cleaned


class ContactForm(StaffModelForm):
    """When and how she was last spoken to."""

    class Meta:
        model = Link
        fields = ["noted_on", "noted_how"]
        widgets = {"noted_on": DAY}
        labels = {"noted_on": "哪天联系的"}
        help_texts = {"noted_on": "写错了，重新登记一次正确的日期就行。"}

    sections = [("联系", ["noted_on noted_how"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["noted_how"].choices = HOW
        for name in self._meta.fields:
            self.fields[name].required = True

    def clean_noted_on(self):
        return no_later_than_today(self.cleaned_data["noted_on"])


class LinkEndForm(StaffForm):
    """The last day of a link, and why it ended."""

    on = day_field("最后一天")
    reason = forms.ChoiceField(label="原因", choices=[("", "请选"), *((one.value, one.label) for one in ENDS)])

    sections = [("结束", ["on reason"])]

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])


class ReceiverForm(CountedForm):
    """Whoever may keep contact in every place where the women live."""

    unit = "人"
    person = forms.ModelChoiceField(
        label="联系人", queryset=User.objects.none(), empty_label="请选",
        error_messages={"invalid_choice": "选的人管不到这些妇女所在的地方，请另选一位。"},
    )  # fmt: skip
    reason = forms.CharField(label="原因", max_length=60, required=False, help_text="例如：换届后重新分工。")

    def __init__(self, *args, area_ids, leaver=None, **kwargs):
        super().__init__(*args, **kwargs)
        people = holders_in_all("households.add_link", [self.user.places[pk].code for pk in area_ids])
        people = people if leaver is None else people.exclude(pk=leaver.pk)
        self.fields["person"].queryset = people
        if not people.exists():
            self.fields["person"].help_text = NOBODY


class LinkManyForm(ReceiverForm):
    kind = forms.ChoiceField(label="种类", choices=LinkKind.choices, initial=LinkKind.COMMITTEE)
    replace = forms.BooleanField(label="原来同一种类的联系人到今天为止", required=False)

    sections = [("指定", ["person kind", "replace", "reason"])]


class LinkHandOverForm(ReceiverForm):
    sections = [("移交", ["person", "reason"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].label = "移交给"
        self.fields["reason"].required = True
        self.fields["reason"].help_text = "例如：调离，工作交接。"


class LinkVisitsForm(CountedForm):
    """By when the women are to be visited, and by whom."""

    unit = "人"
    due_on = day_field("哪天以前走访", initial=lambda: timezone.localdate() + timedelta(days=VISIT_DAYS))
    assigned_to = forms.ModelChoiceField(
        label="谁去", queryset=User.objects.none(), required=False, empty_label="网格里负责的人",
        error_messages={"invalid_choice": "选的人管不到这些妇女所在的地方，请另选一位。"},
    )  # fmt: skip

    sections = [("安排", ["due_on assigned_to"])]

    def __init__(self, *args, area_ids, **kwargs):
        super().__init__(*args, **kwargs)
        codes = [self.user.places[pk].code for pk in area_ids]
        self.fields["assigned_to"].queryset = holders_in_all("grids.add_visit", codes)

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError("日期不能早于今天。")
        return day


class LinkFilterForm(FoldedFilterForm):
    """Grown women on the books; those with a gap unless told otherwise."""

    first = ("q", "show", "area")

    q = forms.CharField(
        label="搜索", required=False, max_length=60,
        widget=forms.TextInput({"type": "search", "placeholder": "姓名、拼音首字母、电话尾号"}),
    )  # fmt: skip
    show = FilterChoice(label="看谁", required=False, choices=LISTS)
    area = FilterChoice(label="网格", required=False)
    kind = FilterChoice(label="有这种联系", required=False, choices=KINDS)
    person = FilterChoice(label="联系人", required=False)
    unplaced = forms.BooleanField(label="只看没分到网格的", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ids, places = self.user.scope("households.view_link"), self.user.places.items()
        self.fields["area"].offer(
            [("", "全部网格")]
            + [
                (place.code, place.name) for pk, place in places
                if place.kind in (AreaKind.COMMUNITY, AreaKind.GRID) and place.status == AreaStatus.ACTIVE
                and (ids is None or pk in ids)
            ]
        )  # fmt: skip
        people = [("", "全部"), (ME, "我联系的")]
        # Somebody else comes only along with an address of the coverage page.
        if key := row_key(self.data.get("person")):
            found = User.objects.visible_to(self.user, "households.view_link").filter(pk=key)
            people += [(str(key), name) for name in found.values_list("name", flat=True)]
        self.fields["person"].offer(people)

    def apply(self, rows):
        self.is_valid()
        rows = rows.women(born_by=adults())
        return super().apply(rows if self.cleaned_data.get("show") else rows.filter(condition("gaps")))

    def filter_q(self, rows, value):
        return matching_residents(rows, value)

    def filter_show(self, rows, value):
        return rows.filter(condition(value))

    def filter_area(self, rows, value):
        return rows.filter(area_id__in=self.user.places_within(value))

    def filter_kind(self, rows, value):
        return rows.filter(of_kind(value))

    def filter_person(self, rows, value):
        return rows.filter(of_person(self.user.pk if value == ME else int(value)))

    def filter_unplaced(self, rows, value):
        places = self.user.places.items()
        return rows.filter(area_id__in=[pk for pk, place in places if place.kind == AreaKind.COMMUNITY])


@export_form_of("links")
class LinkExportForm(ExportForm):
    """The ledger of links is made as of today: what was so earlier stands in each woman's page."""

    MANNER = ExportForm.MANNER | {"as_of", "known_on"}
    scope_rows = ["area", "show kind"]

    show = forms.ChoiceField(label="看谁", required=False, choices=LISTS)
    kind = forms.ChoiceField(label="有这种联系", required=False, choices=KINDS)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["as_of"], self.fields["known_on"]

    @classmethod
    def initial_of(cls, query, user):
        """The list says 网格 as a code."""
        found = super().initial_of(query, user)
        code = query.get("area")
        found["area"] = next((pk for pk, place in user.places.items() if place.code == code), None)
        return found

    def left_out(self, query):
        strange = [name for name in ("q", "person", "unplaced") if query.get(name)]
        return ["列表里有的条件这里没有，没有带过来；导出只按下面的条件。"] if strange else []
