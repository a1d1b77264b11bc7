"""Questionnaires for tests of filling in."""

from surveys.definition.questionnaire import Condition, Jump, Option, Question, Questionnaire, Section
from surveys.enums import Kind

AB = (Option("a", "是"), Option("b", "否"))
# One page, then two that depend on it, then words.
LONG = Questionnaire(
    (
        Section(
            "工作",
            questions=(
                Question("q1", Kind.SINGLE, "您现在工作吗？", required=True, options=AB),
                Question(
                    "q2", Kind.SINGLE, "几班倒？", required=True, options=AB, shown_if=(Condition("q1", ("a",)),)
                ),
                Question("q3", Kind.TEXT, "为什么说“{q1}”？", shown_if=(Condition("q1"),)),
            ),
        ),
        Section(
            "别的",
            questions=(Question("q4", Kind.MULTIPLE, "要什么？", options=(*AB, Option("c", "其他", other=True))),),
        ),
    )
)
EVERY = Questionnaire(
    (
        Section(
            "每一种题",
            questions=(
                Question("n1", Kind.NOTE, "请照实填。"),
                Question("s1", Kind.SINGLE, "单选", required=True, options=(*AB, Option("c", "其他", other=True))),
                Question("m1", Kind.MULTIPLE, "多选", most=2, options=(*AB, Option("n", "以上都没有", exclusive=True))),
                Question("y1", Kind.YES_NO, "是非", options=AB),
                Question("k1", Kind.SCALE, "打分", options=tuple(Option(str(n), str(n)) for n in range(1, 6))),
                Question("x1", Kind.MATRIX, "矩阵", options=AB, rows=(Option("r1", "价格"), Option("r2", "距离"))),
                Question("r1", Kind.RANKING, "排序", options=(*AB, Option("c", "其他"))),
                Question("u1", Kind.NUMBER, "几岁", least=0, most=120),
                Question("d1", Kind.DATE, "哪天"),
                Question("t1", Kind.TEXT, "一句话"),
                Question("t2", Kind.TEXT, "多写一点", long=True),
                Question("a1", Kind.AREA, "住哪个网格"),
                Question("p1", Kind.PHONE, "电话"),
                Question("f1", Kind.PHOTO, "照片"),
                Question("c1", Kind.CONSENT, "我同意", required=True),
            ),
        ),
    )
)  # fmt: skip
JUMPS = Questionnaire(
    (
        Section(
            "",
            questions=(
                Question("q1", Kind.SINGLE, "要说吗？", required=True, options=AB, jumps=(Jump(("b",), "end"),)),
                Question("q2", Kind.TEXT, "说吧"),
            ),
        ),
    )
)
