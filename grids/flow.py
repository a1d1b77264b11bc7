"""Steps of a visit record under review; only the flow writes where it stands."""

from fedhub.core.flow import Flow, Step
from grids.enums import Review

review_flow = Flow(
    Step("approve", "审核通过", (Review.PENDING, Review.CORRECTED), Review.RIGHT, "grids.review_visit"),
    Step(
        "return", "退回修改", (Review.PENDING, Review.CORRECTED, Review.RIGHT), Review.RETURNED, "grids.review_visit"
    ),
    Step("correct", "改好", (Review.RETURNED, Review.RIGHT), Review.CORRECTED, "grids.change_visit"),
    field="review",
)
