"""What happened to a record, in sentences, and who has read it; built from history and audit (decision 4)."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from fedhub.areas.models import Area
from fedhub.core import audit
from fedhub.core.fields import EncryptedField, PartialDateField, Unreadable
from fedhub.core.privacy import privacy_of
from fedhub.core.reveal import ACTION as REVEAL
from fedhub.core.text import chinese_date, mask_phone, partial_date_label
from fedhub.reference.lookup import labels
from households.enums import MembershipKind
from households.minors import USE
from households.models import Household, Phone, Resident
from households.services.residents import REGISTERED

SHOWN = 100
# Columns that follow from others or belong to the machinery.
SILENT = {
    "id", "version", "updated_at", "created_at", "created_by", "name_sort", "head_sort", "address_key", "id_blind",
    "people", "last_visit_on", "next_due_on", "raw", "has_contact", "contacted_on",
}  # fmt: skip
TABLES = {
    "sex": "sex", "id_type": "id_type", "ethnic": "ethnic", "education": "education", "political": "political",
    "marital": "marital", "employment": "employment_status", "hukou_type": "hukou_type", "health": "health",
    "guardian_relation": "relation",
}  # fmt: skip
# Acts that leave no history row of the record itself; what sealed work does has no sentence here and never gets one.
ACTS = {
    "households.status.open": "登记了类别",
    "households.status.end": "结束了类别",
    "households.status.correct": "更正了类别",
    "households.consent.give": "登记了同意",
    "households.consent.withdraw": "登记了撤回同意",
    "households.safecontact.set": "改了安全联系",
    "households.link.add": "登记了联系人",
    "households.link.end": "结束了联系人",
    "households.link.note": "登记了一次联系",
    "households.household.set_relations": "改了成员关系",
    "households.household.birth": "登记了出生",
    "households.household.split": "登记了分户",
    "households.household.move_home": "登记了整户搬迁",
    "households.resident.move_in": "登记了迁入",
    "households.resident.register_at": "登记了户籍所在的家庭",
    "households.resident.marriage": "登记了结婚",
    "households.resident.merge": "合并了一条重复的记录",
    "households.resident.undo_merge": "撤销了合并",
    "ledgers.importbatch.row": "台账导入",
}
PHONE_VERBS = {"+": "新增", "-": "去掉"}
READS = {
    "read": "看过这一页",
    "hint": "登记别人时，系统提示过可能重复（没有给出姓名）",
    "print": "打印过",
}


@dataclass
class Line:
    """One entry of a trail: when, who, what in a few words, the details in sentences."""

    at: datetime
    who: str
    title: str
    texts: list = field(default_factory=list)

    def as_entry(self):
        """Dict for the timeline component."""
        local = timezone.localtime(self.at)
        return {"when": [f"{local:%Y-%m-%d %H:%M}", self.who], "title": self.title, "text": "；".join(self.texts)}


def changes_of(instance, limit=SHOWN):
    """What changed on `instance`, newest first: list of Line. Values of masked and encrypted columns are not told."""
    lines = [*_history_lines(instance, limit), *_phone_lines(instance, limit), *_act_lines(instance, limit)]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:limit]


def _phone_lines(instance, limit):
    """Changes of the phones of a person, or of those who live in a household now: one Line for what was saved at once.

    Numbers are told by their masks; the phones she was registered with are no change.
    """
    if isinstance(instance, Resident):
        names = {instance.pk: ""}
    elif isinstance(instance, Household):
        living = instance.memberships.filter(kind=MembershipKind.LIVES, valid_to=None)
        names = {pk: f"{name}：" for pk, name in living.values_list("resident_id", "resident__name")}
    else:
        return []
    rows = list(
        Phone.history.filter(resident_id__in=names)
        .exclude(history_type="+", history_change_reason=REGISTERED)
        .order_by("-history_id")[:limit]
    )
    before = _earlier(rows)
    who = _names({row.history_user_id for row in rows})
    lines = {}
    for row in rows:
        texts = _phone_texts(before.get(row.history_id), row)
        if not texts:
            continue
        key = (row.history_date, row.history_user_id, row.resident_id)
        if key not in lines:
            lines[key] = Line(row.history_date, who.get(row.history_user_id, "系统"), "改了联系电话")
            if row.history_change_reason:
                lines[key].texts.append(row.history_change_reason)
        lines[key].texts[:0] = [names[row.resident_id] + text for text in texts]
    return list(lines.values())


def _earlier(rows):
    """`{history id: the row before it}` of the same phone."""
    found, last = {}, {}
    for row in Phone.history.filter(id__in={row.id for row in rows}).order_by("history_id"):
        found[row.history_id] = last.get(row.id)
        last[row.id] = row
    return found


def _phone_texts(before, row):
    number = "（无法解密）" if isinstance(row.number, Unreadable) else mask_phone(row.number)
    if row.history_type in PHONE_VERBS:
        return [f"{PHONE_VERBS[row.history_type]} {number}"]
    if before is None or before.resident_id != row.resident_id:
        return []
    return [f"{number} {text}" for text in _differences(Phone, before, row, {})]


def _history_lines(instance, limit):
    rows = list(instance.history.order_by("-history_id")[: limit + 1])
    names = _names({row.history_user_id for row in rows})
    places = _places(instance, rows)
    lines = []
    for row, earlier in zip(rows, [*rows[1:], None], strict=True):
        who = names.get(row.history_user_id, "系统")
        if row.history_type == "+":
            lines.append(Line(row.history_date, who, "登记"))
        elif earlier is not None:
            texts = _differences(type(instance), earlier, row, places)
            if texts or row.history_change_reason:
                lines.append(Line(row.history_date, who, row.history_change_reason or "修改资料", texts))
    return lines


def _names(ids):
    return dict(User.objects.filter(pk__in=[i for i in ids if i]).values_list("pk", "name"))


def _places(instance, rows):
    if not hasattr(instance, "area_id"):
        return {}
    return dict(Area.objects.filter(pk__in={row.area_id for row in rows}).values_list("pk", "name"))


def _differences(model, before, after, places):
    """Sentences like 房号由“301”改为“302”."""
    masks = privacy_of(model).masks
    texts = []
    for column in model._meta.concrete_fields:
        if column.name in SILENT or column.primary_key:
            continue
        old, new = getattr(before, column.attname), getattr(after, column.attname)
        if old == new:
            continue
        label = str(column.verbose_name)
        if column.name in masks or isinstance(column, EncryptedField):
            texts.append(f"{'填了' if not old else '清空了' if not new else '改了'}{label}")
        elif column.is_relation and column.name != "area":
            texts.append(f"改了{label}")
        else:
            texts.append(f"{label}由“{said(column, old, places)}”改为“{said(column, new, places)}”")
    return texts


def said(column, value, places=()):
    """A value of `column` in words; `places` are the names of areas by id."""
    if value in (None, "", []):
        return "空"
    if column.name == "area":
        return dict(places).get(value, "别处")
    if isinstance(value, bool):
        return "是" if value else "否"
    if column.name in TABLES:
        return labels(TABLES[column.name]).get(value, value)
    if isinstance(column, PartialDateField):
        return partial_date_label(value)
    if column.choices:
        return dict(column.flatchoices).get(value, value)
    if hasattr(value, "year"):
        return chinese_date(value)
    if isinstance(value, list):
        return f"{len(value)} 项"
    return str(value)


def _act_lines(instance, limit):
    rows = audit.acts_on(instance, ACTS)
    return [
        Line(row.at, row.actor_name or "系统", ACTS[row.action], [f"原因：{row.reason}"] if row.reason else [])
        for row in rows.order_by("-id")[:limit]
    ]


def readers_of(instance, limit=SHOWN):
    """Who read `instance`, newest first: list of Line. Reading of sealed work on it is never among them."""
    label = instance._meta.label_lower
    reads = {f"{label}.{verb}": words for verb, words in READS.items()}
    rows = audit.acts_on(instance, [*reads, REVEAL, USE])
    lines = []
    for row in rows.order_by("-id")[:limit]:
        if row.action == USE:
            lines.append(Line(row.at, row.actor_name, "看过未成年人的资料", [f"凭据：{row.reason}"]))
            continue
        if row.action != REVEAL:
            lines.append(Line(row.at, row.actor_name, reads[row.action]))
            continue
        column = str(instance._meta.get_field(row.detail["field"]).verbose_name)
        verb = "查看了完整的" if row.result == "ok" else "想查看（次数已用完）"
        lines.append(Line(row.at, row.actor_name, f"{verb}{column}", [f"原因：{row.reason}"]))
    return lines
