"""The file for Word: the words its template may use, and their values."""

from django.conf import settings

from fedhub.core.papers import Paper, papers
from fedhub.reference.lookup import label
from hardship.sheet import day

file_paper = papers.register(
    Paper(
        key="hardship",
        label="困难家庭档案",
        shipped=settings.BASE_DIR / "templates" / "papers" / "hardship.docx",
        words={
            "单位": "梧桐社区妇联", "档案编号": "〔2026〕梧桐社区帮扶字第0001号", "户主": "王桂兰", "住址": "春江花园3栋2单元501",
            "网格": "第一网格", "人数": "3", "主要帮扶对象": "王桂兰", "主要类别": "重症大病", "困难等级": "二级（比较困难）",
            "状态": "在帮", "发现日期": "2026年1月5日", "建档日期": "2026年1月20日", "责任人": "刘建芳", "审核人": "周敏",
            "困难情况": "丈夫失业，她在治病。", "住房": "自有 60 平方米", "危房等级": "", "共同生活": "3 人",
            "水气暖": "通水通气", "欠债": "欠亲戚两万", "下次复核": "2026年4月20日", "退出": "",
        },
        lists={
            "成员": {
                "姓名": "王桂兰", "关系": "户主", "年龄": "52", "身份证号": "330***********0025", "健康": "患有大病",
                "劳动能力": "丧失劳动力", "上学工作": "纺织厂", "月收入": "0", "保险补助": "居民医保 低保金",
            },
            "类别": {"谁": "王桂兰", "类别": "重症大病", "从": "2026年1月5日", "到": "", "认定单位": "市一医院",
                   "有效期至": "", "每月": ""},
            "收支": {
                "年度": "2025", "人数": "3", "收入": "36000.00", "收入明细": "工资收入 36000.00", "开支": "42000.00",
                "开支明细": "看病 42000.00", "结余": "-6000.00", "人均月收入": "1000.00",
            },
            "原因": {"原因": "因病（主要）", "说明": "去年查出来的", "从": "2025年11月3日", "消除": ""},
            "措施": {
                "季度": "2026 年第一季度", "原因": "因病", "目标": "药费能报的都报上",
                "做什么": "联系大病救助", "责任": "刘建芳", "资源": "大病保险", "期限": "2026年3月31日", "状态": "已完成",
                "成效": "有效果",
            },
            "需求": {"种类": "医疗", "具体": "报销住院费", "缓急": "急", "希望哪天前": "", "状态": "未解决"},
            "材料": {
                "材料": "诊断、出院材料", "证号": "已登记", "出具单位": "市一医院", "出具日期": "2026年1月4日", "有效期至": "",
                "谁看的原件": "刘建芳 2026年1月5日",
            },
            "结对": {"帮扶人": "春风粮油店", "帮什么": "物资", "从": "2026年2月1日", "到": ""},
            "救助": {"日期": "2026年2月8日", "内容": "大米 2 袋", "事由": "春节慰问", "签收人": "王桂兰"},
            "复核": {"日期": "2026年1月18日", "等级": "二级（比较困难）", "理由": "和评分表一致", "评定人": "刘建芳"},
        },
        order=30,
    )
)  # fmt: skip


def _parts(parts):
    """Where the money of a year comes from or goes to, in one line."""
    return "、".join(f"{words} {yuan}" for words, yuan in parts)


def _measure(measure):
    """The words of one measure."""
    results = (f"{one.get_effect_display()} {one.words}".strip() for one in measure.results.all())
    return {
        "目标": measure.goal,
        "做什么": measure.item or f"没有措施：{measure.none_because}",
        "责任": "、".join(filter(None, [measure.responsible.name if measure.responsible else "", measure.unit])),
        "资源": measure.resources,
        "期限": day(measure.due_on),
        "状态": measure.get_state_display() if measure.item else "",
        "成效": "；".join(results),
    }


def paper_values(sheet, file, office):
    """`{word: text}` and the lists of the paper of `file`, from its Sheet."""
    household, home = file.household, sheet.home
    metres = f"{home.square_metres.normalize():f} 平方米" if home and home.square_metres else ""
    old = "旧院落" if home and home.old_courtyard else ""
    left = f"{day(file.closed_on)} {file.get_exit_reason_display()}" if file.closed_on else ""
    return {
        "单位": office,
        "档案编号": file.number,
        "户主": household.head_name,
        "住址": household.address,
        "网格": file.area.name,
        "人数": household.people,
        "主要帮扶对象": file.subject.name if file.subject else "全家",
        "主要类别": label("hardship_category", file.category),
        "困难等级": file.get_level_display() or "",
        "状态": file.get_state_display(),
        "发现日期": day(file.found_on),
        "建档日期": day(file.approved_on),
        "责任人": file.officer.name if file.officer else "",
        "审核人": file.approved_by.name if file.approved_by else "",
        "困难情况": file.situation,
        "住房": " ".join(filter(None, [household.get_housing_display(), metres, old])),
        "危房等级": home.get_danger_display() if home else "",
        "共同生活": f"{home.together} 人" if home and home.together else "",
        "水气暖": home.supply if home else "",
        "欠债": home.debts if home else "",
        "下次复核": day(file.review_due_on),
        "退出": left,
        "成员": [
            {"姓名": r["person"].name, "关系": r["relation"], "年龄": "" if r["age"] is None else r["age"],
             "身份证号": r["id_mask"], "健康": f"{r['health']} {r['disability']}".strip(), "劳动能力": r["labour"],
             "上学工作": f"{r['school']} {r['work']}".strip(), "月收入": "" if r["income"] is None else r["income"],
             "保险补助": f"{r['insurance']} {r['benefits']}".strip()}
            for r in sheet.members
        ],
        "类别": [
            {"谁": who, "类别": words, "从": day(status.valid_from), "到": day(status.valid_to), "认定单位": status.authority,
             "有效期至": day(status.expires_on), "每月": "" if status.amount is None else status.amount}
            for who, words, status in sheet.statuses
        ],
        "收支": [
            {"年度": account.year, "人数": account.people, "收入": sums.income, "收入明细": _parts(earned),
             "开支": sums.spending, "开支明细": _parts(spent), "结余": sums.balance, "人均月收入": sums.head_month}
            for account, sums, earned, spent in sheet.accounts
        ],
        "原因": [
            {"原因": f"{words}（主要）" if cause.is_main else words, "说明": cause.words, "从": day(cause.found_on),
             "消除": f"{day(cause.closed_on)} {cause.closed_why}".strip()}
            for cause, words, _ in sheet.causes
        ],
        "措施": [
            {"季度": quarter, "原因": words, **_measure(measure)}
            for _, words, quarters in sheet.causes for quarter, measures in quarters for measure in measures
        ],
        "需求": [
            {"种类": need.get_kind_display(), "具体": need.detail, "缓急": need.get_priority_display(),
             "希望哪天前": day(need.wished_on), "状态": f"{need.get_state_display()} {need.outcome}".strip()}
            for need in sheet.needs
        ],
        "材料": [
            {"材料": f"{proof.get_kind_display()}（{proof.resident.name}）" if proof.resident else proof.get_kind_display(),
             "证号": "已登记" if mask else "", "出具单位": proof.issuer, "出具日期": day(proof.issued_on),
             "有效期至": day(proof.valid_until), "谁看的原件": f"{proof.seen_by.name} {day(proof.seen_on)}"}
            for proof, mask, *_ in sheet.evidence
        ],
        "结对": [
            {"帮扶人": one.helper.name, "帮什么": "、".join(one.kind_words), "从": day(one.starts_on), "到": day(one.ended_on)}
            for one in sheet.pairings
        ],
        "救助": [
            {"日期": day(gift.handed_on), "内容": f"{gift.what} {gift.amount_words}", "事由": gift.get_occasion_display(),
             "签收人": gift.received_by}
            for gift in sheet.gifts
        ],
        "复核": [
            {"日期": day(one.on), "等级": one.get_level_display(), "理由": one.reason, "评定人": one.made_by.name}
            for one in sheet.reviews
        ],
    }  # fmt: skip
