"""Lengths of experience in a text: "5+ years", "five years", "5 Jahre", "3年"."""

import re

_SPELLED = {
    word: number
    for number, words in enumerate(
        """one ein eine einem un une uno una um uma 一
        two zwei deux dos due dois duas twee dwa dva 二 两 兩
        three drei trois tres tre três drie trzy 三
        four vier quatre cuatro quattro quatro cztery 四
        five fünf cinq cinco cinque vijf pięć 五
        six sechs seis sei zes sześć 六
        seven sieben sept siete sette sete zeven siedem 七
        eight acht huit ocho otto oito osiem 八
        nine neun neuf nueve nove negen dziewięć 九
        ten zehn dix diez dieci dez tien dziesięć 十
        eleven elf onze once undici
        twelve zwölf douze doce dodici doze twaalf""".splitlines(),
        start=1,
    )
    for word in words.split()
} | {"fifteen": 15, "twenty": 20, "fünfzehn": 15, "zwanzig": 20, "quinze": 15, "vingt": 20, "quince": 15, "veinte": 20}
_UNIT = (
    r"(?:years?|yrs?|jahr(?:e[ns]?)?|ans?|années?|años?|ann[io]|anos?|jaar|lata?|lat|года?|лет|років|роки)\b"
    r"|ヶ?年(?!度|代)|년|ปี"
)
_YEARS = re.compile(
    rf"(?<![\w.,])(\d{{1,2}}|{'|'.join(sorted(_SPELLED, key=len, reverse=True))})(?:\s?\+|\s?[-–]\s?\d{{1,2}}\+?"
    rf"|\s(?:to|bis|à|a|or more|plus|full)(?:\s\d{{1,2}})?)?[\s-]*(?:{_UNIT})",
    re.IGNORECASE,
)
_YEARS_UNSPACED = re.compile(r"(?<![\d.,])(\d{1,2}|[一二两兩三四五六七八九十])\s?(?:ヶ?年(?!度|代)|년|ปี)")


def years_in(text: str) -> list[int]:
    """Returns the numbers of years that the text gives, in order; of a range the lower one."""
    spaced = {found.start(1): found[1] for found in _YEARS.finditer(text)}
    unspaced = {found.start(1): found[1] for found in _YEARS_UNSPACED.finditer(text)}
    return [_number(figure) for _, figure in sorted((spaced | unspaced).items())]


def without_years(text: str) -> str:
    """Returns the text without its numbers of years."""
    return _YEARS_UNSPACED.sub(" ", _YEARS.sub(" ", text))


def _number(figure: str) -> int:
    return int(figure) if figure.isdigit() else _SPELLED[figure.casefold()]
