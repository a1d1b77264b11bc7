"""受助台账: what was handed over, one line a voucher. Made from the work alone: no file is read into it."""

from django.db.models import Exists, F, OuterRef, Value

from fedhub.areas.models import Area
from fedhub.core.text import mask_address, mask_name
from fedhub.ledgers.resources import CHUNK, LedgerColumn, LedgerResource, chunked, ledgers
from hardship.enums import DeliveryState, Occasion
from hardship.models import Batch, Delivery, Fund
from households.listing import categories_of_households
from households.models import Household
from households.models.household import household_title

HIDDEN = "不公开的家庭"


@ledgers.register
class AidLedger(LedgerResource):
    """One line a delivery that got its voucher. What a guarded family got stands there for outsiders without the family, so
    that the sums stay right (ADR 14); what was reversed keeps its line and counts nothing."""

    key, label, order, unit = "aid", "受助台账", 33, "笔"
    note = "一行一张发放凭证：给哪一户、什么事由、发了什么、谁经办、谁签收；由救助发放自动生成。"
    importable = False
    rows_words, none_words, all_words = "您负责范围内发出去的款物", "一笔也没有", "全部"
    masked_words, mask_how = "户主、住址和签收人", "遮住（姓名只留头尾，住址只留到小区）"
    cautions = ("您看不到的家庭只写“不公开的家庭”，数量照算。", "冲正的留着一行，数量和价值空着，备注写明。")
    total_column = "head"
    open_url_name = "hardship:delivery_list"
    export_permission = "hardship.export_delivery"
    full_permission = "hardship.export_full_delivery"
    columns = (
        LedgerColumn("seq", "序号", "int", width=5),
        LedgerColumn("head", "姓名（户主）", "name", width=12),
        LedgerColumn("grid", "网格", width=10),
        LedgerColumn("address", "地址", width=24),
        LedgerColumn("categories", "困难类别", "multi", table="hardship_category", width=14),
        LedgerColumn("occasion", "事由", "code", options=dict(Occasion.choices), width=10),
        LedgerColumn("what", "款物", width=14),
        LedgerColumn("quantity", "数量", "number", width=8),
        LedgerColumn("unit", "单位", "code", options={}, width=6),
        LedgerColumn("value", "价值（元）", "money", width=12),
        LedgerColumn("handed_on", "发放日期", "day", width=12),
        LedgerColumn("handed_name", "经办人", "name", width=9),
        LedgerColumn("received_by", "签收人", "name", width=9),
        LedgerColumn("voucher", "凭证号", "ref", width=14),
        LedgerColumn("remark", "备注", width=24),
    )

    def get_rows(self, user, filters, *, full=False):
        permission = self.full_permission if full else self.export_permission
        seen = Delivery.objects.visible_to(user, permission)
        rows = Delivery.objects.filter(voucher__isnull=False)
        rows = rows.filter(area__in=Area.objects.visible_to(user, permission).values("pk"))
        if filters.get("household"):
            # Asked for one family, the lines without a name would name it.
            rows = seen.filter(voucher__isnull=False, household=filters["household"])
        if filters.get("area"):
            rows = rows.filter(area__in=Area.objects.within(Area.objects.get(pk=filters["area"])))
        if filters.get("since"):
            rows = rows.filter(handed_on__gte=filters["since"])
        if filters.get("until"):
            rows = rows.filter(handed_on__lte=filters["until"])
        if filters.get("occasion"):
            rows = rows.filter(occasion=filters["occasion"])
        if filters.get("source"):
            name = "batch" if filters["source"][0] == "b" else "fund"
            rows = rows.filter(**{name: int(filters["source"][1:])})
        return rows.annotate(shown=Exists(seen.filter(pk=OuterRef("pk"))), whole=Value(bool(full)))

    def narrowed(self, filters):
        days = f"{filters.get('since', '')} 至 {filters.get('until', '')}".strip()
        said = [days if days != "至" else "", dict(Occasion.choices).get(filters.get("occasion"), "")]
        if filters.get("source"):
            model = Batch if filters["source"][0] == "b" else Fund
            said.append(str(model.objects.filter(pk=int(filters["source"][1:])).first() or ""))
        if filters.get("household"):
            said.append(f"户号 {Household.objects.get(pk=filters['household']).number}")
        return [*said, *super().narrowed(filters)]

    def iter_records(self, queryset, filters):
        home = "household__"
        rows = queryset.order_by("handed_on", "voucher", "pk").values(
            "shown", "whole", "household_id", "occasion", "what", "quantity", "value", "handed_on", "received_by",
            "voucher", "state", "cancelled_why", "sheet_id", head_name=F(f"{home}head_name"),
            first_name=F(f"{home}first_name"), home_number=F(f"{home}number"), address=F(f"{home}address"),
            grid=F("area__name"), handed_name=F("handed_by__name"), item=F("batch__item"), unit=F("batch__unit"),
            purse=F("fund__name"),
        )  # fmt: skip
        for chunk in chunked(rows.iterator(chunk_size=CHUNK)):
            found = categories_of_households({record["household_id"] for record in chunk if record["shown"]})
            for record in chunk:
                yield self.record_of(record, found)

    def record_of(self, record, categories):
        """The values of one line; `categories`: {household id: [code]}."""
        shown, undone = record["shown"], record["state"] == DeliveryState.CANCELLED
        name = record["head_name"] or record["first_name"]
        number = int(record["quantity"]) if record["quantity"] % 1 == 0 else record["quantity"]
        unit = record["unit"] or "元"
        said = ["签名在签收单上"] if shown and record["sheet_id"] else []
        if undone:
            why = f"，{record['cancelled_why']}" if shown else ""
            said = [f"已冲正（原 {number} {unit}，{record['value']} 元{why}）"]
        signed = "" if record["sheet_id"] else record["received_by"]
        whole = record["whole"]
        return {
            "head": (name if whole else mask_name(name)) if shown and name else
            household_title("", "", record["home_number"]) if shown else HIDDEN,
            "grid": record["grid"] if shown else "",
            "address": (record["address"] if whole else mask_address(record["address"])) if shown else "",
            "categories": tuple(categories.get(record["household_id"], ())) if shown else (),
            "occasion": record["occasion"],
            # What was typed for the family may say whose it is.
            "what": record["what"] if shown else record["item"] or record["purse"],
            "quantity": "" if undone else number,
            "unit": unit,
            "value": "" if undone else record["value"],
            "handed_on": record["handed_on"],
            "handed_name": record["handed_name"] or "",
            "received_by": (signed if whole else mask_name(signed)) if shown else "",
            "voucher": record["voucher"],
            "remark": "；".join(said),
        }  # fmt: skip
