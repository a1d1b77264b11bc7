"""Change requests: asked by one, decided by another, carried out by the services that everybody uses (acceptance F2.6)."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core import audit, crypto
from fedhub.core.text import normalise
from fedhub.reference.lookup import label
from hardship.enums import IN_CARE, Deed, RequestState
from hardship.flow import request_flow
from hardship.models import BankAccount, HardshipFile
from households.enums import ExitReason, Source
from households.guards import Guarded
from households.models import ChildFile, Household, Resident, Status
from households.services.child import change_child_file
from households.services.households import change_household, move_household
from households.services.status import correct_status, end_status, open_status

ADDRESS = ("compound", "building", "stair", "floor", "room", "address")
GUARDIAN = ("guardian", "guardian_relation", "carer")
# Facts of a category that a request may put right, and how each is read from the text that a proposal keeps.
FIXED = ("category", "valid_from", "authority", "proof", "expires_on", "amount")
READ = {"valid_from": date.fromisoformat, "expires_on": date.fromisoformat, "amount": Decimal}


def families_in_care(what, household_ids):
    """Guard of households.guards: every family with a file in care is guarded in everything but the bank account, which has
    no other way in than a request."""
    if what == Guarded.BANK:
        return set(household_ids)
    rows = HardshipFile.objects.filter(household_id__in=household_ids, state__in=IN_CARE, closed_on=None)
    return set(rows.values_list("household_id", flat=True))


def present_of(deed, household, resident, proposal):
    """What stands now, in the terms of a proposal: {name: text}."""
    if deed == Deed.ADDRESS:
        home = Household.objects.get(pk=household.pk)
        return {name: getattr(home, name) for name in ADDRESS} | {"area": home.area_id}
    if deed == Deed.GUARDIAN:
        child = ChildFile.objects.filter(resident=resident, closed_on=None).first()
        if child is None:
            raise ValidationError({"resident": "这个孩子没有在管的儿童信息，请先登记。"})
        return {name: getattr(child, name) for name in GUARDIAN}
    if deed in (Deed.STATUS_FIX, Deed.STATUS_END):
        status = status_of_family(household, proposal.get("status"))
        stands = {"open": status.valid_to is None and status.replaced_at is None}
        return stands | texts_of(status) if deed == Deed.STATUS_FIX else stands
    if deed == Deed.STATUS_OPEN:
        rows = Status.objects.filter(category=proposal["category"], valid_to=None, replaced_at=None)
        owner = {"resident": resident} if resident else {"household": household}
        return {"has": rows.filter(**owner).exists()}
    account = BankAccount.objects.filter(resident=resident, valid_to=None).first()
    return {"account": account.pk if account else None}


def status_of_family(household, pk):
    """The category row `pk` of a family or of one who lives there. Raises ValidationError when it is no such row."""
    people = people_of(household)
    status = Status.objects.filter(pk=pk).select_related("resident").first()
    if status is None or (status.household_id != household.pk and status.resident_id not in people):
        raise ValidationError("这个类别不是这户的，请刷新后重新选。")
    return status


def texts_of(status):
    """Facts of a category as a proposal keeps them: {name: text}, "" for none."""
    return {name: as_text(getattr(status, name)) for name in FIXED}


def as_text(value):
    """A date, an amount or a text for the encrypted JSON of a request."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "" if value is None else value.isoformat() if isinstance(value, date) else value


def as_fact(name, text):
    """What `as_text` made into text, read back."""
    if name not in READ:
        return text
    return READ[name](text) if text else None


@transaction.atomic
def ask_change(request, *, by):
    """Ask for a change (unsaved ChangeRequest: file, deed, resident, proposal, reason). Returns it. Raises ValidationError."""
    if request.file.state not in IN_CARE:
        raise ValidationError("这份档案不在帮扶中，直接在家庭页改就行。")
    if not request.reason.strip():
        raise ValidationError({"reason": "请写理由。"})
    household = request.file.household
    if request.deed in (Deed.GUARDIAN, Deed.BANK) and request.resident is None:
        raise ValidationError({"resident": "请选是谁的。"})
    if request.deed == Deed.BANK:
        _check_bank(request.proposal)
    request.household, request.area, request.created_by = household, household.area, by
    request.before = present_of(request.deed, household, request.resident, request.proposal)
    request.full_clean()
    request.save()
    audit.record("hardship.changerequest.ask", request, by=by, deed=request.deed)
    return request


def _check_bank(proposal):
    digits = normalise(proposal.get("number", "")).replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and 10 <= len(digits) <= 25):
        raise ValidationError({"number": "账号要填 10 到 25 位数字。"})
    if not proposal.get("bank") or not proposal.get("holder"):
        raise ValidationError({"bank": "请写开户银行和户名。"})
    proposal["number"] = digits


def is_stale(request):
    """What stands now where it is not what stood when it was asked for, else {}."""
    now = present_of(request.deed, request.household, request.resident, request.proposal)
    return {name: value for name, value in now.items() if request.before.get(name) != value}


@transaction.atomic
def approve_request(request, *, note="", by):
    """Agreed: the change is carried out. Returns the request.

    Raises ValidationError: one's own, the present value changed meanwhile, the change does not fit; FlowError."""
    if request.created_by_id == by.pk:
        raise ValidationError("自己提交的，要由另一个人审批。")
    if is_stale(request):
        raise ValidationError("提交以后这一项又变过，请先不同意，再按现在的情况重新提交。")
    request_flow.walk(
        request, "approve", decided_by=by, decided_on=timezone.localdate(), decided_why=note.strip()[:200]
    )
    _carry_out(request, by)
    audit.record("hardship.changerequest.approve", request, by=by)
    return request


def _carry_out(request, by):
    given, person = request.proposal, request.resident
    if request.deed == Deed.ADDRESS:
        home = Household.objects.select_related("area").get(pk=request.household_id)
        if given.get("area", home.area_id) != home.area_id:
            area = Area.objects.get(pk=given["area"])
            home = move_household(home, area, reason="搬迁（变更申请）", approved=request, by=by)
        fields = {name for name in ADDRESS if getattr(home, name) != given.get(name, getattr(home, name))}
        for name in fields:
            setattr(home, name, given[name])
        change_household(home, fields, base_version=home.version, reason="变更申请", approved=request, by=by)
    elif request.deed == Deed.GUARDIAN:
        child = ChildFile.objects.get(resident=person, closed_on=None)
        for name in GUARDIAN:
            setattr(child, name, given.get(name, getattr(child, name)))
        change_child_file(child, set(GUARDIAN), base_version=child.version, approved=request, by=by)
    elif request.deed == Deed.STATUS_OPEN:
        owner = {"resident": person} if person else {"household": request.household}
        open_status(
            category=given["category"], valid_from=date.fromisoformat(given["valid_from"]), source=Source.DESK,
            authority=given.get("authority", ""), proof=given.get("proof", ""), approved=request, by=by,
            expires_on=as_fact("expires_on", given.get("expires_on", "")),
            amount=as_fact("amount", given.get("amount", "")), **owner,
        )  # fmt: skip
    elif request.deed == Deed.STATUS_FIX:
        status = Status.objects.get(pk=given["status"])
        facts = {name: as_fact(name, given[name]) for name in FIXED}
        correct_status(status, approved=request, by=by, **facts)
    elif request.deed == Deed.STATUS_END:
        status = Status.objects.get(pk=given["status"])
        end_status(status, on=date.fromisoformat(given["on"]), reason=given["exit_reason"], approved=request, by=by)
    else:
        _open_account(request, given)


def _open_account(request, given):
    today = timezone.localdate()
    old = BankAccount.objects.filter(resident=request.resident, valid_to=None).first()
    if old is not None:
        old.valid_to = max(today - timedelta(days=1), old.valid_from)
        old.save(update_fields=["valid_to"])
    BankAccount.objects.create(
        resident=request.resident, bank=given["bank"], holder=given["holder"], number=given["number"],
        number_blind=crypto.blind(given["number"], column="hardship.BankAccount.number"), tail=given["number"][-4:],
        valid_from=today, request=request,
    )  # fmt: skip


@transaction.atomic
def refuse_request(request, *, note, by):
    """Not agreed. Returns the request. Raises ValidationError, FlowError."""
    if request.created_by_id == by.pk:
        raise ValidationError("自己提交的可以撤回，不用审批。")
    if not note.strip():
        raise ValidationError({"note": "请写不同意的理由。"})
    request_flow.walk(
        request, "refuse", decided_by=by, decided_on=timezone.localdate(), decided_why=note.strip()[:200]
    )
    audit.record("hardship.changerequest.refuse", request, by=by)
    return request


@transaction.atomic
def withdraw_request(request, *, by):
    """Taken back by whoever asked. Returns the request. Raises ValidationError, FlowError."""
    if request.created_by_id != by.pk:
        raise ValidationError("只有提交的人可以撤回。")
    request_flow.walk(request, "withdraw")
    audit.record("hardship.changerequest.withdraw", request, by=by)
    return request


ADDRESS_NAMES = {
    "area": "网格", "compound": "小区（院落）", "building": "楼栋", "stair": "单元", "floor": "楼层", "room": "房号",
    "address": "完整住址",
}  # fmt: skip
GUARDIAN_NAMES = {"guardian": "监护人", "guardian_relation": "与监护人关系", "carer": "实际照料人"}
FIXED_NAMES = {
    "category": "类别", "valid_from": "从哪天起", "authority": "认定单位", "proof": "证明（证号）",
    "expires_on": "证件有效期到", "amount": "每月金额（元）",
}  # fmt: skip
# Values of a request that are codes or keys: how each is told.
TOLD = {
    "area": lambda key: Area.objects.filter(pk=key).values_list("name", flat=True).first() or "",
    "guardian_relation": lambda code: label("relation", code),
    "category": lambda code: label("hardship_category", code),
}


def words_of(request):
    """`[(name, before, now, after)]` for the page, `now` what stands at this moment; an account number by its last four
    digits alone. A request that was decided tells what stood before it as `now`."""
    given, before = request.proposal or {}, request.before or {}
    now = before | (is_stale(request) if request.state == RequestState.OPEN else {})
    names = {Deed.ADDRESS: ADDRESS_NAMES, Deed.GUARDIAN: GUARDIAN_NAMES, Deed.STATUS_FIX: FIXED_NAMES}.get(
        request.deed
    )
    if names is not None:
        return [
            (words, *(_told(name, facts.get(name, "")) for facts in (before, now, given)))
            for name, words in names.items()
            if name in given and len({str(facts.get(name, "")) for facts in (before, now, given)}) > 1
        ]
    if request.deed == Deed.STATUS_OPEN:
        words = [label("hardship_category", given["category"]), f"从 {given['valid_from']} 起"]
        words += [given.get("authority", ""), given.get("proof", "")]
        words += [f"证件有效期到 {given['expires_on']}"] if given.get("expires_on") else []
        words += [f"每月 {given['amount']} 元"] if given.get("amount") else []
        had, has = ("已有" if facts.get("has") else "没有" for facts in (before, now))
        return [("类别", had, has, "，".join(filter(None, words)))]
    if request.deed == Deed.STATUS_END:
        why, name = ExitReason(given["exit_reason"]).label, label("hardship_category", given["category"])
        return [("类别", name, name if now["open"] else "已经结束或更正过", f"{given['on']} 结束（{why}）")]
    accounts = BankAccount.objects.in_bulk({facts["account"] for facts in (before, now) if facts.get("account")})
    had, has = (str(accounts.get(facts.get("account"), "没有")) for facts in (before, now))
    return [("银行账户", had, has, f"{given['bank']} {given['holder']} 尾号 {given['number'][-4:]}")]


def _told(name, value):
    return TOLD[name](value) if name in TOLD and value else value


def people_of(household):
    """{id: Resident} of who lives in a family."""
    rows = Resident.objects.filter(memberships__household=household, memberships__valid_to=None)
    return {person.pk: person for person in rows.distinct()}
