"""Khmer, Lao and Burmese write no blanks between words, and letters below, above and before one another. Quotes are
found there with and without the zero-width spaces that some keyboards write, and nothing is cut within a syllable.
"""

from dataclasses import dataclass

import pytest

from shared.domain.job_fit.folding import Folded
from tests.unit.domain.job_fit_builders import a_claim, a_profile, a_requirement, a_story, an_answer, grounded


@dataclass(frozen=True)
class Case:
    """A job that asks for two things, and a story that tells of the first; `words` are a quote's, apart."""

    job: str
    name: str
    asks: str
    missing: str
    story: str
    words: str

    @property
    def quote(self) -> str:
        return self.words.replace("|", "")

    @property
    def spaced(self) -> str:
        return self.words.replace("|", "\u200b")


CASES = {
    "Khmer, a nurse": Case(
        job="យើងកំពុងស្វែងរកគិលានុបដ្ឋាកដែលមានបទពិសោធន៍ថែទាំអ្នកជំងឺយ៉ាងតិច ៣ ឆ្នាំ។ ត្រូវចេះភាសាអង់គ្លេស។",
        name="ថែទាំអ្នកជំងឺ",
        asks="បទពិសោធន៍ថែទាំអ្នកជំងឺ",
        missing="ភាសាអង់គ្លេស",
        story="ខ្ញុំបានធ្វើការថែទាំអ្នកជំងឺនៅមន្ទីរពេទ្យកាល់ម៉ែតអស់រយៈពេល ៥ ឆ្នាំ។",
        words="ធ្វើ|ការ|ថែទាំ|អ្នក|ជំងឺ|នៅ|មន្ទីរ|ពេទ្យ",
    ),
    "Lao, a welder": Case(
        job="ພວກເຮົາກຳລັງຊອກຫາຊ່າງເຊື່ອມທີ່ມີປະສົບການເຊື່ອມທໍ່ຢ່າງໜ້ອຍ 5 ປີ. ຕ້ອງອ່ານແບບໄດ້.",
        name="ເຊື່ອມທໍ່",
        asks="ປະສົບການເຊື່ອມທໍ່",
        missing="ອ່ານແບບ",
        story="ຂ້ອຍເຮັດວຽກເຊື່ອມທໍ່ສະແຕນເລດຢູ່ໂຮງງານນ້ຳຕານເປັນເວລາ 7 ປີ.",
        words="ເຮັດ|ວຽກ|ເຊື່ອມ|ທໍ່|ສະແຕນເລດ",
    ),
    "Burmese, a teacher": Case(
        job="သင်ကြားရေးအတွေ့အကြုံရှိသော ဆရာမတစ်ဦးကို ရှာဖွေနေပါသည်။ အင်္ဂလိပ်စာ တတ်ကျွမ်းရမည်။",
        name="သင်ကြားရေး",
        asks="သင်ကြားရေးအတွေ့အကြုံ",
        missing="အင်္ဂလိပ်စာ",
        story="ရန်ကုန်မြို့ရှိ ကျောင်းတွင် သင်္ချာသင်ကြားရေးကို ၆ နှစ်ကြာ တာဝန်ယူခဲ့သည်။",
        words="သင်္ချာ|သင်ကြား|ရေး|ကို| ၆ နှစ်|ကြာ",
    ),
}
each_script = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@each_script
@pytest.mark.parametrize("quote_is_spaced", [True, False])
@pytest.mark.parametrize("story_is_spaced", [True, False])
def test_a_quote_is_found_and_a_gap_named_with_and_without_zero_width_spaces(
    case: Case, *, quote_is_spaced: bool, story_is_spaced: bool
) -> None:
    story = case.story.replace(case.quote, case.spaced) if story_is_spaced else case.story
    answer = an_answer(
        a_claim(quote=case.spaced if quote_is_spaced else case.quote, shows=""),
        requirements=[
            a_requirement(name=case.name, asks=case.asks),
            a_requirement("R2", name=case.missing, asks=case.missing),
        ],
    )
    result = grounded(answer, a_profile(a_story(title="x", result=story)), case.job)
    assert result.job_fit.matched_areas == [f"{case.name} — CARL story: “{case.quote}”"]
    assert result.job_fit.gaps == [f"No {case.missing} mentioned"]
    assert (result.dropped_claims, result.unsettled) == (0, 0)


@each_script
def test_what_the_profile_mentions_is_no_gap_although_nothing_was_claimed(case: Case) -> None:
    answer = an_answer(requirements=[a_requirement(name=case.name, asks=case.asks)])
    result = grounded(answer, a_profile(a_story(title="x", result=case.story)), case.job)
    assert (result.job_fit.gaps, result.unsettled) == ([], 1)


@each_script
def test_words_of_another_story_are_no_quote(case: Case) -> None:
    others = next(other for other in CASES.values() if other is not case)
    assert Folded(others.story).find(case.quote) is None


CLUSTERS = ["ស្ត្រី", "ទ្យ", "ខ្មែ", "ເຮັ", "ໂຮ", "ເຊື່", "ນ້ຳ", "ကျွ", "င်္ချ", "ကြို", "ทำ", "แก", "เพื่", "น้ำ"]


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_nothing_is_parted_that_is_read_together(cluster: str) -> None:
    text = Folded(f"ກ {cluster} ກ")
    assert text.find(cluster, least_words=0) == cluster
    for n in range(1, len(cluster)):
        for part in (cluster[:n], cluster[n:]):
            assert text.find(part, least_words=0) is None, part


@each_script
@pytest.mark.parametrize("limit", range(60, 90, 3))
def test_a_shortened_text_ends_with_a_whole_syllable(case: Case, limit: int) -> None:
    shortened = Folded(case.story * 3).shortened(limit)
    assert len(shortened) <= limit
    said = shortened.rstrip(" …")
    assert Folded(case.story * 3).find(said) is not None
    assert said[-1] not in "\u17d2\u1039ເແໂໃໄ"
