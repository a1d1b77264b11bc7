"""What is put into the file of a case beside its steps: materials, inquiries, what parties say of themselves, how it is kept."""

import json

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit, crypto
from fedhub.core.text import chinese_date
from fedhub.reference.lookup import label
from mediation.enums import RUNNING, CaseEntryKind, Keep
from mediation.keeping import keep_of
from mediation.models import Filing, Material, MaterialPage
from mediation.services.cases import labelled, locked, refer_case, touch, was_sent, write_entry

OVER = "案件已经结束，不能再改案卷。要补的，先重新办理。"
GONE = "别人刚才改过这位当事人的资料，请刷新后再看。写的内容都在。"
# What is written anew of a party.
WRITTEN = ("facts", "agent", "mandate", "contact")


def _mark(key):
    return crypto.blind(str(key) if key else "", column="mediation.Material.once")


def party_mark(party):
    """A fingerprint of what describe_party overwrites of `party`."""
    text = json.dumps([party.get(name) or "" for name in WRITTEN], sort_keys=True, ensure_ascii=False)
    return crypto.blind(text, column="mediation.Case.party")


def _open(case):
    """The open case, locked. Raises ValidationError."""
    case = locked(case)
    if not case.is_open() or case.is_broken():
        raise ValidationError(OVER)
    return case


@transaction.atomic
def add_material(case, *, kind, name, source, on, pages, pictures=(), by, key=None):
    """Something handed in; `pictures` (CleanImage) show its sheets. Raises ValidationError."""
    case = _open(case)
    if key and Material.objects.filter(once=_mark(key)).exists():
        return
    if on > timezone.localdate():
        raise ValidationError({"on": "不能晚于今天。"})
    if pages < len(pictures):
        raise ValidationError({"pages": f"上传了 {len(pictures)} 张照片，页数不能比它少。"})
    row = Material(
        case=case, number=case.materials.count() + 1, kind=kind, on=on, pages=pages,
        body={"name": name, "source": source, "by": by.name}, once=_mark(key),
    )  # fmt: skip
    row.save(force_insert=True)
    for number, picture in enumerate(pictures, start=1):
        sheet = MaterialPage(material=row, number=number)
        sheet.put(picture.bytes)
        sheet.save(force_insert=True)
    touch(case)
    audit.record_sealed("mediation.case.material", case, by=by)


@transaction.atomic
def strike_material(material, *, why, by):
    """Put in by mistake: it stays readable with the reason, and stands in no paper. Raises ValidationError."""
    case = _open(material.case)
    body = {**material.said, "struck_why": why, "struck_by": by.name}
    if not Material.objects.filter(pk=material.pk, struck=False).update(struck=True, body=body):
        raise ValidationError("这份材料已经作废了。")
    touch(case)
    audit.record_sealed("mediation.case.strike", case, by=by)


@transaction.atomic
def inquire(case, *, on, asked, words, place="", kin="", sex="", age=None, others="", violence=False, by, key=None):
    """What somebody who knows of the matter was asked, on paper read to her. With `violence` mediation stops. Raises
    ValidationError."""
    if violence:
        told = labelled(
            words, 日期=chinese_date(on), 地点=place, 被调查人=asked, 和当事人的关系=kin, 性别=label("sex", sex or ""),
            年龄="" if age is None else str(age), 参加人=others,
        )  # fmt: skip
        refer_case(case, violence=True, words=told, by=by, key=key)
        return
    case = locked(case)
    if was_sent(key):
        return
    if case.state not in RUNNING:
        raise ValidationError("受理以后、结束以前才能记调查。")
    facts = {"asked": asked, "place": place, "kin": kin, "sex": sex, "age": age, "others": others}
    write_entry(case, CaseEntryKind.INQUIRY, on, words, by=by, key=key, **facts)
    touch(case)
    audit.record_sealed("mediation.case.inquiry", case, by=by)


@transaction.atomic
def describe_party(case, place, *, facts, agent="", mandate=None, contact="", base_version=None, seen=None, by):
    """What papers say of a party (`facts`), who acts for her with which powers (`agent`, `mandate`), and how she is reached.
    `seen` is the party_mark of what the page was opened with, else `base_version` the version of the whole case. Raises
    ValidationError, also when somebody changed that meanwhile."""
    case = _open(case)
    if case.version != base_version if seen is None else party_mark(case.parties[place]) != seen:
        raise ValidationError(GONE)
    parties = [dict(one) for one in case.parties]
    parties[place] |= {"facts": facts, "agent": agent, "mandate": mandate or {}, "contact": contact}
    case.body, case.version = {**case.body, "parties": parties}, case.version + 1
    case.save(update_fields=["body", "version", "updated_at"])
    audit.record_sealed("mediation.case.person", case, by=by)


def file_away(case, *, on, keep="", remarks="", checker="", by):
    """How the file of a case that is closed now is kept; called by the closing, inside its transaction."""
    facts = {
        "keep": Keep(keep) if keep else keep_of(case), "filed_on": on, "filed_by": by,
        "body": {"remarks": remarks, "checker": checker},
    }  # fmt: skip
    Filing.objects.update_or_create(case=case, defaults=facts)
