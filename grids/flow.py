"""Steps of a visit record under review, of a visit that a phone sent later, and of what in a record is worth a second look;
only the flows write where they stand."""

from fedhub.core.flow import Flow, Step
from grids.enums import DoubtState, EnvelopeState, Review

review_flow = Flow(
    Step("approve", "审核通过", (Review.PENDING, Review.CORRECTED), Review.RIGHT, "grids.review_visit"),
    Step(
        "return", "退回修改", (Review.PENDING, Review.CORRECTED, Review.RIGHT), Review.RETURNED, "grids.review_visit"
    ),
    Step("correct", "改好", (Review.RETURNED, Review.RIGHT), Review.CORRECTED, "grids.change_visit"),
    field="review",
)

envelope_flow = Flow(
    Step("finish", "补全登记", (EnvelopeState.OPEN,), EnvelopeState.SAVED, "grids.add_visit"),
    Step("drop", "不要了", (EnvelopeState.OPEN,), EnvelopeState.DROPPED, "grids.add_visit"),
    Step("strand", "转主管处理", (EnvelopeState.OPEN,), EnvelopeState.TRAY, "grids.add_visit"),
    Step("take", "代为登记", (EnvelopeState.TRAY,), EnvelopeState.TAKEN, "grids.review_visit"),
    Step("decline", "不采纳", (EnvelopeState.TRAY,), EnvelopeState.DECLINED, "grids.review_visit"),
    field="state",
)

# "clear" and "find" are the system's: the record was put right, or it is so again.
doubt_flow = Flow(
    Step("explain", "说明", (DoubtState.OPEN, DoubtState.EXPLAINED, DoubtState.KEPT), DoubtState.EXPLAINED,
         "grids.change_visit"),
    Step("accept", "认可", (DoubtState.OPEN, DoubtState.EXPLAINED, DoubtState.KEPT), DoubtState.ACCEPTED,
         "grids.review_visit"),
    Step("keep", "留着当面了解", (DoubtState.OPEN, DoubtState.EXPLAINED), DoubtState.KEPT, "grids.review_visit"),
    Step("clear", "划掉", (DoubtState.OPEN, DoubtState.EXPLAINED, DoubtState.KEPT), DoubtState.GONE,
         "grids.change_visit"),
    Step("find", "再提醒", (DoubtState.GONE, DoubtState.ACCEPTED), DoubtState.OPEN, "grids.change_visit"),
    field="state",
)  # fmt: skip
