"""Sending somebody to a post, and writing down what became of it. Nothing moves by opening a link: every step is a form."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from employment.ages import too_young
from employment.enums import Occupation, PostState, RefusedWhy, SeekerState
from employment.flow import application_flow, post_flow, seeker_flow
from employment.matching import stops_sending
from employment.models import Application, Post, Seeker
from employment.queries import offer_of, wanting_of
from employment.services.asking import start_follow_ups
from employment.services.seekers import employ_seeker
from fedhub.core import audit
from households.enums import ConsentPurpose
from households.models import Consent
from households.services.consent import give_consent

CONSENT_DAYS = 180
NO_CONSENT = "她撤回了同意，或者同意已经到期，不能再提供给单位。"


def recipient_of(post):
    """Whom her consent names: this employer, for this post."""
    return f"{post.employer.name[:38]}（岗位：{post.title[:16]}）"[:60]


@transaction.atomic
def recommend(application, *, how, witness="", by):
    """Send her to a post with her consent to tell this employer for this post (PIPL art. 23); `by` None: she goes by her own page.
    Returns the Application.

    Raises ValidationError: under 16, 16–17 for work that is not for minors, a certificate is missing, the post is not alive,
    she is not looking, or she was sent there already.
    """
    seeker = (
        Seeker.objects.select_for_update(of=("self",)).select_related("resident__area").get(pk=application.seeker_id)
    )
    post = Post.objects.select_related("employer", "place_area").get(pk=application.post_id)
    if why := too_young(seeker.resident.birth, timezone.localdate()):
        raise ValidationError(why)
    if seeker.state not in (SeekerState.REGISTERED, SeekerState.ACTIVE):
        raise ValidationError(f"现在是“{seeker.get_state_display()}”，不能推荐。")
    if not Post.objects.alive().filter(pk=post.pk).exists():
        raise ValidationError({"post": "这个岗位已经招满、到期或者暂停，不能推荐。"})
    if why := stops_sending(wanting_of(seeker), offer_of(post)):
        raise ValidationError({"post": f"{why}。"})
    if Application.objects.running().filter(seeker=seeker, post=post).exists():
        raise ValidationError({"post": "已经推荐过这个岗位，还没有结果。"})
    consent = Consent(
        resident=seeker.resident, purpose=ConsentPurpose.SHARE, recipient=recipient_of(post), how=how, witness=witness,
        expires_on=timezone.localdate() + timedelta(days=CONSENT_DAYS),
    )  # fmt: skip
    application.consent = give_consent(consent, by=by)
    application.seeker, application.post, application.recommended_by = seeker, post, by
    application.full_clean()
    application.save()
    if seeker.state == SeekerState.REGISTERED:
        seeker_flow.walk(seeker, "activate")
    audit.record("employment.application.recommend", application, by=by)
    return application


@transaction.atomic
def _walk(application, name, *, said, note, by, **changes):
    """One step; `said` is what she reads, `note` is added to what the staff noted."""
    if note:
        changes["note"] = f"{application.note}\n{note}".strip()[-300:]
    application_flow.walk(application, name, moved_on=timezone.localdate(), said=said, **changes)
    audit.record(f"employment.application.{name}", application, by=by)
    return application


def invite(application, *, on, said="", note="", by):
    """The employer wants to see her on the day `on`. Raises FlowError, ValidationError when she took her consent back."""
    if not application.consent.in_force():
        raise ValidationError(NO_CONSENT)
    return _walk(application, "interview", interview_on=on, said=said, note=note, by=by)


def keep_in_pool(application, *, said="", note="", by):
    """The employer keeps her in mind."""
    return _walk(application, "pool", said=said, note=note, by=by)


def refuse(application, *, why, said="", note="", by):
    """The employer did not take her; `why` is a RefusedWhy."""
    return _walk(application, "refuse", refused_why=RefusedWhy(why), said=said, note=note, by=by)


def withdraw(application, *, by):
    """She does not want to go there any more."""
    return _walk(application, "withdraw", said="", note="", by=by)


@transaction.atomic
def hire(application, *, on, said="", note="", by):
    """She was taken and begins on the day `on`. Takes one place of the post; the concerns that brought her here are answered.

    Raises FlowError, ValidationError when no place is left: of two at once for the last place one wins.
    """
    if on > timezone.localdate() + timedelta(days=60):
        raise ValidationError({"on": "上班日期太远了，请核对。"})
    _walk(application, "hire", hired_on=on, said=said, note=note, by=by)
    taken = Post.objects.filter(pk=application.post_id, left__gt=0).update(
        left=F("left") - 1, version=F("version") + 1, updated_at=timezone.now()
    )
    if not taken:
        raise ValidationError("这个岗位已经招满了，没有名额。")
    post = Post.objects.get(pk=application.post_id)
    if post.left == 0 and post.state == PostState.OPEN:
        post_flow.walk(post, "fill")
    start_follow_ups(since=on, application=application)
    answer = f"已介绍到{post.employer.name}，做{post.title}。"
    employ_seeker(application.seeker, occupation=Occupation.WORKING, answer=answer, by=by)
    return application


@transaction.atomic
def hired_elsewhere(application, *, said="", note="", by):
    """She found work by another way."""
    _walk(application, "elsewhere", said=said, note=note, by=by)
    start_follow_ups(since=timezone.localdate(), application=application)
    employ_seeker(application.seeker, occupation=Occupation.WORKING, answer="已经就业。", by=by)
    return application
