"""Documents about invented people, for the printing tests."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime

from services.declaration.printing.certificate import (
    CertificateDocument,
    EvaluationAspects,
    PersonalCertificate,
    RotationRow,
)
from services.declaration.printing.content_hash import content_hash
from services.declaration.printing.labels import ListKind
from services.declaration.printing.practice_certificate import PracticeCertificateDocument
from services.declaration.printing.qualified_list import ListContent, ListLine, QualifiedListDocument

GENERATED = datetime(2027, 1, 15, 9, 30, tzinfo=UTC)
ADDRESS = "https://tiro.example.invalid/verify/QL2027-4201-000012?v=1"
LIST_ADDRESS = "https://tiro.example.invalid/api/declaration/v1/verifications/QL2027-4201-000012?check=0123456789abcdef"
# Rare characters that common fonts lack, minority names with the dot, and ordinary names.
NAMES = (
    "张示例",
    "欧阳测试",
    "阿卜杜热依木·买买提艾力",
    "𠮷样张",
    "䶮小样",
    "𫟼例",
    "㼆例",
    "买买提·吐尔逊江·阿布都热合曼",
    "𰻝例",
    "Anna Sample-Müller",
)


def line(number: int, name: str) -> ListLine:
    """One line; every third an assistant, every seventh provisional and so without a certificate."""
    assistant, provisional = number % 3 == 0, number % 7 == 0
    return ListLine(
        number=number,
        name=name,
        sex="female" if number % 2 else "male",
        document_no_masked=f"4201**********{number % 10_000:04d}",
        exam_level="assistant_physician" if assistant else "licensed_physician",
        exam_category_code="210" if assistant else "110",
        exam_category_name="临床",
        probation_months=12 + number % 4,
        probation_from=date(2025, 8, 1),
        probation_to=date(2026, 8, 31),
        result="provisional" if provisional else "qualified",
        certificate_no="" if provisional else f"SYQ2027-420100-{number:06d}",
    )


def content(count: int, *, kind: ListKind = "main", names: tuple[str, ...] = NAMES) -> ListContent:
    """A list of `count` people, names taken in turn."""
    return ListContent(
        institution_name="湖北省虚构市第一人民医院",
        institution_registration_no="PDY00001842010112A1001",
        filing_body_name="虚构市医师资格考试考点办公室",
        cycle_year=2027,
        list_number="QL2027-4201-000012",
        kind=kind,
        version=1,
        lines=tuple(line(number + 1, names[number % len(names)]) for number in range(count)),
    )


def listed(count: int, *, kind: ListKind = "main", names: tuple[str, ...] = NAMES) -> QualifiedListDocument:
    """The same as a document with its true hash."""
    frozen = content(count, kind=kind, names=names)
    return QualifiedListDocument(
        content=frozen,
        content_hash=content_hash(frozen),
        generated_at=GENERATED,
        deciding_account="yw0421（刘审核）",
        responsible_person="陈负责",
        verification_url=ADDRESS,
    )


def rotation(department: str, content: str = "常见病的诊断与处理，参与查房与值班") -> RotationRow:
    """One rotation with an invented supervisor."""
    return RotationRow(
        department=department,
        period_from=date(2025, 8, 1),
        period_to=date(2025, 12, 31),
        content=content,
        supervisor_name="周带教",
        supervisor_practising_certificate_no="110420106000123",
        opinion="能够独立完成基本操作",
    )


def certificate() -> CertificateDocument:
    """A certificate of a qualified person."""
    return CertificateDocument(
        certificate_no="SYQ2027-420100-000123",
        cycle_year=2027,
        name="欧阳测试",
        sex="female",
        birth_date=date(2001, 3, 9),
        ethnicity="土家族",
        document_no="42010620010309512X",
        education_level="本科",
        school="虚构医科大学",
        major="临床医学",
        graduated_on=date(2025, 6, 30),
        exam_level="licensed_physician",
        exam_category_code="110",
        exam_category_name="临床",
        institution_name="湖北省虚构市第一人民医院",
        institution_address="虚构市示范路 100 号",
        institution_registration_no="PDY00001842010112A1001",
        institution_phone="027-00000000",
        department="内科",
        position="住院医师",
        probation_from=date(2025, 8, 1),
        probation_to=date(2026, 8, 31),
        probation_months=13,
        rotations=(rotation("心血管内科"), rotation("普通外科"), rotation("急诊科")),
        aspects=EvaluationAspects("良好", "良好", "优秀", "合格", "遵守各项规章制度"),
        result="qualified",
        institution_opinion="试用期满一年，经考核合格，同意参加 2027 年医师资格考试。",
        legal_representative="王法定",
        deciding_account="yw0421（刘审核）",
        responsible_person="陈负责",
        issued_on=date(2027, 1, 10),
        generated_at=GENERATED,
        verification_url="https://tiro.example.invalid/verify/SYQ2027-420100-000123",
    )


def provisional_certificate() -> CertificateDocument:
    """The same person as a fresh graduate."""
    return replace(certificate(), result="provisional", probation_months=6)


def practice_certificate() -> PracticeCertificateDocument:
    """An assistant physician who applies for physician."""
    common = certificate()
    return PracticeCertificateDocument(
        **{one.name: getattr(common, one.name) for one in fields(PersonalCertificate)},
        qualification_certificate_no="202042210420106199003075677",
        practising_certificate_no="210420106000123",
        practising_category="210 临床",
        first_registered_on=date(2022, 5, 16),
        practised_from=date(2023, 3, 1),
        practised_to=date(2026, 12, 15),
        work="从事内科诊疗工作，完成门诊与病房工作。",
    )
