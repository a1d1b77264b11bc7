"""一户一档: everything a file holds as plain texts, for its tabs, for paper and for Word; numbers masked (handbook 4.2)."""

from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from fedhub.core import files
from fedhub.core.privacy import masked
from fedhub.core.text import chinese_date
from fedhub.reference.lookup import label, labels, rule
from hardship.accounts import EARNS, SPENDS, quarter_of, quarter_words, sums_of
from hardship.enums import MeasureState
from hardship.models import Delivery, HomeFact, Measure, MemberFact, Pairing, YearAccount
from households.minors import opened_people
from households.models import Status
from households.queries import members_of, statuses_of, statuses_of_people


@dataclass
class Sheet:
    """Blocks of the file, each a list of dicts or objects ready to be shown."""

    home: object = None
    members: list = field(default_factory=list)
    accounts: list = field(default_factory=list)
    causes: list = field(default_factory=list)
    needs: list = field(default_factory=list)
    evidence: list = field(default_factory=list)
    statuses: list = field(default_factory=list)
    pairings: list = field(default_factory=list)
    gifts: list = field(default_factory=list)
    reviews: list = field(default_factory=list)


def member_rows(file, user):
    """Who lives there, with what the file knows of each: dicts. Of a child nothing but name, relation and age unless `user`
    may open it (households.minors); then it is noted. Three queries, some more where there are children."""
    # Of each no number to ring stands here.
    members = list(members_of(file.household).prefetch_related(None))
    opened = opened_people(user, {member.resident_id: member.resident for member in members}.values())
    known = {fact.resident_id: fact for fact in MemberFact.objects.filter(file=file)}
    relations, health, labour = labels("relation"), labels("health_simple"), labels("labour_capacity")
    grades, kinds = labels("disability_grade"), labels("disability_type")
    rows = {}
    for member in members:
        person = member.resident
        shut = person.pk not in opened
        fact = None if shut else known.get(person.pk)
        row = rows.setdefault(
            person.pk,
            {
                "person": person,
                "shut": shut,
                "id_mask": masked(person, "id_number"),
                "relation": relations.get(member.relation, ""),
                "age": person.age(),
                "fact": fact,
                "school": fact.school if fact else "",
                "health": "、".join(health.get(code, code) for code in fact.health) if fact else "",
                "disability": f"{kinds.get(fact.disability_kind, '')}{grades.get(fact.disability_grade, '')}"
                if fact
                else "",
                "labour": labour.get(fact.labour, "") if fact else "",
                "work": fact.work if fact else "" if shut else person.workplace,
                "income": fact.income if fact else None,
                "insurance": "、".join(filter(None, [fact.medical, fact.pension])) if fact else "",
                "benefits": fact.benefits if fact else "",
            },
        )
        if member.kind == "lives":
            row["relation"] = relations.get(member.relation, "")
    return list(rows.values())


def account_rows(file):
    """`[(YearAccount, Sums, earned [(words, yuan)], spent [(words, yuan)])]`, the newest first."""
    standard = rule("dibao_standard_month")
    names = {f.name: f.verbose_name for f in YearAccount._meta.concrete_fields}

    def parts(account, columns):
        return [(names[name], getattr(account, name)) for name in columns if getattr(account, name)]

    rows = file.accounts.order_by("-year")
    return [(account, sums_of(account, standard), parts(account, EARNS), parts(account, SPENDS)) for account in rows]


def plan_rows(file):
    """`[(Cause, words, [(quarter words, [Measure with results])])]`; three queries."""
    own = [field.name for field in Measure._meta.concrete_fields]
    measures = (
        Measure.objects.select_related("responsible").only(*own, "responsible__name").prefetch_related("results")
    )
    rows = []
    for cause in file.causes.prefetch_related(Prefetch("measures", queryset=measures.order_by("-quarter", "pk"))):
        quarters = {}
        for measure in cause.measures.all():
            quarters.setdefault(measure.quarter, []).append(measure)
        named = [(quarter_words(quarter), found) for quarter, found in quarters.items()]
        rows.append((cause, label("hardship_cause", cause.code), named))
    return rows


def to_carry(causes):
    """Measures of the rows of `plan_rows` that are open since an earlier quarter; the next one may go on with them."""
    today = quarter_of(timezone.localdate())
    return [
        measure for cause, _, quarters in causes if cause.closed_on is None for _, measures in quarters
        for measure in measures if measure.item and measure.state == MeasureState.OPEN and measure.quarter < today
    ]  # fmt: skip


def gaps_of(causes, quarter=None):
    """`[(Cause, words)]` of those rows of `plan_rows` that are open and have neither a measure nor a written reason for none in
    the quarter (default the present one)."""
    present = quarter or quarter_of(timezone.localdate())
    return [
        (cause, words) for cause, words, quarters in causes
        if cause.closed_on is None and quarter_words(present) not in dict(quarters)
    ]  # fmt: skip


def evidence_rows(file, user):
    """`[(Evidence, mask of its number, pictures, shut)]`, those that hold first; pictures as dicts url, caption. The papers of a
    child are `shut`, its pictures left out, unless `user` may open them (households.minors)."""
    rows = list(file.evidence.select_related("resident__area", "seen_by"))
    opened = opened_people(user, {proof.resident_id: proof.resident for proof in rows if proof.resident_id}.values())
    kept = files.attachments_by_owner(rows)
    found = []
    for proof in rows:
        shut = proof.resident_id is not None and proof.resident_id not in opened
        pictures = [] if shut else [_picture(one, proof) for one in kept[proof.pk]]
        found.append((proof, masked(proof, "number"), pictures, shut))
    return found


def _picture(attachment, proof):
    return {"url": reverse("core:file", args=[attachment.uuid]), "caption": proof.get_kind_display()}


def kind_alone(status):
    """A category of a child as everybody may read it: which, from when and until when."""
    return Status(category=status.category, valid_from=status.valid_from, valid_to=status.valid_to)


def sheet_of(file, user):
    """The Sheet of a file as far as `user` may read it (whoever may read the file reads its blocks)."""
    household = file.household
    names = labels("hardship_category")
    people = {m.resident_id: m.resident for m in members_of(household)}
    statuses = [("全家", status) for status in statuses_of(household=household)]
    opened = opened_people(user, people.values())
    for status in statuses_of_people(people):
        pk = status.resident_id
        statuses.append((people[pk].name, status if pk in opened else kind_alone(status)))
    return Sheet(
        home=HomeFact.objects.filter(file=file).first(),
        members=member_rows(file, user),
        accounts=account_rows(file),
        causes=plan_rows(file),
        needs=list(file.needs.all()),
        evidence=[row for row in evidence_rows(file, user) if row[0].replaced_on is None],
        statuses=[(who, names.get(s.category, s.category), s) for who, s in statuses],
        pairings=list(Pairing.objects.filter(file=file).select_related("helper").order_by("starts_on", "pk")),
        gifts=list(
            Delivery.objects.visible_to(user).handed_over().filter(household=household).select_related("fund", "batch")
            .order_by("handed_on", "pk")
        ),
        reviews=list(file.reviews.select_related("made_by", "confirmed_by").order_by("on", "pk")),
    )  # fmt: skip


def day(value):
    """A date in words, '' for none."""
    return chinese_date(value) if value else ""
