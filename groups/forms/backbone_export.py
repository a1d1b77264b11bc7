"""What of the backbone women leaves the house."""

from django import forms

from fedhub.ledgers.forms import ExportForm, export_form_of
from groups.backbone_enums import BackboneLevel, BackboneSource, Skill

ALL = [("", "全部")]
ONLY_OF_LIST = ("q", "state")


@export_form_of("backbone")
class BackboneExportForm(ExportForm):
    """The register of today: it has no earlier day."""

    scope_rows = ["area", "skill level", "source"]

    as_of = known_on = None
    skill = forms.ChoiceField(label="专长", required=False, choices=ALL + Skill.choices)
    level = forms.ChoiceField(label="级别", required=False, choices=ALL + BackboneLevel.choices)
    source = forms.ChoiceField(label="来源", required=False, choices=ALL + BackboneSource.choices)

    def left_out(self, query):
        return (
            ["列表里搜的词和状态没有带过来；导出的都是现任骨干。"] if any(query.get(n) for n in ONLY_OF_LIST) else []
        )
