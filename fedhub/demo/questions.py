"""Visits of which something is worth a second look, one in each stage, and the time that forms took."""

import io
from datetime import time, timedelta

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageFilter

from fedhub.core.images import clean_image
from grids.burden import WEEKS
from grids.enums import DoubtKind, Review, TimedForm, VisitMode
from grids.models import FormTime, Visit, VisitDoubt
from grids.models.burden import this_week
from grids.services.doubts import explain_doubt
from grids.services.visit import correct_visit, keep_photos, may_correct

# Seconds that saving a visit took, and how often in ten.
USUAL = {50: 1, 80: 2, 110: 3, 150: 2, 220: 1, 390: 1}


def front_door(shift=0):
    """A picture of an entrance, drawn: no photo of a real place or person is in the demo."""
    picture = Image.new("RGB", (960, 720), (196, 205, 214))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 560, 960, 720), fill=(122, 116, 108))
    draw.rectangle((120 + shift, 90, 840, 600), fill=(214, 178, 140))
    draw.rectangle((400 + shift, 260, 600 + shift, 600), fill=(92, 54, 40))
    draw.rectangle((490 + shift, 270, 505 + shift, 600), fill=(60, 34, 26))
    for left in (180, 660):
        draw.rectangle((left, 170, left + 130, 330), fill=(70, 96, 120))
    draw.rectangle((330 + shift, 200, 670 + shift, 250), fill=(168, 40, 44))
    out = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(2)).save(out, "JPEG", quality=88)
    return clean_image(ContentFile(out.getvalue()))


def ask_questions(staff, today):
    """The same photo at two families (waits for the visitor), a visit late in the evening (explained), two visits at one
    time (had its days without a word); and the time that forms took in the last weeks."""
    worker, officer = staff["liujianfang"], staff["hexiaoyan"]
    first, second = _newest(worker, 2)
    keep_photos(first, [front_door()], by=worker)
    keep_photos(second, [front_door()], by=worker)
    late, one, two = _newest(officer, 3)
    _at(late, time(22, 20), time(22, 40), officer)
    explain_doubt(
        late.doubts.get(kind=DoubtKind.NIGHT), explanation="她上晚班，十点多才到家，约好这个时间去的。", by=officer
    )
    one.visited_on = two.visited_on
    _at(one, time(11, 10), time(11, 40), officer, "visited_on")
    _at(two, time(11, 20), time(11, 50), officer)
    VisitDoubt.objects.filter(visit=two, kind=DoubtKind.OVERLAP).update(found_on=today - timedelta(days=6))
    _form_times(first.grid.parent, today)


def _newest(person, number):
    """The newest home visits of `person` that she may still correct, each at another family."""
    rows = Visit.objects.kept().filter(visitor=person, mode=VisitMode.HOME, review=Review.PENDING)
    found = {}
    for visit in rows.select_related("household__area", "grid").order_by("-visited_on", "-pk"):
        if may_correct(visit, person):
            found.setdefault(visit.household_id, visit)
    return list(found.values())[:number]


def _at(visit, start, end, by, *more):
    visit.started_at, visit.ended_at = start, end
    correct_visit(visit, ["started_at", "ended_at", *more], base_version=visit.version, by=by)


def _form_times(community, today):
    FormTime.objects.bulk_create(
        FormTime(area=community, form=TimedForm.VISIT, week=this_week(today - timedelta(weeks=back)),
                 seconds=seconds, times=times)
        for back in range(WEEKS) for seconds, times in USUAL.items()
    )  # fmt: skip
