"""The invented federation of 清和社区: staff, duties, roster, places, agencies, and the families of its stories."""

from dataclasses import dataclass

from accounts.roles import Role
from fedhub.demo.names import MAN, WOMAN
from fedhub.demo.people import DAUGHTER, DIVORCED, HEAD, INCOMER, MARRIED, SON, SPOUSE, WIDOWED, Family, Home, Mark
from fedhub.demo.places import Compound
from fedhub.reference.enums import AgencyKind
from grids.enums import DutyPattern, DutyRole, TermRole
from households.enums import HousingKind


@dataclass(frozen=True)
class Staff:
    """One account. With `role` it has a grant on the place `at` ("community" or "street") and a password for the demo."""

    username: str
    name: str
    title: str
    role: str = ""
    at: str = "community"


STAFF = [
    Staff("zhoumin", "周敏", "妇联主席", Role.CHAIR),
    Staff("fengxue", "冯雪", "妇联干事", Role.SECRETARY),
    Staff("hexiaoyan", "何晓燕", "执委", Role.COMMITTEE, ""),
    Staff("liujianfang", "刘建芳", "第二网格网格员", Role.GRID_WORKER, ""),
    Staff("sunli", "孙丽", "数据员", Role.DATA_OFFICER),
    Staff("wujing", "吴静", "副主席、权益专人", Role.SAFETY_OFFICER),
    Staff("shenyun", "沈芸", "调解员", Role.MEDIATOR),
    Staff("zhenglan", "郑岚", "律师", Role.COUNSEL),
    Staff("maqing", "马青", "就业专干", Role.JOB_OFFICER),
    Staff("chenyulan", "陈玉兰", "巾帼志愿者", Role.VOLUNTEER),
    Staff("linhui", "林慧", "街道妇联干部", Role.STREET, "street"),
    Staff("xuhang", "许航", "系统管理员", Role.SYSTEM_ADMIN),
    Staff("guming", "顾明", "安全管理员", Role.SECURITY_ADMIN),
    Staff("qianjin", "钱进", "审计员", Role.AUDITOR),
]
# Accounts that are opened by a one-time code: they carry duties, so the grids have people in charge.
MORE_STAFF = [
    Staff("hanmei", "韩梅", "网格长"),
    Staff("caolijun", "曹丽君", "网格长"),
    Staff("mengxiaohong", "孟小红", "第一网格网格员"),
    Staff("shiyafang", "施雅芳", "第三网格网格员"),
    Staff("luchunyan", "卢春燕", "执委、第四网格网格员"),
    Staff("fanxiaohong", "范晓红", "第五网格网格员"),
    Staff("yaoli", "姚莉", "第六网格网格员"),
    Staff("tangliping", "唐丽萍", "执委"),
    Staff("jiangwenjing", "蒋文静", "执委"),
    Staff("lihongmei", "李红梅", "执委"),
    Staff("zouminhua", "邹敏华", "执委"),
]

# Duties: grid, account, role, pattern, days since the term began, (days until it ended, why).
DUTIES = [
    (1, "hanmei", DutyRole.HEAD, "", 2, None),
    (2, "hanmei", DutyRole.HEAD, "", 2, None),
    (3, "hanmei", DutyRole.HEAD, "", 2, None),
    (4, "caolijun", DutyRole.HEAD, "", 2, None),
    (5, "caolijun", DutyRole.HEAD, "", 2, None),
    (6, "caolijun", DutyRole.HEAD, "", 2, None),
    (1, "mengxiaohong", DutyRole.WORKER, "", 2, None),
    (2, "liujianfang", DutyRole.WORKER, "", 2, None),
    (3, "shiyafang", DutyRole.WORKER, "", 2, None),
    (4, "luchunyan", DutyRole.WORKER, DutyPattern.JOINT, 2, None),
    (5, "fanxiaohong", DutyRole.WORKER, "", 2, None),
    (6, "yaoli", DutyRole.WORKER, "", 2, None),
    (1, "tangliping", DutyRole.COMMITTEE, DutyPattern.NEAR, 10, None),
    (2, "jiangwenjing", DutyRole.COMMITTEE, DutyPattern.NEAR, 10, (95, "调整到第三网格")),
    (2, "hexiaoyan", DutyRole.COMMITTEE, DutyPattern.TOUR, 105, None),
    (5, "hexiaoyan", DutyRole.COMMITTEE, DutyPattern.TOUR, 105, None),
    (3, "jiangwenjing", DutyRole.COMMITTEE, DutyPattern.NEAR, 105, None),
    (4, "luchunyan", DutyRole.COMMITTEE, DutyPattern.JOINT, 10, None),
    (5, "lihongmei", DutyRole.COMMITTEE, DutyPattern.POST, 400, None),
    (6, "zouminhua", DutyRole.COMMITTEE, DutyPattern.POST, 10, None),
    (2, "chenyulan", DutyRole.SUPPORT, "", 120, None),
]
# Who visits: grid → (执委, 网格员).
TEAMS = {
    1: ("tangliping", "mengxiaohong"),
    2: ("hexiaoyan", "liujianfang"),
    3: ("jiangwenjing", "shiyafang"),
    4: ("luchunyan", "caolijun"),
    5: ("hexiaoyan", "fanxiaohong"),
    6: ("zouminhua", "yaoli"),
}

TERM = "第二届"
ROSTER = [
    ("周敏", TermRole.CHAIR, "主持全面工作", "清和社区", "zhoumin"),
    ("吴静", TermRole.VICE_CHAIR, "维权、文艺宣传", "清和社区", "wujing"),
    ("钟慧敏", TermRole.VICE_CHAIR, "家庭教育（兼职）", "文新小学", ""),
    ("何晓燕", TermRole.COMMITTEE, "包保第二、第五网格", "社区卫生服务站", "hexiaoyan"),
    ("唐丽萍", TermRole.COMMITTEE, "包保第一网格", "便民超市", "tangliping"),
    ("蒋文静", TermRole.COMMITTEE, "包保第三网格", "文澜中学", "jiangwenjing"),
    ("卢春燕", TermRole.COMMITTEE, "包保第四网格", "清和社区", "luchunyan"),
    ("李红梅", TermRole.COMMITTEE, "驻加工厂小区", "加工厂小区业委会", "lihongmei"),
    ("邹敏华", TermRole.COMMITTEE, "驻第六网格", "桥东里幼儿园", "zouminhua"),
    ("沈芸", TermRole.COMMITTEE, "调解微家", "退休法官", "shenyun"),
    ("马青", TermRole.COMMITTEE, "就业帮扶", "清和社区", "maqing"),
    ("冯雪", TermRole.COMMITTEE, "联络、记录", "清和社区", "fengxue"),
    ("方晓琳", TermRole.COMMITTEE, "两癌筛查", "区第二医院", ""),
    ("潘玉梅", TermRole.COMMITTEE, "文艺宣传队", "退休", ""),
    ("梁丽娟", TermRole.COMMITTEE, "志愿服务", "社区食堂", ""),
    ("夏海燕", TermRole.COMMITTEE, "儿童之家", "文新小学", ""),
    ("贺春梅", TermRole.COMMITTEE, "爱心超市", "惠民粮油店", ""),
    ("龚丽萍", TermRole.COMMITTEE, "企业联络", "电子厂工会", ""),
    ("冯爱华", TermRole.DELEGATE, "租户代表", "", ""),
    ("徐秀琴", TermRole.DELEGATE, "清和里", "", ""),
    ("汤小燕", TermRole.DELEGATE, "精诚公寓", "", ""),
    ("尹红霞", TermRole.DELEGATE, "柳岸新苑", "", ""),
    ("黎雅琴", TermRole.DELEGATE, "文华苑", "", ""),
    ("乔玉洁", TermRole.DELEGATE, "加工厂小区", "", ""),
    ("赖春香", TermRole.DELEGATE, "酒精厂旧院", "", ""),
    ("倪佳慧", TermRole.DELEGATE, "桥东里", "", ""),
    ("俞文慧", TermRole.DELEGATE, "双职工妈妈", "", ""),
    ("陈玉兰", TermRole.DELEGATE, "志愿者", "", "chenyulan"),
]

# Grids: bounds, compounds, families; 联户单元 by compound and the doors or building they take.
GRIDS = [
    ({"east": "清河路", "south": "文新路", "west": "柳岸", "north": "铁路"}, [Compound("清和里", 9)], 204),
    ({"east": "精诚路", "south": "文新路", "west": "清河路", "north": "铁路"}, [Compound("精诚公寓", 6, 2, 9)], 208),
    ({"east": "清河路", "south": "河", "west": "柳岸街", "north": "文新路"}, [Compound("柳岸新苑", 5, 2, 11)], 204),
    ({"east": "学院路", "south": "河", "west": "清河路", "north": "文新路"}, [Compound("文华苑", 4, 2, 13)], 196),
    (
        {"east": "工厂路", "south": "文新路", "west": "精诚路", "north": "铁路"},
        [Compound("酒精厂旧院", yard=44), Compound("加工厂小区", 6, 3, 6)],
        222,
    ),
    ({"east": "城东路", "south": "河", "west": "学院路", "north": "桥东街"}, [Compound("桥东里", 8)], 176),
]
UNITS = [
    (1, "清和里一栋联户", lambda home: home.compound == "清和里" and (home.building, home.stair) == ("1", "1")),
    (5, "旧院东排联户", lambda home: home.compound == "酒精厂旧院" and int(home.building[:-1]) <= 20),
    (5, "旧院西排联户", lambda home: home.compound == "酒精厂旧院" and int(home.building[:-1]) > 24),
]

# Telephone numbers begin with 0 after the area code, as no local number does.
AGENCIES = [
    (AgencyKind.POLICE, "文新派出所", "0571-00000110", "值班室"),
    (AgencyKind.JUSTICE, "文新司法所", "0571-00000148", "周所"),
    (AgencyKind.LEGAL_AID, "区法律援助中心", "12348", ""),
    (AgencyKind.CIVIL, "街道民政窗口", "0571-00000131", ""),
    (AgencyKind.DISABLED, "街道残联", "0571-00000132", ""),
    (AgencyKind.LABOUR, "街道人社窗口", "0571-00000133", ""),
    (AgencyKind.HEALTH, "社区卫生服务站", "0571-00000120", "方晓琳"),
    (AgencyKind.MIND, "区第二医院心理门诊", "0571-00000121", ""),
    (AgencyKind.SCHOOL, "文新小学", "0571-00000141", "夏海燕"),
    (AgencyKind.STREET, "文新街道办事处", "0571-00000100", ""),
    (AgencyKind.FEDERATION, "区妇联", "0571-00000138", ""),
    (AgencyKind.PROPERTY, "精诚物业", "0571-00000151", "高经理"),
    (AgencyKind.PROPERTY, "文新房管物业", "0571-00000152", ""),
    (AgencyKind.SOCIAL, "阳光社工站", "0571-00000161", ""),
    (AgencyKind.COMPANY, "惠民粮油店", "0571-00000162", "贺春梅"),
]
VENUES = [
    ("妇女之家", "社区服务中心一楼", 60),
    ("妇女调解微家", "社区服务中心二楼", 10),
    ("儿童之家", "社区服务中心一楼", 30),
    ("加工厂小区妇女微家", "加工厂小区 1 栋底层", 15),
]


@dataclass
class Story:
    """A family planted at a door of its own; `visits` are (days ago, what was said)."""

    home: Home
    family: Family
    visits: tuple = ()


def stories(inventor):
    """Families that the pages of the handbook speak of."""

    def person(name, sex, age, relation=HEAD, marital="", **facts):
        made = inventor.person(sex, age, relation, family=name[0])
        made.name, made.marital, made.health = name, marital, "10"
        for key, value in facts.items():
            setattr(made, key, value)
        return made

    wang = Family(
        [
            person("王桂兰", WOMAN, 58, HEAD, MARRIED, health="41", health_note="乳腺癌，化疗中", employment="80",
                   marks=[Mark("ZZ", 420), Mark("LA", 300, authority="区妇联")]),
            person("赵建国", MAN, 61, SPOUSE, MARRIED, health="64", health_note="三级肢体残疾", employment="80",
                   marks=[Mark("CJ", 2600, authority="区残联")]),
            person("赵小莉", WOMAN, 32, DAUGHTER, DIVORCED, employment="70", workplace="", education="30",
                   marks=[Mark("XG", 160), Mark("DQMQ", 900)]),
            person("周子涵", WOMAN, 7, "44", education="80", employment="31"),
        ],
        marks=[Mark("DB", 700, authority="区民政局", proof="低保〔2024〕0417号")],
        housing_note="62 平方米，三楼无电梯", income_note="家庭人均月收入 1,180 元", known_for=980,
    )  # fmt: skip
    li = Family(
        [
            person("李秀珍", WOMAN, 66, HEAD, MARRIED, health="31", health_note="心脏搭桥术后，上周出院",
                   marks=[Mark("ZZ", 25)]),
            person("何国平", MAN, 69, SPOUSE, MARRIED),
        ],
        housing=HousingKind.PUBLIC, housing_note="老院子一间半", known_for=900,
    )  # fmt: skip
    zhang = Family(
        [person("张月娥", WOMAN, 77, HEAD, WIDOWED, birth=str(inventor.today.year - 77), id_number="", children=0,
                phones=[], health="30", marks=[Mark("GG", 1500), Mark("KC", 1500)])],
        marks=[Mark("DB", 1900, ended=(500, "not_eligible"), authority="区民政局")], known_for=990,
    )  # fmt: skip
    sun = Family(
        [
            person("孙玉芬", WOMAN, 71, HEAD, WIDOWED, children=2),
            person("李军", MAN, 44, SON, MARRIED, employment="24"),
            person("韩芳", WOMAN, 41, "38", MARRIED, employment="70", workplace=""),
            person("李子墨", MAN, 12, "41", employment="31"),
        ],
        known_for=880,
    )
    ma = Family(
        [person("马丽华", WOMAN, 43, HEAD, DIVORCED, employment="70", workplace="",
                marks=[Mark("XG", 240), Mark("DBBY", 800, ended=(200, "out"), authority="区民政局")])],
        housing=HousingKind.RENTED, known_for=600,
    )  # fmt: skip
    aynur = Family(
        [
            person("阿依努尔·买买提", WOMAN, 34, HEAD, MARRIED, ethnic="05", hukou_type=INCOMER, registered=False,
                   hukou_address="新疆维吾尔自治区喀什地区", employment="54", workplace="干果店"),
            person("买买提江·吐尔逊", MAN, 37, SPOUSE, MARRIED, ethnic="05", hukou_type=INCOMER, registered=False,
                   hukou_address="新疆维吾尔自治区喀什地区", employment="54", workplace="干果店"),
        ],
        housing=HousingKind.RENTED, known_for=300,
    )  # fmt: skip
    lin = Family(
        [
            person("林雅琴", WOMAN, 39, HEAD, MARRIED, employment="13", workplace="文澜中学", is_backbone=True),
            person("单𬀩", MAN, 41, SPOUSE, MARRIED, employment="13"),
            person("单𬭎", MAN, 10, SON, employment="31", education="80"),
        ],
        known_for=820,
    )
    return [
        Story(Home("精诚公寓", "2", "1", "3", "301"), wang, (
            (98, "低保年度复核材料已备齐，收入证明、病历复印件已交街道民政窗口。"),
            (67, "化疗第三个疗程结束，情绪平稳。小莉想找能接送孩子的工作，已转就业。"),
            (37, "带去米、油各一份。外孙女放学没人看，问了托管班。"),
        )),
        Story(Home("酒精厂旧院", "12号"), li, ((30, "住院，老伴一人在家，问了护工的价钱。"),)),
        Story(Home("加工厂小区", "3", "2", "1", "101"), zhang, ((58, "一个人住，耳朵背，说话要大声。"), (28, "米油还够，想要送餐。"))),
        Story(Home("加工厂小区", "5", "1", "4", "402"), sun, ((110, "老人想住在老房子，怕拖累孩子。"),)),
        Story(Home("加工厂小区", "4", "1", "6", "602"), ma, ((40, "还在找工作，家政培训报了名。"),)),
        Story(Home("柳岸新苑", "2", "1", "5", "502"), aynur, ((60, "干果店生意还好，孩子在老家，想接来上学。"),)),
        Story(Home("文华苑", "1", "2", "8", "801"), lin, ((45, "愿意周末带孩子们读书。"),)),
    ]  # fmt: skip
