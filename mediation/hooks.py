"""Menu entries of the micro-home."""

from fedhub.areas.moving import place_followers
from fedhub.core.menu import Entry, menu
from mediation import posts  # noqa: F401 - the list of successors asks for mediators
from mediation.models import Case, Lead
from mediation.queries import due_count, duty_count, unanswered_count, waiting_count

menu.register(Entry("mediation.new", "mediation", "登记线索", "mediation:lead_create", "mediation.add_lead", 5))
menu.register(
    Entry("mediation.leads", "mediation", "纠纷线索", "mediation:lead_list", "mediation.view_lead", 10, due_count)
)
menu.register(
    Entry("mediation.cases", "mediation", "调解案件", "mediation:case_list", "mediation.view_case", 15, waiting_count)
)
menu.register(
    Entry("mediation.duties", "mediation", "履行和回访", "mediation:duties", "mediation.view_case", 17, duty_count)
)
menu.register(
    Entry(
        "mediation.answers", "mediation", "我的摸排", "mediation:answers", "mediation.change_gridreport", 20,
        unanswered_count,
    )
)  # fmt: skip
menu.register(
    Entry("mediation.rounds", "mediation", "摸排", "mediation:round_list", "mediation.view_screeninground", 25)
)
menu.register(
    Entry("mediation.people", "mediation", "调解员", "mediation:mediator_list", "mediation.view_mediator", 30)
)
menu.register(Entry("mediation.roster", "mediation", "值班表", "mediation:roster", "mediation.view_mediator", 35))
menu.register(
    Entry("mediation.case_figures", "mediation", "调解统计表", "mediation:case_figures", "mediation.assign_case", 55)
)
menu.register(
    Entry("mediation.ratings", "mediation", "当事人的评价", "mediation:ratings", "mediation.assign_case", 57)
)
menu.register(
    Entry("mediation.figures", "mediation", "排查化解数字", "mediation:figures", "mediation.assign_lead", 50)
)


@place_followers.append
def leads_follow(places, area):
    """Leads and cases of grids out of use lie where their families went; no trace tells of it."""
    for model in (Lead, Case):
        model.objects.filter(area__in=places).update(area=area)
