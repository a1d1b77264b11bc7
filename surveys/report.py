"""The report of a survey for Word, small numbers hidden: every office can change the template."""

from django.conf import settings
from django.utils import timezone

from fedhub.core.papers import Paper, papers
from fedhub.core.text import chinese_date
from fedhub.reference.lookup import label
from surveys.models import Finding

HIDDEN = "·"
NOTE = "百分比按答了这一题的份数算；多选题加起来超过 100%。少于 {least} 份或可推算的数写“·”，不显示。"

report_paper = papers.register(
    Paper(
        key="survey",
        label="问卷结果报告",
        shipped=settings.BASE_DIR / "templates" / "papers" / "survey.docx",
        words={
            "单位": "梧桐社区妇联", "标题": "上班妈妈最需要什么", "编号": "WJ2026-0001", "方面": "职业女性养育问题",
            "为什么问": "想知道上班的妈妈需要什么", "从": "2026年3月1日", "到": "2026年3月31日", "记名方式": "匿名", "收到": "286",
            "问的人数": "600", "回收率": "47.7%", "您说的": "假期没人带孩子。", "我们做了的": "暑期托管班 7 月 1 日开班。",
            "说明": "少于 5 份的数不显示。", "日期": "2026年4月8日",
        },
        lists={
            "结果": {"题目": "您现在工作吗？", "答的份数": "280", "选项": "在工作", "份数": "200", "百分比": "71.4%"},
            "发现": {"发现": "假期托管最缺", "方面": "职业女性养育问题", "网格": "第一网格", "办理": "已提诉求，办理中"},
        },
        order=40,
    )
)  # fmt: skip


def report_values(results, user):
    """`{word: text}` and the lists of the report of `results`, as far as `user` may read them."""
    survey = results.survey
    findings = Finding.objects.visible_to(user, "surveys.view_survey").filter(survey=survey).for_list().order_by("pk")
    return {
        "单位": user.home_office() or survey.asker,
        "标题": survey.title,
        "编号": survey.number,
        "方面": label("survey_topic", survey.topic) if survey.topic else "",
        "为什么问": survey.purpose,
        "从": chinese_date(survey.starts_on),
        "到": chinese_date(survey.ends_on) if survey.ends_on else "",
        "记名方式": survey.get_mode_display(),
        "收到": results.total,
        "问的人数": survey.audience or "",
        "回收率": f"{results.rate}%" if results.rate is not None else "",
        "您说的": survey.said,
        "我们做了的": survey.done,
        "说明": NOTE.format(least=results.least),
        "日期": chinese_date(timezone.localdate()),
        "结果": [row for figure in results.figures for row in rows_of(figure)],
        "发现": [
            {"发现": one.words, "方面": label("survey_topic", one.topic), "网格": one.area.name,
             "办理": f"已提诉求，{one.concern.get_status_display()}" if one.concern else "还没有提诉求"}
            for one in findings
        ],
    }  # fmt: skip


def title_of(figure):
    """The question, with the row of a matrix."""
    return f"{figure.question.label} {figure.row_label}".strip()


def rows_of(figure):
    """Rows of the list 结果: one for each option, or one for a question without options."""
    base = figure.base if figure.base is not None else HIDDEN
    head = {"题目": title_of(figure), "答的份数": base}
    rows = [
        head | {"选项": line.label, "份数": HIDDEN if line.n is None else line.n,
                "百分比": HIDDEN if line.percent is None else f"{line.percent}%"}
        for line in figure.lines
    ]  # fmt: skip
    said = "；".join(middle_words(figure))
    if said or not rows:
        rows.append(
            head | {"选项": said or ("文字答案另见" if figure.base else "不足，不显示"), "份数": "", "百分比": ""}
        )
    return rows


def middle_words(figure):
    """Mean, median and points in words."""
    said = [f"平均 {figure.mean}"] if figure.mean is not None else []
    said += [f"中位数 {figure.median}"] if figure.median is not None else []
    scores = [f"{line.label} {line.score}" for line in figure.lines if line.score is not None]
    return [*said, f"平均得分：{'、'.join(scores)}"] if scores else said


def figures_behind(results, key):
    """[[question and option, how many, how many answered]] of the shown counts of one figure: what a finding rests on."""
    figure = next((one for one in results.figures if one.key == key), None)
    if figure is None:
        return []
    return [[f"{title_of(figure)}　{line.label}", line.n, figure.base] for line in figure.lines if line.n]
