"""Tables of job support."""

from employment.models.application import Application
from employment.models.events import Event, Session, Stall, StallPost
from employment.models.followup import FollowUp
from employment.models.post import Complaint, Employer, Post
from employment.models.seeker import CirclePerson, Difficulty, Seeker, SeekerConcern, Skill
from employment.models.signups import Attendance, CourseCertificate, Intention, Signup
from employment.models.startup import Startup, StartupLoan
from employment.models.watch import JobWatch

__all__ = [
    "Application",
    "Attendance",
    "CirclePerson",
    "Complaint",
    "CourseCertificate",
    "Difficulty",
    "Employer",
    "Event",
    "Intention",
    "FollowUp",
    "JobWatch",
    "Post",
    "Seeker",
    "SeekerConcern",
    "Session",
    "Signup",
    "Skill",
    "Stall",
    "StallPost",
    "Startup",
    "StartupLoan",
]
