"""Forms and filters of people."""

from django import forms
from django.core.exceptions import ValidationError

from fedhub.areas.models import Area
from fedhub.core.forms import KEEP, FilterChoice, MaskedField, StaffModelForm
from fedhub.core.privacy import masked
from fedhub.core.validators import validate_phone
from fedhub.reference.lookup import choices
from households.enums import PhoneOwner, ResidentState
from households.forms.fields import FoldedFilterForm, coded, use_codes
from households.models import Resident, Status
from households.queries import born_by, matching_residents
from households.services.residents import ELSEWHERE, clean_id_number, likely_duplicates

CODES = ("sex", "id_type", "ethnic", "education", "political", "marital", "employment", "hukou_type", "health")
PHONE_ROWS = 2
MOST_PHONES = 5
AGES = [("", "全部"), ("0-17", "未满 18 岁"), ("18-34", "18—34 岁"), ("35-59", "35—59 岁"), ("60-200", "60 岁以上")]


class ResidentFilterForm(FoldedFilterForm):
    """妇女 of the books unless told otherwise."""

    first = ("q", "who", "area")

    q = forms.CharField(
        label="搜索",
        required=False,
        max_length=60,
        widget=forms.TextInput({"type": "search", "placeholder": "姓名、拼音首字母、电话尾号、身份证号"}),
    )
    who = FilterChoice(
        label="人员",
        required=False,
        choices=[("", "成年妇女"), ("women", "全部女性"), ("children", "未成年人"), ("all", "所有人")],
    )
    area = FilterChoice(label="网格", required=False)
    category = FilterChoice(label="类别", required=False)
    age = FilterChoice(label="年龄", required=False, choices=AGES)
    marital = FilterChoice(label="婚姻", required=False)
    employment = FilterChoice(label="就业", required=False)
    state = FilterChoice(
        label="状态",
        required=False,
        choices=[("", "在册"), ("moved", "已迁出"), ("deceased", "已故"), ("note", "证件待核对"), ("all", "全部")],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].offer([("", "全部网格"), *self.user.grids("households.view_resident")])
        self.fields["category"].offer([("", "全部"), *choices("hardship_category", form=False)])
        self.fields["marital"].offer([("", "全部"), *choices("marital")])
        self.fields["employment"].offer([("", "全部"), *choices("employment_status")])

    def apply(self, rows):
        self.is_valid()
        if not self.cleaned_data.get("state"):
            rows = rows.active()
        if not self.cleaned_data.get("who"):
            rows = rows.filter(sex="2", birth__lte=born_by(18))
        return super().apply(rows)

    def filter_q(self, rows, value):
        return matching_residents(rows, value)

    def filter_who(self, rows, value):
        if value == "women":
            return rows.filter(sex="2")
        return rows.filter(birth__gt=born_by(18)) if value == "children" else rows

    def filter_area(self, rows, value):
        return rows.filter(area_id__in=self.user.places_within(value))

    def filter_category(self, rows, value):
        now = Status.objects.visible_to(self.user).current().filter(category=value, resident__isnull=False)
        return rows.filter(pk__in=now.values("resident_id"))

    def filter_age(self, rows, value):
        youngest, oldest = (int(part) for part in value.split("-"))
        return rows.filter(birth__lte=born_by(youngest), birth__gt=born_by(oldest + 1)).exclude(birth="")

    def filter_marital(self, rows, value):
        return rows.filter(marital__startswith=value[0]) if value == "20" else rows.filter(marital=value)

    def filter_employment(self, rows, value):
        return rows.filter(employment=value)

    def filter_state(self, rows, value):
        if value == "note":
            return rows.active().exclude(id_note="")
        return rows.exclude(state=ResidentState.MERGED) if value == "all" else rows.filter(state=value)


class ResidentForm(StaffModelForm):
    """Facts and phones of a person; on a new one also the household she lives in."""

    id_number = MaskedField(label="身份证号", max_length=30, required=False)
    health_note = MaskedField(
        label="健康情况说明", max_length=300, required=False, help_text="健康、收入属于敏感情况，本人同意了再登记。"
    )
    income_note = MaskedField(label="收入情况", max_length=300, required=False)

    class Meta:
        model = Resident
        fields = [
            "name", "former_name", "sex", "birth", "id_type", "id_number", "ethnic", "education", "political",
            "marital", "employment", "workplace", "hukou_type", "hukou_address", "children", "skills", "is_backbone",
            "is_volunteer", "health", "health_note", "income_note", "note",
        ]  # fmt: skip
        help_texts = {
            "birth": "知道多少写多少：1985、1985-04 或 1985-04-01。填了身份证号的可以不填。",
        }
        widgets = {"note": forms.Textarea({"rows": 2})}

    def __init__(self, *args, household=None, left_out=(), **kwargs):
        """`left_out`: facts that this user may not see of this person; they stay as they are."""
        self.household = household
        super().__init__(*args, **kwargs)
        for name in left_out:
            del self.fields[name]
        use_codes(self, *CODES)
        self.fields["id_type"].choices = [("", "居民身份证"), *self.fields["id_type"].choices[1:]]
        self._add_phones()
        if household is not None:
            self.fields["relation"] = coded("relation", "与户主关系", required=True, blank="请选")
        elif not self.instance.pk:
            places = Area.objects.visible_to(self.user, "households.add_resident").active()
            self.fields["area"] = forms.ModelChoiceField(
                label="所在社区（网格）", queryset=places.filter(code__regex=r"^\d{12,}$").order_by("code"),
                help_text="没有家庭的人挂在社区。有家庭的请从家庭页“添加成员”。",
            )  # fmt: skip

    def _add_phones(self):
        self.phones = list(self.instance.phones.all()) if self.instance.pk else []
        count = min(MOST_PHONES, max(PHONE_ROWS, len(self.phones) + 1))
        for place in range(1, count + 1):
            phone = self.phones[place - 1] if place <= len(self.phones) else None
            number = MaskedField(label=f"电话 {place}", max_length=30, required=False)
            if phone:
                number.widget.attrs["placeholder"] = masked(phone, "number")
            self.fields[f"phone{place}"] = number
            self.fields[f"phone{place}_owner"] = forms.ChoiceField(
                label="机主", choices=PhoneOwner.choices, initial=phone.owner_kind if phone else PhoneOwner.SELF,
                required=False,
            )  # fmt: skip
            self.fields[f"phone{place}_shared"] = forms.BooleanField(
                label="多人合用", required=False, initial=phone.shared if phone else False
            )
        self.phone_rows = count

    @property
    def sections(self):
        phones = [f"phone{n} phone{n}_owner phone{n}_shared" for n in range(1, self.phone_rows + 1)]
        return [
            ("家庭", ["relation"] if self.household is not None else ["area"]),
            ("基本情况", ["name former_name", "id_number id_type", "sex birth", "ethnic marital"]),
            ("电话", phones),
            ("工作与户籍", ["education political", "employment workplace", "hukou_type hukou_address"]),
            ("家里", ["children skills", "is_backbone is_volunteer"]),
            ("健康与收入", ["health", "health_note", "income_note"]),
            ("备注", ["note"]),
        ]

    def clean(self):
        cleaned = super().clean()
        for place in range(1, self.phone_rows + 1):
            if cleaned.get(f"phone{place}"):
                try:
                    validate_phone(cleaned[f"phone{place}"])
                except ValidationError as error:
                    self.add_error(f"phone{place}", error)
        self._check_number(cleaned)
        return cleaned

    def _check_number(self, cleaned):
        """A number that cannot be, or that is taken; asked here so that the hint to another grid is written down."""
        text = cleaned.get("id_number", "")
        if not text:
            return
        try:
            number = clean_id_number(text, cleaned.get("id_type", ""))
        except ValidationError as error:
            self.add_error("id_number", error.message_dict["id_number"])
            return
        found = likely_duplicates(self.user, id_number=number, exclude=self.instance if self.instance.pk else None)
        if found.taken:
            names = [f"{person.name}（{person.area.name}）" for person, why in found.inside if why == "身份证号相同"]
            text = f"这个身份证号已经登记给{'、'.join(names)}，请打开那条记录核对。" if names else ELSEWHERE
            self.add_error("id_number", text)

    def phone_list(self):
        """Phones as the service takes them: kept ones by id, new ones by number, cleared ones left out."""
        found = []
        for place in range(1, self.phone_rows + 1):
            facts = {
                "owner_kind": self.cleaned_data.get(f"phone{place}_owner") or PhoneOwner.SELF,
                "shared": self.cleaned_data.get(f"phone{place}_shared", False),
            }
            number = self.cleaned_data.get(f"phone{place}", KEEP)
            known = self.phones[place - 1] if place <= len(self.phones) else None
            if number is KEEP and known:
                found.append({"id": known.pk, **facts})
            elif number is not KEEP and number:
                found.append({"number": number, **facts})
        return found

    def touches_phones(self):
        """True when any phone input was changed."""
        return any(name.startswith("phone") for name in self.changed_data)
