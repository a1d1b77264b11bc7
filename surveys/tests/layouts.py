"""Layouts in which questionnaires come: exported from 问卷星, typed in Word or WPS, copied from a page. The sentences are our
own; the shapes are those found in public questionnaires.

`questions`: (kind, wording[, required, options, options with words, least, most]); `errors`: lines that cannot be read.
"""

from surveys.enums import Kind as K

YES = ("是", "否")
SEX = ("男", "女")
AGES = ("25岁以下", "26-35岁", "36岁以上")
GOOD = ("很满意", "一般", "不满意")


def layout(name, text, *questions, errors=(), sections=("",)):
    return {"name": name, "text": text, "questions": questions, "errors": list(errors), "sections": list(sections)}


LAYOUTS = [
    layout(
        "export of 问卷星 with circles",
        "社区托育需求调查\n\n1. 您的性别： [单选题] *\n○男\n○女\n\n2. 您的年龄段： [单选题] *\n○25岁以下\n○26-35岁\n○36岁以上\n\n"
        "3. 孩子放学后谁来带？ [多选题] *\n□老人\n□自己\n□其他 _________________\n\n4. 您有什么建议？ [填空题]\n_________________________________",
        (K.SINGLE, "您的性别：", True, SEX),
        (K.SINGLE, "您的年龄段：", True, AGES),
        (K.MULTIPLE, "孩子放学后谁来带？", True, ("老人", "自己", "其他"), ("其他",)),
        (K.TEXT, "您有什么建议？"),
    ),
    layout(
        "star in front, square brackets, limits",
        "*1. 您现在有工作吗？[单选题]\nA. 有\nB. 没有\n*2. 您想学什么？[多选题]【最多选择4项】\nA. 月嫂\nB. 养老护理\nC. 做饭\nD. 其他",
        (K.SINGLE, "您现在有工作吗？", True, ("有", "没有")),
        (K.MULTIPLE, "您想学什么？", True, ("月嫂", "养老护理", "做饭", "其他"), ("其他",), None, 4),
    ),
    layout(
        "letters without a dot",
        "1、您住在哪里？【单选题】\nA自己的房子\nB租的房子\nC单位宿舍\n2、您每天带孩子几小时？【单选题】\nA 两小时以内\nB 两到四小时\nC 四小时以上",
        (K.SINGLE, "您住在哪里？", False, ("自己的房子", "租的房子", "单位宿舍")),
        (K.SINGLE, "您每天带孩子几小时？", False, ("两小时以内", "两到四小时", "四小时以上")),
    ),
    layout(
        "full-width brackets and letters with an enumeration comma",
        "1．您参加过两癌筛查吗（单选题）\nA、参加过\nB、没有参加过\n2．没有参加是为什么（多选题）\nA、不知道\nB、没时间\nC、害怕\nD、其他（请注明）",
        (K.SINGLE, "您参加过两癌筛查吗", False, ("参加过", "没有参加过")),
        (K.MULTIPLE, "没有参加是为什么", False, ("不知道", "没时间", "害怕", "其他（请注明）"), ("其他（请注明）",)),
    ),
    layout(
        "several options on one line",
        "1. 您的性别 [单选题]*\nA. 男   B. 女\n2. 您的年龄段 [单选题]*\nA.25岁以下  B.26-35岁  C.36岁以上\n3. 家里有老人吗 [单选题]\n○有 ○没有",
        (K.SINGLE, "您的性别", True, SEX),
        (K.SINGLE, "您的年龄段", True, AGES),
        (K.SINGLE, "家里有老人吗", False, ("有", "没有")),
    ),
    layout(
        "no tags: kinds from the wording and the options",
        "1、您的文化程度：\n初中及以下\n高中\n大专以上\n\n2、您希望办哪些活动？（可多选）\n亲子活动\n健康讲座\n技能培训\n\n3、您的建议：",
        (K.SINGLE, "您的文化程度：", False, ("初中及以下", "高中", "大专以上")),
        (K.MULTIPLE, "您希望办哪些活动？", False, ("亲子活动", "健康讲座", "技能培训")),
        (K.TEXT, "您的建议："),
    ),
    layout(
        "sections of a paper",
        "第一部分 基本情况\n1. 您的婚姻状况 [单选题] *\nA. 未婚\nB. 已婚\n第二部分 工作情况\n请按实际情况回答。\n2. 您每周工作几天 [填空题] *",
        (K.SINGLE, "您的婚姻状况", True, ("未婚", "已婚")),
        (K.TEXT, "您每周工作几天", True),
        sections=["基本情况", "工作情况"],
    ),
    layout(
        "sections with Chinese numbers",
        "一、基本信息\n1. 您家有几口人 [填空题]\n二、养育情况\n2. 谁带孩子 [单选题]\nA. 妈妈\nB. 爸爸",
        (K.TEXT, "您家有几口人"),
        (K.SINGLE, "谁带孩子", False, ("妈妈", "爸爸")),
        sections=["基本信息", "养育情况"],
    ),
    layout(
        "pages",
        "1. 您的性别 [单选题]\n男\n女\n\n=== 分页 ===\n\n2. 您的想法 [简答题]",
        (K.SINGLE, "您的性别", False, SEX),
        (K.TEXT, "您的想法"),
        sections=["", ""],
    ),
    layout(
        "matrix as a table",
        "1. 您对下面几样满意吗 [矩阵量表题] *\n很满意 一般 不满意\n环境\n服务\n2. 您对下面几样满意吗？ [矩阵单选题]\n\t很满意\t一般\t不满意\n卫生\t○\t○\t○\n秩序\t○\t○\t○",
        (K.MATRIX, "您对下面几样满意吗", True, GOOD),
        (K.MATRIX, "您对下面几样满意吗？", False, GOOD),
    ),
    layout(
        "matrix as lists",
        "1. 请评价 [矩阵单选题]\n行：\n- 环境\n- 服务\n列：\n- 很满意\n- 一般\n- 不满意\n2. 再评价[矩阵题]\n行：环境、服务\n列：很满意、一般、不满意",
        (K.MATRIX, "请评价", False, GOOD),
        (K.MATRIX, "再评价", False, GOOD),
    ),
    layout(
        "scales",
        "1. 您愿意推荐吗 [量表题] *\n0~3\n2. 您满意吗 [量表题]\n很满意\n一般\n不满意\n3. 打个分 [评分题]\n1-3分",
        (K.SCALE, "您愿意推荐吗", True, ("0", "1", "2", "3")),
        (K.SCALE, "您满意吗", False, GOOD),
        (K.SCALE, "打个分", False, ("1", "2", "3")),
    ),
    layout(
        "ranking",
        "1. 请按重要程度排序 [排序题]【最多选择3项】\nA. 工资\nB. 时间\nC. 离家近\nD. 同事",
        (K.RANKING, "请按重要程度排序", False, ("工资", "时间", "离家近", "同事"), (), None, 3),
    ),
    layout(
        "numbers with Q and the kind in front",
        "Q1【单选题】（必填）您用过社区食堂吗？\n- 用过\n- 没用过\nQ2【多选题】您怎么知道的？\n- 邻居\n- 公告栏\nQ3【填空题】还想说什么？",
        (K.SINGLE, "您用过社区食堂吗？", True, ("用过", "没用过")),
        (K.MULTIPLE, "您怎么知道的？", False, ("邻居", "公告栏")),
        (K.TEXT, "还想说什么？"),
    ),
    layout(
        "words of limits in the wording",
        "1. 您想要哪些帮助（最多选3项）[多选题]\n钱\n物\n陪伴\n信息\n2. 您最看重什么？【多选题】【请选择1-2项】\n近\n便宜\n安全\n3. 参加过什么（至少选2项）[多选题]\n讲座\n培训\n旅游",
        (K.MULTIPLE, "您想要哪些帮助", False, ("钱", "物", "陪伴", "信息"), (), None, 3),
        (K.MULTIPLE, "您最看重什么？", False, ("近", "便宜", "安全"), (), 1, 2),
        (K.MULTIPLE, "参加过什么", False, ("讲座", "培训", "旅游"), (), 2),
    ),
    layout(
        "skips behind the options",
        "1. 您有孩子吗 [单选题] *\nA. 有\nB. 没有（请跳至第3题）\n2. 孩子多大 [填空题] *\n3. 想说的话 [问答题]",
        (K.SINGLE, "您有孩子吗", True, ("有", "没有")),
        (K.TEXT, "孩子多大", True),
        (K.TEXT, "想说的话"),
    ),
    layout(
        "a line between all lines, as a word processor pastes it",
        "1. 您的性别 [单选题]\n\n○男\n\n○女\n\n2. 您的孩子上学了吗 [单选题]\n\n○上了\n\n○还没有",
        (K.SINGLE, "您的性别", False, SEX),
        (K.SINGLE, "您的孩子上学了吗", False, ("上了", "还没有")),
    ),
    layout(
        "introduction, notes and thanks",
        "女职工关爱行动问卷\n您好！耽误您几分钟。\n\n1. 下面问工作 [段落说明]\n2. 您在哪个网格 [网格题]\n3. 您的电话 [手机题]\n4. 您的姓名：________ [填空题]\n\n感谢您的参与！",
        (K.NOTE, "下面问工作"),
        (K.AREA, "您在哪个网格"),
        (K.PHONE, "您的电话"),
        (K.TEXT, "您的姓名：________"),
    ),
    layout(
        "yes and no",
        "1. 您听说过保护令吗 [判断题]\n2. 您打过热线吗？[判断题]*\n对\n错",
        (K.YES_NO, "您听说过保护令吗", False, YES),
        (K.YES_NO, "您打过热线吗？", True, ("对", "错")),
    ),
    layout(
        "numbers in brackets before the options",
        "1、您的收入来源\n（1）工资\n（2）做小生意\n（3）没有\n2、您的家庭类型\n1）两口之家\n2）三口之家\n3）三代同堂",
        (K.SINGLE, "您的收入来源", False, ("工资", "做小生意", "没有")),
        (K.SINGLE, "您的家庭类型", False, ("两口之家", "三口之家", "三代同堂")),
    ),
    layout(
        "numbered options of a tagged question",
        "1. 您的身份 [单选题]\n1. 职工\n2. 个体户\n3. 家庭主妇\n2. 您的孩子几岁 [数字题]【0~18】",
        (K.SINGLE, "您的身份", False, ("职工", "个体户", "家庭主妇")),
        (K.NUMBER, "您的孩子几岁", False, (), (), 0, 18),
    ),
    layout(
        "dropdown, date, file, several blanks",
        "1. 您的小区 [下拉框][必答]\n春江花园\n江南里\n2. 孩子的生日 [日期题]\n3. 上传照片 [文件上传]\n4. 住址____幢____室 [多项填空题]",
        (K.SINGLE, "您的小区", True, ("春江花园", "江南里")),
        (K.DATE, "孩子的生日"),
        (K.PHOTO, "上传照片"),
        (K.TEXT, "住址____幢____室"),
    ),
    layout(
        "numbers that begin a wording or an option",
        "1、2025年您参加过几次活动？[单选题]\nA. 1-2次\nB. 3次以上\n2、您每月收入？\n3000元以下\n3000-5000元\n5000元以上",
        (K.SINGLE, "2025年您参加过几次活动？", False, ("1-2次", "3次以上")),
        (K.SINGLE, "您每月收入？", False, ("3000元以下", "3000-5000元", "5000元以上")),
    ),
    layout(
        "questions without numbers",
        "您的称呼[填空题]\n您的年龄段[单选题]\n25岁以下\n26-35岁\n36岁以上\n想参加哪些活动[多选题]\n唱歌\n跳舞",
        (K.TEXT, "您的称呼"),
        (K.SINGLE, "您的年龄段", False, AGES),
        (K.MULTIPLE, "想参加哪些活动", False, ("唱歌", "跳舞")),
    ),
    layout(
        "kinds that are not there are named by their line",
        "1. 请分配100分 [比重题]\n工资\n时间\n2. 您的性别 [单选题]\n男\n女",
        (K.SINGLE, "请分配100分", False, ("工资", "时间")),
        (K.SINGLE, "您的性别", False, SEX),
        errors=[1],
    ),
    layout(
        "alone or not at all, and rather not",
        "1. 您遇到过哪些难处？（可多选）\nA. 经济\nB. 照料\nC. 以上都没有\nD. 不愿回答",
        (K.MULTIPLE, "您遇到过哪些难处？", False, ("经济", "照料", "以上都没有", "不愿回答")),
    ),
]  # fmt: skip
