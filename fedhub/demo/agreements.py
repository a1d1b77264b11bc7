"""Agreements of the demo: one just signed, one of six weeks ago that is being looked after, one kept and closed."""

from datetime import timedelta

from fedhub.core import once
from mediation.models import Agreement, Case
from mediation.services.agreements import add_term, answer_promise, draft_agreement, sign_agreement
from mediation.services.cases import accept_case, begin_case, mediate, register_case, tell_rights
from mediation.services.closing import close_case, note_opinion
from mediation.services.filing import add_material, describe_party, inquire
from mediation.services.followups import answer_followup


def sign(case, by, day, terms, *, form="written"):
    """An agreement of `case` (mediating) on `day`; `terms`: (who, whom, what, fen, days until it is due)."""
    facts = "两边为带孩子、家务争执，分房住了一段日子。"
    draft_agreement(case, form=form, facts=facts, dispute="谁接送、谁出钱。双方都说了自己的不是。", by=by)
    draft = Agreement.objects.get(case=case, state="draft")
    for who, whom, what, fen, days in terms:
        add_term(
            draft,
            who=who,
            whom=whom,
            what=what,
            amount=fen,
            due_on=day + timedelta(days=days),
            by=by,
            key=once.new_key(),
        )
    draft = Agreement.objects.get(pk=draft.pk)
    signed = {"signed": [day] * len(case.parties), "mediator_on": day, "stamped_on": day}
    oral = {"on": day, "agreed": range(len(case.parties))}
    sign_agreement(
        draft, **(signed if form == "written" else oral), base_version=draft.version, by=by, key=once.new_key()
    )
    return Agreement.objects.get(pk=draft.pk)


def settled_today(case, by, today):
    """Signed today."""
    first, second = (one["name"] for one in case.parties[:2])
    sign(case, by, today, [
        (first, "双方", "单周接送孩子，有事提前一天说。", None, 30),
        (second, "双方", "双周接送孩子，有事提前一天说。", None, 30),
    ])  # fmt: skip


def older_cases(homes, by, today):
    """One case of a hundred days ago, kept and closed; one of six weeks ago, its first follow-up done and the second overdue."""
    _kept(homes[0], by, today - timedelta(days=102), today)
    day = today - timedelta(days=47)
    case = _mediated(homes[1], by, day)
    first, second = (one["name"] for one in case.parties)
    _filed(case, by, day)
    day += timedelta(days=5)
    agreement = sign(case, by, day, [
        (second, "孩子、老人或者其他人（写在内容里）", "每月生活费打到孩子的卡上，先付第一个月。", 120000, 10),
        (first, "双方", "每周六让孩子去爷爷家。", None, 60),
    ])  # fmt: skip
    _answered(agreement, by, day + timedelta(days=9), "看了转账记录。")
    _visited(agreement, by, 1)


def _filed(case, by, day):
    """What the parties brought, who was asked, who acts for one of them."""
    names = [one["name"] for one in case.parties]
    for kind, name, source in (
        ("identity", "居民身份证复印件", names[0]), ("identity", "居民身份证复印件", names[1]),
        ("written", "结婚证复印件", names[0]),
    ):  # fmt: skip
        add_material(case, kind=kind, name=name, source=source, on=day, pages=1, by=by, key=once.new_key())
    words = "两家住对门，听到过几回为钱争，没有动过手。"
    inquire(case, on=day, asked="对门邻居", place="楼下", kin="邻居", words=words, by=by, key=once.new_key())
    mandate = {
        "kin": "弟弟",
        "power": "plain",
        "since": day.isoformat(),
        "until": (day + timedelta(days=30)).isoformat(),
    }
    version = Case.objects.get(pk=case.pk).version
    describe_party(case, 1, facts={}, agent="陈志明", mandate=mandate, base_version=version, by=by)


def _kept(home, by, day, today):
    case = _mediated(home, by, day)
    day += timedelta(days=5)
    agreement = sign(
        case, by, day, [(case.parties[0]["name"], "双方", "把堆在楼道的东西搬走。", None, 3)], form="oral"
    )
    _answered(agreement, by, day + timedelta(days=2), "去看过，搬走了。")
    _visited(agreement, by, 3)
    for place, score in enumerate((5, 4)):
        note_opinion(case, party=place, score=score, on=today, how="visit", by=by, key=once.new_key())
    close_case(case, on=today, words="三次回访都在履行。", by=by, key=once.new_key())


def _answered(agreement, by, day, words):
    promise = agreement.promises.get(number=1)
    answer_promise(promise, state="kept", on=day, words=words, by=by, key=once.new_key())


def _visited(agreement, by, times):
    for one in agreement.followups.order_by("days").select_related("agreement__case")[:times]:
        answer_followup(one, on=one.due_on, result="kept", words="两边都说在照做。", by=by, key=once.new_key())


def _mediated(home, by, day):
    """A case of two people brought to mediation in the days from `day`."""
    parties = [
        {"name": one.name, "resident": one.pk, "side": side, "agent": "", "contact": ""}
        for one, side in zip(home.sides, "ab", strict=True)
    ]
    body = {"parties": parties, "facts": "为钱和家务争执。", "request": "写清楚怎么办。", "lead": None}
    known = set(Case.objects.values_list("pk", flat=True))
    register_case(area=home.area, kind="0101", origin="party", body=body, by=by, officer=by, applied_on=day)
    case = Case.objects.exclude(pk__in=known).get()
    facts = {"on": day, "by": by}
    accept_case(case, agreed=(0, 1), **facts)
    tell_rights(case, signed=(0, 1), **facts)
    begin_case(case, words="两边都到了调解室。", **facts)
    mediate(
        case,
        on=day + timedelta(days=4),
        place="妇女调解微家",
        present=(0, 1),
        words="各退一步，愿意写下来。",
        result="agreed",
        by=by,
    )
    return Case.objects.select_related("area").get(pk=case.pk)
