"""Risk signs of a visit with their severity: one short select for each, all under one name."""

from django import forms
from django.core.exceptions import ValidationError

from grids.enums import HAZARD_CODES, Hazard, Severity


class HazardsWidget(forms.Widget):
    """A select for each hazard; posts the codes chosen ("debt:2") under the one name. Value: list of codes."""

    template_name = "widgets/hazards.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        chosen = set(value or ())
        context["widget"]["selects"] = [
            {
                "id": f"{context['widget']['attrs'].get('id', name)}_{hazard}",
                "label": hazard.label,
                "options": [
                    (f"{hazard}:{severity}", severity.label, f"{hazard}:{severity}" in chosen) for severity in Severity
                ],
            }
            for hazard in Hazard
        ]
        return context

    def value_from_datadict(self, data, files, name):
        posted = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        return [code for code in posted if code]

    def value_omitted_from_data(self, data, files, name):
        return name not in data

    def id_for_label(self, id_):
        return f"{id_}_{Hazard.values[0]}" if id_ else id_


class HazardsField(forms.MultipleChoiceField):
    """Codes of hazards with severity, each hazard at most once."""

    widget = HazardsWidget

    def __init__(self, **kwargs):
        super().__init__(choices=list(HAZARD_CODES.items()), required=False, **kwargs)

    def validate(self, value):
        super().validate(value)
        named = [code.partition(":")[0] for code in value]
        if len(named) != len(set(named)):
            raise ValidationError("同一种情况只选一个程度。")
