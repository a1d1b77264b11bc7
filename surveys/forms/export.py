"""What of the surveys leaves the house."""

from django import forms

from fedhub.ledgers.enums import ExportMode
from fedhub.ledgers.forms import ExportForm, export_form_of
from surveys.models import Survey
from surveys.states import OUT


@export_form_of("surveys")
class SurveyExportForm(ExportForm):
    """One survey with its answers, or without a choice the list of all."""

    scope_rows = ["survey area", "many"]
    as_of = None
    known_on = None

    survey = forms.ModelChoiceField(
        label="哪份问卷", queryset=Survey.objects.none(), required=False, empty_label="不选：导出问卷一览"
    )
    many = forms.BooleanField(
        label="多选题一个选项一列", required=False, help_text="不勾就是一题一列，选项用顿号隔开。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Survey.objects.visible_to(self.user, self.resource.export_permission).filter(status__in=OUT)
        self.fields["survey"].queryset = rows.order_by("-updated_at")
        self.fields["mode"].choices = [
            (ExportMode.MASKED, "公开版：只有各题的数，少于 5 份的不显示"),
            (ExportMode.FULL, "内部版：逐份答案，文字另放一页、打乱顺序"),
        ][: len(self.fields["mode"].choices)]
