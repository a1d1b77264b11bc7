"""Words of the plain-text layout in which questionnaires go round (that of 问卷星): tags of kinds, marks, markers. Pure."""

import re

from surveys.enums import Kind

# Tag that is written for a kind; `long` texts have one of their own.
TAGS = {
    Kind.SINGLE: "单选题",
    Kind.MULTIPLE: "多选题",
    Kind.YES_NO: "判断题",
    Kind.SCALE: "量表题",
    Kind.MATRIX: "矩阵单选题",
    Kind.RANKING: "排序题",
    Kind.NUMBER: "数字题",
    Kind.DATE: "日期题",
    Kind.TEXT: "填空题",
    Kind.AREA: "网格题",
    Kind.PHONE: "电话题",
    Kind.PHOTO: "图片题",
    Kind.NOTE: "段落说明",
    Kind.CONSENT: "同意题",
}
LONG = "简答题"
# Everything that is read as a kind.
KINDS = {tag: kind for kind, tag in TAGS.items()} | {
    "单选": Kind.SINGLE, "单项选择题": Kind.SINGLE, "单项选择": Kind.SINGLE, "选择题": Kind.SINGLE, "下拉框": Kind.SINGLE,
    "下拉题": Kind.SINGLE, "下拉单选": Kind.SINGLE, "下拉单选题": Kind.SINGLE, "下拉选择": Kind.SINGLE, "情景题": Kind.SINGLE,
    "多选": Kind.MULTIPLE, "可多选": Kind.MULTIPLE, "多项选择题": Kind.MULTIPLE, "多项选择": Kind.MULTIPLE,
    "不定项选择题": Kind.MULTIPLE, "不定项": Kind.MULTIPLE, "下拉多选题": Kind.MULTIPLE, "可以多选": Kind.MULTIPLE,
    "判断": Kind.YES_NO, "是非题": Kind.YES_NO, "是非": Kind.YES_NO,
    "量表": Kind.SCALE, "反向量表题": Kind.SCALE, "评分题": Kind.SCALE, "评分单选": Kind.SCALE, "打分题": Kind.SCALE,
    "打分": Kind.SCALE, "NPS题": Kind.SCALE, "NPS量表": Kind.SCALE, "NPS量表题": Kind.SCALE,
    "矩阵题": Kind.MATRIX, "矩阵量表题": Kind.MATRIX, "矩阵单选": Kind.MATRIX, "矩阵量表": Kind.MATRIX,
    "矩阵反向量表题": Kind.MATRIX, "矩阵": Kind.MATRIX, "矩阵评分题": Kind.MATRIX,
    "排序": Kind.RANKING, "数字": Kind.NUMBER, "数字填空题": Kind.NUMBER, "滑动条": Kind.NUMBER, "滑块题": Kind.NUMBER,
    "滑动题": Kind.NUMBER, "日期": Kind.DATE, "日期填空题": Kind.DATE, "时间题": Kind.DATE,
    "填空": Kind.TEXT, "单行文本题": Kind.TEXT, "单行填空题": Kind.TEXT, "单项填空题": Kind.TEXT, "多项填空题": Kind.TEXT,
    "多行文本题": Kind.TEXT, "多行填空题": Kind.TEXT, LONG: Kind.TEXT, "简答": Kind.TEXT, "问答题": Kind.TEXT,
    "问答": Kind.TEXT, "开放题": Kind.TEXT, "主观题": Kind.TEXT,
    "网格": Kind.AREA, "所在网格": Kind.AREA, "手机题": Kind.PHONE, "手机号": Kind.PHONE, "电话": Kind.PHONE,
    "手机": Kind.PHONE, "图片": Kind.PHOTO, "上传图片": Kind.PHOTO, "图片上传题": Kind.PHOTO, "照片题": Kind.PHOTO,
    "文件上传": Kind.PHOTO, "上传文件": Kind.PHOTO, "文件上传题": Kind.PHOTO, "附件题": Kind.PHOTO,
    "段落": Kind.NOTE, "说明": Kind.NOTE, "文字说明": Kind.NOTE, "同意": Kind.CONSENT, "知情同意": Kind.CONSENT,
}  # fmt: skip
LONG_WORDS = {LONG, "简答", "问答题", "问答", "多行文本题", "多行填空题", "开放题", "主观题"}
# Tags of theirs that have no kind here: named by their line.
FOREIGN = {
    "矩阵多选题": "请分成几道多选题", "矩阵填空题": "请分成几道填空题", "比重题": "请改成几道数字题", "表格题": "请分成几道题",
    "自增表格题": "请分成几道题", "绘图题": "请改成图片题", "商品题": "请改成多选题", "多级下拉题": "请改成单选题",
    "测试题": "请改成单选题", "考试填空题": "请改成填空题", "评分多选": "请改成多选题", "签名题": "请改成同意题",
    "地图题": "请改成网格题", "热力图题": "请改成多选题", "循环评价题": "请分成几道题",
}  # fmt: skip
PAGE = "[分页栏]"
END_WORDS = "请结束答题"

OPEN, CLOSE = r"[\[【（(［]", r"[\]】）)］]"
BRACKET = re.compile(rf"{OPEN}([^\[\]【】（）()［］]*){CLOSE}")
SECTION = re.compile(
    r"^#*\s*第\s*[一二三四五六七八九十\d]+\s*(?:部分|章|节)(?=$|[\s:：、.．])[\s:：、.．]*(?P<title>.*)$"
)
SECTION_CHINESE = re.compile(r"^[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．]\s*(?P<title>\S.*)$")
SECTION_MARK = re.compile(r"^#{1,4}\s+(?P<title>\S.*)$")
PAGE_BREAK = re.compile(
    rf"^(?:{OPEN}\s*分页(?:栏|符)?\s*{CLOSE}|[=\-—_*]{{3,}}\s*(?:第?\s*\d*\s*(?:分页|页)?)?\s*[=\-—_*]*)$"
)
NUMBERED = re.compile(
    r"^(?P<star>[*＊]\s*)?(?:"
    r"(?:[Qq]|题目?|第(?=\s*\d+\s*题))\s*(?P<q>\d{1,3})\s*题?\s*[.．、:：)）]?"
    r"|(?P<n>\d{1,3})\s*(?:[、:：]|[.．](?!\d)|(?=[\[【]))"
    r"|[（(](?P<b>\d{1,3})[)）]|(?P<c>\d{1,3})[)）]"
    r")\s*(?P<rest>\S.*)$"
)
BULLETS = "○◯〇□☐●■◇◆"
MARKER = re.compile(
    rf"^(?:[{BULLETS}]+\s*|(?P<letter>[A-Za-z]{{1,2}})\s*[.．、:：)）]\s*|[（(]\s*(?P<inner>[A-Za-z]?|\d{{1,2}})\s*[)）]\s*"
    rf"|(?P<number>\d{{1,2}})\s*(?:[)）、]|[.．](?!\d))\s*|[①-⑳]\s*|[-–•·*]\s+|(?P<bare>[A-Z])(?:\s+|(?=[^\x00-\x7f])))"
    r"(?P<rest>\S.*)$"
)
BLANK = re.compile(r"[_＿]{2,}|﹍{2,}|…{3,}_*")
ONLY_BLANK = re.compile(r"^[\s_＿﹍.。:：]*$")
RANGE_LINE = re.compile(r"^(?:分值|范围)?[:：]?\s*(\d{1,3})\s*(?:分)?\s*[~～\-—到至]+\s*(\d{1,3})\s*(?:分)?$")
OTHER = re.compile(r"^(?:其他|其它)")
NONE_OF_THEM = re.compile(
    r"^(?:以上(?:都|均|皆)?(?:没有|无|不是|不需要|非)|都没有|都不需要|(?:均|都)无|没有以上|没有上述|无以上)"
)
RATHER_NOT = re.compile(r"^(?:不愿|不想|不便|拒绝|不方便)(?:回答|透露|说|作答|告知|告诉)")


def nth(place):
    """A, B … Z, AA … for the option at `place` (from 0)."""
    return nth(place // 26 - 1) + chr(65 + place % 26) if place >= 26 else chr(65 + place)


def place_of(letters):
    """The place of an option from its letter; the other way of `nth`."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    return place - 1
