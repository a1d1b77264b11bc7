"""What stands where on the papers of a case (handbook 7.4): one description for the printed page and the Word template.

Plain data, no Django: tools/make_papers.py makes the templates of it. Parts: ("line", text, place), ("facts", pairs of words),
("text", word), ("list", heading, list, {column: width in mm}). A word stands in a line as {word}.
"""

from dataclasses import dataclass, field

MIDDLE, LEFT, RIGHT = "middle", "left", "right"
SIGN = "当事人签名（盖章、按指印）：＿＿＿＿＿＿＿　＿＿＿＿＿＿＿　＿＿＿年＿＿月＿＿日"
SEAL = "调解员签名：＿＿＿＿＿＿　记录人签名：＿＿＿＿＿＿　（盖章）＿＿＿年＿＿月＿＿日"
# What is not in the case is written by hand: no party reads in a paper how another one is reached.
PARTIES = (
    "list", "当事人", "当事人",
    {"地位": 20, "姓名": 26, "代理人": 26, "性别": 12, "民族": 14, "年龄": 12, "职业": 26, "单位或住址": 46},
)  # fmt: skip
NUMBER = ("line", "{单位}　{卷号}", MIDDLE)
TERMS = (
    "list", "协议内容", "条款",
    {"序号": 12, "谁": 24, "对谁": 24, "做什么": 72, "金额": 22, "什么时候以前": 28},
)  # fmt: skip

RIGHTS = (
    "一、调解委员会是调解民间纠纷的群众性组织，调解不收费（人民调解法第四条）。",
    "二、调解在自愿、平等的基础上进行，不违背法律、法规和国家政策；不因为调解而阻止当事人依法通过仲裁、行政、司法等途径维护权利（第三条）。",
    "三、当事人的权利：选择或者接受调解员；接受调解、拒绝调解或者要求终止调解；要求调解公开进行或者不公开进行；自主表达意愿、自愿达成协议（第二十三条）。",
    "四、当事人的义务：如实陈述纠纷事实；遵守调解现场秩序，尊重调解员；尊重对方当事人行使权利（第二十四条）。",
    "五、调解协议有约束力，当事人应当履行；可以在生效之日起三十日内共同向法院申请司法确认（第三十一条、第三十三条）。",
    "六、调解员保守当事人的隐私；有利害关系的，当事人可以要求回避。任何时候都可以报警、起诉。",
)


@dataclass(frozen=True)
class Layout:
    """One paper: its title, its parts in order, and the word that says whether the case has it ('' always)."""

    title: str
    parts: tuple
    needs: str = ""
    tall: dict = field(default_factory=dict)


LAYOUTS = {
    "cover": Layout(
        "人民调解卷宗",
        (
            NUMBER, ("facts", (("卷名", "纠纷类型"), ("调解员", "保管期限"), ("受理日期", "结束日期"), ("立卷人", "立卷日期"))),
            ("text", "备注"),
        ),
    ),
    "application": Layout(
        "人民调解申请书",
        (
            ("line", "{单位}", MIDDLE), PARTIES, ("text", "纠纷简要情况"), ("text", "申请事项"),
            ("line", "已向申请人告知调解的性质、原则和当事人的权利义务，申请人自愿申请调解。", LEFT),
            ("line", "申请人签名（盖章、按指印）：＿＿＿＿＿＿＿　　申请日期：{申请日期}", LEFT),
        ),
    ),
    "acceptance": Layout(
        "人民调解受理登记表",
        (
            NUMBER, ("facts", (("申请日期", "受理日期"), ("纠纷类型", "案件来源"), ("受理结果", "登记人"))), PARTIES,
            ("text", "纠纷简要情况"), ("line", SIGN, LEFT),
            ("line", "登记人签名：＿＿＿＿＿＿　（盖章）＿＿＿年＿＿月＿＿日", LEFT),
        ),
    ),
    "rights": Layout(
        "当事人权利义务告知书",
        (
            NUMBER, *(("line", text, LEFT) for text in RIGHTS),
            ("line", "以上内容已经告知，我听明白了。", LEFT), PARTIES, ("line", SIGN, LEFT), ("line", SEAL, LEFT),
        ),
    ),
    "session": Layout(
        "调查、调解记录",
        (
            NUMBER, ("facts", (("卷名", "调解员"),)),
            ("list", "记录", "记录", {"日期": 26, "地点": 26, "参加人": 30, "内容": 76, "结果": 24}),
            ("line", "记录给当事人读过，没有错漏。", LEFT), ("line", SIGN, LEFT), ("line", SEAL, LEFT),
        ), needs="有记录",
    ),
    "agreement": Layout(
        "人民调解协议书",
        (
            ("line", "{单位}　{协议编号}", MIDDLE), PARTIES, ("text", "主要事实"), ("text", "争议事项"), TERMS,
            ("text", "履行方式"), ("facts", (("生效日期", "可申请司法确认至"),)),
            ("line", "本协议当事人各执一份，调解组织留存一份。", LEFT), ("line", SIGN, LEFT), ("line", SEAL, LEFT),
        ), needs="书面协议",
    ),
    "oral": Layout(
        "人民调解口头协议登记表",
        (
            ("line", "{单位}　{协议编号}", MIDDLE), PARTIES, ("text", "主要事实"), ("text", "争议事项"), TERMS,
            ("text", "履行方式"), ("facts", (("生效日期", "可申请司法确认至"),)),
            ("line", "当事人认为不需要写协议书，由调解员登记（人民调解法第二十八条）。", LEFT), ("line", SEAL, LEFT),
        ), needs="口头协议",
    ),
    "followup": Layout(
        "人民调解回访记录",
        (
            ("line", "{单位}　{协议编号}", MIDDLE), ("facts", (("卷名", "生效日期"),)),
            ("list", "协议履行", "条款", {"序号": 12, "谁": 24, "做什么": 82, "什么时候以前": 32, "履行": 32}),
            ("list", "回访", "回访", {"应访日期": 28, "回访日期": 28, "履行情况": 30, "回访情况": 70, "回访人": 26}),
            ("line", SIGN, LEFT), ("line", "回访人签名：＿＿＿＿＿＿　＿＿＿年＿＿月＿＿日", LEFT),
        ), needs="有协议",
    ),
    "closing": Layout(
        "结案报告表",
        (
            NUMBER, ("facts", (("承办单位", "调解员"), ("受理日期", "结案日期"), ("案件来源", "纠纷类型"))), PARTIES,
            ("text", "纠纷简要情况"),
            ("list", "办理经过", "经过", {"日期": 28, "环节": 28, "内容": 100, "经手人": 26}), ("text", "结果"),
            ("line", "承办人签名：＿＿＿＿＿＿　审核人签名：＿＿＿＿＿＿　（盖章）＿＿＿年＿＿月＿＿日", LEFT),
        ), needs="已结束",
    ),
    "back": Layout(
        "卷宗封底",
        (
            NUMBER, ("facts", (("立卷人", "立卷日期"),)),
            ("line", "本卷共＿＿＿页　　检查人签名：＿＿＿＿＿＿　　检查日期：＿＿＿年＿＿月＿＿日", LEFT),
        ),
    ),
}  # fmt: skip
CONTENTS = "卷内目录"
