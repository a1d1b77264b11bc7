"""What the sealed compartment offers below: the neutral to-do for the trained person, the instructions for all, the
warning that a place has no trained person, and the receiver of what imports may not keep."""

from django.urls import reverse

from accounts.queries import places_without
from accounts.roles import Role
from accounts.services import grantable_roles
from fedhub.core import audit
from fedhub.core.banners import banner_source
from fedhub.core.menu import Entry, menu
from fedhub.ledgers.registry import sealed_sink
from safety.chain import faults
from safety.enums import ReportSource, Sign
from safety.queries import late_count, open_count, unwatched_count
from safety.services.reports import report_risk

menu.register(
    Entry("safety.reports", "desk", "待办（受限）", "safety:report_list", "safety.view_riskreport", 20, open_count)
)
menu.register(Entry("safety.files", "desk", "受限档案", "safety:file_list", "safety.view_safetyfile", 25, late_count))
menu.register(Entry("safety.figures", "desk", "维权年度数字", "safety:figures", "safety.count_safetyfile", 27))
menu.register(Entry("safety.keeping", "desk", "保管与销毁", "safety:keeping", "safety.destroy_safetyfile", 28))
menu.register(
    Entry(
        "safety.urgent",
        "settings",
        "紧急打开登记",
        "safety:urgent_list",
        "safety.watch_urgentopening",
        81,
        unwatched_count,
    )
)
menu.register(Entry("safety.help", "desk", "遇到危险怎么办", "safety:help", None, 30))


audit.other_chains.append(faults)

NAMED = 5


@banner_source
def nobody_reads(request):
    """A place without a trained person, for those who hand out roles: whatever is reported there reaches nobody.

    Asked from the grants alone, never from reports, so it stands the same with and without one.
    """
    if request.path not in {"/", reverse("accounts:user_list")} or not request.user.has_perm("accounts.grant_role"):
        return []
    names = places_without("safety.view_riskreport", user=request.user, within="accounts.grant_role")
    if not names:
        return []
    where = "、".join(names[:NAMED]) + (f"等 {len(names)} 处" if len(names) > NAMED else "")
    who = "请指定一位" if Role.SAFETY_OFFICER in grantable_roles(request.user) else "请妇联主席指定一位"
    text = f"{where}还没有权益专人，在那里报告的家庭暴力、儿童受伤害没有人看得到。{who}。"
    return [{"kind": "bad", "text": text, "link": reverse("accounts:user_list"), "link_text": "去工作账号"}]


@sealed_sink.connect
def report_from_import(*, area, by, name, texts, key):
    """Texts of an imported ledger that speak of violence become a sealed report (decisions on data and privacy)."""
    text = "\n".join(texts)
    report_risk(
        area=area, source=ReportSource.IMPORT, by=by, signs=[Sign.OTHER], text=text, subject_name=name,
        key=f"{ReportSource.IMPORT}:{key}",
    )  # fmt: skip
