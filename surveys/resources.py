"""问卷台账: the list of all surveys, or the workbook of one: public (counts) or internal (answers)."""

from django.core.exceptions import ValidationError

from fedhub.areas.models import Area
from fedhub.ledgers.resources import CHUNK, LedgerColumn, LedgerResource, chunked, ledgers
from fedhub.reference.lookup import rule
from surveys.enums import Mode, Status
from surveys.models import Response, Survey
from surveys.results import Results, received
from surveys.states import OUT
from surveys.workbook import answer_sheets, codebook, columns_of, result_sheet, text_sheet


@ledgers.register
class SurveyLedger(LedgerResource):
    """Made from the work alone. Of one survey it holds the codebook and either the counts, small ones hidden (public), or every
    answer (internal); what was written stands on a sheet of its own, covered and mixed."""

    key, label, order, unit = "surveys", "问卷台账", 60, "份"
    note = "不选问卷：一行一份问卷；选了问卷：编码本、结果或逐份答案。"
    importable = False
    rows_words, none_words, all_words = "您负责范围内发布过的问卷", "一份也没有", "问卷一览"
    masked_words, mask_how = "版本", "公开版"
    cautions = ("收到不足 5 份的问卷不导出。", "内部版逐份答案里没有文字和日期；文字单独一页，号码和姓名已遮住。")
    total_column = "title"
    open_url_name = "surveys:result_list"
    export_permission = full_permission = "surveys.export_survey"
    columns = (
        LedgerColumn("seq", "序号", "int", width=5),
        LedgerColumn("number", "编号", "ref", width=14),
        LedgerColumn("title", "标题", width=30),
        LedgerColumn("topic", "方面", "code", table="survey_topic", width=16),
        LedgerColumn("place", "社区（网格）", width=14),
        LedgerColumn("mode", "记名方式", "code", options=dict(Mode.choices), width=12),
        LedgerColumn("starts_on", "开始", "day", width=12),
        LedgerColumn("ends_on", "截止", "day", width=12),
        LedgerColumn("status", "状态", "code", options=dict(Status.choices), width=12),
        LedgerColumn("audience", "问的人数", "int", width=9),
        LedgerColumn("received", "收到份数", "int", width=9),
    )

    def get_rows(self, user, filters, *, full=False):
        surveys = Survey.objects.visible_to(user, self.export_permission).filter(status__in=OUT)
        if filters.get("area"):
            surveys = surveys.filter(area__in=Area.objects.within(Area.objects.get(pk=filters["area"])))
        if not filters.get("survey"):
            return surveys
        survey = surveys.filter(pk=filters["survey"]).first()
        if survey is None:
            return Response.objects.none()
        rows = survey.responses.select_related("area").order_by("id")
        if rows.count() < rule("small_number"):
            raise ValidationError(f"收到不足 {rule('small_number')} 份，不导出：容易认出是谁。")
        return rows

    def narrowed(self, filters):
        survey = Survey.objects.filter(pk=filters["survey"]).first() if filters.get("survey") else None
        return [f"问卷 {survey.number}" if survey else ""]

    def iter_records(self, queryset, filters):
        for chunk in chunked(queryset.select_related("area").order_by("-updated_at", "-pk").iterator(CHUNK)):
            counts = received(chunk)
            for survey in chunk:
                yield {
                    "number": survey.number, "title": survey.title, "topic": survey.topic, "place": survey.area.name,
                    "mode": survey.mode, "starts_on": survey.starts_on, "ends_on": survey.ends_on, "status": survey.status,
                    "audience": survey.audience, "received": counts.get(survey.pk, 0),
                }  # fmt: skip

    def headers_of(self, filters, *, full=False):
        if not filters.get("survey"):
            return self.get_export_headers()
        if not full:
            return ["题目", "答的份数", "选项", "份数", "百分比"]
        results = Results(Survey.objects.get(pk=filters["survey"]))
        return [
            "版次",
            "网格",
            "怎样填的",
            *(heading for _, heading, _ in columns_of(results.questionnaire, many=bool(filters.get("many")))),
        ]

    def sheets(self, *, user, filters, full, watch, layout):
        if not filters.get("survey"):
            return super().sheets(user=user, filters=filters, full=full, watch=watch, layout=layout)
        results = Results(Survey.objects.get(pk=filters["survey"]))
        if not full:
            return [result_sheet(results, layout, watch), codebook(results, layout)]
        rows = self.get_rows(user, filters, full=True)
        answers = answer_sheets(results, rows, layout, watch, many=bool(filters.get("many")))
        return [codebook(results, layout), *answers, text_sheet(results, layout)]
