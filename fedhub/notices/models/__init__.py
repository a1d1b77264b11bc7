from fedhub.notices.models.choice import Choice
from fedhub.notices.models.message import Attempt, Message, MessageBatch
from fedhub.notices.models.wechat import WechatSeen, WechatToken

__all__ = ["Attempt", "Choice", "Message", "MessageBatch", "WechatSeen", "WechatToken"]
