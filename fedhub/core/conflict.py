"""The page of a clash: what stood when editing began, what stands now and what was typed, one row a field.

Where a record keeps a history, the text that stood comes from there; otherwise the form carried it along
(`opened_with`). Where neither knows it, every difference is asked.
"""

from fedhub.core.forms import MaskedField, plain
from fedhub.core.lookups import is_key
from fedhub.core.privacy import privacy_of
from fedhub.core.versions import UNKNOWN, FieldConflict, conflicts


def conflict_rows(form, blank, current, base_version):
    """Rows of the page: dicts name, label, base, theirs, mine (texts), same (merges by itself), take (whose text then).

    `form` is the refused submission, `blank` the same form as it would open now, `current` the row that stands.
    """
    rows = []
    kept = hasattr(current, "history") and hasattr(form, "proposed")
    if kept:
        concrete = {f.name for f in current._meta.concrete_fields}
        proposed = {name: value for name, value in form.proposed().items() if name in concrete}
        masks = privacy_of(type(current)).masks
        for found in conflicts(current, base_version, proposed):
            field = form.fields[found.name]
            found.label, codes = str(field.label), _coded_labels(field)
            rows.append(_row(found, lambda value, f=found, c=codes: shown(current, f.name, value, masks, c)))
    before = form.base_values()
    names = before.keys() or ({f.name for f in current._meta.many_to_many} if kept else form.fields.keys())
    for name, field in form.fields.items():
        if name not in names or name not in blank.fields or field.widget.is_hidden or isinstance(field, MaskedField):
            continue
        found = FieldConflict(name, str(field.label), before.get(name, UNKNOWN), plain(blank[name]), plain(form[name]))
        if found.theirs != found.mine:
            rows.append(_row(found, lambda value, f=field: _words(f, value)))
    return rows


def _row(found, words):
    return {
        "name": found.name,
        "label": found.label,
        "base": "（没有记录）" if found.base is UNKNOWN else words(found.base),
        "theirs": words(found.theirs),
        "mine": words(found.mine),
        "same": not found.clashes,
        "take": "theirs" if found.base == found.mine else "mine",
    }


def _coded_labels(field):
    """`{code: label}` of a select of codes on a form; {} for other inputs and for selects of records."""
    return {} if hasattr(field, "queryset") else dict(getattr(field, "choices", ()))


def shown(instance, name, value, masks, codes=None):
    """Text of a stored value: labels for coded fields, a mask for masked ones."""
    if value in (None, ""):
        return "（空）"
    if name in masks:
        return masks[name](str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if codes and isinstance(value, str):
        return codes.get(value, value)
    if codes and isinstance(value, list):
        return "、".join(codes.get(item, str(item)) for item in value)
    field = instance._meta.get_field(name)
    if field.choices:
        return dict(field.flatchoices).get(value, value)
    return str(value)


def _words(field, value):
    """Text of a posted value: labels for choices, names for records."""
    if value in ("", [], None):
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    values = value if isinstance(value, list) else [value]
    if hasattr(field, "queryset"):
        return "、".join(str(row) for row in field.queryset.filter(pk__in=[v for v in values if is_key(v)]))
    labels = {str(code): str(label) for code, label in getattr(field, "choices", ())}
    return "、".join(labels.get(item, item) for item in values)
