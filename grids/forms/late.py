"""The form of a visit around a draft that a phone sent: read on arrival, filled in again, and shown to read."""

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from fedhub.core import once
from grids.forms.visit import VisitForm
from grids.services.visit import Risk, tell_risk
from safety.enums import Sign

# What the server itself puts into a form, and pictures.
CARRIED = {"once_key", "opened", "photos", "signature"}


def form_of(data, uploaded, *, user, household):
    """The bound VisitForm of a draft as it arrived (`data`: a QueryDict that may be changed).

    What was ticked as a risk always passes: a draft held back for that alone would tell of it in the tray.
    """
    risk = told_risk(data)
    for name in VisitForm.SEALED:
        data.pop(name, None)
    if risk is not None:
        data["risk"], data["risk_text"] = "yes", risk.text
        data.setlist("signs", risk.signs)
    return VisitForm(data, uploaded, user=user, household=household)


def kept_fields(form):
    """[[name, value]] of what was typed into the form's own inputs: nothing sealed, nothing the form does not know."""
    names = [name for name in form.fields if name not in CARRIED and name not in form.SEALED]
    return [[name, value] for name in names for value in form.data.getlist(name)]


def told_risk(data):
    """Risk of a draft that need not be valid, or None. A tick without a word is a word."""
    if data.get("risk") != "yes":
        return None
    signs = sorted({code for code in data.getlist("signs") if code in Sign.values})
    text = data.get("risk_text", "").replace("\0", "").strip()[:2000]
    return Risk(signs=signs or ([] if text else [Sign.OTHER]), text=text)


def tell_again(data, key, *, household, by):
    """Report the risk in `data`, a form whose once-key `key` was used before: what was saved first stands, but what must be
    reported at once is not lost with the rest. The same words of the same form are still reported one time."""
    if (risk := told_risk(data)) is not None:
        tell_risk(risk, household=household, once=str(key), by=by)


def form_again(envelope, key):
    """The VisitForm filled in with what is kept of `envelope`, in the name of who wrote it; `key` is its once-key."""
    data = QueryDict(mutable=True)
    for name, value in envelope.fields or []:
        data.appendlist(name, value)
    data["once_key"] = str(key)
    return VisitForm(data, MultiValueDict(), user=envelope.user, household=envelope.household, asks_risk=False)


def said_in(envelope):
    """[(label, text)] of what was typed, as the form's labels and choices say it."""
    form = form_again(envelope, once.new_key())
    rows = []
    for name, field in form.fields.items():
        values = [value for value in form.data.getlist(name) if value]
        if name in CARRIED or not values:
            continue
        labels = {str(getattr(value, "value", value)): label for value, label in getattr(field, "choices", ())}
        rows.append((str(field.label), "、".join(str(labels.get(value, value)) for value in values)))
    return rows
