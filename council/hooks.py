"""The council's menu, and its door for concerns."""

from concerns.routing import Route, routes
from council import calendar, chapters  # noqa: F401 - the shared calendar; what the council tells of the way of a concern
from council.models import Member, Topic, TopicConcern
from council.queries import comments_waiting, my_open_actions, to_screen
from council.services.topics import topic_of_concern
from fedhub.core.menu import Entry, menu
from fedhub.core.residents import Door, home_doors
from households.staff import knows_staff

# Whoever has a seat has her own page first.
for key, label, url_name, permission, order, count in [
    ("mine", "我的议事会", "council:mine", "council.join_meeting", 5, None),
    ("topics", "议题", "council:topic_list", "council.view_topic", 10, to_screen),
    ("meetings", "会议", "council:meeting_list", "council.view_meeting", 20, None),
    ("actions", "交办事项", "council:action_list", "council.view_action", 30, my_open_actions),
    ("comments", "居民留言", "council:comment_list", "council.screen_topic", 40, comments_waiting),
    ("councils", "议事会成员与章程", "council:council_list", "council.view_council", 50, None),
    ("figures", "议事统计", "council:figures", "council.view_meeting", 60, None),
]:
    menu.register(Entry(f"council.{key}", "council", label, url_name, permission, order, count))


home_doors.register(Door("council.topics", 30, "大家议的事", "council_resident:topics"))


@knows_staff
def members_who_are_residents():
    """Members with an account whose own record is linked, also those who left: she stays who she is."""
    return Member.objects.filter(user__isnull=False, resident__isnull=False)


@routes.register
class CouncilRoute(Route):
    """妇女议事会: what many share is heard together; each woman is answered when it is done."""

    key, label, order = "council", "妇女议事会", 10
    permission = "council.screen_topic"
    impersonal = True

    def fits(self, concern):
        return not TopicConcern.objects.filter(concern=concern, parted_at=None).exists()

    def open(self, concern, *, by):
        return topic_of_concern(concern, by=by)

    def cases(self, concern, user):
        joined = TopicConcern.objects.filter(concern=concern, parted_at=None).values("topic")
        return Topic.objects.visible_to(user).filter(pk__in=joined)
