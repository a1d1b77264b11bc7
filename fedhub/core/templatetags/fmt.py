"""How days, times, numbers and ages are written on the pages. Filters give '' for an empty value."""

from datetime import date, datetime

from django import template
from django.utils import timezone

from fedhub.core.text import chinese_date, partial_date_label

register = template.Library()


def _local(value):
    """`value` as a date or a local datetime."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _day_of(value):
    value = _local(value)
    return value.date() if isinstance(value, datetime) else value


def _is_day(value):
    return isinstance(value, date)


@register.filter
def parts(line):
    """The parts of a line such as "第二网格 · 上次走访 2025-12-14", so that it wraps between them."""
    return str(line or "").split(" · ")


@register.filter
def day(value):
    """A date in full: 2024年6月30日."""
    return chinese_date(_day_of(value)) if _is_day(value) else ""


@register.filter
def short_day(value, today=None):
    """A date beside others of this year: 6月30日; the year is added when it is another one (`today`: for whoever asks often)."""
    if not _is_day(value):
        return ""
    found = _day_of(value)
    text = f"{found.month}月{found.day}日"
    return text if found.year == (today or timezone.localdate()).year else f"{found.year}年{text}"


@register.filter
def iso_day(value):
    """A date in tables and files: 2024-06-30."""
    return _day_of(value).isoformat() if _is_day(value) else ""


@register.filter
def moment(value, today=None):
    """A point in time: 今天 09:40, 昨天 15:20, 6月28日 10:20 (`today`: for whoever asks often)."""
    if not isinstance(value, datetime):
        return short_day(value)
    local = _local(value)
    today = today or timezone.localdate()
    passed = (today - local.date()).days
    name = {0: "今天", 1: "昨天"}.get(passed) or short_day(local, today)
    return f"{name} {local:%H:%M}"


@register.filter
def ago(value):
    """How long ago: 刚才, 5 分钟前, 3 小时前, 昨天, 3 天前, 2 个月前, 3 年前; a later day: 2 天后."""
    if not _is_day(value):
        return ""
    passed = (timezone.localdate() - _day_of(value)).days
    if passed < 0:
        return "明天" if passed == -1 else f"{-passed} 天后"
    if passed == 0:
        return _today_ago(value) if isinstance(value, datetime) else "今天"
    if passed == 1:
        return "昨天"
    if passed < 31:
        return f"{passed} 天前"
    return f"{passed // 30} 个月前" if passed < 365 else f"{passed // 365} 年前"


def _today_ago(value):
    now = timezone.now() if timezone.is_aware(value) else datetime.now()  # noqa: DTZ005
    minutes = int((now - value).total_seconds() // 60)
    if minutes < 1:
        return "刚才"
    return f"{minutes} 分钟前" if minutes < 60 else f"{minutes // 60} 小时前"


@register.filter
def comma(value):
    """A number with separators: 2,386. Text that is no number stays as it is."""
    if value is None or value == "":
        return ""
    return f"{value:,}" if isinstance(value, (int, float)) or hasattr(value, "quantize") else str(value)


@register.filter
def percent(part, whole):
    """`part` of `whole` as a percentage with one digit: 85.7%; a dash when there is no whole."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


@register.filter
def partial(value):
    """A date known to the year, the month or the day: 1985年, 1985年4月, 1985年4月1日."""
    return partial_date_label(value)


@register.filter
def age(value, on=None):
    """Full years of a partial birth date ("1985", "1985-04", "1985-04-01", or a date) on a day, today by default.

    With the year alone the age is uncertain by one: "约 39"; with year and month, the month counts as passed from its
    own month on. '' when nothing is known or the date lies ahead.
    """
    if not value:
        return ""
    today = on or timezone.localdate()
    parts = str(value)[:10].split("-")
    try:
        year, month, dom = (int(parts[i]) if i < len(parts) else 0 for i in range(3))
    except ValueError:
        return ""
    if not month:
        return f"约 {today.year - year}" if today.year >= year else ""
    years = today.year - year - ((today.month, today.day) < (month, dom or 1))
    return str(years) if years >= 0 else ""


@register.filter
def file_size(value):
    """Bytes as people say them: 820 KB, 1.2 MB."""
    if value in (None, ""):
        return ""
    return f"{value / 1048576:.1f} MB" if value >= 1048576 else f"{max(1, round(value / 1024))} KB"


# What a browser calls itself: the first mark found wins, since each also names the older ones.
SYSTEMS = {
    "HarmonyOS": "鸿蒙手机", "OpenHarmony": "鸿蒙手机", "iPhone": "苹果手机", "iPad": "苹果平板", "Android": "安卓手机",
    "Windows": "Windows 电脑", "Macintosh": "苹果电脑", "Linux": "Linux 电脑",
}  # fmt: skip
BROWSERS = {
    "MicroMessenger": "微信", "Edg": "Edge", "HuaweiBrowser": "华为浏览器", "MiuiBrowser": "小米浏览器",
    "QQBrowser": "QQ 浏览器", "UCBrowser": "UC 浏览器", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip


@register.filter
def device(agent):
    """The user agent of a session in words: "安卓手机，微信"; 不认识的设备 when nothing is known."""
    found = [next((word for mark, word in words.items() if mark in str(agent)), "") for words in (SYSTEMS, BROWSERS)]
    return "，".join(filter(None, found)) or "不认识的设备"


@register.filter
def yuan(fen):
    """ "1,280.50" of 128050 fen; "1,280" when no fen are left over; '' for None."""
    if fen is None:
        return ""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"
