"""What job support does by itself, day by day."""

from employment.services.courses import pass_on_seats
from employment.services.posts import hide_late_posts
from employment.services.watching import tell_called_off, tell_silent, tell_watchers
from fedhub.core.housekeeping import every_minute

every_minute(hide_late_posts)
every_minute(pass_on_seats)
every_minute(tell_watchers)
every_minute(tell_called_off)
every_minute(tell_silent)
