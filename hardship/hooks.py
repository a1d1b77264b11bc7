"""Menu entries of hardship files, pairing and aid, and what they bring to the pages of families."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from fedhub.core.menu import Entry, menu
from fedhub.core.residents import Door, home_doors, own_doors
from fedhub.reference.lookup import held_rule, rule
from hardship.accounts import quarter_of, quarter_words
from hardship.enums import IN_CARE, Deed, Fit
from hardship.families import families_of, policy_words
from hardship.models import BankAccount, Delivery, HardshipFile, Helper, Policy
from hardship.panels import file_panels
from hardship.policies import best_fit, verdicts
from hardship.queries import (
    LEVEL_TONES,
    TONES,
    waiting_for_approval,
    waiting_gifts,
    waiting_pairings,
    waiting_requests,
    waiting_reviews,
)
from hardship.rounds import waiting_rounds
from hardship.services.notices import is_on as notices_on
from hardship.services.notices import stops_notice
from hardship.services.places import follow_households
from hardship.services.requests import families_in_care
from hardship.sheet import account_rows, evidence_rows, gaps_of, member_rows, plan_rows, to_carry
from hardship.states import ASK_TONES, FIT_TONES, GIFT_TONES, PAIR_TONES, notice_state
from hardship.told import any_public, told_of, watches_of
from households.guards import guards
from households.panels import Panel, followers, household_panels, resident_panels
from households.staff import knows_staff

WATCH = "hardship.add_policywatch"

followers.append(follow_households)
guards.append(families_in_care)


@knows_staff
def helpers_who_are_residents():
    """Helpers with an account whose own record is linked."""
    return Helper.objects.filter(user__isnull=False, resident__isnull=False)


home_doors.register(Door("hardship.policies", 38, "惠民政策", "policies_resident:list", shown=any_public))
own_doors.register(Door("hardship.policies", 50, "惠民政策", "policies_resident:list", shown=any_public))
own_doors.register(Door("hardship.policywatch", 52, "政策提醒", "policies_resident:mine", shown=any_public))
home_doors.register(Door("hardship.notices", 50, "公示", "notices:list", shown=notices_on))


def waiting_count(user):
    """How much waits for `user` to decide; one query, since it stands on every page."""
    sources = (waiting_for_approval, waiting_reviews, waiting_gifts, waiting_pairings, waiting_requests,
               waiting_rounds)  # fmt: skip
    first, *others = (source(user).order_by().values_list("pk") for source in sources)
    return first.union(*others, all=True).count()


menu.register(Entry("hardship.files", "hardship", "困难家庭", "hardship:file_list", "hardship.view_hardshipfile", 10))
menu.register(
    Entry(
        "hardship.waiting",
        "hardship",
        "待审核",
        "hardship:waiting",
        "hardship.approve_hardshipfile",
        20,
        waiting_count,
    )
)


def files_of_household(household, user):
    """The files of a family that `user` may see, the newest first. Asked alike with and without a guarded one: to open a
    second file is refused by the service."""
    rows = HardshipFile.objects.visible_to(user).filter(household=household).order_by("-pk")
    files = [(f, TONES[f.state], (LEVEL_TONES[f.level], f.get_level_display()) if f.level else None) for f in rows]
    may = household.is_open and user.has_perm("hardship.add_hardshipfile", household)
    open_one = any(f.is_open for f, *_ in files)
    return {
        "files": files,
        "create_url": reverse("hardship:file_create", args=[household.pk]) if may and not open_one else "",
    }


household_panels.register(
    Panel(
        "hardship", "困难档案", 30, "hardship.view_hardshipfile", "hardship/panels/household.html", files_of_household
    )
)


# --- aid --------------------------------------------------------------------------------------------------------------
menu.register(Entry("hardship.aid", "hardship", "救助发放", "hardship:delivery_list", "hardship.view_delivery", 40))
menu.register(Entry("hardship.rounds", "hardship", "节日慰问", "hardship:round_list", "hardship.view_giftround", 45))
menu.register(Entry("hardship.goods", "hardship", "物资", "hardship:batch_list", "hardship.view_batch", 50))
menu.register(Entry("hardship.funds", "hardship", "款项", "hardship:fund_list", "hardship.view_fund", 55))
menu.register(Entry("hardship.donors", "hardship", "捐赠方", "hardship:donor_list", "hardship.view_donor", 60))
menu.register(Entry("hardship.figures", "hardship", "救助收支", "hardship:aid_figures", "hardship.view_aidperiod", 70))


def gifts_of(household, user):
    """What a family was given, as far as `user` may see it, the newest first."""
    rows = Delivery.objects.visible_to(user).filter(household=household).select_related("fund", "batch")
    may = household.is_open and user.has_perm("hardship.add_delivery", household)
    return {
        "gifts": [(gift, GIFT_TONES[gift.state]) for gift in rows.order_by("-asked_on", "-pk")[:50]],
        "create_url": f"{reverse('hardship:delivery_create')}?household={household.pk}" if may else "",
    }


household_panels.register(Panel("aid", "救助", 31, "hardship.view_delivery", "hardship/panels/aid.html", gifts_of))
file_panels.register(
    Panel(
        "aid", "救助", 50, "hardship.view_delivery", "hardship/panels/aid.html",
        lambda file, user: gifts_of(file.household, user),
    )
)  # fmt: skip


# --- pairing ------------------------------------------------------------------------------------------------------------
menu.register(Entry("hardship.pairings", "hardship", "结对帮扶", "hardship:pairing_list", "hardship.view_pairing", 30))
menu.register(
    Entry("hardship.helpers", "hardship", "帮扶人（单位）", "hardship:helper_list", "hardship.view_helper", 35)
)
menu.register(
    Entry("hardship.own", "hardship", "我帮扶的家庭", "hardship:own_pairings", "hardship.view_ownpairing", 25)
)


def pairings_of(file, user):
    """The pairings of a file, running ones first."""
    rows = file.pairings.select_related("helper").order_by("ended_on", "-starts_on", "-pk")
    may = file.approved_on is not None and file.is_open and user.has_perm("hardship.add_pairing", file)
    return {
        "pairings": [(one, PAIR_TONES[one.state]) for one in rows],
        "create_url": reverse("hardship:pair_create", args=[file.pk]) if may else "",
    }


file_panels.register(
    Panel("pairings", "结对", 40, "hardship.view_pairing", "hardship/panels/pairings.html", pairings_of)
)


# --- blocks of the file -------------------------------------------------------------------------------------------------
def may_write(file, user):
    return file.is_open and user.has_perm("hardship.change_hardshipfile", file)


def members_block(file, user):
    home = getattr(file, "home", None)
    return {"file": file, "members": member_rows(file, user), "home": home, "may_write": may_write(file, user)}


def accounts_block(file, user):
    return {"file": file, "accounts": account_rows(file), "may_write": may_write(file, user)}


def plan_block(file, user):
    causes = plan_rows(file)
    return {
        "file": file,
        "causes": causes,
        "gaps": gaps_of(causes),
        "quarter": quarter_words(quarter_of(timezone.localdate())),
        "may_carry": bool(to_carry(causes)),
        "may_write": may_write(file, user),
    }


def needs_block(file, user):
    return {
        "file": file,
        "needs": file.needs.order_by("ended_on", "priority", "pk"),
        "may_write": may_write(file, user),
    }


def evidence_block(file, user):
    today = timezone.localdate()
    return {
        "file": file, "proofs": evidence_rows(file, user), "today": today,
        "warn_until": today + timedelta(days=rule("hardship_proof_warn_days")), "may_write": may_write(file, user),
    }  # fmt: skip


VIEW_FILE = "hardship.view_hardshipfile"
for panel in (
    Panel("members", "成员、住房", 10, VIEW_FILE, "hardship/panels/members.html", members_block),
    Panel("accounts", "收支", 15, VIEW_FILE, "hardship/panels/accounts.html", accounts_block),
    Panel("plan", "原因、措施", 20, VIEW_FILE, "hardship/panels/plan.html", plan_block),
    Panel("needs", "需求", 25, VIEW_FILE, "hardship/panels/needs.html", needs_block),
    Panel("evidence", "佐证材料", 30, VIEW_FILE, "hardship/panels/evidence.html", evidence_block),
):
    file_panels.register(panel)


# --- policies -----------------------------------------------------------------------------------------------------------
menu.register(Entry("hardship.policies", "hardship", "惠民政策", "hardship:policy_list", "hardship.view_policy", 24))


def policies_block(file, user):
    """Every policy in use against the family: what it may be for first, then what is missing; at the end why not."""
    family, words = families_of([file], user)[file.pk], policy_words()
    done = {}
    for step in file.policy_steps.filter(void_on=None).select_related("resident", "made_by"):
        done.setdefault(step.policy_id, []).append(step)
    may, found = may_write(file, user), {}
    for policy in Policy.objects.in_use().order_by("title", "pk"):
        results = verdicts(policy, family, words)
        fit = best_fit(results)
        shown = [one for one in results if one.fit == fit]
        url = reverse("hardship:policystep_create", args=[file.pk, policy.pk]) if may and fit != Fit.NOT else ""
        found.setdefault(fit, []).append((policy, shown, done.get(policy.pk, []), url))
    order = [fit for fit in (Fit.MAY, Fit.UNKNOWN, Fit.HELD) if fit in found]
    return {
        "file": file, "groups": [(FIT_TONES[fit], fit.label, found[fit]) for fit in order],
        "against": found.get(Fit.NOT, []), "may_write": may,
    }  # fmt: skip


file_panels.register(
    Panel("policies", "政策", 28, "hardship.view_policy", "hardship/panels/policies.html", policies_block)
)


# --- public notice ------------------------------------------------------------------------------------------------------
def notices_are_on():
    """True while the office publishes; as this process last read it, since the menu stands on every page."""
    return bool(held_rule("hardship_notice_on"))


menu.register(
    Entry(
        "hardship.notices",
        "hardship",
        "公示",
        "hardship:notice_list",
        "hardship.view_hardshipfile",
        65,
        shown=notices_are_on,
    )
)


def notices_block(file, user):
    """The notices of a file, the newest first, and why none can be drafted now."""
    stop = stops_notice(file)
    return {
        "notices": [
            (one, notice_state(one)) for one in file.notices.select_related("consent").order_by("-created_at", "-pk")
        ],
        "stop": stop,
        "create_url": reverse("hardship:notice_create", args=[file.pk]) if not stop and may_write(file, user) else "",
    }


file_panels.register(
    Panel(
        "notices",
        "公示",
        70,
        "hardship.view_hardshipfile",
        "hardship/panels/notices.html",
        notices_block,
        shown=notices_are_on,
    )
)


# --- requests -----------------------------------------------------------------------------------------------------------
menu.register(
    Entry("hardship.requests", "hardship", "变更申请", "hardship:request_list", "hardship.view_changerequest", 22)
)


def requests_block(file, user):
    asked = file.requests.select_related("created_by", "decided_by").order_by("-pk")
    accounts = BankAccount.objects.filter(request__file__household=file.household).select_related("resident")
    may = file.state in IN_CARE and user.has_perm("hardship.add_changerequest", file)
    deeds = [(deed.label, reverse("hardship:request_create", args=[file.pk, deed.value])) for deed in Deed]
    return {
        "file": file, "asked": [(one, ASK_TONES[one.state]) for one in asked],
        "accounts": accounts.order_by("valid_to", "-pk"), "deeds": deeds if may else [],
    }  # fmt: skip


file_panels.register(
    Panel("requests", "变更申请", 60, "hardship.view_changerequest", "hardship/panels/requests.html", requests_block)
)


def watches_block(resident, user):
    """Of which policies she wants to hear, and of which she was told."""
    may = user.has_perm(WATCH, resident)
    url = reverse("hardship:policywatch_create", args=[resident.pk]) if may else ""
    return {"watches": list(watches_of(resident)), "told": told_of(resident, 5), "create_url": url, "may_end": may}


resident_panels.register(
    Panel("policywatch", "政策提醒", 47, "hardship.view_policy", "hardship/panels/policywatch.html", watches_block)
)
