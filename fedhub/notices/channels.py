"""The channels by which a message leaves this machine. Each carries the one neutral sentence and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass

from fedhub.notices import sms
from fedhub.notices.enums import Channel
from fedhub.notices.wechat import sending


@dataclass(frozen=True)
class Way:
    """`is_on()`: the office has it; `deliver(address)` gives a Receipt or raises NotSent."""

    is_on: Callable
    deliver: Callable


# The carrier's number of the text says SMS_TEMPLATES["remind"]; it has no places to be filled.
REMIND = "remind"
ways = {
    Channel.WECHAT: Way(sending.is_on, sending.remind),
    Channel.SMS: Way(sms.is_on, lambda number: sms.send(number, REMIND, {})),
}
