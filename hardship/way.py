"""The way of a file on one page: its stages and reviews in one line of time, with the days in each stage."""

from django.utils import timezone

from fedhub.core.text import chinese_date
from hardship.enums import FileState


def reviews_of(file):
    """The reviews of a file with who made and who confirmed them, the newest first; one query."""
    return list(file.reviews.select_related("made_by", "confirmed_by").order_by("-on", "-pk"))


def way_of(file, reviews):
    """Entries for the timeline, newest first: stages with how long they lasted, `reviews` with what was suggested."""
    today = timezone.localdate()
    entries = []
    for stage in file.stages.select_related("recorded_by"):
        ends = stage.valid_to or today
        lasted = (ends - stage.valid_from).days
        is_last = stage.valid_to is None
        when = [chinese_date(stage.valid_from), stage.recorded_by.name if stage.recorded_by else ""]
        title = FileState(stage.state).label
        if not (is_last and stage.state == FileState.CLOSED):
            title += f"（{'已 ' if is_last else ''}{lasted} 天）" if lasted else ""
        entries.append(
            (stage.valid_from, 0, stage.pk, {"when": when, "title": title, "text": stage.reason,
                                             "state": "now" if is_last else ""})
        )  # fmt: skip
    for review in reviews:
        words = f"{review.get_kind_display()}：{review.get_level_display()}"
        if review.level_before and review.level_before != review.level:
            words = f"{review.get_kind_display()}：{review.get_level_before_display()} → {review.get_level_display()}"
        text = [f"评分 {review.score}，建议{review.get_suggested_display()}", review.reason.rstrip("。")]
        if review.refused_on:
            text.append(f"没有同意：{review.refused_why}")
        elif review.confirmed_by:
            text.append(f"{review.confirmed_by.name}确认")
        elif review.level_before and review.level_before != review.level:
            text.append("等确认")
        entry = {
            "when": [chinese_date(review.on), review.made_by.name],
            "title": words,
            "text": "；".join(filter(None, text)),
        }
        entries.append((review.on, 1, review.pk, entry))
    entries.sort(key=lambda item: item[:3], reverse=True)
    return [entry for *_, entry in entries]
