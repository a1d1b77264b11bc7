"""Forms of a survey: its settings, the filters of the list, the note with which it is returned."""

from django import forms
from django.utils import timezone

from fedhub.areas.enums import AreaKind
from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, FilterForm, StaffForm, StaffModelForm
from fedhub.reference.lookup import choices
from surveys.enums import MODE_WORDS, Mode, Status
from surveys.models import Survey
from surveys.services.lifecycle import ENDS_BEFORE, LIVE, LIVE_FIELDS, NOT_BY_NAME, SENSITIVE_TOPICS

ADD, CHANGE = "surveys.add_survey", "surveys.change_survey"
DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
MODES = [(mode.value, f"{mode.label}：{MODE_WORDS[mode]}") for mode in Mode]
MOST_MONTHS = 36


class SurveyForm(StaffModelForm):
    topic = forms.ChoiceField(label="方面", required=False)
    mode = forms.ChoiceField(
        label="记名方式", choices=MODES, widget=forms.RadioSelect,
        help_text="这句话印在问卷第一页。发布以后不能再改。",
    )  # fmt: skip
    grids = forms.ModelMultipleChoiceField(
        label="问哪些网格", queryset=Area.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text="一个也不勾：整个社区。",
    )  # fmt: skip

    class Meta:
        model = Survey
        fields = [
            "title", "topic", "area", "asker", "purpose", "phone", "minutes", "mode", "sensitive", "once_each", "grids",
            "audience", "age_from", "starts_on", "ends_on", "limit", "keep_months",
        ]  # fmt: skip
        widgets = {"starts_on": DAY, "ends_on": DAY}
        labels = {"area": "在哪里问"}
        help_texts = {
            "title": "居民看得到，也会出现在微信里：写得平常一点，不写病名、暴力这类字眼。",
            "sensitive": "问婚姻、家庭暴力、健康的要勾：每页有求助电话和“快速离开”，不能实名。",
            "audience": "知道的话写上，结果里才有回收率。",
            "limit": "收满就不再收；不限就留空。",
            "keep_months": f"到期删掉原始答案，只留统计，最多 {MOST_MONTHS} 个月。",
            "once_each": "用微信或浏览器认，认得出重复的，认不出是谁。",
            "phone": "有疑问可以打的电话，印在第一页。",
        }

    sections = [
        ("问什么", ["title", "topic area", "asker phone", "purpose", "minutes"]),
        ("怎么问", ["mode", "sensitive", "once_each"]),
        ("问谁、问到哪天", ["grids", "audience age_from", "starts_on ends_on", "limit keep_months"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offered = Area.objects.visible_to(self.user, CHANGE if self.instance.pk else ADD).active().order_by("code")
        places = offered.filter(kind__in=[AreaKind.COMMUNITY, AreaKind.GRID])
        self.fields["area"].queryset = places
        self.fields["area"].empty_label = None
        self.fields["topic"].choices = [("", "不限"), *choices("survey_topic", keep=self.instance.topic or "")]
        self.fields["grids"].queryset = offered.filter(kind=AreaKind.GRID)
        self.fields["keep_months"].min_value = 1
        self.fields["keep_months"].max_value = MOST_MONTHS
        if self.instance.pk and self.instance.status in LIVE:
            for name in set(self.fields) - {*LIVE_FIELDS, *self.CARRIED}:
                del self.fields[name]

    def clean_keep_months(self):
        months = self.cleaned_data["keep_months"]
        if not 1 <= months <= MOST_MONTHS:
            raise forms.ValidationError(f"请填 1 到 {MOST_MONTHS} 个月。")
        return months

    def clean_minutes(self):
        minutes = self.cleaned_data["minutes"]
        if not 1 <= minutes <= 60:
            raise forms.ValidationError("请填 1 到 60 分钟。")
        return minutes

    def clean_age_from(self):
        age = self.cleaned_data["age_from"]
        if not 14 <= age <= 100:
            raise forms.ValidationError("不满 14 岁的不能直接问，请填 14 以上。")
        return age

    def clean(self):
        data = super().clean()
        kept = {name: getattr(self.instance, name) for name in ("topic", "sensitive", "mode", "starts_on")}
        now = kept | data
        if now["topic"] in SENSITIVE_TOPICS:
            now["sensitive"] = True
            if "sensitive" in self.fields:
                data["sensitive"] = True
        if now["sensitive"] and now["mode"] == Mode.NAMED:
            self.add_error("mode", NOT_BY_NAME)
        if now["starts_on"] and data.get("ends_on") and data["ends_on"] < now["starts_on"]:
            self.add_error("ends_on", ENDS_BEFORE)
        return data


class SurveyFilterForm(FilterForm):
    q = forms.CharField(
        label="搜索", required=False, max_length=40,
        widget=forms.TextInput({"type": "search", "placeholder": "标题、编号"}),
    )  # fmt: skip
    status = FilterChoice(label="状态", required=False, choices=[("", "全部"), *Status.choices])
    topic = FilterChoice(label="方面", required=False)
    mode = FilterChoice(label="记名方式", required=False, choices=[("", "全部"), *Mode.choices])
    year = FilterChoice(label="年份", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this = timezone.localdate().year
        self.fields["topic"].offer([("", "全部"), *choices("survey_topic", form=False)])
        self.fields["year"].offer([("", "全部"), *((str(y), f"{y} 年") for y in range(this, this - 5, -1))])

    def filter_q(self, rows, value):
        words = value.strip()
        return rows.filter(title__contains=words) | rows.filter(number__contains=words.upper())

    def filter_status(self, rows, value):
        return rows.filter(status=value)

    def filter_topic(self, rows, value):
        return rows.filter(topic=value)

    def filter_mode(self, rows, value):
        return rows.filter(mode=value)

    def filter_year(self, rows, value):
        return rows.filter(starts_on__year=int(value))


class ReturnForm(StaffForm):
    note = forms.CharField(label="要改什么", max_length=200, widget=forms.Textarea({"rows": 3}))


class ConfirmForm(StaffForm):
    """A form that only agrees, to the version that was shown."""
