"""How she was told: one radio a channel, with what may be done by it now and why not."""

from django import forms
from django.forms.widgets import ChoiceWidget

from concerns.enums import BY_STAFF, Heard, Told
from concerns.services.answers import verdict_for, words_sent

MOMENT = {"widget": forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")}


def channels(concern, *, not_yet=True):
    """`[(code, label, ok, note)]` of every way to tell her: is it allowed now, why not, what would be sent."""
    found = []
    for told in BY_STAFF:
        if told == Told.NOT_YET and not not_yet:
            continue
        verdict = verdict_for(concern, told)
        announced = told == Told.NOT_YET and concern.resident is not None
        sent = words_sent(verdict, told)
        if not verdict.ok:
            note = f"现在不能用：{verdict.why}"
        elif sent:
            note = f"发出的话：{sent}"
        elif announced:
            note = "她会收到一条社区服务提醒，答复可以自己在居民端看。"
        else:
            note = verdict.why
        if told == concern.channel:
            note = f"这是她希望的方式。{note}"
        found.append((told.value, told.label, verdict.ok, note))
    return found


class ToldWidget(ChoiceWidget):
    """A radio for each channel; `rows` are those of `channels`."""

    input_type = "radio"
    template_name = "widgets/told.html"
    rows = ()

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        first = context["widget"]["attrs"].get("id", name)
        context["widget"]["rows"] = [
            {
                "id": f"{first}_{place}",
                "code": code,
                "label": label,
                "ok": ok,
                "note": note,
                "checked": code == str(value or ""),
            }
            for place, (code, label, ok, note) in enumerate(self.rows)
        ]
        return context

    def id_for_label(self, id_, index=None):
        return f"{id_}_0" if id_ else id_


def wished(concern):
    """The channel she wished for, when it may be used now; else ''."""
    return concern.channel if concern.channel and verdict_for(concern, concern.channel).ok else ""


class ToldFields:
    """Mixin: told, told_at, heard, proof for `concern`."""

    not_yet = True

    def add_told_fields(self, concern):
        rows = channels(concern, not_yet=self.not_yet)
        self.fields["told"].choices = [(code, label) for code, label, _, _ in rows]
        self.fields["told"].widget.rows = rows
        if not concern.on_behalf:
            self.fields["heard"].choices = [(h.value, h.label) for h in Heard if h != Heard.PROXY]


def told_field(**more):
    return forms.ChoiceField(
        label="怎么告诉她的", widget=ToldWidget, error_messages={"required": "请选怎么告诉她的。"}, **more
    )


def told_at_field():
    return forms.DateTimeField(label="告知时间", required=False, help_text="空着就是现在。", **MOMENT)


def heard_field():
    return forms.ChoiceField(
        label="谁听到的", choices=Heard.choices, initial=Heard.SELF, help_text="告诉家属不等于告诉了本人。"
    )


def proof_field():
    return forms.CharField(
        label="凭证", max_length=200, required=False, help_text="例如“通话 3 分钟”“本人签收”，不写无关的私事。"
    )
