from council.models.council import Council, Member
from council.models.meeting import AgendaItem, Attendance, Guest, Meeting, Proxy, Speech
from council.models.minutes import Addition, Confirmation, Minutes
from council.models.outcome import Action, Progress, Resolution
from council.models.topic import Comment, Rating, Supervisor, Support, Topic, TopicConcern, TopicMerge
from council.models.vote import Motion, SecretBallot, StepBack, Vote, Voted

__all__ = [
    "Action", "Addition", "AgendaItem", "Attendance", "Comment", "Confirmation", "Council", "Guest", "Meeting",
    "Member", "Minutes", "Motion", "Progress", "Proxy", "Rating", "Resolution", "SecretBallot", "Speech", "StepBack",
    "Supervisor", "Support", "Topic", "TopicConcern", "TopicMerge", "Vote", "Voted",
]  # fmt: skip
