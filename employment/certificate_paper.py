"""培训证书 as a paper: the words its Word template may use, and their values."""

from django.conf import settings

from employment.enums import SkillLevel
from fedhub.core.papers import Paper, papers
from fedhub.core.text import chinese_date

CERTIFICATE = papers.register(
    Paper(
        key="course_certificate", label="培训证书",
        shipped=settings.BASE_DIR / "templates" / "papers" / "course_certificate.docx", order=70,
        words={
            "编号": "PX2026-0001", "姓名": "赵小莉", "培训": "月嫂培训班（第 1 期）", "从": "2026年5月6日", "到": "2026年5月20日",
            "课时": "40", "出勤率": "95%", "证书名称": "母婴护理培训合格证", "等级": "专项能力（培训合格）", "发证单位": "区妇联",
            "发证日期": "2026年5月21日",
        },
    )
)  # fmt: skip


def values_of(paper):
    """Values of a CourseCertificate."""
    level = SkillLevel(paper.level)
    return {
        "编号": paper.number, "姓名": paper.holder, "培训": paper.course, "从": chinese_date(paper.since),
        "到": chinese_date(paper.until), "课时": str(paper.lessons), "出勤率": f"{paper.percent}%",
        "证书名称": paper.title, "等级": "" if level == SkillLevel.NONE else level.label, "发证单位": paper.issuer,
        "发证日期": chinese_date(paper.issued_on),
    }  # fmt: skip
