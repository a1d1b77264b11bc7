"""What stands where on the council's papers: one description for the page that is printed and for the Word template.

Plain data, no Django: tools/make_papers.py makes the templates of it. Parts: ("line", text, place), ("facts", pairs of words),
("text", word), ("body", list of paragraphs), ("list", heading, list, {column: width in mm}). A word stands in 〔brackets〕 in a
line as {word}.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Layout:
    """One paper: its title, whether it is an official document (GB/T 9704: type sizes, margins), and its parts in order."""

    title: str
    parts: tuple
    official: bool = False
    tall: dict = field(default_factory=dict)  # {list: height of its rows in mm, for signing and marking by hand}


MIDDLE, RIGHT, LEFT = "middle", "right", "left"
# Below an official text, in 4 号.
NOTE = "note"

LAYOUTS = {
    "topic": Layout(
        "议题表",
        (
            ("line", "{单位}", MIDDLE),
            ("facts", (("编号", "提出日期"), ("类别", "缓急"), ("来源", "提议人"), ("地点", "涉及人数"), ("附议人数", "状态"))),
            ("text", "议题"), ("text", "具体情况"),
            ("facts", (("筛选结果", "筛选日期"), ("筛选人", "答复日期"))), ("text", "筛选理由"),
            ("list", "办理经过", "经过", {"日期": 34, "环节": 58, "经手人": 50, "天数": 40}),
            ("line", "提议人签字：＿＿＿＿＿　筛选人签字：＿＿＿＿＿　＿＿＿年＿＿月＿＿日", LEFT),
        ),
    ),
    "notice": Layout(
        "{会议}通知",
        (
            ("line", "{编号}", MIDDLE), ("line", "各位成员、各列席单位：", LEFT), ("body", "正文"),
            ("list", "议题", "议程", {"序号": 16, "内容": 110, "分钟": 24}),
            ("list", "会议材料", "材料", {"序号": 16, "材料": 134}),
            ("line", "{单位}", RIGHT), ("line", "{日期}", RIGHT),
            ("line", "－　－　－　－　－　沿此线剪下　－　－　－　－　－", MIDDLE),
            ("line", "回执：姓名＿＿＿＿＿＿＿＿　□出席　□请假　□请假，附书面意见", NOTE),
            ("line", "原因、意见：＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿", NOTE),
        ), official=True,
    ),
    "agenda": Layout(
        "会议议程",
        (
            ("line", "{会议}", MIDDLE), ("facts", (("时间", "地点"), ("主持人", "记录人"))),
            ("list", "议程", "议程", {"序号": 14, "内容": 98, "说明": 46, "分钟": 24}),
            ("list", "列席", "列席", {"单位": 110, "姓名": 72}),
        ),
    ),
    "signin": Layout(
        "会议签到表",
        (
            ("line", "{会议}", MIDDLE), ("facts", (("时间", "地点"), ("应到", "到会人数"))),
            ("list", "成员", "名单", {"序号": 14, "姓名": 28, "身份": 34, "单位": 42, "签名": 34, "时间": 30}),
            ("list", "列席", "列席", {"单位": 90, "姓名": 42, "签名": 50}),
        ), tall={"名单": 9, "列席": 9},
    ),
    "ballot": Layout(
        "表决票",
        (
            ("line", "{会议}　{日期}", MIDDLE),
            ("list", "请在一项后面画“○”，多画的一项作废", "事项",
             {"序号": 14, "事项": 96, "同意": 24, "反对": 24, "弃权": 24}),
            ("line", "{说明}", LEFT),
        ), tall={"事项": 14},
    ),
    "record": Layout(
        "会议记录",
        (
            ("line", "{会议}", MIDDLE),
            ("facts", (("时间", "地点"), ("主持人", "记录人"), ("应到", "实到"), ("开始", "结束"))),
            ("text", "出席"), ("text", "请假"), ("text", "缺席"), ("text", "列席"), ("text", "委托"),
            ("list", "审议", "审议", {"议程": 60, "情况": 122}),
            ("list", "发言", "发言", {"议程": 46, "发言人": 26, "内容": 110}),
            ("list", "表决", "表决", {"议程": 46, "结果": 136}),
            ("list", "议定事项", "议定", {"议程": 46, "内容": 136}),
            ("line", "主持人签字：＿＿＿＿＿＿　记录人签字：＿＿＿＿＿＿　＿＿＿年＿＿月＿＿日", LEFT),
        ),
    ),
    "minutes": Layout(
        "{标题}",
        (
            ("line", "{编号}", MIDDLE), ("body", "正文"),
            ("line", "{单位}", RIGHT), ("line", "{日期}", RIGHT), ("line", "发：{发}　{签发}", NOTE),
            ("list", "补充说明", "补充", {"日期": 34, "内容": 86, "签名": 30}),
        ), official=True,
    ),
    "result": Layout(
        "关于“{议题}”办理结果的公示",
        (
            ("line", "{编号}", MIDDLE), ("body", "正文"), ("line", "{单位}", RIGHT), ("line", "{日期}", RIGHT),
        ), official=True,
    ),
}  # fmt: skip
