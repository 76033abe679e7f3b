"""The unified social credit code: 18 characters, the last a check digit (GB 32100-2015)."""

from knowledge.base.errors import BadInput

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def check_digit(first: str) -> str:
    """The last character for the first 17. Weights are 3^i mod 31."""
    total = sum(ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(first))
    return ALPHABET[-total % 31]


def read_uscc(text: object) -> str:
    """The code, upper case. Raises `BadInput` for a wrong length, character or check digit."""
    example = "例如 91310115MA1K4XXXX0 这样的 18 位"
    if not isinstance(text, str):
        raise BadInput(f"uscc：统一社会信用代码应为文字，{example}。", field="uscc")
    code = text.strip().upper()
    if len(code) != 18:
        raise BadInput(
            f"uscc：“{text[:30]}”有 {len(code)} 位，统一社会信用代码是 18 位；请照营业执照填写。", field="uscc"
        )
    if wrong := sorted({char for char in code if char not in ALPHABET}):
        raise BadInput(
            f"uscc：“{code}”里的 {'、'.join(wrong)} 不会出现在信用代码里（不用 I、O、S、V、Z）；请照营业执照填写。",
            field="uscc",
        )
    if check_digit(code[:17]) != code[17]:
        raise BadInput(f"uscc：“{code}”的校验位不对，多半是抄错了一位；请照营业执照核对。", field="uscc")
    return code
