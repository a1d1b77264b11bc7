"""The form of the first start."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from fedhub.core.forms import StaffForm
from fedhub.core.validators import validate_division_code


class FirstRunForm(StaffForm):
    once = False

    code = forms.CharField(label="社区区划代码", max_length=12, help_text="12 位统计用区划代码，可以问街道统计员。")
    district = forms.CharField(label="区（县、市）", max_length=50)
    street = forms.CharField(label="街道（乡镇）", max_length=50)
    community = forms.CharField(label="社区（村）", max_length=50)
    office_name = forms.CharField(label="妇联名称", max_length=50, help_text="写在页面左上角和台账抬头。")
    grids = forms.IntegerField(label="网格数", min_value=1, max_value=99, initial=6)
    chair_name = forms.CharField(label="主席姓名", max_length=50)
    chair_account = forms.CharField(label="主席账号", max_length=30, help_text="登录用，例如姓名拼音。")
    admin_name = forms.CharField(label="系统管理员姓名", max_length=50)
    admin_account = forms.CharField(label="系统管理员账号", max_length=30)
    safety_name = forms.CharField(
        label="权益专人姓名", max_length=50, required=False,
        help_text="家庭暴力、儿童受伤害的报告只有她看得到。还没定就先空着，但要尽快定。",
    )  # fmt: skip
    safety_account = forms.CharField(label="权益专人账号", max_length=30, required=False)

    sections = [
        ("社区", ["district street", "community code", "office_name grids"]),
        ("第一批账号", ["chair_name chair_account", "admin_name admin_account", "safety_name safety_account"]),
    ]

    def clean_code(self):
        code = self.cleaned_data["code"].strip()
        validate_division_code(code)
        if len(code) != 12:
            raise ValidationError("社区代码应是 12 位数字。")
        return code

    def clean(self):
        cleaned = super().clean()
        fields = ("chair_account", "admin_account", "safety_account")
        names = [cleaned.get(field) for field in fields]
        for field, name in zip(fields, names, strict=True):
            if name and names.index(name) < fields.index(field):
                self.add_error(field, "账号不能和上面的一样。")
            elif name and not (name.isascii() and name.replace("_", "").isalnum()):
                self.add_error(field, "账号用字母和数字，例如姓名拼音。")
            elif name and User.objects.filter(username=name).exists():
                self.add_error(field, "这个账号已经有了。")
        for field, other in (("safety_name", "safety_account"), ("safety_account", "safety_name")):
            if cleaned.get(other) and not cleaned.get(field) and field not in self.errors:
                self.add_error(field, "姓名和账号要一起填，或者都空着。")
        return cleaned
