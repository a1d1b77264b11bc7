"""What stands where on the papers of a case (handbook 7.4): one description for the printed page and the Word template.

Plain data, no Django: tools/make_papers.py makes the templates of it. Parts: ("line", text, place), ("facts", pairs of words),
("text", word), ("list", heading, list, {column: width in mm}), ("pages", list): a sheet for each of what lies behind,
("total", text, text): how many pages the file has. A word stands in a line as {word}. A layout with `each` is made once for
every row of that list and may use the words of the row; no list stands in it.
"""

from dataclasses import dataclass, field

MIDDLE, LEFT, RIGHT = "middle", "left", "right"
SIGN = "当事人签名（盖章、按指印）：＿＿＿＿＿＿＿　＿＿＿＿＿＿＿　＿＿＿年＿＿月＿＿日"
SEAL = "调解员签名：＿＿＿＿＿＿　记录人签名：＿＿＿＿＿＿　（盖章）＿＿＿年＿＿月＿＿日"
STAMP = "（盖章）＿＿＿年＿＿月＿＿日"
_COLUMNS = {"地位": 20, "姓名": 24, "代理人": 24, "性别": 12, "民族": 16, "年龄": 12, "职业": 30, "单位或住址": 44}
# No party reads in a paper how another one is reached: what she did not open to the others is written by her own hand.
PARTIES = ("list", "当事人", "当事人", _COLUMNS)
# In papers that stay in the file.
OWN_PARTIES = (
    "list",
    "当事人",
    "当事人内部",
    {("住址" if word == "单位或住址" else word): width for word, width in _COLUMNS.items()},
)
NUMBER = ("line", "{单位}　{卷号}", MIDDLE)
AGREED = ("line", "{单位}　{协议编号}", MIDDLE)
TERMS = (
    "list", "协议内容", "条款",
    {"序号": 12, "谁": 24, "对谁": 24, "做什么": 66, "金额": 22, "什么时候以前": 34},
)  # fmt: skip
MATERIALS = {"序号": 12, "名称": 56, "种类": 30, "来源": 36, "收到日期": 34, "页数": 14}
LINES = {"日期": 34, "内容": 148}

RIGHTS = (
    "一、调解委员会是调解民间纠纷的群众性组织，调解不收费（人民调解法第四条）。",
    "二、调解在自愿、平等的基础上进行，不违背法律、法规和国家政策；不因为调解而阻止当事人依法通过仲裁、行政、司法等途径维护权利（第三条）。",
    "三、当事人的权利：选择或者接受调解员；接受调解、拒绝调解或者要求终止调解；要求调解公开进行或者不公开进行；自主表达意愿、自愿达成协议（第二十三条）。",
    "四、当事人的义务：如实陈述纠纷事实；遵守调解现场秩序，尊重调解员；尊重对方当事人行使权利（第二十四条）。",
    "五、调解协议有约束力，当事人应当履行；可以在生效之日起三十日内共同向法院申请司法确认（第三十一条、第三十三条）。",
    "六、调解员保守当事人的隐私；有利害关系的，当事人可以要求回避。任何时候都可以报警、起诉。",
)
ROUTES = (
    "您还可以依法通过下面的途径维护权利（人民调解法第三条、第二十六条）：",
    "一、向有管辖权的人民法院起诉；向法院请求保护民事权利，一般要在知道权利受到损害之日起三年以内提出。",
    "二、依法可以仲裁的，申请仲裁；由行政机关处理的，请求该机关处理。",
    "三、需要法律援助、法律咨询的，拨打 12348；妇女维权的，拨打 12338。",
    "四、遇到打骂、威胁、跟踪的，马上拨打 110，可以向法院申请人身安全保护令。",
)
PROMISE = (
    "承诺：申请人出于解决纠纷的目的自愿达成协议，没有恶意串通、规避法律的行为；如果因为该协议内容给他人造成损害，愿意承担相应的民事责任和其他"
    "法律责任（法释〔2011〕5号第四条）。协议不含确认身份关系、收养关系、婚姻关系的内容。"
)
KEPT = (
    "list",
    "协议履行",
    "条款",
    {"序号": 12, "谁": 24, "做什么": 58, "什么时候以前": 34, "履行": 22, "凭什么知道": 32},
)


@dataclass(frozen=True)
class Layout:
    """One paper: its title, its parts in order, the word that says whether the case has it ('' always), the word that says
    whether it may be printed although the file has it not yet (`offer`), and the list that it is made for each row of.
    A `cover` is written large."""

    title: str
    parts: tuple
    needs: str = ""
    offer: str = ""
    each: str = ""
    cover: bool = False
    tall: dict = field(default_factory=dict)


LAYOUTS = {
    "cover": Layout(
        "人民调解卷宗",
        (
            NUMBER, ("facts", (("卷名", "纠纷类型"), ("调解员", "保管期限"), ("受理日期", "结束日期"), ("立卷人", "立卷日期"))),
            ("text", "备注"),
        ), cover=True,
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
    "refusal": Layout(
        "不予受理告知书",
        (
            ("line", "{单位}", MIDDLE), ("line", "{申请人}：", LEFT),
            ("line", "　　您在{申请日期}申请调解的{卷名}，经审查不予受理，特此告知。", LEFT),
            ("facts", (("不予受理的依据", "决定日期"),)), ("text", "建议的途径"), *(("line", text, LEFT) for text in ROUTES),
            ("line", "送达签名：＿＿＿＿＿＿＿　　送达日期：＿＿＿年＿＿月＿＿日", LEFT), ("line", STAMP, RIGHT),
        ), needs="不予受理",
    ),
    "rights": Layout(
        "当事人权利义务告知书",
        (
            NUMBER, *(("line", text, LEFT) for text in RIGHTS),
            ("line", "以上内容已经告知，我听明白了。", LEFT), PARTIES, ("line", SIGN, LEFT), ("line", SEAL, LEFT),
        ),
    ),
    "identity": Layout(
        "当事人身份证明",
        (
            NUMBER,
            (
                "list", "身份证明、代理手续", "身份证明",
                {"序号": 12, "名称": 60, "来源": 40, "收到日期": 36, "页数": 14, "经手人": 20},
            ),
            ("line", "复印件附在后面，和原件核对过，只用于这件调解。核对人签名：＿＿＿＿＿＿　＿＿＿年＿＿月＿＿日", LEFT),
            ("pages", "身份证明附页"),
        ),
    ),
    "mandate": Layout(
        "授权委托书",
        (
            ("line", "{单位}", MIDDLE), ("facts", (("委托人", "委托人性别"), ("委托人年龄", "委托人住址"))),
            ("facts", (("受托人", "与委托人的关系"), ("受托人单位", "代理权限"))), ("text", "授权范围"), ("text", "委托期限"),
            ("line", "受托人在上面的权限和期限以内代委托人参加调解。承认、放弃、变更请求，签协议，收钱物，要特别授权。", LEFT),
            ("line", "委托人签名（盖章、按指印）：＿＿＿＿＿＿＿　＿＿＿年＿＿月＿＿日", LEFT),
            ("line", "受托人签名：＿＿＿＿＿＿＿　＿＿＿年＿＿月＿＿日", LEFT),
        ), needs="有代理人", each="委托书",
    ),
    "inquiry": Layout(
        "人民调解调查记录",
        (
            NUMBER, ("facts", (("日期", "地点"), ("被调查人", "和当事人的关系"), ("性别", "年龄"), ("参加人", "调查人"))),
            ("text", "调查内容"), ("line", "记录给被调查人读过，没有错漏。", LEFT),
            ("line", "被调查人签名：＿＿＿＿＿＿＿　＿＿＿年＿＿月＿＿日", LEFT),
            ("line", "调查人签名：＿＿＿＿＿＿　记录人签名：＿＿＿＿＿＿", LEFT),
        ), needs="有调查", each="调查",
    ),
    "evidence": Layout(
        "证据材料",
        (
            NUMBER, ("list", "证据材料目录", "证据", MATERIALS),
            ("line", "提交人签名：＿＿＿＿＿＿　收件人签名：＿＿＿＿＿＿　＿＿＿年＿＿月＿＿日", LEFT), ("pages", "证据附页"),
        ), needs="有证据",
    ),
    "session": Layout(
        "人民调解记录",
        (
            NUMBER, ("facts", (("日期", "地点"), ("事由", "主持人"))), ("text", "参加人"),
            ("line", "主持人讲明了调解的原则、调解员和当事人的权利义务；当事人没有提出回避。", LEFT),
            ("text", "内容"), ("text", "结果"),
            ("line", "记录给当事人读过，没有错漏。", LEFT), ("line", SIGN, LEFT), ("line", SEAL, LEFT),
        ), needs="有记录", each="记录",
    ),
    "agreement": Layout(
        "人民调解协议书",
        (
            AGREED, PARTIES, ("text", "主要事实"), ("text", "争议事项"), TERMS,
            ("text", "履行方式"), ("facts", (("生效日期", "可申请司法确认至"),)),
            ("line", "本协议当事人各执一份，调解组织留存一份。", LEFT), ("line", SIGN, LEFT), ("line", SEAL, LEFT),
        ), needs="书面协议",
    ),
    "oral": Layout(
        "人民调解口头协议登记表",
        (
            AGREED, PARTIES, ("text", "主要事实"), ("text", "争议事项"), TERMS,
            ("text", "履行方式"), ("facts", (("生效日期", "可申请司法确认至"),)),
            ("line", "当事人认为不需要写协议书，由调解员登记（人民调解法第二十八条）。", LEFT), ("line", SEAL, LEFT),
        ), needs="口头协议",
    ),
    "ending": Layout(
        "调解终止告知书",
        (
            ("line", "{单位}", MIDDLE), ("line", "{全体当事人}：", LEFT),
            ("line", "　　{卷名}，{申请日期}申请调解，{结束日期}因为“{终止的原因}”终止调解，特此告知。", LEFT),
            *(("line", text, LEFT) for text in ROUTES),
            ("line", "送达签名：＿＿＿＿＿＿＿　＿＿＿＿＿＿＿　　送达日期：＿＿＿年＿＿月＿＿日", LEFT), ("line", STAMP, RIGHT),
        ), needs="终止的原因",
    ),
    "proofs": Layout(
        "履行凭证",
        (AGREED, KEPT, ("list", "收到的凭证", "凭证", MATERIALS), ("pages", "凭证附页")), needs="有凭证",
    ),
    "followup": Layout(
        "人民调解回访记录",
        (
            AGREED, ("facts", (("卷名", "生效日期"),)), KEPT,
            ("list", "回访", "回访", {"应访日期": 34, "回访日期": 34, "履行情况": 26, "回访情况": 64, "回访人": 24}),
            ("line", SIGN, LEFT), ("line", "回访人签名：＿＿＿＿＿＿　＿＿＿年＿＿月＿＿日", LEFT),
        ), needs="有协议",
    ),
    "confirmation": Layout(
        "司法确认申请书",
        (
            PARTIES,
            ("line", "联系方式由申请人各自另写一张，只交法院，不写在这里。", LEFT),
            ("line", "申请事项：请求确认在{单位}主持下达成的{协议编号}调解协议有效。", LEFT),
            ("line", "事实和理由：申请人因{卷名}，经{单位}主持调解自愿达成协议，{生效日期}生效（协议附后）。", LEFT), TERMS,
            ("line", PROMISE, LEFT),
            ("line", "附：调解协议、身份证明、财产权利证明（有的）。申请不收费，最晚{可申请司法确认至}提出。", LEFT),
            ("line", "此致　{法院}", LEFT),
            ("line", "申请人（双方）签名：＿＿＿＿＿＿＿　＿＿＿＿＿＿＿　＿＿＿年＿＿月＿＿日", LEFT),
        ), needs="有司法确认", offer="可申请司法确认",
    ),
    "court": Layout(
        "司法确认办理情况",
        (
            AGREED, ("facts", (("法院", "申请确认日期"), ("确认结果", "裁定日期"))), ("list", "办理", "法院办理", LINES),
            ("list", "法院文书", "法院文书", MATERIALS), ("pages", "法院文书附页"),
        ), needs="有司法确认",
    ),
    "remarks": Layout(
        "卷宗情况说明",
        (NUMBER, ("text", "情况说明"), ("line", "立卷人签名：＿＿＿＿＿＿　＿＿＿年＿＿月＿＿日", RIGHT)), needs="情况说明",
    ),
    "closing": Layout(
        "结案报告表",
        (
            NUMBER,
            ("facts", (("承办单位", "调解员"), ("受理日期", "结案日期"), ("案件来源", "纠纷类型"), ("立卷日期", "保管期限"))),
            OWN_PARTIES, ("text", "纠纷简要情况"),
            ("list", "办理经过", "经过", {"日期": 34, "环节": 26, "内容": 100, "经手人": 22}), ("text", "结果"),
            ("line", "承办人签名：＿＿＿＿＿＿　审核人签名：＿＿＿＿＿＿　（盖章）＿＿＿年＿＿月＿＿日", LEFT),
        ), needs="已结束",
    ),
    "back": Layout(
        "卷宗封底",
        (
            NUMBER, ("facts", (("立卷人", "立卷日期"), ("检查人", "保管期限"))), ("total", "本卷共", "页"),
            ("line", "立卷人签名：＿＿＿＿＿＿　　检查人签名：＿＿＿＿＿＿　　检查日期：＿＿＿年＿＿月＿＿日", LEFT),
        ), cover=True,
    ),
}  # fmt: skip
# Neither in the contents nor numbered: the covers.
COVERS = ("cover", "back")
CONTENTS = "卷内目录"
# What a sheet behind a list says of itself.
BEHIND = "附：{名称}　第 {页} 页，共 {共} 页"
PASTE = "（把原件或者复印件放在这里）"
