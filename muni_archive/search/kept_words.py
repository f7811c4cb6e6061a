"""Words whose first or last letters look like clitics or endings but belong to the word.

Arabic writes «with energy» and «card» alike (بطاقة); only knowing the words of an office keeps them apart.
All are in folded spelling.
"""

from __future__ import annotations

from muni_archive.search.folding import fold

_BEGINNINGS = """
وزار وزير وزرا وكال وكيل وكلا وثيق وثايق وظيف وظايف واجه والد ولاي ولاد وسيل وسايل وسيط وساط ورث وارث وصاي وصف واصف
وضع وقف وحد واحد ورق وراق واقع وقايع وقاي ودايع وديع وصول وصل وليد وسط وفا وفر وافر وافق واجب وجه وطن وعي وقت وقود وقوف
بلد بطاق بيان بنا بوا برنام برامج بضاي بضاع بديل بدل بداي بريد بحر بحو بحث برج بركه بيت بيوت بيع بييه باب باطن برام بند
بنود بنك بستان بهبهان بري بعث بعض
كهرب كفا كفال كامل كتاب كراس كلي كمي كويت كثاف كشف كشوف كاتب كمبيوتر كيلو كور كبير كباير كاظم
لجن لجان لجا لايح لوايح لوح لوا لافت لاحق لغه لقا لبن لازم
فاتور فواتير فحص فحيحيل فعال فاصل فواصل فرع فروع فرد فرواني فنيه فتح فتر فضا فيه فهد فيصل فيلا فقره فقرات فندق فنادق
فراغ فاطم فايز فنطاس فصل فصول فسح فسخ فرق
"""

_ENDINGS = """
سليمان حمدان عثمان شعبان رمضان عدنان فرحان سلطان غسان مروان رضوان عمران سلمان سعدون عبدون خلدون زيدان قحطان جمعان فوزان
ديوان قانون عنوان اعلان ميدان بستان حيوان بنيان انسان اسنان قران مجان مكان زمان ضمان بيان
ياسين حسين امين يقين ثمين تثمين تعيين تامين تدوين تخزين تعين تموين تكوين تمكين مسكين قوانين عناوين
هاتف تثبيت توقيت بيوت زيوت كويت قرين عرين جابريه
"""


BEGINNINGS = frozenset(fold(_BEGINNINGS).split())
"""A word that begins so keeps its first letter."""
ENDINGS = frozenset(fold(_ENDINGS).split())
"""These words keep their last letters."""
LENGTHS = tuple(sorted({len(beginning) for beginning in BEGINNINGS}))
ROOTS = {"منش": "منشا", "مكاف": "مكافا", "مفاج": "مفاجا", "ملج": "ملجا", "مبتد": "مبتدا"}
"""Plurals in آت lose, with their ending, the hamza's alef that the singular keeps (منشأة, منشآت)."""
