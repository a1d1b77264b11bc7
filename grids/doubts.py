"""What in a visit record is worth a second look (acceptance 2.23): asked of the visitor first, in polite words.

Everything is found from the visits themselves; a sealed report is never read, so nothing here can tell of one.
"""

import unicodedata
from datetime import timedelta

from django.db.models import Min, Q
from django.utils import timezone

from fedhub.core import crypto
from fedhub.core.fields import Unreadable
from fedhub.core.likeness import BANDS, Likeness, neighbours
from fedhub.reference.lookup import rule
from grids.enums import FACE_TO_FACE, DoubtKind, DoubtState, VisitMode
from grids.models import Envelope, PhotoPrint, Visit, VisitDoubt, VisitPrint
from grids.queries import people_at_home

COLUMN = "grids.VisitPrint.text"
# The same words or picture a year later are no sign of anything.
BACK = timedelta(days=365)
# Minutes of an hour, and seconds of a minute.
HOUR = 60
DOWN_SIGN = 1 << 63
# A doubt that was found between two visits stands on one of them.
LIVE = [state for state in DoubtState if state != DoubtState.GONE]


def doubts_in(visit):
    """`{DoubtKind: other Visit id or None}` of what is worth a second look in `visit` as it stands."""
    if visit.withdrawn_at is not None:
        return {}
    found = _times(visit) | _days(visit) | _clock(visit)
    if other := _same_text(visit):
        found[DoubtKind.TEXT] = other
    if other := _same_photo(visit):
        found[DoubtKind.PHOTO] = other
    taken = VisitDoubt.objects.filter(other=visit, visit__in=[pk for pk in found.values() if pk], state__in=LIVE)
    pairs = set(taken.values_list("kind", "visit_id"))
    return {kind: other for kind, other in found.items() if (kind, other) not in pairs}


# --- copied notes -------------------------------------------------------------------------------------------------
def text_print(visit):
    """Keyed fingerprint of what the record says, digits and the family's names left out; None when it says little."""
    texts = (visit.summary, visit.problems)
    if any(isinstance(text, Unreadable) for text in texts):
        return None
    said = unicodedata.normalize("NFKC", "".join(texts)).lower()
    names = {person.name for person in people_at_home(visit.household, visit)} | {visit.household.called}
    names |= {name[1:] for name in names if len(name) > 2}
    for name in sorted(names - {""}, key=len, reverse=True):
        said = said.replace(name.lower(), "")
    said = "".join(letter for letter in said if letter.isalpha())
    return crypto.blind(said, column=COLUMN) if len(said) >= rule("visit_same_text_length") else None


def _same_text(visit):
    """The newest earlier visit with the same words when there are as many as the rule says, this one counted."""
    text = VisitPrint.objects.filter(visit=visit).values_list("text", flat=True).first()
    if text is None:
        return None
    others = VisitPrint.objects.filter(
        visitor=visit.visitor_id, text=text, visit__withdrawn_at=None,
        visit__visited_on__range=(visit.visited_on - BACK, visit.visited_on + BACK),
    ).exclude(visit=visit)  # fmt: skip
    least = max(rule("visit_same_text_times") - 1, 1)
    ids = list(others.order_by("-visit_id").values_list("visit_id", flat=True)[:least])
    return ids[0] if len(ids) == least else None


# --- the same photo -----------------------------------------------------------------------------------------------
def bands_of(found):
    """The columns of a PhotoPrint for a Likeness: the bands, and the hash down with a sign."""
    columns = {f"band_{place}": band for place, band in enumerate(found.bands)}
    return columns | {"down": found.down - (1 << 64) if found.down & DOWN_SIGN else found.down}


def likeness_of(row):
    """The Likeness of a PhotoPrint."""
    across = sum(getattr(row, f"band_{place}") << 16 * place for place in range(BANDS))
    return Likeness(across, row.down % (1 << 64))


def _same_photo(visit):
    """The newest other visit of the community, of a year, that has a photo of this one."""
    own = list(PhotoPrint.objects.filter(visit=visit))
    if not own:
        return None
    near = Q()
    for row in own:
        for place in range(BANDS):
            near |= Q(**{f"band_{place}__in": neighbours(getattr(row, f"band_{place}"))})
    rows = PhotoPrint.objects.filter(
        near, community=own[0].community_id,
        visit__visited_on__range=(visit.visited_on - BACK, visit.visited_on + BACK),
    ).exclude(visit=visit)  # fmt: skip
    mine = [likeness_of(row) for row in own]
    alike = [row.visit_id for row in rows if any(one.is_near(likeness_of(row)) for one in mine)]
    return max(alike, default=None)


# --- times and days -----------------------------------------------------------------------------------------------
def _minutes(time):
    return time.hour * HOUR + time.minute


def _times(visit):
    """Overlapping visits, too many in an hour, visits at night."""
    found = {}
    if visit.mode == VisitMode.HOME and _is_at_night(visit):
        found[DoubtKind.NIGHT] = None
    if visit.started_at is None or visit.mode not in FACE_TO_FACE:
        return found
    people = {pk for pk in (visit.visitor_id, visit.partner_id) if pk}
    that_day = Visit.objects.kept().filter(
        Q(visitor__in=people) | Q(partner__in=people),
        visited_on=visit.visited_on, started_at__isnull=False, mode__in=FACE_TO_FACE,
    ).exclude(pk=visit.pk)  # fmt: skip
    rows = list(that_day.order_by("pk").values_list("pk", "started_at", "ended_at", "visitor_id", "partner_id"))
    overlapping = [
        pk for pk, start, end, *_ in rows
        if visit.ended_at and end and visit.started_at < end and start < visit.ended_at
    ]  # fmt: skip
    if overlapping:
        found[DoubtKind.OVERLAP] = overlapping[-1]
    if any(_is_crowded(visit, [row[1] for row in rows if person in row[3:]]) for person in people):
        found[DoubtKind.CROWDED] = None
    return found


def _is_at_night(visit):
    """True when it began or ended outside the hours of the rule."""
    first, last = rule("visit_hours")
    return any(
        not first * HOUR <= _minutes(time) <= last * HOUR for time in (visit.started_at, visit.ended_at) if time
    )


def _is_crowded(visit, starts):
    """True when some hour that holds this visit's beginning has more of them than the rule says."""
    own = _minutes(visit.started_at)
    all_starts = sorted([own, *map(_minutes, starts)])
    most = rule("visits_per_hour")
    return any(
        sum(start <= other < start + HOUR for other in all_starts) > most
        for start in all_starts if start <= own < start + HOUR
    )  # fmt: skip


def _days(visit):
    """A day before the family was on the books, or after it had left them."""
    home = visit.household
    began = home.places.aggregate(first=Min("valid_from"))["first"]
    if began is not None and visit.visited_on < began:
        return {DoubtKind.EARLY: None}
    if home.closed_on is not None and visit.visited_on > home.closed_on:
        return {DoubtKind.LATE: None}
    return {}


def clock_is_off(envelope):
    """True when the phone's clock was further off than the rule says."""
    return abs(envelope.clock_off) > rule("visit_clock_minutes") * HOUR


def _clock(visit):
    """The day or times of a visit that a phone with a wrong clock kept, as they arrived."""
    kept = Envelope.objects.filter(visit=visit).order_by("pk").first()
    if kept is None or not clock_is_off(kept):
        return {}
    said = (visit.visited_on, visit.started_at, visit.ended_at)
    first = visit.history.order_by("history_date", "history_id")
    if said != first.values_list("visited_on", "started_at", "ended_at").first():
        return {}
    wrong = visit.visited_on != timezone.localdate(kept.written_then) or visit.started_at is not None
    return {DoubtKind.CLOCK: None} if wrong else {}


# --- what is shown ------------------------------------------------------------------------------------------------
def doubts_for(visit, user):
    """VisitDoubts that stand on the page of `visit` for `user`: her own that wait or were answered; for those who review,
    what the visitor was asked about first. Nobody else sees any."""
    own = user.pk in (visit.visitor_id, visit.partner_id, visit.recorded_by_id)
    if not own and not user.has_perm("grids.review_visit", visit):
        return []
    rows = visit.doubts.exclude(state=DoubtState.GONE).select_related("other__household", "explained_by", "decided_by")
    return list(rows if own else rows.for_chair())


def sentence(doubt, user):
    """The question in words. The other visit is named only to those who may see it."""
    first, last = rule("visit_hours")
    other = other_words(doubt, user)
    return {
        DoubtKind.PHOTO: f"有一张照片和{other}的一样，是不是选错了照片？",
        DoubtKind.TEXT: f"记录的文字和{other}等几次走访一样，只差数字或名字。",
        DoubtKind.OVERLAP: f"时间和{other}重叠，是不是写错了？",
        DoubtKind.CROWDED: f"一小时里记了超过 {rule('visits_per_hour')} 次走访，时间是不是写错了？",
        DoubtKind.NIGHT: f"走访时间不在 {first} 点到 {last} 点之间，是不是写错了？",
        DoubtKind.EARLY: "走访日期早于这户建档的那天，是不是写错了？",
        DoubtKind.LATE: "走访日期在这户迁出（注销）以后，是不是写错了？",
        DoubtKind.CLOCK: f"记的时候手机时钟差了 {rule('visit_clock_minutes')} 分钟以上，走访日期、时间写对了吗？",
    }[doubt.kind]


def same_photos(doubt):
    """[(Attachment of this visit, Attachment of the other)] that a question about photos is about."""
    if doubt.kind != DoubtKind.PHOTO or doubt.other_id is None:
        return []
    rows = PhotoPrint.objects.filter(visit__in=[doubt.visit_id, doubt.other_id]).select_related("attachment")
    found = [(row.visit_id, likeness_of(row), row.attachment) for row in rows.order_by("pk")]
    return [
        (mine, theirs)
        for own, one, mine in found if own == doubt.visit_id
        for there, two, theirs in found if there == doubt.other_id and one.is_near(two)
    ]  # fmt: skip


def other_words(doubt, user):
    """ "11月20日走访王桂兰户"; "另一次走访" to who may not see it."""
    if doubt.other is None or not may_see(doubt.other, user):
        return "另一次走访"
    day = doubt.other.visited_on
    return f"{day.month}月{day.day}日走访{doubt.other.household}"


def may_see(visit, user):
    """True when `visit` lies in the scope of `user`; no query."""
    return user.has_perm("grids.view_visit", visit)
