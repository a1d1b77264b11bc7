"""What job support does by itself, day by day."""

from employment.services.courses import pass_on_seats
from employment.services.posts import hide_late_posts
from fedhub.core.housekeeping import every_minute

every_minute(hide_late_posts)
every_minute(pass_on_seats)
