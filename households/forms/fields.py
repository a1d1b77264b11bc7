"""Inputs shared by the forms: coded choices, places, dates, and the picker of a person or a household."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core.forms import FilterForm
from fedhub.core.text import row_key
from fedhub.core.widgets import PickerWidget
from fedhub.reference.lookup import choices
from households.models import Household, Resident
from households.queries import find_households, find_residents

# Coded columns and the code table each one holds (handbook 10).
CODED = {
    "sex": "sex", "id_type": "id_type", "ethnic": "ethnic", "education": "education", "political": "political",
    "marital": "marital", "employment": "employment_status", "hukou_type": "hukou_type", "health": "health",
    "relation": "relation", "category": "hardship_category", "guardian_relation": "relation",
}  # fmt: skip
TYPED = "?"


def coded(table, label, *, required=False, blank="未登记", keep="", **more):
    """A select of the codes of `table`, read anew for every form."""
    return forms.ChoiceField(
        label=label, choices=lambda: [("", blank), *choices(table, keep=keep)], required=required, **more
    )


def use_codes(form, *names):
    """Turn the plain text inputs of coded columns into selects; a code out of use stays choosable where it is set."""
    for name in names:
        if name in form.fields:
            keep = getattr(getattr(form, "instance", None), name, "")
            old = form.fields[name]
            form.fields[name] = coded(
                CODED[name], old.label, keep=keep, required=old.required, help_text=old.help_text, initial=old.initial
            )


def day_field(label, *, required=True, initial=timezone.localdate, **more):
    """A date with the browser's own calendar; today unless told otherwise."""
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, initial=initial, widget=widget, **more)


def yuan_field(label, *, required=False, **more):
    """An amount of money, two places, not below zero."""
    return forms.DecimalField(label=label, required=required, min_value=0, max_digits=9, decimal_places=2, **more)


def no_later_than_today(day):
    """`day` itself. Raises ValidationError for a day to come."""
    if day and day > timezone.localdate():
        raise ValidationError("日期不能晚于今天。")
    return day


class FoldedFilterForm(FilterForm):
    """Filters of which only those in `first` are in sight; the others stand behind 更多条件."""

    first = ()

    @property
    def uses_more(self):
        """True when a filter out of sight is set."""
        return any(self.cleaned_data.get(name) for name in self.fields if name not in self.first)


def homes_in_scope(user, permission):
    """Grids and 联户单元 in which `user` may place households."""
    return Area.objects.visible_to(user, permission).homes().order_by("code")


class _TypedPicker(PickerWidget):
    """A picker that hands on what was typed when nothing was chosen (no script)."""

    def value_from_datadict(self, data, files, name):
        typed = (data.get(f"{name}-text") or "").strip()
        return data.get(name) or (f"{TYPED}{typed}" if typed else None)


class PickField(forms.ModelChoiceField):
    """One record of the user's scope, chosen by searching; without script the words typed must fit exactly one."""

    model, url_name, find, noun = None, "", None, "条"

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("queryset", self.model.objects.none())
        super().__init__(*args, widget=_TypedPicker(self.url_name, self._label_of), **kwargs)
        self.user = None

    def __deepcopy__(self, memo):
        copied = super().__deepcopy__(memo)
        copied.widget.label_of = copied._label_of  # the copy's own rows, not those of the form class
        return copied

    def open_to(self, user, rows):
        """Let `user` choose among `rows` (already within her scope)."""
        self.user, self.queryset = user, rows

    def _label_of(self, value):
        if str(value).startswith(TYPED):
            return str(value)[1:]
        row = self.queryset.filter(pk=value).first() if row_key(value) else None
        return str(row) if row else ""

    def to_python(self, value):
        if isinstance(value, str) and value.startswith(TYPED):
            keys = [row.pk for row in type(self).find(self.user, value[1:])]
            found = list(self.queryset.filter(pk__in=keys)[:2])
            if len(found) != 1:
                raise ValidationError(
                    f"找到{'不止一' if found else ' 0 '}{self.noun}，请写得更准，或者从下拉列表里选。"
                )
            value = found[0].pk
        return super().to_python(value)


class ResidentPick(PickField):
    model, url_name, noun = Resident, "households:pick_resident", "个人"
    find = staticmethod(find_residents)


class HouseholdPick(PickField):
    model, url_name, noun = Household, "households:pick_household", "户"
    find = staticmethod(find_households)
