"""Whether words ask for a sum of money."""

import re

AMOUNT = re.compile(
    r"(?:交|缴|扣|退|省|补|免|税|赔|罚|给|拿|摊)(?:到手)?(?:多少|几[块元个万千])|多少(?:税|钱)|怎么算|咋算"
)
