"""Tables of job support."""

from employment.models.seeker import CirclePerson, Difficulty, Seeker, SeekerConcern, Skill

__all__ = ["CirclePerson", "Difficulty", "Seeker", "SeekerConcern", "Skill"]
