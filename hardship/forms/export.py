"""What of the hardship files leaves the house."""

from django import forms

from fedhub.areas.models import Area
from fedhub.ledgers.forms import ExportForm, export_form_of
from hardship.enums import FileState, Level

ONLY_OF_LIST = ("q", "officer", "category", "review")


@export_form_of("hardship")
class HardshipExportForm(ExportForm):
    scope_rows = ["area", "level state"]

    as_of = known_on = None
    level = forms.ChoiceField(
        label="等级", required=False, choices=[("", "全部"), *((str(v), n) for v, n in Level.choices)]
    )
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "没有退出的"), *FileState.choices, ("all", "包括已退出的")]
    )

    @classmethod
    def initial_of(cls, query, user):
        found = super().initial_of(query, user)
        code = query.get("area")
        if code:
            area = Area.objects.visible_to(user, "hardship.export_hardshipfile").filter(code=code).first()
            found["area"] = area and area.pk
        return found

    def left_out(self, query):
        return (
            ["列表里搜的词、责任人、类别和复核没有带过来；导出只按下面的条件。"]
            if any(query.get(name) for name in ONLY_OF_LIST)
            else []
        )
