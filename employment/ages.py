"""How old somebody is for certain, and what the law says of it. Pure.

禁止使用童工规定 art. 2, 7: nobody may introduce a person under 16 to a job. 未成年人保护法 art. 61: from 16 to 17 no
dangerous or heavy work and no work in places that are not for minors.
"""

import calendar

from households.models.resident import age_on

WORKING_AGE, ADULT = 16, 18


def latest_birth(birth):
    """The last day that a partial birth date ("1985", "1985-04", "1985-04-01") may stand for, as a whole date; '' for ''."""
    if not birth:
        return ""
    if len(birth) == 4:
        return f"{birth}-12-31"
    if len(birth) == 7:
        return f"{birth}-{calendar.monthrange(int(birth[:4]), int(birth[5:]))[1]:02d}"
    return birth


def least_age(birth, day):
    """Full years that somebody has certainly reached on `day`, None for an unknown birth date."""
    return age_on(latest_birth(birth), day)


def too_young(birth, day):
    """Why nobody may help this person to a job on `day`, '' when she is 16 for certain."""
    age = least_age(birth, day)
    if age is None:
        return "没有出生日期，不知道满没满 16 周岁。请先在居民页补上出生日期。"
    if age < WORKING_AGE:
        return "未满 16 周岁，不能登记求职，也不能介绍工作（禁止使用童工规定第二条、第七条）。"
    return ""


def is_young_worker(birth, day):
    """True from 16 to 17: flagged for whoever finds her a post."""
    age = least_age(birth, day)
    return age is not None and WORKING_AGE <= age < ADULT
