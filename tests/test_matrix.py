"""Every address that names a record, for everybody it is not for: generated from the URL map, so none is forgotten."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import PERMISSIONS, Role
from accounts.tests.factories import user_with
from concerns.models import Approval, AssignmentBatch, Concern, Reception, Referral
from concerns.tests.factories import ConcernFactory, ReceptionFactory, ReferralFactory, concern_at
from council.models import (
    Action,
    AgendaItem,
    Attendance,
    Comment,
    Council,
    Guest,
    Motion,
    Supervisor,
    Topic,
    TopicConcern,
)
from council.models import Meeting as Sitting
from council.models import Member as Seat
from council.tests.factories import council_of, decided, topic_at
from employment.models import (
    Application,
    CirclePerson,
    Complaint,
    CourseCertificate,
    Difficulty,
    Employer,
    Event,
    FollowUp,
    Post,
    Seeker,
    Session,
    Signup,
    Skill,
    Stall,
    Startup,
    StartupLoan,
)
from employment.models import Attendance as Arrival
from employment.tests.event_factories import (
    AttendanceFactory,
    CourseCertificateFactory,
    EventFactory,
    SessionFactory,
    StallFactory,
    WalkInFactory,
)
from employment.tests.factories import (
    ApplicationFactory,
    CirclePersonFactory,
    ComplaintFactory,
    DifficultyFactory,
    EmployerFactory,
    FollowUpFactory,
    LoanFactory,
    PostFactory,
    SeekerFactory,
    SkillFactory,
    StartupFactory,
)
from fedhub.areas.models import Area, Building
from fedhub.areas.tests.factories import BuildingFactory
from fedhub.core.access import PUBLIC, SIGNED_IN, permission_of
from fedhub.core.models import SavedFilter
from fedhub.ledgers.models import ExportRecord, ImportBatch, ImportRow
from fedhub.ledgers.tests.factories import ExportRecordFactory, ImportBatchFactory, ImportRowFactory
from fedhub.notices.models import Message, MessageBatch
from fedhub.notices.tests.factories import message_at
from grids.models import Device, Duty, Envelope, HandOver, Term, TermMember, Visit, VisitChange, VisitDoubt
from grids.tests.factories import (
    DutyFactory,
    EnvelopeFactory,
    TermFactory,
    TermMemberFactory,
    VisitChangeFactory,
    VisitDoubtFactory,
    VisitFactory,
)
from groups.models import (
    Activity,
    ActivityPhoto,
    Backbone,
    BackboneTask,
    Certificate,
    Coming,
    Entry,
    Evaluation,
    Group,
    Honour,
    Meeting,
    Member,
    Offer,
    Service,
    ServiceNeed,
    Shift,
    Successor,
    Training,
    Volunteer,
    VolunteerRecord,
)
from groups.tests.factories import (
    GroupFactory,
    MeetingFactory,
    MemberFactory,
    ServiceFactory,
    ShiftFactory,
    VolunteerFactory,
)
from groups.tests.factories_activity import ActivityFactory, ActivityPhotoFactory, EntryFactory
from groups.tests.factories_backbone import (
    BackboneFactory,
    BackboneTaskFactory,
    EvaluationFactory,
    HonourFactory,
    SuccessorFactory,
    TrainingFactory,
)
from groups.tests.factories_need import RecordFactory, ServiceNeedFactory, offer_at
from hardship.models import (
    AidPeriod,
    Batch,
    Cause,
    ChangeRequest,
    Delivery,
    Donor,
    Evidence,
    Fund,
    GiftRound,
    HardshipFile,
    Helper,
    HelpRecord,
    Measure,
    Movement,
    Need,
    Notice,
    Objection,
    Pairing,
    Policy,
    PolicyStep,
    PolicyWatch,
    ReopenRequest,
    Review,
    RoundHome,
)
from hardship.tests.factories import HardshipFileFactory, ReviewFactory
from hardship.tests.factories_aid import (
    AidPeriodFactory,
    BatchFactory,
    DonorFactory,
    FundFactory,
    ReopenRequestFactory,
    delivery_at,
)
from hardship.tests.factories_contents import CauseFactory, EvidenceFactory, MeasureFactory, NeedFactory
from hardship.tests.factories_gifts import round_at
from hardship.tests.factories_pairing import HelperFactory, HelpRecordFactory, PairingFactory
from hardship.tests.factories_policy import NoticeFactory, PolicyStepFactory
from hardship.tests.factories_request import ChangeRequestFactory
from households.models import (
    BulkAssignment,
    Campaign,
    ChildFile,
    Consent,
    Household,
    Link,
    LinkBatch,
    Membership,
    MinorAccess,
    Resident,
    ResidentMerge,
    Status,
    TaskBatch,
    VisitTask,
)
from households.tests.factories import (
    CampaignFactory,
    ChildFileFactory,
    ConsentFactory,
    HouseholdFactory,
    LinkFactory,
    MembershipFactory,
    MinorAccessFactory,
    StatusFactory,
    VisitTaskFactory,
)
from mediation import models as mediation_models
from mediation.models import Case, DutyTurn, GridReport, Lead, Mediator, Promise, ScreeningRound
from mediation.tests.factories import a_case, a_lead, a_mediator, a_round, a_turn, case_at
from portal.models import Guardian, RightsRequest
from portal.services.rights import ask_right
from portal.tests.factories import GuardianFactory
from safety.models import CaseGrant, Destruction, RiskReport, SafetyFile, UrgentOpening
from safety.services.circle import ask_to_open
from safety.services.reports import report_risk
from safety.tests.factories_file import a_file
from surveys.models import Finding, HelpContact, Picture, Survey, TextEntry, Thread
from surveys.services.action import ask_for_help
from surveys.tests.factories import SurveyFactory, published
from tests.test_house_rules import patterns

pytestmark = pytest.mark.django_db

# Lists of the whole office, the same for everybody who may open them (reference data).
SHARED = {"reference"}
SHARED_MODELS = {Policy}
ADDRESSES = [
    (name, entry.callback.view_class)
    for route, entry, name in patterns()
    if "<int:pk>" in route
    # Residents' own pages know no member of the staff; their own tests say what a neighbour gets.
    and not route.startswith("r/")
    and hasattr(entry.callback, "view_class")
    and not entry.callback.view_class.__module__.startswith("allauth")
]


def full_name(name, view):
    """URL name with its namespace, which is the app of the view."""
    app = view.__module__.removeprefix("fedhub.").split(".")[0]
    return f"{app}:{name}"


@pytest.fixture
def records(grid, worker, chair):
    """One record of every kind, all in the first grid of our community."""
    household = HouseholdFactory(area=grid)
    member = MembershipFactory(household=household, resident__area=grid)
    other = MembershipFactory(household=household, resident__area=grid)
    visit = VisitFactory(household=household, grid=grid, visitor=worker, recorded_by=worker)
    report_risk(area=grid, source="visit", by=worker, signs=["injury"], household=household)
    batch = ImportBatchFactory(area=grid)
    term = TermFactory(area=grid)
    council = council_of(chair)
    topic = topic_at("accepted", notice_number="妇议公〔2000〕1号")
    resolution = decided(council, topic, by=chair)
    meeting = resolution.item.meeting
    survey = published(SurveyFactory(area=grid), by=chair)
    ask_for_help(key="1", area=grid, topic="5", words="想找托管")
    return {
        Survey: survey,
        Finding: Finding.objects.create(
            survey=survey, area=grid, words="托管少", topic="5", question="q1", created_by=chair
        ),
        TextEntry: TextEntry.objects.create(survey=survey, question="q3", words="想学做饭"),
        Picture: Picture.objects.create(survey=survey, question="q3", sealed=""),
        HelpContact: HelpContact.objects.get(),
        Area: grid,
        Building: BuildingFactory(area=grid),
        User: worker,
        RoleGrant: RoleGrant.objects.get(user=worker),
        Household: household,
        Resident: member.resident,
        Membership: member,
        Status: StatusFactory(resident=member.resident),
        Consent: ConsentFactory(resident=member.resident, taken_by=worker),
        ChildFile: ChildFileFactory(resident=other.resident, officer=worker),
        MinorAccess: MinorAccessFactory(resident=other.resident, user=worker),
        BulkAssignment: BulkAssignment.objects.create(area=grid, target=grid, total=1, undo=[], created_by=chair),
        Link: LinkFactory(resident=member.resident, person=worker),
        LinkBatch: LinkBatch.objects.create(area=grid, person=worker, total=1, created_by=chair),
        ResidentMerge: ResidentMerge.objects.create(
            kept=member.resident, gone=other.resident, undo={}, reason="重复", made_by=chair
        ),
        VisitTask: VisitTaskFactory(household=household),
        TaskBatch: TaskBatch.objects.create(area=grid, kind="assign", person=worker, total=0, created_by=chair),
        Campaign: CampaignFactory(area=grid, created_by=chair),
        HardshipFile: (file := HardshipFileFactory(household=household)),
        Review: ReviewFactory(file=file),
        Cause: (cause := CauseFactory(file=file)),
        Measure: MeasureFactory(cause=cause),
        Need: NeedFactory(file=file),
        Evidence: EvidenceFactory(file=file),
        ChangeRequest: ChangeRequestFactory(file=file),
        PolicyWatch: PolicyWatch.objects.create(resident=member.resident, kind="work"),
        PolicyStep: PolicyStepFactory(file=file, made_by=worker),
        Notice: (notice := NoticeFactory(file=file, made_by=worker)),
        Objection: Objection.objects.create(notice=notice, text="有异议"),
        Helper: (helper := HelperFactory(area=grid)),
        Pairing: (pairing := PairingFactory(file=file, helper=helper)),
        HelpRecord: HelpRecordFactory(pairing=pairing, made_by=worker),
        Donor: DonorFactory(area=grid),
        Fund: (fund := FundFactory(area=grid)),
        Movement: fund.movements.get(),
        Batch: BatchFactory(area=grid),
        Delivery: delivery_at("delivered", household=household),
        GiftRound: (gift_round := round_at("running", household, area=grid)),
        RoundHome: gift_round.homes.get(),
        AidPeriod: (period := AidPeriodFactory(area=grid)),
        ReopenRequest: ReopenRequestFactory(period=period),
        SavedFilter: SavedFilter.objects.create(
            user=worker, page="concerns:concern_list", name="我的", query="person=me"
        ),
        AssignmentBatch: AssignmentBatch.objects.create(area=grid, person=worker, total=0, undo=[], created_by=chair),
        Seeker: (seeker := SeekerFactory(resident=member.resident)),
        Difficulty: DifficultyFactory(seeker=seeker, recorded_by=worker),
        Skill: SkillFactory(seeker=seeker, recorded_by=worker),
        CirclePerson: CirclePersonFactory(seeker=seeker, user=worker),
        Employer: (employer := EmployerFactory(area=grid)),
        Post: (post := PostFactory(employer=employer)),
        Application: (application := ApplicationFactory(seeker=seeker, post=post)),
        FollowUp: FollowUpFactory(application=application),
        Startup: (startup := StartupFactory(seeker=seeker)),
        StartupLoan: LoanFactory(startup=startup),
        Complaint: ComplaintFactory(employer=employer),
        Event: (event := EventFactory(area=grid, kind="fair")),
        Session: (lesson := SessionFactory(event=event)),
        Stall: StallFactory(event=event, employer=employer),
        Signup: (signup := WalkInFactory(event=event)),
        Arrival: AttendanceFactory(signup=signup, session=lesson),
        CourseCertificate: CourseCertificateFactory(signup__event=event, signup__resident=member.resident),
        Concern: ConcernFactory(area=grid, household=household),
        Reception: ReceptionFactory(area=grid, handler=worker),
        Referral: ReferralFactory(concern=concern_at("assigned", area=grid)),
        Approval: Approval.objects.create(
            concern=concern_at("assigned", area=grid), kind="not_possible", reason="没有地方。", asked_by=worker
        ),
        Council: council,
        Seat: (seat := council.members.get()),
        Topic: topic,
        TopicConcern: TopicConcern.objects.create(topic=topic, concern=ConcernFactory(area=grid), joined_by=chair),
        Supervisor: Supervisor.objects.create(topic=topic, member=seat),
        Comment: Comment.objects.create(topic=topic, resident=member.resident, text="早该管了"),
        Sitting: meeting,
        AgendaItem: resolution.item,
        Attendance: meeting.attendances.get(),
        Guest: Guest.objects.create(meeting=meeting, unit="物业公司"),
        Motion: resolution.motion,
        Action: resolution.actions.get(),
        Visit: visit,
        VisitChange: VisitChangeFactory(visit=visit),
        VisitDoubt: VisitDoubtFactory(visit=visit),
        Device: Device.objects.create(user=worker, name="安卓手机", key_id=1),
        Envelope: EnvelopeFactory(household=household, user=worker),
        Duty: DutyFactory(area=grid, person=worker),
        HandOver: HandOver.objects.create(
            area=grid,
            from_person=worker,
            on=timezone.localdate(),
            reason="调离",
            duties=0,
            homes=0,
            created_by=chair,
            undo={"duties": [], "tasks": [], "concerns": []},
        ),
        Term: term,
        TermMember: TermMemberFactory(term=term),
        Message: message_at("human", member.resident, why="没有她本人用的微信、手机号。"),
        MessageBatch: MessageBatch.objects.create(
            area=grid, template="public", total=1, leaves_at=timezone.now(), created_by=chair
        ),
        Group: (group := GroupFactory(area=grid)),
        Member: MemberFactory(group=group, resident=member.resident),
        Meeting: MeetingFactory(group=group),
        Activity: (activity := ActivityFactory(area=grid)),
        Entry: EntryFactory(activity=activity, resident=member.resident),
        ActivityPhoto: ActivityPhotoFactory(activity=activity),
        Backbone: (backbone := BackboneFactory(resident=member.resident, keeper=worker)),
        Training: TrainingFactory(backbone=backbone),
        Honour: HonourFactory(backbone=backbone),
        Evaluation: EvaluationFactory(backbone=backbone),
        BackboneTask: BackboneTaskFactory(backbone=backbone),
        Successor: SuccessorFactory(backbone=backbone),
        Volunteer: (volunteer := VolunteerFactory(area=grid)),
        Shift: (shift := ShiftFactory(area=grid)),
        Coming: Coming.objects.create(shift=shift, volunteer=volunteer),
        Service: ServiceFactory(volunteer=volunteer, recorded_by=worker, shift=shift),
        ServiceNeed: (service_need := ServiceNeedFactory(area=grid, file=file)),
        Offer: offer_at("agreed", service_need, volunteer=volunteer, asked_by=worker),
        VolunteerRecord: RecordFactory(volunteer=volunteer, made_by=worker),
        Certificate: Certificate.objects.create(
            number="ZM2026-0001",
            volunteer=volunteer,
            since=timezone.localdate(),
            until=timezone.localdate(),
            half_hours=2,
            content=[],
            issuer="x",
            head="x",
            contact="x",
            issued_by=worker,
        ),
        Thread: Thread.objects.create(survey=survey, blind="x" * 43),
        RightsRequest: ask_right(member.resident, kind="copy"),
        Guardian: GuardianFactory(child__area=grid, taken_by=worker),
        RiskReport: RiskReport.objects.get(),
        Mediator: (mediator := a_mediator(grid)),
        DutyTurn: a_turn(mediator),
        ScreeningRound: (screening := a_round(grid))[0],
        GridReport: screening[1],
        Lead: a_lead(grid, worker),
        Case: a_case(grid, worker),
        Promise: (agreement := case_at("settled", grid, worker).agreements.get()).promises.get(),
        mediation_models.FollowUp: agreement.followups.first(),
        SafetyFile: (sealed := a_file(grid, user_with(Role.SAFETY_OFFICER, grid, username="lead"))),
        CaseGrant: sealed.grants.get(),
        UrgentOpening: ask_to_open(area=grid.parent, who="王桂兰", why="联系不上", by=chair),
        Destruction: Destruction.objects.create(area=grid.parent, asked_by=chair, facts={}),
        ImportBatch: batch,
        ImportRow: ImportRowFactory(batch=batch),
        ExportRecord: ExportRecordFactory(area=grid),
    }


def addresses(records):
    """`(address, permission)` of every record page; fails for a model without a sample record."""
    found = []
    for name, view in ADDRESSES:
        app = full_name(name, view).split(":")[0]
        if app in SHARED or view.__name__ == "JobView" or view.model in SHARED_MODELS:
            continue
        record = records.get(view.model)
        assert record is not None, f"{view.__module__}.{view.__name__}: no sample of {view.model}"
        arguments = {"pk": record.pk}
        if name in ("group_step", "volunteer_step", "volunteer_reason"):
            arguments["step"] = {"group_step": "rest", "volunteer_step": "resume"}.get(name, "pause")
        if name in ("successor_step", "successor_reason"):
            arguments["step"] = "agree" if name == "successor_step" else "drop"
        if name in ("activity_step", "entry_mark"):
            arguments["step"] = "open" if name == "activity_step" else "tick"
        if name == "file_step":
            arguments["step"] = "check"
        if name == "seeker_step":
            arguments["step"] = "activate"
        if name == "application_step":
            arguments["step"] = "pool"
        if name == "event_step":
            arguments["step"] = "publish"
        if name == "door_tick":
            arguments["signup"] = records[Signup].pk
        if name in ("shift_in", "shift_out", "offer_ask"):
            arguments["volunteer"] = records[Volunteer].pk
        if name == "post_step":
            arguments["step"] = "close"
        if name == "request_create":
            arguments["deed"] = "address"
        if name == "policystep_create":
            arguments["policy"] = records[PolicyStep].policy_id
        if name in ("entry_create", "decide") and app != "groups":
            arguments["kind"] = "note" if name == "entry_create" else "no_report"
        if name in ("lead_act", "case_act"):
            arguments["kind"] = "chat" if name == "lead_act" else "refer"
        if name in ("case_paper", "paper_file"):
            arguments["kind"] = "cover"
        if name.startswith("campaign_work"):
            arguments |= {"kind": "visits"} | ({"row": 1} if name == "campaign_work_drop" else {})
        if name == "agreement_act":
            arguments["kind"] = "draft"
        if name == "note_tear":
            arguments["note"] = 1
        if name in ("material_strike", "material_sheet"):
            arguments[name.removeprefix("material_").replace("strike", "material")] = 1
        if name == "person":
            arguments["place"] = 0
        if name == "picture":
            arguments["exhibit"] = 1
        if name in ("entry_amend", "copy") and app == "safety":
            arguments["number"] = 1
        if name == "let_out":
            arguments["grant"] = records[CaseGrant].pk
        if name == "fact_update":
            arguments["person"] = records[Resident].pk
        if name in ("question", "section", "bank") or name.startswith(("question_", "section_")) and app == "surveys":
            arguments |= {
                "bank": {"topic": "5"},
                "section": {"number": 0},
                **dict.fromkeys(("section_drop", "section_up", "section_down"), {"number": 0}),
            }.get(name, {"code": "q1"})
        if name == "question_add":
            del arguments["code"]
        if name == "merge":
            arguments["gone"] = records[ChildFile].resident_id
        found.append((reverse(full_name(name, view), kwargs=arguments), permission_of(view.as_view(), name)))
    return found


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_chair_of_another_community_finds_none_of_our_records(records, stranger, as_user, method):
    client = as_user(stranger)

    opened = {
        address: status
        for address, _ in addresses(records)
        if (status := getattr(client, method)(address).status_code) not in (404, 405)
    }

    assert opened == {}


@pytest.mark.parametrize("role", list(Role))
def test_every_role_opens_only_what_its_permissions_name(records, role, grid, as_user):
    client = as_user(user_with(role, grid))

    opened = {
        address: status
        for address, permission in addresses(records)
        if permission not in PERMISSIONS[role] | {SIGNED_IN}
        and (status := client.get(address).status_code) not in (404, 405)
    }

    assert opened == {}


def test_somebody_without_an_account_is_sent_to_the_sign_in_page(records):
    client = Client()

    answers = {client.get(address).status_code for address, permission in addresses(records) if permission != PUBLIC}

    assert answers == {302}


def test_a_member_of_the_staff_without_any_role_opens_nothing(records, as_user):
    client = as_user(User.objects.create(username="norole", name="无角色"))

    opened = [a for a, permission in addresses(records) if client.get(a).status_code not in (404, 405)]

    assert opened == []


@pytest.mark.parametrize("role", [Role.CHAIR, Role.SAFETY_OFFICER, Role.GRID_WORKER])
def test_no_title_says_whom_a_page_is_about(records, role, grid, as_user):
    area = grid if role == Role.GRID_WORKER else grid.parent
    client = as_user(user_with(role, area))
    resident = records[Resident]
    secrets = {
        resident.name, records[Household].head_name, records[Household].number, records[Concern].title,
        records[Reception].visitor_name, records[User].name, records[TermMember].name, records[ChildFile].resident.name,
    } - {""}  # fmt: skip

    titles = {}
    for address, _ in addresses(records):
        page = client.get(address)
        if page.headers["Content-Type"].startswith("text/html") and "<title>" in page.content.decode():
            titles[address] = page.content.decode().split("<title>")[1].split("</title>")[0]

    assert len(titles) > 3
    assert [(a, t) for a, t in titles.items() if any(secret in t for secret in secrets)] == []
    assert [a for a, t in titles.items() if t.startswith((" ", "·")) or t.startswith("首页")] == []
