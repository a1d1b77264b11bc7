"""Tables of job support."""

from employment.models.application import Application
from employment.models.followup import FollowUp
from employment.models.post import Complaint, Employer, Post
from employment.models.seeker import CirclePerson, Difficulty, Seeker, SeekerConcern, Skill
from employment.models.watch import JobWatch

__all__ = [
    "Application",
    "CirclePerson",
    "Complaint",
    "Difficulty",
    "Employer",
    "FollowUp",
    "JobWatch",
    "Post",
    "Seeker",
    "SeekerConcern",
    "Skill",
]
