"""Agreements: drafted with their terms, signed and numbered, looked after, confirmed by a court (人民调解法 art. 28 to 33).

The case is locked first by every act, so that of two people one wins; the same form sent twice is one act (`key`).
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core import audit, crypto
from fedhub.core.models.numbers import take_numbers
from fedhub.reference.calendar import due_by
from mediation.enums import AgreementForm, AgreementState, CaseEntryKind, CaseState, PromiseState
from mediation.flow import confirm_flow, promise_flow
from mediation.models import Agreement, Confirmation, Promise
from mediation.services.cases import locked, to_working_day, touch, walk, was_sent, write_entry
from mediation.services.followups import looked_after, make_followups
from safety.law import waiver_in

GONE = "别人刚才改过这份协议，请刷新后再看。"


def refuse_waiver(**texts):
    """Raises ValidationError at the field whose text gives up the police or a court (人民调解法 art. 3)."""
    for name, text in texts.items():
        if waiver := waiver_in(text):
            raise ValidationError({name: f"协议里不能有“{waiver}”：报警、起诉是当事人的权利。"})


def everyone(case, places):
    """True when `places` names each party of `case`."""
    return {str(place) for place in places} == {str(place) for place in range(len(case.parties))}


def _mark(key, model):
    return crypto.blind(str(key) if key else "", column=f"mediation.{model}.once")


def _draft(agreement, base_version=None):
    """`(case, draft)`, the case locked. Raises ValidationError when it is no draft any more, or somebody changed it."""
    case = locked(agreement.case)
    rows = Agreement.objects.filter(pk=agreement.pk, state=AgreementState.DRAFT)
    row = rows.filter(**({} if base_version is None else {"version": base_version})).first()
    if row is None or case.state != CaseState.MEDIATING:
        raise ValidationError(GONE)
    return case, row


def _changed(draft, **fields):
    Agreement.objects.filter(pk=draft.pk).update(version=draft.version + 1, updated_at=timezone.now(), **fields)


@transaction.atomic
def draft_agreement(case, *, form, facts, dispute, ways="", by, key=None):
    """A draft, while the case is being mediated; one a case. Raises ValidationError."""
    refuse_waiver(facts=facts, dispute=dispute, ways=ways)
    case, mark = locked(case), _mark(key, "Agreement")
    if key and Agreement.objects.filter(once=mark).exists():
        return
    if case.state != CaseState.MEDIATING:
        raise ValidationError("调解中的案件才能写协议。")
    row = Agreement(case=case, form=form, body={"facts": facts, "dispute": dispute, "ways": ways}, once=mark)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise ValidationError("这个案件已经有一份在起草的协议。") from None
    audit.record_sealed("mediation.case.draft", case, by=by)


@transaction.atomic
def change_draft(agreement, *, form, facts, dispute, ways="", base_version, by):
    """Other words in a draft. Raises ValidationError, also when somebody changed it meanwhile."""
    refuse_waiver(facts=facts, dispute=dispute, ways=ways)
    case, draft = _draft(agreement, base_version)
    _changed(draft, form=form, body={"facts": facts, "dispute": dispute, "ways": ways})
    audit.record_sealed("mediation.case.draft", case, by=by)


@transaction.atomic
def drop_draft(agreement, *, by):
    """A draft that comes to nothing goes with its terms: it never had a number. Raises ValidationError."""
    case, draft = _draft(agreement)
    draft.promises.all().delete()
    draft.delete()
    audit.record_sealed("mediation.case.drop_draft", case, by=by)


@transaction.atomic
def add_term(agreement, *, who, whom, what, amount=None, due_on, by, key=None):
    """One more term: `who` does `what` for `whom` (names) until `due_on`, `amount` in fen. Raises ValidationError."""
    refuse_waiver(what=what)
    mark = _mark(key, "Promise")
    case, draft = _draft(agreement)
    if key and Promise.objects.filter(once=mark).exists():
        return
    if due_on < case.accepted_on:
        raise ValidationError({"due_on": "不早于受理日期。"})
    last = draft.promises.order_by("-number").values_list("number", flat=True).first() or 0
    Promise(
        agreement=draft, number=last + 1, due_on=due_on, amount=amount, once=mark,
        body={"who": who, "whom": whom, "what": what},
    ).save(force_insert=True)  # fmt: skip
    _changed(draft)
    audit.record_sealed("mediation.case.draft", case, by=by)


@transaction.atomic
def drop_term(promise, *, by):
    """Take a term out of a draft; those behind it move up. Raises ValidationError."""
    case, draft = _draft(promise.agreement)
    if not draft.promises.filter(pk=promise.pk).delete()[0]:
        raise ValidationError(GONE)
    for number, row in enumerate(draft.promises.order_by("number"), start=1):
        Promise.objects.filter(pk=row.pk).exclude(number=number).update(number=number)
    _changed(draft)
    audit.record_sealed("mediation.case.draft", case, by=by)


def _code(case, day):
    """The next number of the community's committee in the year of `day` (handbook 13.4); gap-free: taken as it is used."""
    community = Area.objects.get(code=case.area.community_code)
    number = take_numbers(f"mediation:{community.code}:{day.year}")
    return f"（{day.year}）{community.name}人调字第{number:03d}号"


@transaction.atomic
def sign_agreement(
    agreement, *, on=None, signed=(), mediator_on=None, stamped_on=None, agreed=(), base_version, by, key=None
):
    """It takes effect, gets its number, and its follow-ups; the case is settled.

    A written one takes effect with the last of: each party's signature (`signed`: their days, in order of the parties), the
    mediator's, the seal (art. 29); an oral one on the day `on` it was reached, when every party says so (`agreed`; art. 30). An
    earlier agreement of the case is replaced. Raises FlowError, ValidationError.
    """
    case = locked(agreement.case)
    if was_sent(key):
        return
    case, draft = _draft(agreement, base_version)
    if not draft.promises.exists():
        raise ValidationError("还没有写谁做什么，先加条款。")
    days = _days(case, draft, on, signed, mediator_on, stamped_on, agreed)
    effective = max(days)
    if min(days) < case.accepted_on or effective > timezone.localdate():
        raise ValidationError("日期不早于受理日期，不晚于今天。")
    names = [one["name"] for one in case.parties]
    body = {
        **draft.body, "by": by.name, "stamped_on": stamped_on and stamped_on.isoformat(),
        "signed": [{"name": n, "on": d.isoformat()} for n, d in zip(names, signed or [effective] * len(names), strict=True)],
        "mediator": case.officer.name if case.officer else "", "mediator_on": (mediator_on or effective).isoformat(),
    }  # fmt: skip
    code = _code(case, effective)
    case.agreements.standing().update(state=AgreementState.REPLACED)
    _changed(
        draft, state=AgreementState.SIGNED, code=code, effective_on=effective, body=body,
        confirm_by=to_working_day(due_by(effective, "judicial_confirm_apply")),
    )  # fmt: skip
    make_followups(draft, effective)
    words = f"达成{AgreementForm(draft.form).label}，编号{code}，{effective.year}年{effective.month}月{effective.day}日生效。"
    walk(case, "settle", effective, words, by, key, ended_on=effective, waiting_since=None)


def _days(case, draft, on, signed, mediator_on, stamped_on, agreed):
    if draft.form == AgreementForm.ORAL:
        if on is None or not everyone(case, agreed):
            raise ValidationError({"agreed": "口头协议要每一位当事人都确认，写明达成的日期。"})
        return [on]
    if len(signed) != len(case.parties) or not all(signed):
        raise ValidationError("每一位当事人都要签名，写明日期。")
    if not mediator_on or not stamped_on:
        raise ValidationError("调解员要签名、调委会要盖章，写明日期。")
    return [*signed, mediator_on, stamped_on]


# --- promises --------------------------------------------------------------------------------------------------------------
STEPS = {PromiseState.KEPT: "keep", PromiseState.PARTLY: "part", PromiseState.BROKEN: "miss"}


@transaction.atomic
def answer_promise(promise, *, state, on, words, by, key=None):
    """What became of a promise. What was kept late is put right afterwards. Raises FlowError, ValidationError."""
    case = looked_after(promise.agreement, key)
    if case is None:
        return
    if not promise.agreement.effective_on <= on <= timezone.localdate():
        raise ValidationError({"on": "不早于协议生效，不晚于今天。"})
    promise = Promise.objects.get(pk=promise.pk)
    body = {**promise.said, "note": words, "by": by.name}
    promise_flow.walk(promise, STEPS[PromiseState(state)], done_on=on, body=body)
    text = f"第{promise.number}条{PromiseState(state).label}。{words}"
    write_entry(case, CaseEntryKind.FOLLOW, on, text, by=by, key=key)
    touch(case)
    audit.record_sealed("mediation.case.promise", case, by=by)


# --- judicial confirmation ---------------------------------------------------------------------------------------------------
@transaction.atomic
def ask_confirmation(agreement, *, on, court, agreed=(), identity=False, words="", by, key=None):
    """Both sides ask a court together, within 30 days from taking effect (art. 33); identity, adoption and marriage are never
    confirmed (法释〔2011〕5号 art. 4). Raises ValidationError."""
    case = looked_after(agreement, key)
    if case is None:
        return
    agreement = Agreement.objects.get(pk=agreement.pk)
    if identity:
        raise ValidationError({"identity": "确认身份关系、收养关系、婚姻关系的，法院不受理司法确认。"})
    if not everyone(case, agreed):
        raise ValidationError({"agreed": "要双方一起申请。"})
    if not agreement.effective_on <= on <= agreement.confirm_by:
        raise ValidationError({"on": f"协议生效之日起三十日内申请，最后一天是{agreement.confirm_by}。"})
    if on > timezone.localdate():
        raise ValidationError({"on": "不能晚于今天。"})
    row = Confirmation(
        agreement=agreement, applied_on=on, due_on=due_by(on, "judicial_confirm_accept"),
        body={"court": court, "words": words},
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise ValidationError("已经申请过司法确认。") from None
    write_entry(case, CaseEntryKind.FOLLOW, on, f"双方向{court}申请司法确认。{words}", by=by, key=key)
    touch(case)
    audit.record_sealed("mediation.case.confirmation", case, by=by)


@transaction.atomic
def court_answers(agreement, *, step, on, words, by, key=None):
    """What the court did: `step` is one of confirm_flow. Raises FlowError, ValidationError."""
    case = looked_after(agreement, key)
    if case is None:
        return
    row = Confirmation.objects.filter(agreement=agreement).first()
    if row is None:
        raise ValidationError("还没有申请司法确认。")
    if not row.applied_on <= on <= timezone.localdate():
        raise ValidationError({"on": "不早于申请日期，不晚于今天。"})
    days = (
        {"due_on": due_by(on, "judicial_confirm_decide")} if step == "accept" else {"due_on": None, "decided_on": on}
    )
    confirm_flow.walk(row, step, **days)
    text = f"司法确认：{confirm_flow.steps[step].label}。{words}"
    write_entry(case, CaseEntryKind.FOLLOW, on, text, by=by, key=key)
    touch(case)
    audit.record_sealed("mediation.case.confirmation", case, by=by)
