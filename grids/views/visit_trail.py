"""The way of a visit record as one timeline: logged, corrected, amended, reviewed, each change in a sentence."""

from django.utils import timezone

from accounts.models import User
from fedhub.core import audit
from fedhub.core.fields import Unreadable
from grids.enums import Review
from grids.models import Visit
from grids.services.review import COMPARED
from grids.services.visit import texts_of

LABELS = {
    "grids.visit.log": "登记走访",
    "grids.visit.withdraw": "作废",
    "grids.visit.upload": "加照片",
    "grids.visit.remove_photo": "去掉照片",
    "grids.visit.sign": "对方签名",
    "grids.visit.approve": "审核通过",
}
# A text longer than this is cut in a sentence; the record itself shows the present one whole.
MOST = 80
EXTRA = ("left_note", "refused_how", "told_by")


def named_rows(before, after):
    """[(label, before, after)] of the fields that differ in two dicts of texts."""
    names = {"people": "见到了谁"}
    return [
        (
            names.get(name) or str(Visit._meta.get_field(name).verbose_name), text or "（空）",
            after.get(name) or "（空）",
        )
        for name, text in before.items() if text != after.get(name)
    ]  # fmt: skip


def sentences(before, after):
    """ "送达物资由“大米一袋”改为“被子一床”" for each field that differs in two dicts of texts."""
    if isinstance(before, Unreadable) or isinstance(after, Unreadable):
        return [str(before or after)]
    rows = named_rows(before or {}, after or {})
    return [f"{label}由“{_cut(old)}”改为“{_cut(new)}”" for label, old, new in rows]


def _cut(text):
    return text if len(text) <= MOST else text[:MOST] + "…"


def _entry(moment, who, title, *texts, state=""):
    local = timezone.localtime(moment)
    text = "；".join(text for text in texts if text)
    return moment, {"when": [local.strftime("%Y-%m-%d %H:%M"), who], "title": title, "text": text, "state": state}


def visit_timeline(visit):
    """Entries for {% timeline %}, newest first. What speaks of the sealed compartment never comes here."""
    found = [_entry(row.at, row.actor_name, LABELS[row.action], row.reason) for row in audit.acts_on(visit, LABELS)]
    for one in visit.amendments.all():
        found.append(_entry(one.made_at, str(one.made_by), "更正", one.reason, *sentences(one.before, one.after)))
    for one in visit.reviews.filter(verdict=Review.RETURNED).select_related("made_by"):
        found.append(_entry(one.made_at, str(one.made_by), "退回修改", str(one.note), state="bad"))
    found += _corrections(visit)
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _corrections(visit):
    """What the visitor changed within the free days, from the history of the record."""
    rows = list(visit.history.order_by("history_id"))
    names = dict(User.objects.filter(pk__in={row.history_user_id for row in rows}).values_list("pk", "name"))
    for earlier, row in zip(rows, rows[1:], strict=False):
        if row.history_change_reason != "走访人修改":
            continue
        before, after = (texts_of(one.instance, [*COMPARED, *EXTRA], False) for one in (earlier, row))
        yield _entry(row.history_date, names.get(row.history_user_id, ""), "走访人修改", *sentences(before, after))
