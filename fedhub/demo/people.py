"""Invented people and families: the same seed and day give the same ones.

Nothing here is a real person's. An identity number begins with a county code from 90 to 99, which GB/T 2260 has given
to no county of these cities, and yet passes the check of GB 11643. A mobile number begins with a network code that the
ministry's list of March 2023 gives to no operator (154, 163, 164, 169, 194); a landline number begins with 0, as no
local number does. Rates of hardship, hukou and family size are chosen to look like an old city community.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from fedhub.core.validators import id_check_character
from fedhub.demo.names import MAN, WOMAN, full_name, minority_name, surname
from households.enums import ExitReason, HousingKind, PhoneOwner

# First four digits of an identity number and the city they stand for; the county digits are invented.
LOCAL = ("3301", "浙江省杭州市")
ELSEWHERE = [
    ("3302", "浙江省宁波市"), ("3305", "浙江省湖州市"), ("3306", "浙江省绍兴市"), ("3307", "浙江省金华市"),
    ("3310", "浙江省台州市"), ("3408", "安徽省安庆市"), ("3415", "安徽省六安市"), ("3418", "安徽省宣城市"),
    ("3611", "江西省上饶市"), ("3607", "江西省赣州市"), ("4115", "河南省信阳市"), ("4116", "河南省周口市"),
    ("4211", "湖北省黄冈市"), ("4305", "湖南省邵阳市"), ("5203", "贵州省遵义市"), ("5115", "四川省宜宾市"),
]  # fmt: skip
MOBILE = ("154", "163", "164", "169", "194")
SERIES = range(90, 100)

HEAD, SPOUSE, SON, DAUGHTER = "02", "10", "20", "30"
FATHER, MOTHER, HIS_FATHER, HIS_MOTHER, HER_FATHER, HER_MOTHER = "51", "52", "53", "54", "55", "56"
MARRIED, SINGLE, WIDOWED, DIVORCED = "20", "10", "30", "40"
LIVES_HERE, AWAY, INCOMER, PAPER = "1", "2", "3", "4"

_JOBS = {
    "11": ["街道办事处", "区机关"], "13": ["文新小学", "区第二医院", "文澜中学", "社区卫生服务站", "设计院", "会计师事务所"],
    "17": ["软件公司", "保险公司", "物流公司", "物业公司", "超市文员", "银行网点"], "21": ["服装公司", "电子厂", "贸易公司"],
    "24": ["电子厂", "服装厂", "环卫所", "公交公司", "食品厂", "汽修厂"], "51": ["网约车司机", "家政", "外卖配送", "装修", "网店"],
    "54": ["早餐店", "粮油店", "理发店", "水果店", "五金店", "裁缝铺"],
}  # fmt: skip
_SKILLS = ["舞蹈", "剪纸", "烹饪", "裁剪缝纫", "书法", "越剧", "合唱", "手工编织", "育婴", "电脑", "摄影", "太极拳"]


@dataclass
class Mark:
    """A category of a person or family: day counts back from today. `ended` is (days ago, ExitReason) or None."""

    category: str
    since: int
    ended: tuple | None = None
    authority: str = ""
    proof: str = ""
    note: str = ""


@dataclass
class Person:
    """One invented person; codes are those of the code tables. `lives` and `registered` speak of this family's home."""

    name: str
    sex: str
    born: date
    relation: str = HEAD
    birth: str = ""
    id_number: str = ""
    ethnic: str = "01"
    education: str = ""
    political: str = "13"
    marital: str = ""
    employment: str = ""
    workplace: str = ""
    hukou_type: str = LIVES_HERE
    hukou_address: str = ""
    children: int | None = None
    skills: str = ""
    is_backbone: bool = False
    is_volunteer: bool = False
    health: str = "10"
    health_note: str = ""
    phones: list = field(default_factory=list)
    marks: list = field(default_factory=list)
    lives: bool = True
    registered: bool = True

    def age(self, day):
        """Full years on `day`."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass
class Home:
    """An address in its parts; old courtyards have a door number only (handbook 2.2)."""

    compound: str
    building: str = ""
    stair: str = ""
    floor: str = ""
    room: str = ""


@dataclass
class Family:
    """People of one home, the head first, and the family's own categories."""

    people: list
    marks: list = field(default_factory=list)
    housing: str = HousingKind.OWN
    housing_note: str = ""
    income_note: str = ""
    note: str = ""
    known_for: int = 400

    @property
    def head(self):
        return self.people[0]

    @property
    def categories(self):
        """Codes in force today, the family's own and those of who lives there."""
        rows = [*self.marks, *(mark for person in self.people if person.lives for mark in person.marks)]
        return sorted({mark.category for mark in rows if mark.ended is None})


class Inventor:
    """Makes people and families from one random series. `series` (0–9) keeps identity numbers of several runs apart."""

    def __init__(self, seed, *, today, series=0):
        self.rnd = random.Random(seed)  # noqa: S311 - invented people, nothing secret
        self.today = today
        self.county = SERIES[series]
        self._born_alike = {}
        self._mobiles = self.rnd.randrange(10_000_000)

    # --- single facts ---------------------------------------------------------------------------------------------
    def chance(self, rate):
        """True at `rate` (0–1)."""
        return self.rnd.random() < rate

    def born(self, age):
        """A birth day of somebody `age` full years old."""
        return self.today - timedelta(days=int(age * 365.2425) + self.rnd.randrange(1, 365))

    def id_number(self, born, sex, city=LOCAL[0]):
        """A number that no other person of this series has: those born alike are counted on.

        The place in the count gives the order digits (odd for men), spread by a step that meets each once.
        """
        key = (born.toordinal(), sex)
        count = self._born_alike.get(key, 0)
        self._born_alike[key] = count + 1
        if count >= 500:
            raise OverflowError("More than 500 people of one sex born on one day: split the seed.")
        order = 2 * ((count * 137 + born.toordinal() * 31) % 500) + (1 if sex == MAN else 0)
        body = f"{city}{self.county}{born:%Y%m%d}{order:03d}"
        return body + id_check_character(body)

    def mobile(self):
        """A mobile number of no operator; each one once in 50 million."""
        self._mobiles = (self._mobiles + 3_141_593) % 10_000_000
        return f"{self.rnd.choice(MOBILE)}0{self._mobiles:07d}"

    def landline(self):
        """A landline that cannot be: local numbers do not begin with 0."""
        return f"0571-0{self.rnd.randrange(10_000_000):07d}"

    def person(self, sex, age, relation=HEAD, *, family=None, city=None):
        """A person of `age`, with everything that follows from age and sex; `family` is the surname to use."""
        born = self.born(age)
        if family is None and self.chance(0.0015):
            name, ethnic = minority_name(self.rnd, sex)
        else:
            name = full_name(self.rnd, sex, born.year, family)
            ethnic = "01" if self.chance(0.97) else self.rnd.choice(["22", "03", "06", "15", "11", "08", "12"])
        made = Person(name, sex, born, relation, ethnic=ethnic)
        made.birth = born.isoformat()
        made.id_number = self.id_number(born, sex, city or LOCAL[0])
        if age >= 70 and self.chance(0.04):
            made.birth, made.id_number = (f"{born:%Y-%m}" if self.chance(0.5) else str(born.year)), ""
        self._schooling(made, age)
        self._work(made, age)
        self._reach(made, age)
        return made

    def _schooling(self, made, age):
        if age < 6:
            return
        steps = {6: ["80"], 12: ["80"], 15: ["70"], 18: ["60", "40"]}
        if age < 22:
            made.education = self.rnd.choice(next(codes for top, codes in reversed(steps.items()) if age >= top))
        elif age < 35:
            made.education = self.rnd.choices(["10", "20", "30", "40", "60", "70"], [6, 34, 28, 12, 12, 8])[0]
        elif age < 55:
            made.education = self.rnd.choices(["10", "20", "30", "40", "60", "70", "80"], [2, 16, 20, 12, 20, 26, 4])[
                0
            ]
        else:
            made.education = self.rnd.choices(["20", "30", "60", "70", "80", "90"], [4, 6, 18, 36, 28, 8])[0]
        if 14 <= age <= 28 and self.chance(0.4):
            made.political = "03"
        elif age > 20 and self.chance(0.1):
            made.political = "01"
        elif age > 30 and self.chance(0.012):
            made.political = self.rnd.choice(["04", "05", "06", "07", "10"])

    def _work(self, made, age):
        retired = 55 if made.sex == WOMAN else 60
        if age < 6:
            return
        if age < 18 or (age < 22 and self.chance(0.75)):
            made.employment = "31"
        elif age >= retired:
            made.employment = "80" if self.chance(0.9) else "90"
        else:
            codes, weights = ["11", "13", "17", "21", "24", "51", "54", "70", "90"], [3, 15, 26, 4, 20, 12, 10, 7, 3]
            if made.sex == WOMAN and 26 <= age <= 40:
                weights[7] += 4
            made.employment = self.rnd.choices(codes, weights)[0]
            if made.employment in _JOBS and self.chance(0.7):
                made.workplace = self.rnd.choice(_JOBS[made.employment])
        if made.sex == WOMAN and age >= 18:
            if self.chance(0.12):
                made.skills = "、".join(self.rnd.sample(_SKILLS, self.rnd.choice([1, 1, 2])))
            made.is_volunteer = self.chance(0.04)
            made.is_backbone = self.chance(0.012)

    def _reach(self, made, age):
        if age < 12:
            return
        if age >= 75 and self.chance(0.3):
            if self.chance(0.5):
                made.phones.append((self.landline(), PhoneOwner.HOME, True))
            return
        if age >= 16 or self.chance(0.4):
            made.phones.append((self.mobile(), PhoneOwner.SELF, False))
        if age >= 20 and self.chance(0.05):
            made.phones.append((self.mobile(), PhoneOwner.SELF, False))

    # --- families -------------------------------------------------------------------------------------------------
    def family(self):
        """One family of one to five people who live together, with hukou, categories and housing."""
        incomers = self.chance(0.24)
        city = self.rnd.choice(ELSEWHERE) if incomers else LOCAL
        kinds = [self._couple, self._with_children, self._three_generations, self._single_parent, self._alone,
                 self._old_couple, self._grandparents]  # fmt: skip
        weights = [12, 36, 4, 4, 34, 4, 1] if incomers else [14, 31, 12, 5, 18, 17, 3]
        people = self.rnd.choices(kinds, weights)[0](city[0])[:5]
        made = Family(people, known_for=self.rnd.randrange(30, 1000))
        self._hukou(made, city, incomers)
        self._hardship(made)
        self._housing(made, incomers)
        return made

    def _pair(self, low, high, city):
        """A married couple, the man a little older; either may be the head."""
        age = self.rnd.randint(low, high)
        man = self.person(MAN, min(age + self.rnd.randint(-1, 4), 95), HEAD, city=city)
        woman = self.person(WOMAN, age, SPOUSE, city=city if self.chance(0.7) else self.rnd.choice(ELSEWHERE)[0])
        man.marital = woman.marital = MARRIED
        if self.chance(0.24):
            man.relation, woman.relation = SPOUSE, HEAD
            return [woman, man], age
        return [man, woman], age

    def _children(self, parents, mothers_age, most=2):
        """Children of the couple or single parent, by the mother's age."""
        father = next((p for p in parents if p.sex == MAN), parents[0])
        youngest, oldest = max(0, mothers_age - 38), mothers_age - 22
        made = []
        for _ in range(self.rnd.choices(range(1, most + 1), [70, 30, 6][:most])[0]):
            age = self.rnd.randint(youngest, max(oldest, youngest))
            if age > 30 or mothers_age - age < 20:
                continue
            sex = WOMAN if self.chance(0.49) else MAN
            child = self.person(sex, age, DAUGHTER if sex == WOMAN else SON, family=self.family_of(father))
            child.marital = SINGLE if age >= 20 else ""
            if 6 <= age < 16 and not child.phones and parents[0].phones:
                child.phones.append((parents[-1].phones[0][0] if parents[-1].phones else parents[0].phones[0][0],
                                     PhoneOwner.PARENT, True))  # fmt: skip
            made.append(child)
        for parent in parents:
            parent.children = len(made) or None
        return sorted(made, key=lambda child: child.born)

    @staticmethod
    def family_of(person):
        """Surname of a person, compound ones whole."""
        pairs = ("欧阳", "诸葛", "上官", "尉迟")
        return person.name[:2] if person.name.startswith(pairs) else person.name[:1]

    def _couple(self, city):
        return self._pair(24, 60, city)[0]

    def _old_couple(self, city):
        people, _ = self._pair(60, 86, city)
        for person in people:
            person.children = self.rnd.choice([1, 1, 2, 2, 3])
        return people

    def _with_children(self, city):
        people, age = self._pair(25, 52, city)
        return people + self._children(people, age)

    def _single_parent(self, city):
        sex = WOMAN if self.chance(0.84) else MAN
        age = self.rnd.randint(28, 50)
        parent = self.person(sex, age, HEAD, city=city)
        parent.marital = self.rnd.choices([DIVORCED, WIDOWED, SINGLE], [78, 17, 5])[0]
        return [parent, *self._children([parent], age)]

    def _three_generations(self, city):
        people, age = self._pair(28, 46, city)
        head = people[0]
        wifes = head.sex == WOMAN
        elder = WOMAN if self.chance(0.68) else MAN
        old = self.person(elder, min(age + self.rnd.randint(23, 31), 92), family=None, city=city)
        old.marital = self.rnd.choices([WIDOWED, MARRIED, DIVORCED], [66, 28, 6])[0]
        old.children = self.rnd.choice([1, 2, 2, 3])
        own = self.chance(0.75)
        codes = {
            (True, MAN): FATHER, (True, WOMAN): MOTHER,
            (False, MAN): HIS_FATHER if wifes else HER_FATHER, (False, WOMAN): HIS_MOTHER if wifes else HER_MOTHER,
        }  # fmt: skip
        old.relation = codes[own, elder]
        if own and elder == MAN and not wifes:
            old.name = full_name(self.rnd, MAN, old.born.year, self.family_of(head))
        return [*people, *self._children(people, age), old]

    def _alone(self, city):
        draw = self.rnd.random()
        sex = WOMAN if self.chance(0.56) else MAN
        if draw < 0.38:
            person = self.person(sex, self.rnd.randint(21, 34), city=city)
            person.marital = SINGLE
        elif draw < 0.6:
            person = self.person(sex, self.rnd.randint(35, 59), city=city)
            person.marital = self.rnd.choices([DIVORCED, SINGLE, MARRIED], [45, 30, 25])[0]
        else:
            person = self.person(WOMAN if self.chance(0.68) else MAN, self.rnd.randint(60, 93), city=city)
            person.marital = self.rnd.choices([WIDOWED, DIVORCED, SINGLE], [84, 10, 6])[0]
            person.children = 0 if person.marital == SINGLE else self.rnd.choice([0, 1, 1, 2, 2, 3])
        return [person]

    def _grandparents(self, city):
        people, age = self._pair(56, 72, city)
        for person in people:
            person.children = 1
        through_son = self.chance(0.6)
        sex = WOMAN if self.chance(0.49) else MAN
        code = {(True, MAN): "41", (True, WOMAN): "42", (False, MAN): "43", (False, WOMAN): "44"}[through_son, sex]
        family = self.family_of(next(p for p in people if p.sex == MAN)) if through_son else surname(self.rnd)
        child = self.person(sex, self.rnd.randint(3, 14), code, family=family)
        child.marks.append(Mark("LSET", self.rnd.randrange(30, 700), note="父母在外地务工，随祖辈生活"))
        return [*people, child]

    def _hukou(self, made, city, incomers):
        for person in made.people:
            if incomers:
                person.hukou_type, person.registered, person.hukou_address = INCOMER, False, city[1]
        if incomers:
            return
        spouse = next((p for p in made.people if p.relation == SPOUSE), None)
        if spouse is not None and self.chance(0.16):
            spouse.hukou_type, spouse.registered = INCOMER, False
            spouse.hukou_address = self.rnd.choice(ELSEWHERE)[1]
        child = next((p for p in made.people if p.relation in (SON, DAUGHTER)), None)
        if child is not None and child.born.year < self.today.year - 18 and self.chance(0.35):
            child.hukou_type, child.lives = AWAY, False
        elif len(made.people) > 1 and self.chance(0.012):
            made.people[-1].hukou_type, made.people[-1].lives = PAPER, False

    def _hardship(self, made):
        rnd, here = self.rnd, [p for p in made.people if p.lives]
        for person in made.people:
            age = person.age(self.today)
            if self.chance(0.024 if age > 40 else 0.011):
                kind = rnd.choice(["61", "62", "64", "64", "64", "65", "66"])
                grade = rnd.choice("1223344")
                person.health = kind
                proof = f"{person.id_number}{kind[-1]}{grade}" if person.id_number else ""
                person.marks.append(Mark("CJ", rnd.randrange(60, 3000), authority="区残联", proof=proof))
                person.health_note = (
                    f"{'一二三四'[int(grade) - 1]}级，{rnd.choice(['需人照料', '生活能自理', '定期康复'])}"
                )
            elif self.chance(0.02 if age > 55 else 0.004):
                person.health = "41" if self.chance(0.4) else rnd.choice(["31", "32", "35", "37"])
                person.marks.append(self._perhaps_over(Mark("ZZ", rnd.randrange(40, 900)), 0.25, ExitReason.OUT))
                person.health_note = rnd.choice(
                    ["化疗中，两周一次", "手术后休养", "每周透析三次", "长期服药，定期复查"]
                )
                if person.health == "41" and person.sex == WOMAN and self.chance(0.6):
                    person.marks.append(Mark("LA", person.marks[-1].since, authority="区妇联"))
            elif age > 60 and self.chance(0.34):
                person.health = rnd.choice(["30", "31", "37", "20"])
            if person.employment == "70" and age >= 22 and self.chance(0.55):
                person.marks.append(self._perhaps_over(Mark("XG", rnd.randrange(30, 800)), 0.3, ExitReason.OUT))
            if age > 65 and self.chance(0.012):
                person.marks.append(Mark("YF", rnd.randrange(400, 3000), authority="退役军人事务站"))
        if len(here) == 1 and here[0].age(self.today) >= 65:
            alone = here[0]
            if not alone.children and self.chance(0.8):
                alone.marks.append(Mark("GG", rnd.randrange(100, 1800)))
                if self.chance(0.25):
                    alone.marks.append(Mark("TK", rnd.randrange(60, 1200), authority="区民政局"))
            elif alone.children:
                alone.marks.append(Mark("KC", rnd.randrange(60, 1500)))
        head = made.head
        if (
            head.marital in (DIVORCED, WIDOWED)
            and head.sex == WOMAN
            and any(p.relation in (SON, DAUGHTER) and p.age(self.today) < 18 for p in made.people)
        ):
            head.marks.append(Mark("DQMQ", rnd.randrange(60, 1500)))
        self._husband_away(made)
        self._relief(made)

    def _husband_away(self, made):
        """At times the husband works elsewhere and the wife, 20 to 59, stays (handbook 3.1: 留守妇女)."""
        pair = {p.sex: p for p in made.people if p.relation in (HEAD, SPOUSE) and p.marital == MARRIED}
        if len(pair) == 2 and pair[MAN].registered and 20 <= pair[WOMAN].age(self.today) < 60 and self.chance(0.02):
            pair[MAN].hukou_type, pair[MAN].lives = AWAY, False
            pair[WOMAN].marks.append(Mark("LSFN", self.rnd.randrange(60, 900), note="丈夫在外地务工"))

    def _perhaps_over(self, mark, rate, reason):
        """`mark`, ended at `rate` some time after it began."""
        if mark.since > 60 and self.chance(rate):
            mark.ended = (self.rnd.randrange(1, mark.since - 30), reason)
        return mark

    def _relief(self, made):
        heavy = {mark.category for person in made.people for mark in person.marks} & {"CJ", "ZZ", "GG", "DQMQ", "XG"}
        draw = self.rnd.random()
        since = self.rnd.randrange(60, 1500)
        if draw < (0.07 if heavy else 0.002):
            per_head = self.rnd.choice([620, 780, 860, 940, 1020])
            mark = Mark("DB", since, authority="区民政局", proof=f"低保〔{(self.today - timedelta(since)).year}〕"
                        f"{self.rnd.randrange(1, 3000):04d}号")  # fmt: skip
            made.marks.append(self._perhaps_over(mark, 0.18, ExitReason.OUT))
            made.income_note = f"家庭人均月收入约 {per_head} 元"
        elif draw < (0.13 if heavy else 0.004):
            made.marks.append(
                self._perhaps_over(Mark("DBBY", since, authority="区民政局"), 0.15, ExitReason.NOT_ELIGIBLE)
            )
            made.income_note = f"家庭人均月收入约 {self.rnd.choice([1250, 1380, 1460, 1580])} 元"
        elif draw < (0.16 if heavy else 0.0045):
            made.marks.append(Mark("GXZC", since, authority="街道公共服务中心"))
            made.income_note = f"全年自付医疗费约 {self.rnd.randrange(18, 70)}000 元"

    def _housing(self, made, incomers):
        rented = self.chance(0.82 if incomers else 0.07)
        made.housing = HousingKind.RENTED if rented else HousingKind.OWN
        if not rented and self.chance(0.06):
            made.housing = HousingKind.PUBLIC
        if self.chance(0.5):
            made.housing_note = f"{self.rnd.randrange(38, 140)} 平方米"
