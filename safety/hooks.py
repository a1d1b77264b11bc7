"""What the sealed compartment offers below: the neutral to-do for the trained person, the instructions for all, and the
receiver of what imports may not keep."""

from fedhub.core.menu import Entry, menu
from fedhub.ledgers.registry import sealed_sink
from safety.enums import ReportSource, Sign
from safety.queries import open_count
from safety.services import report_risk

menu.register(
    Entry("safety.reports", "desk", "待办（受限）", "safety:report_list", "safety.view_riskreport", 20, open_count)
)
menu.register(Entry("safety.help", "desk", "遇到危险怎么办", "safety:help", None, 30))


@sealed_sink.connect
def report_from_import(*, area, by, name, texts):
    """Texts of an imported ledger that speak of violence become a sealed report (decisions on data and privacy)."""
    text = "\n".join(texts)
    report_risk(area=area, source=ReportSource.IMPORT, by=by, signs=[Sign.OTHER], text=text, subject_name=name)
