"""Words to print: real ones by how often they occur, ones made from roots and patterns, and the municipality's own."""

from __future__ import annotations

import random
from bisect import bisect
from functools import cache
from itertools import accumulate

from muni_archive.ocr.lines.alphabet import known

_PATTERNS = (
    "12ا3", "1ا23", "م12و3", "ت12ي3", "ا1ت2ا3", "است12ا3", "م1ا23ة", "ان12ا3", "12و3", "12ي3", "أ12ا3", "م123", "م12ا3",
    "1وا23", "12ا3ة", "م1ت23", "مست123", "ي123", "ت123", "12ائ3", "م1ا2ي3", "12ا3ات", "تف1ا23", "1ا23ين", "م12و3ين", "123",
)  # fmt: skip
_ROOT_LETTERS = "بتثجحخدذرزسشصضطظعغفقكلمنهويء"
_BEFORE = ("", "", "", "", "ال", "ال", "ال", "و", "وال", "بال", "لل", "ب", "ل", "ف", "كال", "ول", "وب", "س")
_AFTER = ("", "", "", "", "", "ه", "ها", "هم", "ات", "ين", "ون", "ة", "ي", "ية", "كم", "نا", "اً")

TERMS = tuple(
    "بلدية الكويت|دولة الكويت|إدارة|قسم|مراقبة|قطاع|وحدة|لجنة|مجلس|رئيس|مدير عام|نائب المدير|المهندس|السيد|السيدة|المحترم|"
    "تحية طيبة وبعد|السلام عليكم ورحمة الله وبركاته|الموضوع|بالإشارة إلى|وتفضلوا بقبول فائق الاحترام|يرجى|نفيدكم|علماً بأن|"
    "رخصة بناء|رخصة هدم|رخصة ترميم|شهادة أوصاف|كتاب رسمي|محضر اجتماع|تقرير فني|تقرير تفتيش|مخالفة|إنذار|إشعار|تعهد|إقرار|وكالة|"
    "قسيمة|القسيمة|قطعة|القطعة|منطقة|المنطقة|شارع|جادة|منزل|مبنى|الدور الأرضي|الدور الأول|السرداب|السطح|الملحق|الواجهة|"
    "المساحة|متر مربع|م٢|الارتداد|الارتفاع|نسبة البناء|المخطط|المسقط الأفقي|قطاع رأسي|مقياس الرسم|اسم المشروع|رقم اللوحة|"
    "الرقم المدني|رقم الملف|رقم المعاملة|رقم الرخصة|رقم الوثيقة|رقم القرار|التاريخ|الموافق|هاتف|ص.ب|الرمز البريدي|صفحة|"
    "اسم المالك|المالك|مقدم الطلب|المكتب الهندسي|المقاول|المستأجر|الجنسية|الوظيفة|الراتب|الإجازة|تاريخ التعيين|المسمى الوظيفي|"
    "المبلغ|دينار|فلس|د.ك|فقط لا غير|الرسوم|الإيصال|الضمان|الكفالة|التوقيع|الختم|ملاحظات|المرفقات|صورة عن|نسخة إلى|سري|عاجل|"
    "صدر في|قرار رقم|لسنة|المادة|بند|فقرة|جدول|ملحق|المرجع|الوارد|الصادر|السجل|الأرشيف|الحفظ|هـ|م|ن.م|ت|و/|أ/|د/|م/".split(
        "|"
    )
)

FIRST_NAMES = tuple(
    "محمد أحمد علي حسين عبدالله عبدالرحمن عبدالعزيز خالد فهد سالم ناصر جاسم يوسف إبراهيم مبارك سعود فيصل بدر مشعل طلال "
    "نواف ماجد وليد هاني رامي لؤي فاطمة مريم نورة سارة عائشة دلال منيرة هيا لولوة شيخة حصة غنيمة وفاء أمل هدى بدرية موضي".split()
)
LAST_NAMES = tuple(
    "العنزي المطيري الرشيدي العجمي الشمري الهاجري الكندري البلوشي الفضلي الظفيري الدوسري القحطاني الخالدي السبيعي العتيبي "
    "الصالح الناصر الحمد الفهد السالم العلي الأنصاري الصباغ النجار الحداد الخطيب الفرا بوشهري دشتي معرفي بهبهاني القطان".split()
)
AREAS = tuple(
    "الروضة النزهة الفيحاء القادسية المنصورية الشامية كيفان العديلية الخالدية اليرموك قرطبة السرة الجابرية السالمية حولي بيان "
    "مشرف سلوى الرميثية الشعب الفروانية خيطان الأندلس العارضية الرابية الصليبية الجهراء القصر النسيم الفحيحيل الأحمدي".split()
)


class Words:
    """Draws words; the same seed draws the same ones."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def arabic(self) -> str:
        """A word, mostly a real one."""
        draw = self._chance.random()
        if draw < 0.72:
            return _weighted("ar", self._chance)
        if draw < 0.84:
            return self.made()
        if draw < 0.92:
            return self._chance.choice(TERMS)
        return self._chance.choice((*FIRST_NAMES, *LAST_NAMES, *AREAS))

    def made(self) -> str:
        """A word that need not exist: three letters in a pattern, with what may stand before and after."""
        choose = self._chance.choice
        root = [choose(_ROOT_LETTERS) for _ in range(3)]
        core = "".join(root[int(sign) - 1] if sign in "123" else sign for sign in choose(_PATTERNS))
        return choose(_BEFORE) + core + choose(_AFTER)

    def name(self) -> str:
        """Two to four names of a person who does not exist."""
        firsts = [self._chance.choice(FIRST_NAMES) for _ in range(self._chance.randint(1, 3))]
        return " ".join([*firsts, self._chance.choice(LAST_NAMES)])

    def latin(self) -> str:
        """An English word in small letters, with a capital, or all capitals."""
        word = _weighted("en", self._chance)
        draw = self._chance.random()
        return word.capitalize() if draw < 0.35 else word.upper() if draw < 0.55 else word


def _weighted(language: str, chance: random.Random) -> str:
    words, sums = _frequencies(language)
    return words[min(bisect(sums, chance.random() * sums[-1]), len(words) - 1)]


@cache
def _frequencies(language: str) -> tuple[list[str], list[float]]:
    """Words and the running sum of their weights: the root of how often they occur, so that rare ones get their turn."""
    from wordfreq import get_frequency_dict

    table = get_frequency_dict(language, "large" if language == "ar" else "small")
    script = _is_arabic if language == "ar" else _is_latin
    chosen = {word: share for word, share in table.items() if share > 3e-8 and script(word)}
    return list(chosen), list(accumulate(share**0.5 for share in chosen.values()))


def _is_arabic(word: str) -> bool:
    return all("\u0621" <= char <= "\u064a" for char in word) and known(word)


def _is_latin(word: str) -> bool:
    return word.isascii() and word.isalpha()
