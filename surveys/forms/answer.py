"""What stands at the two ends of a questionnaire: her age before it, a way to reach her after it."""

import re

from surveys.checking import MOST_LETTERS, PHONE, clean
from surveys.enums import Mode

# Consent of somebody under this age is her guardian's (PIPL art. 31); a survey may ask for a higher one.
AGES = [
    ("old", "年满 {age} 周岁"),
    ("with", "不满 {age} 周岁，监护人在旁边，同意我填"),
    ("young", "不满 {age} 周岁，没有监护人同意"),
]
MOST_NAME = 30


def ages_for(survey):
    """[(value, words)] of the line that asks her age."""
    return [(value, words.format(age=survey.age_from)) for value, words in AGES]


def age_error(value):
    """What is wrong with the answer to the line about her age; '' when she may go on. What she said is not kept."""
    if value in ("old", "with"):
        return ""
    return "请和爸爸妈妈（监护人）一起填。想找人说话，可以打 12355。" if value == "young" else "请选一个。"


def said_name(post):
    """What was typed about herself, as it stands in the inputs."""
    return {name: post.get(f"who_{name}", "") for name in ("name", "phone")}


def contact_of(survey, post, *, must):
    """({"name", "phone"} or None, what is wrong). `must`: both are needed; else what she likes, or nothing."""
    if survey.mode == Mode.ANONYMOUS:
        return None, ""
    name, phone = (
        clean(post.get("who_name"))[:MOST_LETTERS],
        re.sub(r"[\s－—()（）]", "", clean(post.get("who_phone"))),
    )
    if len(name) > MOST_NAME:
        return None, f"姓名最多 {MOST_NAME} 个字。"
    if phone and not PHONE.fullmatch(phone):
        return None, "电话号码认不出来，手机写 11 位数字，座机前面加区号。"
    if must and not (name and phone):
        return None, "这份问卷要写姓名和电话。"
    return ({"name": name, "phone": phone} if name or phone else None), ""
