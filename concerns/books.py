"""What the ledgers of concerns and of the front desk read, a few thousand rows at a time: today, or on an earlier day.

Both books have the same face. On an earlier day each row is as its history left it at the end of that day, names are as
they were called then, and what hangs on a row (referrals) counts when it was written down by then. What was written
down later comes in by a later day of registration alone, and 备注 says so: 补录 (late) or 更正 (put right).
"""

from datetime import date

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from concerns.enums import ReferralStatus
from concerns.models import Concern, Reception, Referral, Reply
from fedhub.core.lookups import AnyOf
from households.asof import end_of, newest

NOT_THEIRS = (ReferralStatus.REFUSED, ReferralStatus.TAKEN_BACK)


def books_of(filters):
    """The books that `filters` ask for: `as_of` the day, `known_on` the last day of registration (ISO texts)."""
    today = timezone.localdate()
    day = date.fromisoformat(filters["as_of"]) if filters.get("as_of") else today
    known_on = date.fromisoformat(filters["known_on"]) if filters.get("known_on") else day
    return Now() if day == known_on == today else Then(day, end_of(known_on))


class Now:
    """The books of today."""

    # Columns that the rows carry beside those of the model.
    extra = ()

    def __init__(self):
        self.day = timezone.localdate()

    def rows(self, model, user, permission):
        """Rows of `model` (Concern or Reception) in the user's scope."""
        return model.objects.visible_to(user, permission)

    def names_of(self, model, field, ids):
        """`{id: field}` of the rows `ids` of `model`."""
        return dict(model.objects.filter(AnyOf("id", set(ids) - {None})).values_list("id", field))

    def agencies_of(self, ids):
        """`{concern id: names}` of the offices that the concerns lie or lay with, in order."""
        found = {}
        rows = self.referrals().filter(AnyOf("concern_id", ids)).order_by("pk")
        for pk, name in rows.values_list("concern_id", "agency__name"):
            found.setdefault(pk, {})[name] = True
        return {pk: "、".join(names) for pk, names in found.items()}

    def referrals(self):
        """Referrals that were neither refused nor taken back."""
        return Referral.objects.exclude(status__in=NOT_THEIRS)

    def put_right(self, model, records, facts):
        """Bring the `facts` ({field: heading}) of `records` (dicts of rows of `model`) to what is known of the day now.

        Returns `{id: [remarks]}` about what was written down after the day.
        """
        return {}


class Then(Now):
    """The books of `day`, as they were known at `known_at`."""

    extra = ("history_date",)

    def __init__(self, day, known_at):
        self.day, self.known_at, self.late = day, known_at, end_of(day)

    def rows(self, model, user, permission):
        """History rows, one for each row there was on the day, in the user's scope today and on the day."""
        history, mine = model.history, model.objects.visible_to(user, permission)
        own = history.filter(id=OuterRef("id"))
        last = own.filter(history_date__lte=self.late).order_by("-history_date", "-history_id")
        wanted = Q(history_id=Subquery(last.values("history_id")[:1]))
        if self.known_at > self.late:
            first = own.order_by("history_date", "history_id")
            wanted |= Q(history_date__gt=self.late, history_id=Subquery(first.values("history_id")[:1]))
        happened = {Concern: {"raised_on__lte": self.day}, Reception: {"received_at__lte": self.late}}[model]
        rows = history.filter(wanted, history_date__lte=self.known_at, id__in=mine.values("pk"), **happened)
        rows, scope = rows.exclude(history_type="-"), user.scope(permission)
        return rows if scope is None else rows.filter(area__in=scope)

    def names_of(self, model, field, ids):
        """As they were called then."""
        ids = set(ids) - {None}
        rows = newest(model.history, self.known_at).filter(AnyOf("id", ids))
        return dict(rows.values_list("id", field))

    def referrals(self):
        rows = Referral.objects.filter(created_at__lte=self.late)
        return rows.exclude(status__in=NOT_THEIRS, updated_at__lte=self.late)

    def put_right(self, model, records, facts):
        if self.known_at <= self.late:
            return {}
        by_id = {record["id"]: record for record in records}
        found = {
            pk: {f"补录（{timezone.localdate(record['history_date'])} 登记）": True}
            for pk, record in by_id.items()
            if record["history_date"] > self.late
        }
        rows = model.history.filter(AnyOf("id", by_id), history_date__gt=self.late, history_date__lte=self.known_at)
        rows = rows.order_by("history_date", "history_id").values("id", "history_date", *facts)
        changed = {}
        for row in rows:
            record = by_id[row["id"]]
            for name, heading in facts.items():
                if row[name] != record[name]:
                    record[name] = row[name]
                    changed[row["id"], heading] = timezone.localdate(row["history_date"])
        for (pk, heading), day in changed.items():
            found.setdefault(pk, {})[f"更正：{heading}（{day} 登记）"] = True
        if model is Concern:
            self._add_late_answers(by_id, found)
        return {pk: list(texts) for pk, texts in found.items()}

    def _add_late_answers(self, by_id, found):
        """She had been told by the day, and it was written down later."""
        rows = Reply.objects.filter(
            AnyOf("concern_id", by_id), told_at__lte=self.late, made_at__gt=self.late, made_at__lte=self.known_at
        )
        for pk, told_at, made_at in rows.order_by("told_at", "pk").values_list("concern_id", "told_at", "made_at"):
            if by_id[pk]["first_answered_at"] is None:
                by_id[pk]["first_answered_at"] = told_at
                found.setdefault(pk, {})[f"补录：首次答复（{timezone.localdate(made_at)} 登记）"] = True
