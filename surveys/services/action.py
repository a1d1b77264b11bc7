"""From an answer to action: help asked for at the end of a questionnaire, and concerns raised from findings.

Nothing here reads or keeps an answer: she says again, in her own words, what she wants and how to reach her.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.queries import is_held
from concerns.enums import Origin
from concerns.models import Concern
from concerns.services.handling import doors, route_concern
from concerns.services.intake import forget_moment, raise_concern
from fedhub.core import acting, audit, crypto
from fedhub.core.history import write_history
from fedhub.core.versions import StaleVersion
from fedhub.reference.lookup import label
from safety.enums import ReportSource, Sign
from safety.services.reports import report_risk
from surveys.models import Finding, HelpContact

KEY = "surveys.HelpContact.key"
CONSENT = "我同意社区妇联用这里的联系方式找我，只为办这件事。"


def ask_for_help(*, key, area, topic, words, name="", phone="", reach=""):
    """Raise a concern of whoever asks for help, in the grid `area` and the field `topic`; her contact is kept apart from it.
    The same form (`key`) sent twice is one. Returns the code with which she follows it.

    The concern names no survey, and neither it nor its contact says at which moment it came.
    """
    mark = crypto.blind(str(key), column=KEY)
    if (code := _code_of(mark)) is not None:
        return code
    try:
        with transaction.atomic(), acting.acting_named("问卷求助"):
            title = f"想要帮助：{label('survey_topic', topic)}"
            concern = raise_concern(
                origin=Origin.SURVEY, title=title, detail=words, topic=topic, area=area, anonymous=True, by=None
            )
            HelpContact.objects.create(concern=concern, name=name, phone=phone, reach=reach, consent=CONSENT, key=mark)
            forget_moment(concern)
    except IntegrityError:
        if (code := _code_of(mark)) is None:
            raise
        return code
    return concern.code


def _code_of(mark):
    return Concern.objects.filter(help_contact__key=mark).values_list("code", flat=True).first()


def tell_the_trained_person(*, key, area, words, name="", phone="", reach=""):
    """Only by her wish: a sealed report that the trained person alone reads, no concern, no code. The same form (`key`) sent
    twice is one. Returns True when somebody is there who reads it."""
    told = [words, f"电话：{phone}" if phone else "", f"怎么找她才安全：{reach}" if reach else ""]
    with acting.acting_named(""):
        report_risk(
            area=area, source=ReportSource.SURVEY, by=None, signs=[Sign.OTHER], text="\n".join(filter(None, told)),
            subject_name=name or "没有留姓名", key=f"survey:{key}",
        )  # fmt: skip
    return is_held("safety.view_riskreport", area)


@transaction.atomic
def write_finding(finding, *, by):
    """Keep a new finding of a survey."""
    finding.created_by = by
    finding.save()
    audit.record("surveys.finding.write", finding, by=by)
    return finding


@transaction.atomic
def change_finding(finding, *, base_version, by):
    """Save the edited words of a finding. Raises StaleVersion when somebody else saved meanwhile."""
    rows = Finding.objects.filter(pk=finding.pk, version=base_version)
    changed = rows.update(
        words=finding.words, detail=finding.detail, topic=finding.topic, area=finding.area, version=base_version + 1,
        updated_at=timezone.now(),
    )  # fmt: skip
    if not changed:
        raise StaleVersion(Finding.objects.get(pk=finding.pk))
    finding.refresh_from_db()
    write_history([finding], reason="修改")
    audit.record("surveys.finding.change", finding, by=by)
    return finding


@transaction.atomic
def raise_from_finding(finding, *, by):
    """Raise a concern from a finding: in its place and its field, with the figures it rests on. Once; raises ValidationError
    for a second time."""
    finding = Finding.objects.select_for_update(of=("self",)).select_related("survey", "area").get(pk=finding.pk)
    if finding.concern_id:
        raise ValidationError("这个发现已经提过诉求了。")
    said = [f"{text}：{count} 份（答的有 {base} 份）" for text, count, base in finding.figures]
    concern = raise_concern(
        origin=Origin.SURVEY, title=finding.words, topic=finding.topic, area=finding.area, by=by,
        detail="\n".join([finding.detail, f"来自问卷“{finding.survey.title}”（{finding.survey.number}）", *said]).strip(),
    )  # fmt: skip
    Finding.objects.filter(pk=finding.pk).update(concern=concern)
    finding.concern = concern
    audit.record("surveys.finding.raise", finding, by=by)
    return finding


def doors_for(user, finding):
    """Routes through which `user` may send what a survey found, in their order."""
    return [route for route in doors(user, finding) if route.impersonal]


@transaction.atomic
def send_finding(finding, key, *, by):
    """Raise the finding's concern and give it to the work app behind the route `key` in one go. Returns the case.

    Raises ValidationError for a route that is not open to `by`, or a finding that was raised already.
    """
    route = next((one for one in doors_for(by, finding) if one.key == key), None)
    if route is None:
        raise ValidationError("请选转给谁。")
    return route_concern(raise_from_finding(finding, by=by).concern, route, by=by)
