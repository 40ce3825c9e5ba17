"""What the tickets of a made-up help desk say: a seeded vocabulary in which some words are everywhere and most are rare."""

from __future__ import annotations

import random
from functools import lru_cache
from itertools import accumulate

COMMON = [
    "the", "order", "is", "late", "refund", "please", "account", "my", "payment", "parcel", "login", "error",
    "card", "again", "address", "invoice", "not", "to", "a", "of", "for", "thank", "you", "we", "have",
    "help", "with", "charged", "twice", "return", "broken", "delivery", "when", "cancel", "subscription",
    "password", "reset", "email",
]  # fmt: skip
SYLLABLES = [
    "ba", "ke", "lo", "mi", "nu", "ra", "so", "ti", "ver", "zan", "dor", "fel", "gri", "hop", "jun", "kal",
    "mon", "pex", "qui", "rust",
]  # fmt: skip
GROUPS = (
    "Support", "Billing", "Returns", "Logistics", "Technical", "Sales", "Fraud", "VIP care", "Deutsch", "日本語", "Nights",
    "Onboarding",
)  # fmt: skip
TAGS = (*(f"tag{n}" for n in range(34)), "vip", "refund", "late", "bug", "churn-risk", "überfällig")
LIVE = (("new", "open", "pending", "hold"), (2, 5, 2, 1))
OVER = (("solved", "closed"), (1, 9))
PRIORITIES = (("none", "low", "normal", "high", "urgent"), (2, 2, 10, 3, 1))
CHANNELS = (("email", "web", "chat", "phone", "sms", "social"), (10, 5, 4, 3, 1, 1))
FIRST = (
    "Ana",
    "Bo",
    "Zoë",
    "李",
    "محمد",
    "Śrī",
    "Jürgen",
    "Maria",
    "O'Neil",
    "ירדן",
    "Nguyễn",
    "Tom",
    "Ida",
    "Lars",
)
SUBJECTS = (
    "お問い合わせ: 注文が届きません", "طلب استرداد المبلغ", "Rückerstattung für Größe XL", "Où est mon colis ?", "👩‍👩‍👧 family plan 🇩🇪",
    "e\u0301te\u0301 a\u0308rger", "החזר כספי", "भुगतान विफल", "支付失败 ❗️", "Заказ не пришёл",
)  # fmt: skip


@lru_cache(maxsize=1)
def _rare() -> tuple[list[str], list[float]]:
    made = random.Random(7)
    words = sorted({"".join(made.choices(SYLLABLES, k=made.choice((2, 3, 3, 4)))) for _ in range(30_000)})
    made.shuffle(words)
    return words, list(accumulate(1 / (n + 20) for n in range(len(words))))


def word(dice: random.Random) -> str:
    """One word, common or rare."""
    if dice.random() < 0.55:
        return dice.choice(COMMON)
    words, weights = _rare()
    return dice.choices(words, cum_weights=weights)[0]


def name(dice: random.Random) -> str:
    """A person's name."""
    return f"{dice.choice(FIRST)} {word(dice).title()}{word(dice)}"


def subject(dice: random.Random) -> str:
    """A subject; one in six is not in English."""
    tail = " ".join(word(dice) for _ in range(4))
    return f"{dice.choice(SUBJECTS)} {tail}" if dice.random() < 1 / 6 else tail.capitalize()


HAN = (
    "订单", "退款", "物流", "发票", "地址", "支付", "失败", "密码", "重置", "取消", "订阅", "配送", "延迟", "质量", "问题", "客服", "电话", "包裹",
    "破损", "更换", "尺寸", "颜色", "账号", "登录", "验证", "短信", "收到", "没有", "什么", "时候", "谢谢", "请问", "已经", "三天", "我们", "您好",
)  # fmt: skip
SEEN_ONCE = "鲸鱼"  # in the oldest of the Chinese messages alone
NAMED = ("invoice", "Rechnung", "scan", "請求書", "IMG", "contrat signé", "screenshot", "warranty")


def chinese(dice: random.Random, count: int = 2_000) -> list[str]:
    """Messages in Chinese: words of two characters, some of them in most messages and most in few."""
    rare = ["".join(chr(0x4E00 + int(dice.random() ** 2 * 3_000)) for _ in range(2)) for _ in range(8_000)]

    def half() -> str:
        return "".join(dice.choice(HAN) if dice.random() < 0.6 else dice.choice(rare) for _ in range(12))

    return [f"{half()}\uff0c{half()}。" for _ in range(count)]


def file_name(number: int) -> str:
    """The name of a message's attachment."""
    return f"{NAMED[number % len(NAMED)]}_{number:07}.{('pdf', 'PNG', 'docx')[number % 3]}"


def phrases(dice: random.Random) -> list[str]:
    """Four thousand halves of messages."""
    return [" ".join(word(dice) for _ in range(6)) for _ in range(4_000)]
