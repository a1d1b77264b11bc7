"""What the pages of the import wizard show: its four steps, the band of results, one line per row."""

from fedhub.core.templatetags.fmt import file_size
from fedhub.core.text import mask_id
from fedhub.ledgers.enums import BatchState, Verdict
from fedhub.ledgers.rows import StagedRow
from fedhub.ledgers.services.commit import CHOICES
from fedhub.reference.lookup import rule

BAND_WIDTH, GAP, LEAST = 1060.0, 2.0, 4.0
TONES = {
    Verdict.NEW: ("ok", "plus"),
    Verdict.CHANGED: ("info", "swap"),
    Verdict.SAME: ("quiet", ""),
    Verdict.SUSPECT: ("warn", "dup"),
    Verdict.REFUSED: ("bad", "ban"),
}
ACTIONS = {Verdict.SUSPECT: "比对", Verdict.CHANGED: "看变更"}
AT = {BatchState.UPLOADED: 1, BatchState.CHECKING: 2, BatchState.CHECKED: 2, BatchState.FAILED: 2}


def wizard_steps(batch, at=None):
    """The four steps for the `steps` component; `batch` None on the upload page."""
    if batch is not None and at is None:
        at = AT.get(batch.state, 4)
    at = at or 0
    hours = rule("import_undo_hours")
    notes = ["", "", "", f"可在 {hours} 小时内撤销"]
    if batch is not None:
        notes[0] = file_size(batch.size)
        notes[1] = f"{len(batch.mapping)} 列已对上" if batch.mapping else ""
        notes[2] = "还没有写入" if at < 4 else ""
    labels = ["上传文件", "对应列", "试运行", "确认导入"]
    states = ["done" if place < at else "now" if place == at else "" for place in range(4)]
    return [{"label": a, "note": b, "state": c} for a, b, c in zip(labels, notes, states, strict=True)]


def band(counts):
    """`{rects, legend, label}` of the result band: widths by share, a small one still visible."""
    found = [(verdict, counts.get(verdict, 0)) for verdict in Verdict]
    shown = [(verdict, n) for verdict, n in found if n]
    room = BAND_WIDTH - GAP * max(len(shown) - 1, 0)
    total = sum(n for _, n in shown) or 1
    widths = [max(LEAST, room * n / total) for _, n in shown]
    squeeze = room / sum(widths) if widths else 1
    rects, x = [], 0.0
    for (verdict, _), width in zip(shown, widths, strict=True):
        rects.append({"tone": TONES[verdict][0], "x": f"{x:.1f}", "width": f"{width * squeeze:.1f}"})
        x += width * squeeze + GAP
    return {
        "rects": rects,
        "legend": [{"tone": TONES[v][0], "label": v.label, "count": n} for v, n in found],
        "label": "，".join(f"{v.label} {n}" for v, n in found),
    }


def said(remark):
    """A remark as a part of one sentence: which column, unless it names it itself, and what is the matter."""
    text = remark.text.rstrip("。")
    return text if not remark.column or remark.column in text else f"{remark.column}：{text}"


def line(stored, batch):
    """One row of the result table as a dict for the template."""
    row = StagedRow.from_model(stored)
    values = row.values
    verdict = Verdict(stored.verdict)
    tone, icon = TONES[verdict]
    number = values.get("id_number", "")
    remarks = [finding for finding in row.findings if finding.kind != "change"]
    return {
        "pk": stored.pk,
        "row": row.row,
        "sheet": "" if batch.sheet else row.sheet,
        "name": values.get("name", ""),
        "id_number": number if values.get("id_masked") else mask_id(number),
        "birth": values.get("birth", ""),
        "grid": values.get("grid", ""),
        "tone": tone,
        "icon": icon,
        "verdict": verdict.label,
        "strong": verdict in (Verdict.SUSPECT, Verdict.REFUSED),
        "choice": CHOICES.get(stored.choice, ""),
        "changes": [f for f in row.findings if f.kind == "change"],
        "remarks": remarks,
        "said": "；".join(said(remark) for remark in remarks),
        "remedies": list(dict.fromkeys(remark.remedy for remark in remarks if remark.remedy)),
        "action": ACTIONS.get(verdict, "看原行"),
        "purged": stored.raw is None,
    }
