"""Employers are checked once, posts are read before they are published, complaints stop them (acceptance F6.1, F6.9)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from employment.enums import GRAVE, ComplaintKind, EmployerState, PostSource, PostState
from employment.flow import employer_flow, post_flow
from employment.models import Complaint, Employer, Post
from employment.wording import check_texts
from fedhub.core import audit
from fedhub.core.validators import parse_credit_code
from fedhub.core.versions import save_version
from fedhub.reference.lookup import rule

STOPPABLE = (PostState.DRAFT, PostState.OPEN, PostState.HIDDEN, PostState.FILLED)


# --- employers ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def create_employer(employer, *, by):
    """Register an employer; no post of it is published before it was checked. Raises ValidationError."""
    employer.created_by = by
    _put_code(employer)
    employer.full_clean()
    employer.save()
    audit.record("employment.employer.create", employer, by=by)
    return employer


@transaction.atomic
def change_employer(employer, fields, *, base_version, by):
    """Save changed `fields`. Raises StaleVersion, and ValidationError when name or code of a checked one would change: that
    would be another employer."""
    if employer.state == EmployerState.CHECKED and {"name", "code"} & set(fields):
        raise ValidationError("已经核验的单位不能改名称和信用代码。名称变了的，先暂停再恢复，重新核验。")
    _put_code(employer)
    employer.full_clean()
    save_version(employer, sorted(fields), base_version=base_version)
    audit.record("employment.employer.change", employer, by=by, fields=sorted(fields))
    return employer


def _put_code(employer):
    try:
        employer.code = parse_credit_code(employer.code)
    except ValueError as error:
        raise ValidationError({"code": str(error)}) from None


@transaction.atomic
def check_employer(employer, *, paper, on, by):
    """Note that `by` saw the `paper` on the day `on`. Raises FlowError, ValidationError."""
    if on > timezone.localdate():
        raise ValidationError({"on": "日期不能晚于今天。"})
    employer_flow.walk(employer, "check", checked_on=on, checked_by=by, checked_paper=paper)
    audit.record("employment.employer.check", employer, by=by, paper=paper)
    return employer


@transaction.atomic
def suspend_employer(employer, *, why, by):
    """Stop an employer and all its posts. Raises FlowError."""
    employer_flow.walk(employer, "suspend", suspended_on=timezone.localdate(), suspended_why=why)
    post_flow.walk_many(Post.objects.filter(employer=employer, state__in=STOPPABLE), "suspend", by=by)
    audit.record("employment.employer.suspend", employer, by=by)
    return employer


@transaction.atomic
def resume_employer(employer, *, by):
    """Begin anew: it is checked again before a post is published. Raises FlowError, ValidationError while complaints stand."""
    if why := stops_by_complaints(employer):
        raise ValidationError(f"{why}。查实不成立的先登记，再恢复。")
    employer_flow.walk(
        employer, "resume", suspended_on=None, suspended_why="", checked_on=None, checked_by=None, checked_paper=""
    )
    post_flow.walk_many(Post.objects.filter(employer=employer, state=PostState.SUSPENDED), "resume", by=by)
    audit.record("employment.employer.resume", employer, by=by)
    return employer


# --- complaints ---------------------------------------------------------------------------------------------------------
def stops_by_complaints(employer):
    """Why the standing complaints stop `employer`, '' when they do not."""
    kinds = list(Complaint.objects.filter(employer=employer, dismissed_on=None).values_list("kind", flat=True))
    if grave := [ComplaintKind(kind).label for kind in kinds if kind in GRAVE]:
        return f"有投诉：{grave[0]}"
    most = rule("job_complaints_stop")
    return f"有 {len(kinds)} 件投诉" if len(kinds) >= most else ""


@transaction.atomic
def complain(complaint, *, by):
    """Write a complaint down; a grave one, or the third, suspends the employer with all posts. Returns the Complaint."""
    employer = Employer.objects.select_for_update(of=("self",)).get(pk=complaint.employer_id)
    complaint.recorded_by = by
    complaint.full_clean()
    complaint.save()
    audit.record("employment.employer.complaint", employer, by=by, kind=complaint.kind)
    why = stops_by_complaints(employer)
    if why and employer.state != EmployerState.SUSPENDED:
        suspend_employer(employer, why=why, by=by)
    return complaint


@transaction.atomic
def dismiss_complaint(complaint, *, why, by):
    """Note that it turned out unfounded; that lifts no suspension by itself."""
    rows = Complaint.objects.filter(pk=complaint.pk, dismissed_on=None)
    if not rows.update(dismissed_on=timezone.localdate(), dismissed_why=why):
        raise ValidationError("这件投诉已经登记过结果。")
    audit.record("employment.employer.complaint_dismiss", complaint.employer, by=by)
    return complaint


# --- posts --------------------------------------------------------------------------------------------------------------
@transaction.atomic
def create_post(post, *, by):
    """Write a post down as a draft; whoever writes it keeps it. Raises ValidationError."""
    post.area, post.left, post.created_by, post.keeper = post.employer.area, post.total, by, by
    post.pay_month = post.monthly_pay()
    post.full_clean()
    post.save()
    audit.record("employment.post.create", post, by=by)
    return post


@transaction.atomic
def change_post(post, fields, *, base_version, by):
    """Save changed `fields`. Of a published one the words are read again. Raises StaleVersion, ValidationError."""
    fields = set(fields)
    if post.state == PostState.CLOSED:
        raise ValidationError("岗位已经关闭，不能改。")
    if post.state == PostState.OPEN:
        _check_words(post)
    if "total" in fields:
        standing = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
        taken = standing.total - standing.left
        if post.total < max(taken, 1):
            raise ValidationError({"total": f"已经录用 {taken} 人，不能少于这个数。"})
        post.left = post.total - taken
        fields.add("left")
    if {"pay_from", "pay_unit"} & fields:
        post.pay_month = post.monthly_pay()
        fields.add("pay_month")
    post.full_clean()
    save_version(post, sorted(fields), base_version=base_version)
    audit.record("employment.post.change", post, by=by, fields=sorted(fields))
    return post


def findings_of(post):
    """What the wording check says of `post`."""
    return check_texts(post.texts(), women_reason=post.women_reason)


def _check_words(post):
    stops = [one for one in findings_of(post) if one.stops]
    if stops:
        raise ValidationError([f"{one.field}里的“{one.words}”：{one.why}（{one.law}）。" for one in stops])


def stops_publishing(post):
    """Why `post` cannot be published beside its words, '' when nothing stands against it."""
    if post.employer.state != EmployerState.CHECKED:
        return f"用人单位{post.employer.get_state_display()}，核验以后才能发布。"
    if post.source == PostSource.AGENCY and not post.licence:
        return "人力资源机构的岗位要写许可证号。"
    return "" if post.left else "已经招满。"


@transaction.atomic
def publish_post(post, *, by):
    """Publish a draft or one that went out of its term, for as many days as the rule says. Raises FlowError, ValidationError
    with the law for words that may not stand in it. The worker tells whoever asked for its kind (services.watching)."""
    employer = Employer.objects.select_for_update(of=("self",)).get(pk=post.employer_id)
    post.employer = employer
    if why := stops_publishing(post):
        raise ValidationError(why)
    _check_words(post)
    post_flow.walk(
        post, "publish", base_version=post.version, published_on=timezone.localdate(), valid_until=_term(), telling=0
    )
    audit.record("employment.post.publish", post, by=by)
    return post


@transaction.atomic
def refresh_post(post, *, by):
    """Somebody asked and it is still open: its term begins anew. Raises FlowError, ValidationError."""
    _check_words(post)
    post_flow.walk(post, "refresh", valid_until=_term())
    audit.record("employment.post.refresh", post, by=by)
    return post


def _term():
    return timezone.localdate() + timedelta(days=rule("job_post_days"))


@transaction.atomic
def step_post(post, name, *, by):
    """One step that needs nothing but the button: close, reopen, unclose. Taken back it is not shown before it is published again:
    what was true of it then is looked at anew."""
    post_flow.walk(post, name)
    audit.record(f"employment.post.{name}", post, by=by)
    return post


def hide_late_posts():
    """Hide published posts whose term is over. Returns how many. What people are shown asks the day itself; this only makes
    the state say so."""
    rows = Post.objects.filter(state=PostState.OPEN, valid_until__lt=timezone.localdate())
    return len(post_flow.walk_many(rows, "hide", by=None)) if rows.exists() else 0
