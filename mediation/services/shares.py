"""Letting an expert from outside read chosen papers of one case: given, shut, opened. All of it stands in the sealed trail."""

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from concerns.services.intake import new_code, plain_code
from fedhub.core import acting, audit, crypto
from fedhub.core.text import chinese_date
from mediation.conflicts import conflicts_of, residents_in
from mediation.models import Case, CaseShare
from mediation.queries import shown_agreement

ADDRESS, CODE, ONCE = (f"mediation.CaseShare.{name}" for name in ("address", "code", "once"))
# An expert's look is lent, not kept: asking for more is a new decision.
MOST_DAYS = 60
FACTS, PARTIES, AGREEMENT = "facts", "parties", "agreement-"


def papers_in(case):
    """`[(key, label, text)]` of what can be lent of `case`: no way to reach a party, and nothing that only a mediator wrote for
    herself."""
    body = {} if case.is_broken() else case.body
    sides = "、".join(one["name"] for one in case.parties)
    found = [
        (PARTIES, "当事人姓名", sides),
        (FACTS, "简要情况、申请事项", f"{body.get('facts', '')}\n{body.get('request', '')}"),
    ]
    for entry in case.entries.order_by("number"):
        if isinstance(entry.body, dict):
            label = f"{entry.on:%Y-%m-%d} {entry.get_kind_display()}记录 第 {entry.number} 条"
            found.append((str(entry.pk), label, entry.body.get("words", "")))
    agreement = shown_agreement(case)
    if agreement:
        label = f"协议（{agreement.get_state_display()}，里面有当事人姓名）"
        found.append((f"{AGREEMENT}{agreement.pk}", label, words_of(agreement)))
    return found


def words_of(agreement):
    """An agreement as an expert reads it: facts, dispute, terms, how; nobody's signature."""
    said = agreement.said
    found = [f"主要事实：{said.get('facts', '')}", f"争议事项：{said.get('dispute', '')}"]
    for one in agreement.promises.order_by("number"):
        who, whom, what = (one.said.get(name, "") for name in ("who", "whom", "what"))
        money = f"（{one.amount / 100:.2f} 元）" if one.amount else ""
        found.append(f"{one.number}. {who}为{whom}：{what}{money}，{chinese_date(one.due_on)}前。")
    return "\n".join([*found, *([f"履行的办法：{said['ways']}"] if said.get("ways") else [])])


@transaction.atomic
def lend(case, *, name, unit, why, papers, until, mediator=None, by, key=None):
    """Let the expert `name` read `papers` (keys of papers_in) of an open case until the day `until`. `mediator`: her row where
    she is on the list. Returns `(secret part of the address, code)`, shown once; None for a form sent before. Raises
    ValidationError: she has a conflict of interest, the day lies too far, nothing is chosen."""
    case = Case.objects.select_for_update(of=("self",)).select_related("area").get(pk=case.pk)
    mark = crypto.blind(str(key) if key else "", column=ONCE)
    if mark and CaseShare.objects.filter(once=mark).exists():
        return None
    if not case.is_open():
        raise ValidationError("案件不在办理中。")
    if mediator and conflicts_of(mediator, residents_in(case)):
        raise ValidationError({"mediator": "这个人和当事人有利害关系，要回避，不能看这个案件。"})
    if not timezone.localdate() <= until <= timezone.localdate() + timedelta(days=MOST_DAYS):
        raise ValidationError({"until": f"从今天起，最多 {MOST_DAYS} 天。"})
    if not set(papers) or set(papers) - {one[0] for one in papers_in(case)}:
        raise ValidationError({"papers": "请选要给她看的材料。"})
    secret, code = secrets.token_urlsafe(24), new_code()
    share = CaseShare.objects.create(
        case=case, address=crypto.blind(secret, column=ADDRESS), code=crypto.blind(code, column=CODE), until=until,
        body={"name": name, "unit": unit, "why": why, "papers": sorted(papers)}, given_by=by, once=mark,
    )  # fmt: skip
    audit.record_sealed("mediation.case.lend", case, by=by, share=share.pk, name=name, until=until.isoformat())
    return secret, f"{code[:4]}-{code[4:]}"


@transaction.atomic
def shut(share, *, by):
    """The address opens nothing any more. Raises ValidationError for one that was shut."""
    if not CaseShare.objects.filter(pk=share.pk, shut_at=None).update(shut_at=timezone.now()):
        raise ValidationError("已经收回了。")
    audit.record_sealed("mediation.case.shut", share.case, by=by, share=share.pk)


def share_at(secret):
    """The CaseShare behind an address, or None: made up, over, shut, tried too often. A try at one that is over is noted."""
    rows = CaseShare.objects.filter(address=crypto.blind(secret, column=ADDRESS)).select_related("case__area")
    share = rows.open().first()
    if share is None and (gone := rows.first()):
        _note_try(gone)
    return share


@transaction.atomic
def _note_try(share):
    """Once an hour, so that nobody fills the trail from outside."""
    now = timezone.now()
    fresh = Q(tried_at=None) | Q(tried_at__lt=now - timedelta(hours=1))
    if CaseShare.objects.filter(fresh, pk=share.pk).update(tried_at=now):
        with acting.acting_named(_who(share)):
            audit.record_sealed("mediation.case.tried", share.case, by=None, share=share.pk)


@transaction.atomic
def unlock(share, text):
    """`(CaseShare as it is now, [(label, text)])` for the right code, None for a wrong one, which counts."""
    rows = CaseShare.objects.select_for_update(of=("self",)).select_related("case__area").open()
    share = rows.filter(pk=share.pk).first()
    if share is None:
        return None
    fits = constant_time_compare(crypto.blind(plain_code(text), column=CODE) or "", share.code)
    with acting.acting_named(_who(share)):
        if not fits:
            CaseShare.objects.filter(pk=share.pk).update(tries=F("tries") + 1)
            audit.record_sealed("mediation.case.wrong_code", share.case, by=None, share=share.pk)
            return None
        now = timezone.now()
        CaseShare.objects.filter(pk=share.pk).update(opened=F("opened") + 1, opened_at=now)
        audit.record_sealed("mediation.case.opened", share.case, by=None, share=share.pk)
    chosen = set(share.facts.get("papers", ()))
    return share, [(label, words) for key, label, words in papers_in(share.case) if key in chosen]


def _who(share):
    return f"外请专家 {share.facts.get('name', '')}"[:50]
