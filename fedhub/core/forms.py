"""Staff forms: layout as data, a once-key, the version of the edited record, and masked inputs."""

import json

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Field, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BLANK_CHOICE_DASH
from django.utils.html import escape

from fedhub.core import once
from fedhub.core.privacy import masked, privacy_of

KEEP = object()


class MaskedWidget(forms.TextInput):
    """An empty input that shows the mask as placeholder, with a tick to delete: the mask itself is never posted."""

    template_name = "widgets/masked.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, None, attrs)
        context["widget"]["clear_name"] = f"{name}-clear"
        return context

    def value_from_datadict(self, data, files, name):
        return (data.get(name, ""), bool(data.get(f"{name}-clear")))

    def value_omitted_from_data(self, data, files, name):
        return False


class MaskedField(forms.CharField):
    """Text whose stored value is shown masked: empty input keeps it (KEEP), the tick deletes it, text replaces it."""

    widget = MaskedWidget

    def clean(self, value):
        text, clear = value if isinstance(value, tuple) else (value or "", False)
        text = self.to_python(text)
        if clear and text:
            raise ValidationError("又填了新内容又勾了“清空”，请只选一样。")
        if clear:
            return ""
        if not text:
            return KEEP
        self.run_validators(text)
        if "*" in text:
            raise ValidationError("这里要填完整内容，不能填带星号的。不改就留空。")
        return text

    def has_changed(self, initial, data):
        text, clear = data if isinstance(data, tuple) else (data or "", False)
        return bool(clear or text.strip())


def plain(bound):
    """The value of a bound field as the browser posts it: text, a sorted list of texts, or True and False."""
    value = bound.value()
    if isinstance(bound.field, forms.BooleanField):
        return bool(value)
    if isinstance(value, (list, tuple, set)):
        return sorted(str(bound.field.prepare_value(item)) for item in value)
    if isinstance(bound.field.widget, (forms.DateInput, forms.TimeInput, forms.DateTimeInput)):
        value = bound.field.widget.format_value(value)
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


class TicksField(forms.ModelMultipleChoiceField):
    """Rows to tick; a number that no row can have is refused before the database is asked."""

    def clean(self, value):
        if any(len(str(pk)) > 18 for pk in value or ()):
            raise ValidationError(self.error_messages["invalid_choice"])
        return super().clean(value)


def _say_blank(field):
    """In words what the library writes as a row of dashes: nothing was chosen yet, or nothing need be."""
    dashes, words = BLANK_CHOICE_DASH[0], "请选" if field.required else "—"
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = words if field.empty_label == dashes[1] else field.empty_label
    elif isinstance(field, forms.ChoiceField) and next(iter(field.choices), None) == dashes:
        field.choices = [("", words), *list(field.choices)[1:]]


class StaffFormMixin:
    """Base behaviour of a saving staff form.

    `sections`: list of (title, rows); a row is a string of field names shown side by side. The form gets `user` and
    limits its choices to the user's scope. Hidden fields: `once_key`; when a record is edited its `version` (a form that
    is not about one row's fields is given it), and `opened_with`, the texts it opened with, where no history keeps them.
    """

    # What a form carries along beside what is typed; renewed whenever it is shown afresh.
    CARRIED = ("once_key", "version", "versions", "opened_with")

    sections = None
    # Fields whose choices stand in one line.
    inline = ()
    once = True
    keeps_base = False

    def __init__(self, *args, user=None, version=None, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        if self.once:
            self.fields["once_key"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=once.new_key, label=""
            )
        instance = getattr(self, "instance", None)
        if instance is not None and instance.pk and hasattr(instance, "version"):
            version = instance.version
        if version is not None:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=version, label="")
        if self.keeps_base or version is not None and not hasattr(instance, "history"):
            self.fields["opened_with"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=self.opened_with, label=""
            )
        self._mask_inputs(instance)
        for field in self.fields.values():
            _say_blank(field)

    def opened_with(self):
        """JSON `{field: value}` of what the form shows when it opens; masked inputs are left out."""
        shown = {
            name: plain(self[name])
            for name, field in self.fields.items()
            if not (field.widget.is_hidden or isinstance(field, (MaskedField, forms.FileField)))
        }
        return json.dumps(shown, ensure_ascii=False)

    def base_values(self):
        """`{field: value}` that the posted form opened with, {} when it says nothing usable."""
        try:
            found = json.loads(self.data.get("opened_with") or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def _mask_inputs(self, instance):
        if instance is None:
            return
        masks = privacy_of(type(instance)).masks
        for name, field in self.fields.items():
            if isinstance(field, MaskedField):
                field.required = field.required and not (instance.pk and getattr(instance, name, ""))
                if instance.pk and name in masks:
                    field.widget.attrs["placeholder"] = masked(instance, name)

    def clean(self):
        cleaned = super().clean()
        return {k: v for k, v in (cleaned or self.cleaned_data).items() if v is not KEEP}

    @property
    def helper(self):
        """Crispy layout made of `sections` (or all fields in order)."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.include_media = False
        helper.layout = self.build_layout()
        return helper

    def build_layout(self):
        """Override for a special layout."""
        hidden = [name for name, field in self.fields.items() if field.widget.is_hidden]
        if self.sections is None:
            return Layout(*[Field(name) for name in self.fields])
        parts = []
        for title, rows in self.sections:
            lines = []
            for row in rows:
                names = [name for name in row.split() if name in self.fields]
                shown = [InlineRadios(name) if name in self.inline else Field(name) for name in names]
                if len(names) == 1:
                    lines.append(shown[0])
                elif names:
                    lines.append(Row(*[Column(field) for field in shown]))
            if lines:
                parts.append(Fieldset(escape(title), *lines) if title else HTML(""))
                if not title:
                    parts.extend(lines)
        return Layout(*parts, *hidden)


class StaffForm(StaffFormMixin, forms.Form):
    """A staff form that is not about one record."""


class CountedForm(StaffForm):
    """An act on many rows whose number the page showed first. `total`: how many it would touch now; when they have become
    more than were `counted`, nothing is done and the page is shown again with the new number. `unit` counts them."""

    unit = "件"
    counted = forms.IntegerField(widget=forms.HiddenInput, label="", required=False)

    def __init__(self, *args, total, **kwargs):
        super().__init__(*args, **kwargs)
        self.total = self.fields["counted"].initial = total

    def clean(self):
        cleaned = super().clean()
        counted = cleaned.get("counted")
        if counted is not None and self.total > counted:
            self.data = self.data.copy()
            self.data["counted"] = self.total
            raise ValidationError(
                f"您打开这一页时是 {counted} {self.unit}，现在是 {self.total} {self.unit}，还没有动。"
                "请看清楚，没有问题就再点一次。"
            )
        return cleaned


class StaffModelForm(StaffFormMixin, forms.ModelForm):
    """A staff form about one record. Saving goes through a service, never through form.save()."""

    def proposed(self):
        """`{field name: new value}` of the model fields that the user changed."""
        names = {f.name for f in self._meta.model._meta.get_fields()} - {"version"}
        return {n: self.cleaned_data[n] for n in self.changed_data if n in names and n in self.cleaned_data}


class FilterSelect(forms.Select):
    """A select whose choices are taken as they are given: a plain attribute, where the library's copies and walks them
    at each setting (150 grids on every list of a district)."""

    choices = ()


class FilterChoice(forms.ChoiceField):
    """A select of a filter. Its choices are flat pairs made for the page: they are neither copied nor walked again,
    which costs a list with many code tables a tenth of its time."""

    widget = FilterSelect

    def __deepcopy__(self, memo):
        result = forms.Field.__deepcopy__(self, memo)
        result.offer(self._choices)
        return result

    def offer(self, pairs):
        """Set the choices, a list of `(code, label)`."""
        self._choices = self.widget.choices = pairs


class FilterForm(forms.Form):
    """Filters of a list, state in the address; one `filter_<field>(rows, value)` method a field."""

    def __init__(self, *args, user=None, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def apply(self, rows):
        """`rows` narrowed by every filled field that is valid; unknown values filter nothing.

        Words to search for come last: their hits are cut at a most, and only of what all the other fields leave.
        """
        self.is_valid()
        for name, value in sorted(self.cleaned_data.items(), key=lambda item: item[0] == "q"):
            if value not in (None, "", [], False):
                rows = getattr(self, f"filter_{name}")(rows, value)
        return rows

    @property
    def is_used(self):
        """True when any filter is set."""
        return any(v not in (None, "", [], False) for v in self.cleaned_data.values())
